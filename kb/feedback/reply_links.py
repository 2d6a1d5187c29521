"""Reply links: an address for each copy that staff paste into a reply, and what became of it."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections import defaultdict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, not_, select, update

from kb.errors import BadInput
from kb.feedback.link_tables import link_opens, reply_links
from kb.feedback.redaction import redact
from kb.feedback.sent_texts import forget_texts, keep_text
from kb.feedback.tables import contacts, votes
from kb.phrase import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Select

    from kb.content.article import Article
    from kb.feedback.database import Database

ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"  # no letter that looks like another, and no words
LENGTH = 8
REFERENCE = re.compile(r"#?[\w][\w./#-]{0,38}", re.ASCII)
MANY = 10
"""Links that one visitor opens on one day, at most: whoever opens more follows all that come by."""

AGAIN = dt.timedelta(days=7)
"""A further link in the same ticket within this time of the first opening: it did not end there."""


@dataclass(frozen=True, slots=True)
class Link:
    """`article` is an id, `section` an anchor, "" the whole article; `reference` a ticket's.

    `who` and `reference` are "" after 90 days. `revision` is of the text that was sent.
    """

    code: str
    who: str
    article: str
    slug: str
    section: str
    reference: str
    revision: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Use:
    """What became of a link: how many visitors `opened` it, said `yes` or `no` to the article
    afterwards, and turned to support on that day. `solved`: somebody opened it, nobody of them did
    the latter two, and no other link was sent in that ticket within a week."""

    link: Link
    opened: int
    yes: int
    no: int
    contacted: int
    solved: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """The links to one article: how many were sent, opened by anybody, and solved it."""

    sent: int = 0
    opened: int = 0
    solved: int = 0

    @property
    def share(self) -> float | None:
        """Solved over sent, None when nothing was sent."""
        return self.solved / self.sent if self.sent else None


def reference_of(given: str) -> str:
    """A ticket's number as it is kept, "" for none. Raises BadInput for what may be anything else.

    So no customer's address or words get into it.
    """
    reference = given.strip()
    if reference and (not REFERENCE.fullmatch(reference) or redact(reference) != reference):
        hint = N_("Up to 40 letters, digits and . / # - are possible, such as #10234.")
        raise BadInput(N_("This is no reference of a ticket."), hint)
    return reference


class ReplyLinks:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self, article: Article, section: str, who: str, now: dt.datetime, reference: str = ""
    ) -> str:
        """A new link, on disk when its code is returned. `section` is an anchor of the article.

        Raises BadInput.
        """
        if section and section not in article.anchors:
            message = N_("There is no such section in the article.")
            raise BadInput(message, N_("See its headings."))
        row = {
            "who": who, "article": article.id, "slug": article.slug, "section": section,
            "reference": reference_of(reference), "revision": article.revision, "at": now,
        }  # fmt: skip
        with self._database.writing() as connection:
            keep_text(self._database, connection, article)
            while True:
                code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
                new = self._database.insert(reply_links).values(code=code, **row)
                free = new.on_conflict_do_nothing().returning(reply_links.c.code)
                if connection.execute(free).first():
                    return code

    def find(self, code: str) -> Link | None:
        if len(code) != LENGTH or not set(code) <= set(ALPHABET):
            return None
        with self._database.reading() as connection:
            row = connection.execute(_links().where(reply_links.c.code == code)).first()
        return Link(*row) if row else None

    def last(self, article: Article, section: str, who: str, since: dt.datetime) -> Link | None:
        """The newest link of somebody to the same place."""
        c = reply_links.c
        same = and_(c.who == who, c.article == article.id, c.section == section, c.at >= since)
        query = _links().where(same).order_by(c.at.desc(), c.code).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return Link(*row) if row else None

    def uses(self, who: str, since: dt.datetime, most: int) -> list[Use]:
        """What became of somebody's links, the newest first."""
        c = reply_links.c
        return self._uses(and_(c.who == who, c.at >= since), most)

    def by_article(self, begin: dt.datetime, end: dt.datetime) -> dict[str, Sums]:
        """The links that were sent in a time, by the article's id."""
        found: dict[str, list[Use]] = defaultdict(list)
        for use in self._uses(and_(reply_links.c.at >= begin, reply_links.c.at < end)):
            found[use.link.article].append(use)
        return {
            article: Sums(len(uses), sum(u.opened > 0 for u in uses), sum(u.solved for u in uses))
            for article, uses in found.items()
        }

    def _uses(self, which: ColumnElement[bool], most: int | None = None) -> list[Use]:
        c = reply_links.c
        with self._database.reading() as connection:
            query = _links().where(which).order_by(c.at.desc(), c.code).limit(most)
            links = [Link(*row) for row in connection.execute(query)]
            later = _times_of(connection, min((one.at for one in links), default=None))
            what = _WhatCame(connection, which)
        return [what.of(link, later.get(link.reference, ())) for link in links]


def forget_people(database: Database, before: dt.datetime) -> int:
    """Links go on leading somewhere; who sent them in which ticket is forgotten, and what they
    sent looked like."""
    c = reply_links.c
    known = (c.at < before) & ((c.who != "") | (c.reference != ""))
    with database.writing() as connection:
        forget_texts(connection, before)
        change = update(reply_links).where(known).values(who="", reference="")
        return connection.execute(change).rowcount


class _WhatCame:
    """What visitors did after they opened links, by code."""

    def __init__(self, connection: Connection, which: ColumnElement[bool]) -> None:
        o, v = link_opens.c, votes.c
        first, people = func.min(o.at), func.count(o.visitor.distinct())
        opened = _of_people(select(o.code, first, people), which).group_by(o.code)
        self._opened = {code: (at, many) for code, at, many in connection.execute(opened)}
        self._yes, self._no = (
            _counted(
                connection,
                _of_people(_people(), which)
                .join(votes, and_(v.visitor == o.visitor, v.article == reply_links.c.article))
                .where(v.at >= o.at, v.helpful.is_(helpful)),
            )
            for helpful in (True, False)
        )
        c = contacts.c
        again = _of_people(_people(), which).join(contacts, c.visitor == o.visitor)
        self._contacted = _counted(connection, again.where(c.at >= o.at))

    def of(self, link: Link, later: Sequence[dt.datetime]) -> Use:
        """`later` are the moments at which links of the same ticket were made."""
        first, opened = self._opened.get(link.code, (None, 0))
        no, contacted = self._no.get(link.code, 0), self._contacted.get(link.code, 0)
        again = first is not None and any(first < at <= first + AGAIN for at in later)
        solved = opened > 0 and not (no or contacted or again)
        return Use(link, opened, self._yes.get(link.code, 0), no, contacted, solved)


def _links() -> Select[Any]:
    return select(*(reply_links.c[field.name] for field in fields(Link)))


def _people() -> Select[Any]:
    return select(link_opens.c.code, func.count(link_opens.c.visitor.distinct()))


def _of_people(query: Select[Any], which: ColumnElement[bool]) -> Select[Any]:
    """Openings of some links, without those of visitors who open all that come by."""
    o = link_opens.c
    machines = select(o.visitor).group_by(o.visitor).having(func.count() > MANY)
    opened = query.join(reply_links, reply_links.c.code == o.code)
    return opened.where(which, not_(o.visitor.in_(machines)))


def _counted(connection: Connection, query: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(query.group_by(link_opens.c.code))}


def _times_of(
    connection: Connection, since: dt.datetime | None
) -> dict[str, tuple[dt.datetime, ...]]:
    """Reference -> when links were made for it."""
    found: dict[str, tuple[dt.datetime, ...]] = {}
    if since is not None:
        c = reply_links.c
        query = select(c.reference, c.at).where(c.reference != "", c.at >= since)
        for reference, at in connection.execute(query):
            found[reference] = (*found.get(reference, ()), at)
    return found

"""Failures: the evidence that something is missing, read from the journal.

Four sources: searches that failed, No votes, contacts, and what staff found no article for.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, true

from kb.feedback.tables import clicks, contacts, nothing_fits, searches, votes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection, Row, Table

    from kb.feedback.database import Database

SOURCES = ("search", "vote", "contact", "nothing_fits")


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that did not help somebody.

    `text` is what they looked for, as typed, `normal` its terms. `found` are the first results,
    `article` the one that was opened, voted down or written from, "" none. `settled`: another
    wording led the same visitor to this article in the end. `said` is a comment or a message.
    `visitor` is "" for staff.
    """

    source: str
    text: str
    normal: str
    lang: str
    visitor: str
    network: str
    at: dt.datetime
    found: tuple[str, ...] = ()
    outcome: str = ""
    article: str = ""
    settled: str = ""
    said: str = ""
    reason: str = ""
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A search, whatever became of it; `outcome` and `failed` as in `visits.Outcome`. `article` is
    the one that it ended well with, if only by another wording, "" none."""

    normal: str
    lang: str
    visitor: str
    network: str
    at: dt.datetime
    found: tuple[str, ...]
    failed: bool
    outcome: str = ""
    article: str = ""

    @property
    def in_vain(self) -> bool:
        return self.failed and not self.article


class Failures:
    """Of all visitors, or of a `part` of them, 0 to 1: tokens are as good as random, and whoever is
    among the first is so for all they did that day. Every method raises JournalUnavailable.
    """

    def __init__(self, database: Database, part: float = 1.0) -> None:
        self._database = database
        self._part = part

    def searches(self, begin: dt.datetime, end: dt.datetime) -> int:
        """How many there are of all visitors."""
        query = select(func.count()).where(searches.c.at >= begin, searches.c.at < end)
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def since(self, begin: dt.datetime, end: dt.datetime | None = None) -> list[Failure]:
        """All failures of a time, in order, one consistent state of the journal."""
        end = end or dt.datetime.max.replace(tzinfo=dt.UTC)
        with self._database.reading() as connection:
            searched = _Searched(connection, begin - dt.timedelta(hours=1), self._part)
            found = [
                *_searches(connection, searched, begin, end),
                *_votes(connection, searched, begin, end),
                *_contacts(connection, searched, begin, end),
                *_nothing_fits(connection, begin, end),
            ]
        return sorted(found, key=lambda failure: (failure.at, failure.visitor, failure.text))

    def attempts(self, begin: dt.datetime) -> list[Attempt]:
        """All searches that have an outcome, since then, in order."""
        c = searches.c
        judged = and_(c.outcome != "", c.source != "robot", c.normal != "", c.at >= begin)
        with self._database.reading() as connection:
            searched = _Searched(connection, begin, self._part)
            query = select(searches).where(judged, searched.of(searches)).order_by(c.at, c.id)
            return [_attempt(row, searched) for row in connection.execute(query)]


def _attempt(row: Row[Any], searched: _Searched) -> Attempt:
    ended = searched.settled(row.token) if row.failed else searched.clicked.get(row.token, "")
    return Attempt(
        row.normal, row.lang, row.visitor, row.network, row.at, tuple(json.loads(row.found)),
        row.failed, row.outcome, ended,
    )  # fmt: skip


class _Searched:
    """What was searched and opened, by token, as far as failures refer to it."""

    def __init__(self, connection: Connection, begin: dt.datetime, part: float) -> None:
        self._part, c = part, searches.c
        query = select(c.token, c.text, c.normal, c.lang, c.found, c.next, c.outcome)
        since = and_(c.at >= begin - dt.timedelta(days=1), c.last >= begin)  # one day's are one
        found = connection.execute(query.where(since, self.of(searches)))
        self.rows = {row.token: row for row in found}
        self.clicked: dict[str, str] = {}
        opened = select(clicks.c.search, clicks.c.article).where(clicks.c.at >= begin)
        opened = opened.where(self.of(clicks)).order_by(clicks.c.id.desc())
        for token, article in connection.execute(opened):
            self.clicked.setdefault(token, article)  # the last one: there the visitor stayed

    def of(self, table: Table) -> ColumnElement[bool]:
        """Whether a row is of a visitor who is looked at."""
        if self._part >= 1:
            return true()
        return table.c.visitor < f"{int(self._part * 16**8):08x}"

    def settled(self, token: str) -> str:
        """The article that ended a chain of searches well, "" none did."""
        seen: set[str] = set()
        row = self.rows.get(token)
        while row is not None and row.next and row.token not in seen:
            seen.add(row.token)
            row = self.rows.get(row.next)
        if row is None or row.token == token or row.outcome != "settled":
            return ""
        return self.clicked.get(row.token, "")


def _searches(
    connection: Connection, searched: _Searched, begin: dt.datetime, end: dt.datetime
) -> Iterator[Failure]:
    c = searches.c
    wanted = and_(c.failed, c.source != "robot", c.normal != "", c.at >= begin, c.at < end)
    for row in connection.execute(select(searches).where(wanted, searched.of(searches))):
        yield Failure(
            "search", row.text, row.normal, row.lang, row.visitor, row.network, row.at,
            tuple(json.loads(row.found)), row.outcome, searched.clicked.get(row.token, ""),
            searched.settled(row.token),
        )  # fmt: skip


def _votes(
    connection: Connection, searched: _Searched, begin: dt.datetime, end: dt.datetime
) -> Iterator[Failure]:
    c = votes.c
    told = or_(c.reason != "", c.text != "", c.search != "")
    wanted = and_(c.helpful.is_(False), told, c.at >= begin, c.at < end)
    for row in connection.execute(select(votes).where(wanted, searched.of(votes))):
        search = searched.rows.get(row.search)
        yield Failure(
            "vote", search.text if search else row.query, search.normal if search else "",
            search.lang if search else "", row.visitor, row.network, row.at,
            tuple(json.loads(search.found)) if search else (), "read_voted_no", row.article,
            said=row.text, reason=row.reason, revision=row.revision,
        )  # fmt: skip


def _contacts(
    connection: Connection, searched: _Searched, begin: dt.datetime, end: dt.datetime
) -> Iterator[Failure]:
    c = contacts.c
    wanted = and_(c.at >= begin, c.at < end, searched.of(contacts))
    for row in connection.execute(select(contacts).where(wanted)):
        search = searched.rows.get(row.search)
        yield Failure(
            "contact", search.text if search else "", search.normal if search else "",
            (search.lang if search else row.lang), row.visitor, row.network, row.at,
            tuple(json.loads(search.found)) if search else (), "contacted", row.article,
            said=row.text,
        )  # fmt: skip


def _nothing_fits(
    connection: Connection, begin: dt.datetime, end: dt.datetime
) -> Iterator[Failure]:
    c = nothing_fits.c
    for row in connection.execute(select(nothing_fits).where(c.at >= begin, c.at < end)):
        yield Failure("nothing_fits", row.text, row.normal, row.lang, "", "", row.at, said=row.note)


def by_words(failures: list[Failure]) -> dict[tuple[str, str], list[Failure]]:
    """Language and normal form -> the failures with these words; those without words left out."""
    found: dict[tuple[str, str], list[Failure]] = defaultdict(list)
    for failure in failures:
        if failure.normal:
            found[failure.lang, failure.normal].append(failure)
    return found

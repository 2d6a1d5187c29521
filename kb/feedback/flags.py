"""Flags: what staff say is wrong with an article, until a writer has dealt with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from kb.errors import BadInput, NotFound
from kb.feedback.link_tables import article_flags
from kb.feedback.signals import shortened
from kb.phrase import N_

if TYPE_CHECKING:
    import datetime as dt

    from kb.content.article import Article
    from kb.feedback.database import Database

KINDS = ("out-of-date", "wrong", "unclear")

NOTE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Flag:
    """`article` is an id; `title` is what it was called when `who` flagged it."""

    id: int
    article: str
    title: str
    kind: str
    note: str
    who: str
    at: dt.datetime


class Flags:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, article: Article, kind: str, note: str, who: str, now: dt.datetime) -> int:
        """The number of the new flag. The note is redacted. Raises BadInput."""
        if kind not in KINDS:
            hint = N_("One of: %(kinds)s.", kinds=", ".join(KINDS))
            raise BadInput(N_("There is no such flag."), hint)
        row = {
            "article": article.id, "title": article.title, "kind": kind,
            "note": shortened(note.strip(), NOTE_LIMIT), "who": who, "at": now,
        }  # fmt: skip
        with self._database.writing() as connection:
            made = article_flags.insert().values(**row).returning(article_flags.c.id)
            return int(connection.execute(made).scalar_one())

    def open(self) -> list[Flag]:
        """Those that nobody has dealt with, the oldest first."""
        c = article_flags.c
        query = select(c.id, c.article, c.title, c.kind, c.note, c.who, c.at)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(c.resolved.is_(None)).order_by(c.at, c.id))
            return [Flag(*row) for row in rows]

    def resolve(self, number: int, who: str, now: dt.datetime) -> None:
        """Raises NotFound for one that is not open."""
        c = article_flags.c
        change = update(article_flags).where(c.id == number, c.resolved.is_(None))
        with self._database.writing() as connection:
            if not connection.execute(change.values(resolved=now, resolver=who)).rowcount:
                raise NotFound(N_("There is no such flag, or somebody has dealt with it."))

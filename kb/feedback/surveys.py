"""Surveys: the last one that was worked out, as text, shared by all app servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from kb.feedback.tables import gap_changes, surveys

if TYPE_CHECKING:
    import datetime as dt

    from kb.feedback.database import Database

_ONLY = 1


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is known of a survey without reading it: the generation that it looked at, when it
    began, and the seconds it took."""

    generation: str
    at: dt.datetime
    seconds: float


class Surveys:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stamp(self) -> Stamp | None:
        """Of the stored survey, None: there is none yet."""
        c = surveys.c
        with self._database.reading() as connection:
            row = connection.execute(select(c.generation, c.at, c.seconds)).first()
        return Stamp(*row) if row else None

    def content(self) -> str:
        """The text of the stored survey, "" for none."""
        with self._database.reading() as connection:
            return str(connection.execute(select(surveys.c.content)).scalar() or "")

    def keep(self, stamp: Stamp, content: str) -> None:
        """Store a survey in place of an older one."""
        row = {
            "id": _ONLY, "generation": stamp.generation, "at": stamp.at,
            "seconds": stamp.seconds, "content": content,
        }  # fmt: skip
        new = self._database.insert(surveys).values(**row)
        older = surveys.c.at <= new.excluded.at
        change = new.on_conflict_do_update(index_elements=[surveys.c.id], set_=row, where=older)
        with self._database.writing() as connection:
            connection.execute(change)

    def is_overtaken(self, at: dt.datetime) -> bool:
        """Whether somebody merged or split gaps after a survey began."""
        by_hand = exists().where(gap_changes.c.state == "", gap_changes.c.at > at)
        with self._database.reading() as connection:
            return bool(connection.execute(select(by_hand)).scalar())

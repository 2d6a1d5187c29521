"""Deflections: messages to support that were not sent because an article answered the question."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from kb.feedback.tables import deflections

if TYPE_CHECKING:
    import datetime as dt

    from kb.feedback.database import Database
    from kb.feedback.events import Deflection


class Deflections:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, deflection: Deflection) -> None:
        """Store it durably. A visitor's second one with the same article, that day, is no other."""
        new = self._database.insert(deflections).values(**asdict(deflection))
        with self._database.writing() as connection:
            connection.execute(new.on_conflict_do_nothing())

    def count(self, begin: dt.datetime, end: dt.datetime) -> int:
        c = deflections.c
        query = select(func.count()).where(c.at >= begin, c.at < end)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

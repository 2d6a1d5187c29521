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

MOST_OF_NETWORK = 30
"""Deflections of a day: nobody makes up a success."""


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
        """Those of one network count up to MOST_OF_NETWORK: its token is another one each day."""
        c = deflections.c
        counted = select(c.network, func.count()).where(c.at >= begin, c.at < end)
        with self._database.reading() as connection:
            rows = connection.execute(counted.group_by(c.network)).all()
        return sum(min(many, MOST_OF_NETWORK) if network else many for network, many in rows)

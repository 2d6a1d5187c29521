"""Allowances: how much somebody has left of what may be done in a time, counted for all workers."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  (a field's type)
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.accounts.attempts import one_more

if TYPE_CHECKING:
    from kb.feedback.database import Database


@dataclass(frozen=True, slots=True)
class Allowance:
    """`left` of `most` until the count starts over in so many `seconds`; below 0: too many."""

    most: int
    left: int
    seconds: int


class Allowances:
    """Raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, name: str, most: int, window: dt.timedelta, now: dt.datetime) -> Allowance:
        """Count one more for a `name`, which must be no person's: it is stored as it is."""
        with self._database.writing() as connection:
            counted = connection.execute(one_more(self._database, name, now, window))
            count, until = counted.one()
        return Allowance(most, most - count, math.ceil((until - now).total_seconds()))

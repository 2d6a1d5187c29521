"""Missing: what staff report to have found no article for; they may add a note, or take it back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, select, update

from kb.errors import NotFound
from kb.feedback.events import TEXT_LIMIT, NothingFits
from kb.feedback.signals import clean, columns_of, row_value, shortened
from kb.feedback.tables import nothing_fits
from kb.phrase import N_

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from kb.feedback.database import Database


class Missing:
    """Whoever is asked for a report sees only their own. Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def report(self, event: NothingFits) -> int:
        """Store it, redacted -> its number."""
        made = nothing_fits.insert().values(**asdict(clean(event))).returning(nothing_fits.c.id)
        with self._database.writing() as connection:
            return int(connection.execute(made).scalar_one())

    def find(self, number: int, who: str) -> NothingFits:
        """Raises NotFound."""
        query = select(*columns_of(nothing_fits, NothingFits)).where(_own(number, who))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFound(N_("There is no such report."))
        return row_value(NothingFits, row)

    def add_note(self, number: int, who: str, note: str) -> None:
        """Raises NotFound."""
        change = update(nothing_fits).where(_own(number, who))
        with self._database.writing() as connection:
            kept = shortened(note.strip(), TEXT_LIMIT)
            if not connection.execute(change.values(note=kept)).rowcount:
                raise NotFound(N_("There is no such report."))

    def withdraw(self, number: int, who: str) -> None:
        """As if it had never been. Raises NotFound."""
        with self._database.writing() as connection:
            if not connection.execute(delete(nothing_fits).where(_own(number, who))).rowcount:
                raise NotFound(N_("There is no such report."))


def _own(number: int, who: str) -> ColumnElement[bool]:
    return and_(nothing_fits.c.id == number, nothing_fits.c.who == who)

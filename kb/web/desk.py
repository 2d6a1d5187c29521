"""Desk: the stored figures as the staff pages show them, with the states that gaps have now."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kb.errors import BadInput, NotFound
from kb.feedback.register import STATES, Register
from kb.phrase import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.feedback.register import Change, Entry
    from kb.insights.queue import Row
    from kb.insights.survey import Survey
    from kb.knowledge_base import KnowledgeBase
    from kb.surveying import Surveyor

FEW = 500
"""Searches of which the figures are worked out while somebody waits: it takes a second or two."""


BY_HAND = tuple(state for state in STATES if state != "proven")
"""Only figures prove."""


class NotYet(Exception):
    """The figures are being worked out for the first time."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All about one gap. `row` is None when nobody failed in the last weeks. `moved`: wordings came
    or went by hand after its figures were worked out."""

    entry: Entry
    row: Row | None
    history: tuple[Change, ...]
    patch: str
    moved: bool


class Desk:
    """Nothing is worked out while somebody waits, unless it is little."""

    def __init__(self, kb: KnowledgeBase, surveyor: Surveyor) -> None:
        self._kb, self._surveyor = kb, surveyor
        self._working = threading.Lock()
        self.register = Register(kb.journal.database)

    def survey(self) -> Survey:
        """The figures, and the gaps with the states that they have now.

        Raises NotYet and JournalUnavailable.
        """
        found = self._kb.ledger.surveyed()
        if self._is_due(found) and self._kb.ledger.has_few_searches(FEW):
            with self._working:
                found = self._kb.ledger.surveyed()
                if self._is_due(found):
                    found = self._kb.ledger.survey() or found
        self._surveyor.look()
        if found is None:
            raise NotYet
        entries = self.register.entries([row.id for row in found.rows])
        rows = (
            replace(row, gap=replace(row.gap, entry=entries[row.id]))
            for row in found.rows
            if row.id in entries
        )
        return replace(found, rows=tuple(rows))

    def _is_due(self, survey: Survey | None) -> bool:
        """Whether the figures are missing, or of another generation, or gaps were moved since.

        A server of drafts does not do it: the figures are those of the public's articles.
        """
        if self._kb.audience != "public":
            return False
        return (
            survey is None
            or survey.generation != self._kb.edition.generation
            or self._kb.ledger.surveys.is_overtaken(survey.at)
        )

    def sheet(self, survey: Survey, number: int) -> Sheet:
        """Raises NotFound and JournalUnavailable."""
        entry = self.entry(number)
        row = next((row for row in survey.rows if row.id == number), None)
        history = tuple(self.register.changes(number))
        return Sheet(
            entry=entry,
            row=row,
            history=history,
            patch=self._kb.ledger.gap_patch(row) if row else "",
            moved=any(not change.state and change.at > survey.at for change in history),
        )

    def change(self, number: int, state: str, who: str, note: str, article: str) -> None:
        """Bring a gap into a state by hand. `article` is the id of the one that answers it.

        Raises NotFound, BadInput, NotYet and JournalUnavailable.
        """
        if state not in BY_HAND:
            hint = N_("One of: %(states)s.", states=", ".join(BY_HAND))
            raise BadInput(N_("A gap cannot be put into this state."), hint)
        entry, rows = self.entry(number), self.survey().rows
        demand = next((row.gap.demand for row in rows if row.id == number), entry.demand)
        more: dict[str, str | float] = {"demand": demand}
        if state == "documented":
            more["article"] = article
        now = dt.datetime.now(dt.UTC)
        self.register.change(number, state, now, who, note.replace("\0", ""), **more)

    def entry(self, number: int) -> Entry:
        entry = self.register.entries([number]).get(number)
        if entry is None:
            raise NotFound(N_("There is no such page."))
        return entry


def rows_of(rows: Sequence[Row], states: Sequence[str], diagnosis: str) -> list[Row]:
    """The rows in one of these states and with this diagnosis, "" any."""
    return [
        row
        for row in rows
        if row.gap.entry.state in states and diagnosis in ("", row.diagnosis.kind)
    ]

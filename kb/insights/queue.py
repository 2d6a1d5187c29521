"""Queue: what to write next: gaps with their diagnosis, those that help most people first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.errors import NotFound
from kb.feedback.register import Register
from kb.feedback.visits import Visits
from kb.insights.diagnosis import diagnose
from kb.insights.gaps import WINDOW, find_gaps
from kb.insights.life import advance, prove
from kb.insights.outcomes import judge
from kb.insights.patches import patch

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from kb.feedback.database import Database
    from kb.feedback.register import Change
    from kb.insights.diagnosis import Diagnosis
    from kb.insights.gaps import Gap
    from kb.insights.proof import Proof
    from kb.search.searcher import Searcher


MOST = 300


@dataclass(frozen=True, slots=True)
class Row:
    """A gap and why it is one. `proof` compares before and after, once it is documented."""

    gap: Gap
    diagnosis: Diagnosis
    proof: Proof | None = None

    @property
    def id(self) -> int:
        return self.gap.id

    @property
    def trend(self) -> int:
        """How many people more than in the time before."""
        return self.gap.people - self.gap.before


class Queue:
    """The gaps of one journal, seen with the articles of one generation.

    Every method raises JournalUnavailable.
    """

    def __init__(
        self, database: Database, searcher: Searcher, staff: Searcher | None, generation: str
    ) -> None:
        self._database = database
        self._searcher = searcher
        self._staff = staff
        self._generation = generation

    def rows(self, now: dt.datetime, window: dt.timedelta = WINDOW) -> list[Row]:
        """Judge what visitors did, cluster what failed, notice what has changed, and say why.

        `MOST` gaps: who has more reads these first.
        """
        judge(Visits(self._database), now)
        gaps = find_gaps(self._database, self._searcher, now, window)
        if advance(self._database, self._searcher, gaps, now, self._generation):
            gaps = find_gaps(self._database, self._searcher, now, window)
        entries = {gap.id: gap.entry for gap in gaps}
        proofs = prove(self._database, self._searcher, entries)
        return [
            Row(gap, diagnose(gap.failures, self._searcher, self._staff), proofs.get(gap.id))
            for gap in gaps[:MOST]
        ]

    def history(self, gap: int) -> list[Change]:
        return Register(self._database).changes(gap)

    def patch(self, row: Row, articles: Path) -> str:
        """A diff of the articles folder, "" where a person must think instead."""
        return patch(row.gap, row.diagnosis, self._searcher.library, articles)


def row_of(rows: list[Row], gap: int) -> Row:
    """Raises NotFound."""
    for row in rows:
        if row.id == gap:
            return row
    raise NotFound(f"There is no gap {gap} in this time.", "See kb gaps, or take a longer --since.")

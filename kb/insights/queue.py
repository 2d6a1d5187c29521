"""Queue: what to write next: gaps with their diagnosis, those that help most people first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kb.errors import NotFound
from kb.feedback.register import Register
from kb.feedback.visits import Visits
from kb.insights.diagnosis import Diagnosis, diagnose
from kb.insights.evidence import Evidence, evidence
from kb.insights.gaps import WINDOW, Gap, find_gaps
from kb.insights.life import advance, prove
from kb.insights.outcomes import judge
from kb.insights.patches import patch
from kb.insights.proof import Proof  # noqa: TC001  (pydantic reads it)

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from kb.feedback.database import Database
    from kb.feedback.register import Change
    from kb.search.searcher import Searcher


MOST = 300
WATCHED = 1_000
"""Gaps whose searches are asked again to see whether an article answers them by now."""

MOST_COMMENTS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A gap and why it is one. `proof` compares before and after, once it is documented.

    It can be stored: the failures themselves are left out, `evidence` adds them up.
    """

    gap: Gap
    diagnosis: Diagnosis
    evidence: Evidence
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
        self,
        database: Database,
        searcher: Searcher,
        staff: Searcher | None,
        generation: str,
        articles: Path | None = None,
    ) -> None:
        """`articles` is their folder, for the commits that answer gaps."""
        self._database = database
        self._searcher = searcher
        self._staff = staff
        self._generation, self._articles = generation, articles

    def rows(self, now: dt.datetime, window: dt.timedelta = WINDOW) -> list[Row]:
        """Judge what visitors did, cluster what failed, notice what has changed, and say why.

        `MOST` gaps: who has more reads these first.
        """
        self.judge(now)
        return self.judged_rows(now, window)

    def judge(self, now: dt.datetime) -> None:
        """Give the searches of visitors who are quiet their outcome."""
        judge(Visits(self._database), now)

    def judged_rows(self, now: dt.datetime, window: dt.timedelta = WINDOW) -> list[Row]:
        """The rows, by the outcomes that there are."""
        gaps = find_gaps(self._database, self._searcher, now, window)
        database, searcher = self._database, self._searcher
        proofs = prove(database, searcher, Register(database).entries(), now)
        watched, articles = gaps[:WATCHED], self._articles
        advance(database, searcher, watched, now, self._generation, proofs, articles)
        entries = Register(database).entries()
        gaps = [replace(gap, entry=entries[gap.id]) for gap in gaps]
        return [self._row(gap, proofs.get(gap.id)) for gap in gaps[:MOST]]

    def _row(self, gap: Gap, proof: Proof | None) -> Row:
        found = diagnose(gap.failures, self._searcher, self._staff)
        found = replace(found, comments=found.comments[:MOST_COMMENTS])
        told = evidence(gap, self._searcher.library)
        return Row(replace(gap, failures=()), found, told, proof)

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

"""Ledger: what the journal adds up to, worked out and kept: the figures and the gaps."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING

from kb.errors import GenerationDamaged, KbError
from kb.feedback.figures import Figures
from kb.feedback.register import Register
from kb.feedback.surveys import Stamp, Surveys
from kb.feedback.visits import Visits
from kb.insights.gaps import WINDOW
from kb.insights.outcomes import judge
from kb.insights.patches import stub
from kb.insights.queue import Queue
from kb.insights.survey import Survey, decode, encode, make_survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kb.editions import Edition
    from kb.feedback.database import Database
    from kb.feedback.leases import Leases
    from kb.feedback.register import Change, Entry
    from kb.insights.queue import Row
    from kb.search.searcher import Searcher

SURVEY = "survey"
"""The lease of whoever works out a survey."""

LONG = 5.0
"""Seconds of a survey that is not worked out again for everybody who asks for the latest."""

FRESH = dt.timedelta(seconds=60)
WAITING = 300.0
"""Seconds that a command waits for another process that works out a survey."""


class Ledger:
    """The figures and gaps of one journal, seen with the articles that are live when asked.

    What needs those articles raises NotPublished before the first build.
    """

    def __init__(
        self,
        database: Database,
        leases: Leases,
        articles: Path,
        edition: Callable[[], Edition],
        staff_edition: Callable[[], Edition | None],
    ) -> None:
        """`articles` is their folder; the two others say what is live, see KnowledgeBase."""
        self._database, self._leases, self._articles = database, leases, articles
        self._edition, self._staff_edition = edition, staff_edition
        self.surveys = Surveys(database)
        self._survey: tuple[Stamp | None, Survey | None] = (None, None)

    def surveyed(self) -> Survey | None:
        """The figures that were worked out last, wherever that was. Raises JournalUnavailable."""
        stamp = self.surveys.stamp()
        if stamp != self._survey[0]:
            self._survey = (stamp, decode(self.surveys.content()) if stamp else None)
        return self._survey[1]

    def survey(self, patience: float = 0.0) -> Survey | None:
        """Work out all figures and store them; one process at a time does.

        None: another one has been at it for longer than `patience` seconds.
        Raises JournalUnavailable.
        """
        asked = dt.datetime.now(dt.UTC)
        with self._leases.held(SURVEY, patience) as mine:
            if not mine:
                return None
            stamp, now = self.surveys.stamp(), dt.datetime.now(dt.UTC)
            if stamp and stamp.at >= asked and stamp.generation == self._edition().generation:
                return self.surveyed()  # whoever was waited for has done it
            queue, edition = self._queue(), self._edition()
            made = make_survey(self._database, edition.library, queue, edition.generation, now)
            self.surveys.keep(Stamp(made.generation, made.at, made.seconds), encode(made))
            return made

    def latest_survey(self) -> Survey:
        """All figures as they are now; what takes long may be a minute old.

        Raises JournalUnavailable, and KbError while another process is at it.
        """
        found = self._latest() or self.survey(WAITING) or self.surveyed()
        if found is None:
            raise KbError("Another process works the figures out.", "Try again in a minute.")
        return found

    def _latest(self) -> Survey | None:
        """The stored survey if nobody wants to wait for a newer one."""
        stamp = self.surveys.stamp()
        if stamp is None or stamp.seconds < LONG or stamp.generation != self._edition().generation:
            return None
        old = dt.datetime.now(dt.UTC) - stamp.at > FRESH + dt.timedelta(seconds=stamp.seconds)
        return None if old or self.surveys.is_overtaken(stamp.at) else self.surveyed()

    def has_few_searches(self, most: int) -> bool:
        """Whether the journal has no more than that."""
        return Figures(self._database).has_few(most)

    def judge(self, now: dt.datetime, most: int | None = None) -> int:
        """Give searches of visitors who are quiet their outcome, of so many visitors at most."""
        return judge(Visits(self._database), now, most)

    def gaps(self, window: dt.timedelta = WINDOW) -> list[Row]:
        """What to write next, most wanted first. Raises as `latest_survey` does."""
        if window != WINDOW:
            with self._leases.held(SURVEY, WAITING):  # two at once would number new gaps twice
                return self._queue().rows(dt.datetime.now(dt.UTC), window)
        return list(self.latest_survey().rows)

    def gap_history(self, gap: int) -> list[Change]:
        """What happened to a gap, oldest first."""
        return self._queue().history(gap)

    def gap_patch(self, row: Row) -> str:
        """What is proposed for a gap, as a diff of the articles folder; "" for nothing."""
        return self._queue().patch(row, self._articles)

    def gap_article(self, row: Row) -> tuple[Path, str]:
        """Where the missing article would stand, and its stub. Raises KbError."""
        path, text = stub(row.gap, self._edition().library)
        return self._articles / path, text

    def change_gap(
        self, gap: int, state: str, who: str = "", note: str = "", article: str = ""
    ) -> Entry:
        """Bring a gap into a state. Raises NotFound, BadInput and JournalUnavailable."""
        register, now = Register(self._database), dt.datetime.now(dt.UTC)
        more: dict[str, str | float] = {}
        if article:
            more["article"] = self._edition().article(article).id
        if state == "ignored":
            more["demand"] = next((r.gap.demand for r in self.gaps() if r.id == gap), 0.0)
        return register.change(gap, state, now, who, note, **more)

    def _queue(self) -> Queue:
        staff, edition = self._staff_searcher(), self._edition()
        return Queue(self._database, edition.searcher, staff, edition.generation, self._articles)

    def _staff_searcher(self) -> Searcher | None:
        """What finds drafts and staff articles; None where none are, or none whole."""
        with contextlib.suppress(GenerationDamaged):
            staff = self._staff_edition()
            if staff and staff is not self._edition():
                return staff.searcher
        return None

"""Week: one screen of figures, the seven days up to now and the seven before."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.feedback.figures import Figures
from kb.insights.demand import WEEK
from kb.insights.helpfulness import PER_NETWORK, wilson
from kb.insights.outcomes import OUTCOMES
from kb.insights.satisfaction import answered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kb.feedback.database import Database
    from kb.feedback.figures import Searched


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, with what it is at least and at most, with 95 % confidence."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def bounds(self) -> tuple[float, float]:
        return wilson(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Span:
    """The figures of some days. `outcomes` are all six, each of the searches that were judged;
    those that nobody could act on are left out there. `visitors` searched or read; `contacts`
    are visitors who turned to support. `satisfied` and `easy` are of those who answered."""

    searches: int
    waiting: int
    outcomes: tuple[tuple[str, Share], ...]
    visitors: int
    contacts: int
    reads: int
    helpful: Share
    satisfied: Share
    easy: Share

    @property
    def settled(self) -> Share:
        return dict(self.outcomes)["settled"]

    @property
    def score(self) -> float | None:
        """Self-service score: visits for each contact, None while nobody turned to support."""
        return self.visitors / self.contacts if self.contacts else None


@dataclass(frozen=True, slots=True)
class Day:
    """A day in UTC; the first and the last one may be parts of a day."""

    day: dt.date
    searches: int
    settled: Share
    contacts: int


@dataclass(frozen=True, slots=True)
class Week:
    now: Span
    before: Span
    days: tuple[Day, ...]


def week(database: Database, now: dt.datetime) -> Week:
    """Raises JournalUnavailable."""
    figures = Figures(database)
    middle, begin = now - WEEK, now - 2 * WEEK
    early, late = figures.searches(begin, middle), figures.searches(middle, now)
    contacts = figures.contacts(begin, now)
    return Week(
        now=_span(figures, late, answered(database, middle, now), middle, now),
        before=_span(figures, early, answered(database, begin, middle), begin, middle),
        days=tuple(_days([*early, *late], contacts, begin.date(), now.date())),
    )


def _span(
    figures: Figures,
    searched: Iterable[Searched],
    answers: Mapping[str, tuple[int, int]],
    begin: dt.datetime,
    end: dt.datetime,
) -> Span:
    rows = list(searched)
    counts = _outcomes(rows)
    judged = counts.total()
    votes = figures.votes(begin, end, PER_NETWORK)
    yes, no = sum(one.yes for one in votes), sum(one.no for one in votes)
    return Span(
        searches=sum(row.count for row in rows),
        waiting=sum(row.count for row in rows if not row.outcome),
        outcomes=tuple((name, Share(counts[name], judged)) for name in OUTCOMES),
        visitors=figures.visitors(begin, end),
        contacts=sum(figures.contacts(begin, end).values()),
        reads=figures.reads(begin, end),
        helpful=Share(yes, yes + no),
        satisfied=Share(*answers["satisfaction"]),
        easy=Share(*answers["effort"]),
    )


def _outcomes(rows: Iterable[Searched]) -> Counter[str]:
    """Of what was judged and could be acted on."""
    counts: Counter[str] = Counter()
    for row in rows:
        if row.failed or row.outcome == "settled":
            counts[row.outcome] += row.count
    return counts


def _days(
    rows: list[Searched], contacts: dict[dt.date, int], first: dt.date, last: dt.date
) -> Iterable[Day]:
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        own = [row for row in rows if row.day == day]
        counts = _outcomes(own)
        settled = Share(counts["settled"], counts.total())
        yield Day(day, sum(row.count for row in own), settled, contacts.get(day, 0))

"""Gaps: what customers look for and do not get, as a queue: clusters of failures that keep their
number, ordered by how many people would be helped."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kb.feedback.failures import Failure, Failures, by_words
from kb.feedback.register import Entry, Register
from kb.insights.attempts import attempts_of, took_pains, weighed
from kb.insights.clusters import Clusters, Wording
from kb.insights.demand import WEEK, counted, networks, people, surges
from kb.insights.helpfulness import wilson
from kb.insights.labels import label, samples
from kb.insights.meanings import meanings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kb.feedback.database import Database
    from kb.feedback.failures import Attempt
    from kb.search.searcher import Searcher

    Key = tuple[str, str]

WINDOW = dt.timedelta(weeks=4)
FEWEST = 2
"""People, and networks, that must have failed before a new gap gets a number; one report of staff
is enough."""

USUAL = 0.15
"""Share of people, weighed, who fail in general, at most: where all fail, all are gaps."""

MOST_SEARCHES = 100_000
"""Of a window with more, a part of the visitors stands for all: it says as much, in less time."""

SETTLED_LATE = 0.25
"""What a person weighs in a cluster who found the article in the end, by other words."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap with its evidence of the last weeks.

    `demand` is how many people a week would be helped, at least: those who look for it, times the
    share that fails more often than searches do in general; by it the queue is ordered. `people`
    failed in the window, `before` in the one before. `found` are articles with
    how often they were among the first results. `samples` are texts with their number of people,
    three at least; `hidden` are wordings of fewer. `part` of the visitors was looked at, and stands
    for all of them in every number.
    """

    entry: Entry
    label: str
    demand: float
    people: int
    before: int
    surge: bool
    sources: tuple[tuple[str, int], ...]
    outcomes: tuple[tuple[str, int], ...]
    samples: tuple[tuple[str, int], ...]
    hidden: int
    found: tuple[tuple[str, int], ...]
    contacts: int
    failures: tuple[Failure, ...]
    part: float = 1.0

    @property
    def id(self) -> int:
        return self.entry.id


@dataclass(frozen=True, slots=True)
class _Span:
    """What is looked at: the `window` before `now`; `since` anything is known."""

    now: dt.datetime
    window: dt.timedelta
    since: dt.datetime


def find_gaps(
    database: Database, searcher: Searcher, now: dt.datetime, window: dt.timedelta = WINDOW
) -> list[Gap]:
    """Cluster what failed in the time before `now`, and give every new cluster a number.

    Gaps that had no failure in that time are not listed. Raises JournalUnavailable.
    """
    register = Register(database)
    part = part_of(database, now - window, now)
    journal = Failures(database, part)
    failures = journal.since(now - 2 * window, now)
    recent = [failure for failure in failures if failure.at >= now - window]
    attempts = [one for one in journal.attempts(now - window) if one.at < now]
    found = _clustered(by_words(recent), register.members(), searcher)
    found = _worth_a_number(found, by_words(recent))
    register.grow(found, _labels(found, by_words(recent)), now)
    entries, members = register.entries(), register.members()
    tried = attempts_of(attempts, members, searcher)
    pains = took_pains(attempts)
    usual = _usual(attempts, pains)
    span = _Span(now, window, min((failure.at for failure in failures), default=now))
    rows = [
        _gap(entries[number], some, tried.get(number, []), pains, usual, span)
        for number, some in _of_gap(failures, members).items()
        if any(failure.at >= now - window for failure in some)
    ]
    if part < 1:
        rows = [_for_all(gap, part) for gap in rows]
    return sorted(rows, key=lambda gap: (not gap.surge, -gap.demand, -gap.people, gap.id))


def part_of(database: Database, begin: dt.datetime, end: dt.datetime) -> float:
    """The part of the visitors that is looked at."""
    return min(1.0, MOST_SEARCHES / max(1, Failures(database).searches(begin, end)))


def _for_all(gap: Gap, part: float) -> Gap:
    """Numbers of people and of searches as they would be of all visitors."""

    def every(counts: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
        return tuple((what, round(count / part)) for what, count in counts)

    return replace(
        gap,
        demand=gap.demand / part,
        people=round(gap.people / part),
        before=round(gap.before / part),
        sources=every(gap.sources),
        outcomes=every(gap.outcomes),
        samples=every(gap.samples),
        found=every(gap.found),
        contacts=round(gap.contacts / part),
        part=part,
    )


def _clustered(
    words: Mapping[Key, list[Failure]], known: Mapping[Key, int], searcher: Searcher
) -> dict[Key, int]:
    """Language by language: the same letters mean different things."""
    found: dict[Key, int] = {}
    for lang in sorted({lang for lang, _ in words}):
        own = {key: some for key, some in words.items() if key[0] == lang}
        meaning = meanings(searcher, lang)
        wordings = [
            Wording(
                key,
                tuple(key[1].split()),
                _weight(some),
                _results(some),
                meaning.others(some[0].text or key[1]),
            )
            for key, some in own.items()
        ]
        numbers = Clusters(meaning.idf).cluster(wordings, known)
        least_so_far = min(found.values(), default=0)
        for key, number in numbers.items():
            found[key] = number if number > 0 else min(least_so_far, 0) + number
    return found


def _weight(failures: Sequence[Failure]) -> float:
    some = counted(failures)
    late = [failure for failure in some if failure.settled]
    others = [failure for failure in some if not failure.settled]
    return people(others) + SETTLED_LATE * people(late)


def _results(failures: Sequence[Failure]) -> dict[str, float]:
    """The first results and what each is worth by its rank."""
    worth: Counter[str] = Counter()
    for failure in failures[:20]:
        for rank, article in enumerate(failure.found, 1):
            worth[article] += 1 / rank  # type: ignore[assignment]
    return dict(worth)


def _worth_a_number(found: Mapping[Key, int], words: Mapping[Key, list[Failure]]) -> dict[Key, int]:
    """Known gaps, and new ones in which several people failed."""
    of_cluster: dict[int, list[Failure]] = defaultdict(list)
    for key, number in found.items():
        of_cluster[number] += words[key]
    kept = {
        number
        for number, some in of_cluster.items()
        if number > 0
        or (people(counted(some)) >= FEWEST and networks(some) >= FEWEST)
        or any(failure.source == "nothing_fits" for failure in some)
    }
    return {key: number for key, number in found.items() if number in kept}


def _labels(found: Mapping[Key, int], words: Mapping[Key, list[Failure]]) -> dict[int, str]:
    of_new: dict[int, list[Failure]] = defaultdict(list)
    for key, number in found.items():
        if number < 0:
            of_new[number] += words[key]
    return {number: label(some) for number, some in of_new.items()}


def _of_gap(failures: Sequence[Failure], members: Mapping[Key, int]) -> dict[int, list[Failure]]:
    found: dict[int, list[Failure]] = defaultdict(list)
    for failure in failures:
        number = members.get((failure.lang, failure.normal))
        if number:
            found[number].append(failure)
    return found


def _usual(attempts: Sequence[Attempt], pains: Collection[str]) -> float:
    """The share of people who fail in general, weighed as those of a gap are."""
    failed, tried = weighed(attempts, pains)
    return min(USUAL, failed / tried) if tried else USUAL


def _demand(
    failures: list[Failure], attempts: list[Attempt], pains: Collection[str], usual: float
) -> float:
    """People who would be helped: of those who tried the share that fails more than usual, at
    least. Who did not search, but voted, wrote or reported, failed too."""
    asked = {one.visitor for one in attempts}
    others = people([f for f in failures if not f.visitor or f.visitor not in asked])
    failed, tried = weighed(attempts, pains)
    least, _ = wilson(failed + others, tried + others)
    return (tried + others) * max(0.0, least - usual)


def _gap(
    entry: Entry,
    failures: list[Failure],
    attempts: list[Attempt],
    pains: Collection[str],
    usual: float,
    span: _Span,
) -> Gap:
    now, window = span.now, span.window
    every = counted(failures)
    recent = [failure for failure in every if failure.at >= now - window]
    earlier = [failure for failure in every if failure.at < now - window]
    shown, hidden = samples(recent)
    articles = Counter(article for failure in recent for article in failure.found[:3])
    return Gap(
        entry=entry,
        label=entry.label or label(recent),
        demand=_demand(recent, attempts, pains, usual) / (window / WEEK),
        people=people(recent),
        before=people(earlier),
        surge=surges([failure.at for failure in every], now, span.since),
        sources=tuple(Counter(failure.source for failure in recent).most_common()),
        outcomes=tuple(Counter(f.outcome for f in recent if f.outcome).most_common()),
        samples=shown,
        hidden=hidden,
        found=tuple(articles.most_common(5)),
        contacts=people([failure for failure in recent if failure.outcome == "contacted"]),
        failures=tuple(recent),
    )

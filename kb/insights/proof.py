"""Proof: whether fewer people fail since an article answers a gap.

People are compared, not searches: somebody failed who looked for it and in the end found nothing.
Searches count for a gap by their words, whether they failed or not, before and after by the same
rule: to compare only wordings that had failed would call every chance a success later on.
Better is what is better with confidence: the Wilson intervals of both shares do not overlap.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.insights.clusters import Clusters, Wording
from kb.insights.demand import PER_NETWORK
from kb.insights.helpfulness import wilson
from kb.insights.meanings import meanings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kb.feedback.failures import Attempt
    from kb.search.searcher import Searcher

    Key = tuple[str, str]

BEFORE = dt.timedelta(weeks=4)
"""The time before a gap was documented that is compared with the time after."""

ENOUGH = 20
"""People after whom "not better" is said; before, there is not enough to say."""


@dataclass(frozen=True, slots=True)
class Share:
    """Of `tried` people `failed` found nothing; the share lies between `low` and `high` (95 %)."""

    failed: int
    tried: int

    @property
    def rate(self) -> float:
        return self.failed / self.tried if self.tried else 0.0

    @property
    def low(self) -> float:
        return wilson(self.failed, self.tried)[0]

    @property
    def high(self) -> float:
        return wilson(self.failed, self.tried)[1]


@dataclass(frozen=True, slots=True)
class Proof:
    before: Share
    after: Share

    @property
    def better(self) -> bool:
        return self.after.tried > 0 and self.after.high < self.before.low

    @property
    def enough(self) -> bool:
        """Whether so many people tried that a real change would show."""
        return self.after.tried >= ENOUGH


def proof(attempts: Sequence[Attempt], since: dt.datetime) -> Proof:
    """Of one gap's searches, before and after it was documented."""
    before = [one for one in attempts if since - BEFORE <= one.at < since]
    return Proof(share(before), share([one for one in attempts if one.at >= since]))


def share(attempts: Iterable[Attempt]) -> Share:
    """How many people tried and failed; of one network the first three of a day count."""
    people: dict[str, list[Attempt]] = defaultdict(list)
    seen: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
    for one in attempts:
        if one.network:
            visitors = seen[one.network, one.at.astimezone(dt.UTC).date()]
            if one.visitor not in visitors and len(visitors) >= PER_NETWORK:
                continue
            visitors.add(one.visitor)
        people[one.visitor].append(one)
    failed = sum(all(one.failed and not one.late for one in some) for some in people.values())
    return Share(failed, len(people))


def attempts_of(
    attempts: Sequence[Attempt], members: Mapping[Key, int], searcher: Searcher
) -> dict[int, list[Attempt]]:
    """Each gap's searches: those with its words, and those that come near them."""
    of_gap: dict[int, list[Attempt]] = defaultdict(list)
    for lang in sorted({one.lang for one in attempts}):
        own = [one for one in attempts if one.lang == lang]
        words: dict[Key, list[Attempt]] = defaultdict(list)
        for one in own:
            words[lang, one.normal].append(one)
        meaning = meanings(searcher, lang)
        wordings = [
            Wording(
                key,
                tuple(key[1].split()),
                len({one.visitor for one in some}),
                {article: 1 / rank for rank, article in enumerate(some[0].found, 1)},
                meaning.others(key[1]),
            )
            for key, some in words.items()
        ]
        found = Clusters(meaning.idf).assign(wordings, members)
        for key, number in found.items():
            of_gap[number] += words[key]
    return {number: sorted(some, key=lambda one: one.at) for number, some in of_gap.items()}

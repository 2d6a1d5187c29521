"""Attempts: who looked for something, with and without an end, and which gap they belong to.

People are counted, not searches: somebody failed who looked for it and in the end found nothing.
Searches count for a gap by their words, whether they failed or not.
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
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from kb.feedback.failures import Attempt
    from kb.search.searcher import Searcher

    Key = tuple[str, str]

LEFT = 0.5
"""What a person weighs who typed one thing and left: many are only curious, or come back."""


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


def share(attempts: Iterable[Attempt]) -> Share:
    """How many people tried and failed; of one network the first three of a day count."""
    failed, tried = _people(attempts)
    return Share(len(failed), tried)


def weighed(attempts: Iterable[Attempt], pains: Collection[str]) -> tuple[float, int]:
    """The same two numbers, but whoever took no pains weighs less.

    An interval for this share is a guide and no more: it is made for whole people.
    """
    failed, tried = _people(attempts)
    return sum(1.0 if one in pains else LEFT for one in failed), tried


def took_pains(attempts: Iterable[Attempt]) -> frozenset[str]:
    """Visitors who said it in two ways, voted an article down or wrote to support, in vain."""
    said: dict[str, set[str]] = defaultdict(set)
    told = set()
    for one in attempts:
        if one.in_vain:
            said[one.visitor].add(one.normal)
            if one.outcome in ("contacted", "read_voted_no"):
                told.add(one.visitor)
    return frozenset(told.union(visitor for visitor, texts in said.items() if len(texts) > 1))


def _people(attempts: Iterable[Attempt]) -> tuple[set[str], int]:
    """Who failed, and how many tried."""
    people: dict[str, bool] = {}
    seen: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
    for one in attempts:
        if one.network:
            visitors = seen[one.network, one.at.astimezone(dt.UTC).date()]
            if one.visitor not in visitors and len(visitors) >= PER_NETWORK:
                continue
            visitors.add(one.visitor)
        people[one.visitor] = people.get(one.visitor, True) and one.in_vain
    return {visitor for visitor, failed in people.items() if failed}, len(people)


def attempts_of(
    attempts: Sequence[Attempt], members: Mapping[Key, int], searcher: Searcher
) -> dict[int, list[Attempt]]:
    """Each gap's searches, in their order: those with its words, and those that come near them."""
    numbers: dict[Key, int] = {}
    for lang in sorted({one.lang for one in attempts}):
        own = [one for one in attempts if one.lang == lang]
        meaning = meanings(searcher, lang)
        numbers |= Clusters(meaning.idf).assign(_wordings(own, meaning.others), members)
    found: dict[int, list[Attempt]] = defaultdict(list)
    for one in attempts:
        if number := numbers.get((one.lang, one.normal)):
            found[number].append(one)
    return found


def _wordings(
    attempts: Sequence[Attempt], others: Callable[[str], tuple[str, ...]]
) -> list[Wording]:
    words: dict[Key, list[Attempt]] = defaultdict(list)
    for one in attempts:
        words[one.lang, one.normal].append(one)
    return [
        Wording(
            key,
            tuple(key[1].split()),
            len({one.visitor for one in some}),
            {article: 1 / rank for rank, article in enumerate(some[0].found, 1)},
            others(key[1]),
        )
        for key, some in words.items()
    ]

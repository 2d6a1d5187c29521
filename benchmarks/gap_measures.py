"""Measures of a queue of gaps against the truth: precision, recall and purity."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truth import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from truth import Asked

    Members = frozenset[str]  # normal forms

FIRST, DEPTH = 20, 60  # gaps that precision looks at; gaps that recall and purity look at
ENOUGH = 5  # failing visitors that make a removed article one that should be found


@dataclass(frozen=True, slots=True)
class GapMeasures:
    """Each from 0 to 1; `gaps` is the length of the queue, `found` of `wanted` needs are in it.

    `repeated` gaps of those looked at have the need of one further up.
    """

    gaps: int
    precision: float
    recall: float
    purity: float
    found: int
    wanted: int
    repeated: int


class Truth:
    """Who failed at what: texts that brought no answer, by what their visitors needed."""

    def __init__(self, asked: Iterable[Asked], removed: frozenset[str]) -> None:
        self.removed = removed
        self._failed: dict[str, set[tuple[str, str]]] = defaultdict(set)
        visitors: dict[str, set[str]] = defaultdict(set)
        for one in asked:
            if not one.answered:
                self._failed[one.normal].add((one.need, one.visitor))
                visitors[one.need].add(one.visitor)
        self.failing: Mapping[str, int] = {
            need: len(who) for need, who in visitors.items() if need != NOBODY
        }

    @property
    def wanted(self) -> frozenset[str]:
        """Removed articles that enough visitors looked for in vain."""
        return frozenset(one for one in self.removed if self.failing.get(one, 0) >= ENOUGH)

    def needs(self, members: Members) -> Counter[str]:
        """What the failing visitors of a gap's texts needed; a visitor counts once for a need."""
        who = {one for normal in members for one in self._failed.get(normal, ())}
        return Counter(need for need, _ in who)


def measure(queue: Sequence[Members], truth: Truth) -> GapMeasures:
    """Of a ranked queue, each gap given by its texts."""
    needs = [truth.needs(members) for members in queue[:DEPTH]]
    majorities = [majority(one) for one in needs]
    right = sum(one in truth.removed for one in majorities[:FIRST])
    found = truth.wanted.intersection(one for one in majorities if one is not None)
    known = [one for one in majorities if one not in {None, NOBODY}]
    return GapMeasures(
        gaps=len(queue),
        precision=_share(right, len(majorities[:FIRST])),
        recall=_share(len(found), len(truth.wanted)),
        purity=_share(_own(needs), sum(one.total() for one in needs)),
        found=len(found),
        wanted=len(truth.wanted),
        repeated=len(known) - len(set(known)),
    )


def majority(needs: Counter[str]) -> str | None:
    """What most failing visitors needed; None when nobody failed. The name decides a tie."""
    return min(needs, key=lambda need: (-needs[need], need), default=None)


def _own(needs: Iterable[Counter[str]]) -> int:
    """Members that belong to the majority; those whom nobody would help belong to nothing."""
    return sum(one[need] for one in needs if (need := majority(one)))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0

"""Clusters: wordings of the same need, by their words and by what they found.

A wording is a point in a space of terms and found articles; the cosine of two is

    (1 - FOUND) · cosine of the terms, by their idf + FOUND · cosine of the first results

Clusters that are known keep what they have: a new wording joins the nearest one, or founds another.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Key = tuple[str, str]
    Point = dict[str, float]

FOUND = 0.25  # what the same results count beside the same words
ALIKE = 0.6  # cosine from which a wording joins a cluster
SAME = 0.7  # cosine from which two new clusters are one
RARE = 5  # letters of a word in which one may be wrong
COMMONER = 3  # times as many people must have typed the word that was meant


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that somebody used: `key` is their language and normal form, `terms` that form's terms.

    `others` are terms that mean the same, by corrections and synonyms. `weight` people used it.
    """

    key: Key
    terms: tuple[str, ...]
    weight: float
    found: Mapping[str, float] = field(default_factory=dict)
    others: tuple[str, ...] = ()


class Clusters:
    """Clusters by number: each is the sum of its wordings' points."""

    def __init__(self, idf: Callable[[str], float]) -> None:
        self._idf = idf
        self._sums: dict[str, dict[int, float]] = defaultdict(dict)  # of each name, by cluster
        self._squares: dict[int, float] = defaultdict(float)
        self._lengths: dict[int, float] = {}
        self._points: dict[int, Point] = defaultdict(dict)
        self._meant: dict[str, str] = {}

    def cluster(self, wordings: Sequence[Wording], known: Mapping[Key, int]) -> dict[Key, int]:
        """Each wording's cluster: the known one, or a new one with a negative number."""
        points = self._seed(wordings, known)
        found = {key: known[key] for key in points if key in known}
        rest = [one for one in wordings if one.key not in known]
        rest.sort(key=lambda one: (-one.weight, one.key))
        for one in rest:
            number, cosine = self._nearest(points[one.key], ALIKE)
            if cosine < ALIKE:
                number = -len(found) - 1
            found[one.key] = number
            self._add(number, points[one.key], one.weight)
        return self._joined(found)

    def assign(self, wordings: Sequence[Wording], known: Mapping[Key, int]) -> dict[Key, int]:
        """The known cluster of each wording that has one or comes near one."""
        points = self._seed(wordings, known)
        found = {key: known[key] for key in points if key in known}
        for key, point in points.items():
            number, cosine = self._nearest(point, ALIKE) if key not in known else (0, 0.0)
            if cosine >= ALIKE:
                found[key] = number
        return found

    def _seed(self, wordings: Sequence[Wording], known: Mapping[Key, int]) -> dict[Key, Point]:
        """All points; those of known clusters are in them."""
        self._meant = _meant(wordings)
        points = {one.key: self._point(one) for one in wordings}
        for one in wordings:
            if one.key in known:
                self._add(known[one.key], points[one.key], one.weight)
        return points

    def _point(self, one: Wording) -> Point:
        words: Point = defaultdict(float)
        for term in one.terms:
            meant = self._meant.get(term, term)
            words[meant] = max(words[meant], self._idf(meant))
        for term in one.others:
            words[term] = max(words[term], self._idf(term) / 2)
        results = {f"\0{article}": worth for article, worth in one.found.items()}
        point = _scaled(words, math.sqrt(1 - FOUND if results else 1))
        return point | _scaled(results, math.sqrt(FOUND))

    def _add(self, number: int, point: Point, weight: float) -> None:
        sums = self._points[number]
        for name, worth in point.items():
            before = sums.get(name, 0.0)
            sums[name] = self._sums[name][number] = after = before + weight * worth
            self._squares[number] += after * after - before * before
        self._lengths[number] = math.sqrt(self._squares[number])

    def _nearest(self, point: Point, least: float, other_than: int = 0) -> tuple[int, float]:
        """The cluster with the highest cosine, of those that share a word and reach `least`.

        The rarest words first. A cluster with none of them cannot get there any more once what is
        left of the point is too short (Cauchy and Schwarz): the lists of the commonest words, by
        far the longest, are only read for what shares a rarer one.
        """
        products: dict[int, float] = {}
        left = every = sum(worth * worth for worth in point.values())
        for name in sorted(point, key=self._reads):
            sums, worth = self._sums.get(name, {}), point[name]
            if name[0] == "\0" or left < least * least * every:
                for number in products.keys() & sums.keys():
                    products[number] += worth * sums[number]
            else:
                for number, total in sums.items():
                    products[number] = products.get(number, 0.0) + worth * total
            left -= worth * worth
        products.pop(other_than, None)
        best = max(products, key=lambda n: (products[n] / self._lengths[n], n), default=0)
        if not best:
            return 0, 0.0
        return best, products[best] / (math.sqrt(every) * self._lengths[best])

    def _reads(self, name: str) -> tuple[bool, int, str]:
        """Words before results, and the shortest list first."""
        return name[0] == "\0", len(self._sums.get(name, ())), name

    def _joined(self, found: dict[Key, int]) -> dict[Key, int]:
        """New clusters that grew together, or towards a known one, become one."""
        into: dict[int, int] = {}
        for number in sorted({n for n in found.values() if n < 0}, reverse=True):
            other, cosine = self._nearest(self._points[number], SAME, other_than=number)
            if cosine >= SAME and other:
                into[number] = other
                self._merge(number, other)
        return {key: _end(into, number) for key, number in found.items()}

    def _merge(self, number: int, other: int) -> None:
        point = self._points.pop(number)
        for name in point:
            del self._sums[name][number]
        del self._squares[number]
        self._add(other, point, 1.0)


def _end(into: Mapping[int, int], number: int) -> int:
    while number in into:
        number = into[number]
    return number


def _meant(wordings: Iterable[Wording]) -> dict[str, str]:
    """Words with one wrong letter that far more people wrote otherwise -> the right ones."""
    people: Counter[str] = Counter()
    for one in wordings:
        for term in one.terms:
            people[term] += one.weight  # type: ignore[assignment]
    by_length: dict[int, list[str]] = defaultdict(list)
    fewest = COMMONER * min(people.values(), default=0)
    for term, count in people.items():
        if count >= fewest:
            by_length[len(term)].append(term)
    meant = {}
    for term, count in people.items():
        if len(term) < RARE or not term.isalpha():
            continue
        near = [other for size in (-1, 0, 1) for other in by_length[len(term) + size]]
        alike = process.extract(term, near, scorer=OSA.distance, score_cutoff=1, limit=None)
        words = (word for word, _, _ in alike)
        other = max(words, key=lambda word: (people[word], word), default=term)
        if people[other] >= COMMONER * count:
            meant[term] = other
    return meant


def _scaled(point: Mapping[str, float], length: float) -> Point:
    size = math.sqrt(sum(worth * worth for worth in point.values()))
    return {name: worth * length / size for name, worth in point.items()} if size else {}

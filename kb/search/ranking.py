"""Ranking: the compiled arrays of one language, and what terms, prefixes and phrases score.

Scores are float32 arrays, an item a document; 0 is no match. Documents of equal score stand in
the order of their keys: that is the order of their numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.search.ragged import items
from kb.search.segments import FIELD_SHIFT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

# Smaller files are read: a mapped one that somebody truncates kills the process with SIGBUS.
# From here on sharing the memory between workers is worth that risk.
MAPPED_BYTES = 48 << 20
PHRASES, HOLDERS = 128, 32  # kept in memory, a byte a document each
MOST_ENDINGS = 32  # terms that a prefix may stand for
_ARRAYS = (
    "starts",
    "documents",
    "impacts",
    "place_begins",
    "place_counts",
    "places",
    "dense",
    "dense_terms",
    "lengths",
    "averages",
    "boosts",
    "section_places",
    "section_place_starts",
)


class Ranking:
    """Opened once a generation; threads share it, nothing in it changes."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or ValueError when the files are not there or do not fit together."""
        self.terms = _lines(folder / "terms.txt")
        self.keys = _lines(folder / "keys.txt")
        self._arrays = {name: load_array(folder / f"{name}.npy") for name in _ARRAYS}
        self._starts = self._arrays["starts"]
        self._number = {term: n for n, term in enumerate(self.terms)}
        self._row = {int(term): n for n, term in enumerate(self._arrays["dense_terms"])}
        self._phrases = lru_cache(maxsize=PHRASES)(self._find_phrase)
        self._holders = lru_cache(maxsize=HOLDERS)(self._find_holders)
        if len(self._starts) != len(self.terms) + 1 or len(self.boosts) != len(self.keys):
            raise ValueError("the arrays of the index do not fit together")

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def boosts(self) -> NDArray[np.float32]:
        boosts: NDArray[np.float32] = self._arrays["boosts"]
        return boosts

    @property
    def averages(self) -> NDArray[np.float64]:
        """Of each field the average length."""
        averages: NDArray[np.float64] = self._arrays["averages"]
        return averages

    def __contains__(self, term: str) -> bool:
        return term in self._number

    def nothing(self) -> Scores:
        return np.zeros(len(self.keys), np.float32)

    def frequency(self, term: str) -> int:
        """How many documents hold the term."""
        number = self._number.get(term)
        return 0 if number is None else int(self._starts[number + 1] - self._starts[number])

    def postings(self, term: str) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """The documents that hold a term, rising, and its impact in each."""
        number = self._number.get(term)
        some = slice(0, 0) if number is None else self._slice(number)
        return self._arrays["documents"][some], self._arrays["impacts"][some]

    def all_postings(
        self,
    ) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.float32]]:
        """Parallel arrays: number of the term (its place in `terms`), document, impact."""
        terms = np.repeat(np.arange(len(self.terms)), np.diff(self._starts))
        return terms, self._arrays["documents"], self._arrays["impacts"]

    def add(self, scores: Scores, term: str, weight: float = 1.0) -> None:
        """Add what a term is worth to the scores of its documents."""
        number = self._number.get(term)
        if number is None:
            return
        row = self._row.get(number)
        if row is not None:
            column = self._arrays["dense"][row]
            scores += column if weight == 1.0 else column * np.float32(weight)
            return
        some = self._slice(number)
        impacts = self._arrays["impacts"][some]
        if weight != 1.0:
            impacts = impacts * np.float32(weight)
        scores[self._arrays["documents"][some]] += impacts

    def holds(self, term: str, among: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Which of some documents hold a term."""
        held: NDArray[np.bool_] = self._holders(term)[among]
        return held

    def sum(self, terms: Iterable[str]) -> Scores:
        scores = self.nothing()
        for term in terms:
            self.add(scores, term)
        return scores

    def together(self, first: str, second: str) -> bool:
        """Whether a document holds both terms. Many may be asked for beside the same `second`."""
        return bool(np.count_nonzero(self._holders(second)[self.postings(first)[0]]))

    def _find_holders(self, term: str) -> NDArray[np.bool_]:
        held = np.zeros(len(self.keys), bool)
        held[self.postings(term)[0]] = True
        return held

    def starting_with(self, prefix: str, most: int = MOST_ENDINGS) -> list[str]:
        """The terms in most documents that start with a prefix; ties in alphabetical order."""
        begin = bisect_left(self.terms, prefix)
        end = bisect_left(self.terms, prefix + "\U0010ffff", lo=begin)
        frequencies = np.diff(self._starts[begin : end + 1])
        if len(frequencies) > most:
            least = np.partition(frequencies, -most)[-most]
            chosen = np.flatnonzero(frequencies >= least)
        else:
            chosen = np.arange(len(frequencies))
        order = sorted(chosen.tolist(), key=lambda n: (-frequencies[n], n))[:most]
        return [self.terms[begin + n] for n in order]

    def best_of(self, terms: Iterable[str]) -> Scores:
        """The most that any one of the terms scores: what the ending of a word may become."""
        scores = self.nothing()
        numbers = [n for term in terms if (n := self._number.get(term)) is not None]
        rows = self._row
        for number in numbers:
            if number in rows:
                np.maximum(scores, self._arrays["dense"][rows[number]], out=scores)
        rare = np.array([number for number in numbers if number not in rows], np.int64)
        begins = self._starts[rare]
        some = items(begins, self._starts[rare + 1] - begins)
        np.maximum.at(scores, self._arrays["documents"][some], self._arrays["impacts"][some])
        return scores

    def phrase(self, terms: Sequence[str]) -> NDArray[np.bool_]:
        """Which documents have these terms side by side, in one field. Not to be changed."""
        return self._phrases(tuple(terms))

    def _find_phrase(self, terms: tuple[str, ...]) -> NDArray[np.bool_]:
        found = np.zeros(len(self.keys), bool)
        if not all(term in self for term in terms):
            return found
        rarest, *others = sorted(set(terms), key=self.frequency)
        documents = self.postings(rarest)[0]
        for term in others:
            documents = documents[self.holds(term, documents)]
        if not len(documents):
            return found
        places = {term: self._places(term, documents) for term in set(terms)}
        rare, *common = sorted(enumerate(terms), key=lambda term: len(places[term[1]]))
        begins = places[rare[1]] - rare[0]
        for offset, term in common:
            begins = begins[_held(begins + offset, places[term])]
        found[begins >> 32] = True
        return found

    def _places(self, term: str, among: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Where a term stands in some documents, one number each: document, field, place."""
        wanted = np.zeros(len(self.keys), bool)
        wanted[among] = True
        number = self._number[term]
        at = wanted[self.postings(term)[0]].nonzero()[0] + self._starts[number]
        begins = self._arrays["place_begins"][at]
        sizes = self._arrays["place_counts"][at]
        places = self._arrays["places"][items(begins, sizes)]
        found: NDArray[np.int64] = np.repeat(among.astype(np.int64), sizes) << 32
        found |= places.astype(np.int64)
        return found

    def places_in(self, term: str, document: int) -> list[int]:
        """Where a term stands in one document: field << FIELD_SHIFT | place, rising."""
        number = self._number.get(term)
        if number is None:
            return []
        some = self._slice(number)
        at = some.start + int(np.searchsorted(self._arrays["documents"][some], document))
        if at == some.stop or self._arrays["documents"][at] != document:
            return []
        begin = self._arrays["place_begins"][at]
        end = begin + self._arrays["place_counts"][at]
        places: list[int] = self._arrays["places"][begin:end].tolist()
        return places

    def sections_of(self, document: int) -> list[int]:
        """The places where a document's headings begin, then those where its sections begin."""
        starts = self._arrays["section_place_starts"]
        begins: list[int] = self._arrays["section_places"][
            starts[document] : starts[document + 1]
        ].tolist()
        return begins

    def fields(self, term: str, document: int) -> list[tuple[int, int, float, float]]:
        """Where a term stands: field, how often, the field's length there and on average."""
        counts = Counter(place >> FIELD_SHIFT for place in self.places_in(term, document))
        lengths, averages = self._arrays["lengths"], self.averages
        return [
            (field, count, float(lengths[field, document]), float(averages[field]))
            for field, count in sorted(counts.items())
        ]

    def _slice(self, number: int) -> slice:
        return slice(int(self._starts[number]), int(self._starts[number + 1]))


def best(scores: Scores, limit: int) -> NDArray[np.int64]:
    """The numbers of the documents with the highest scores above 0, best first."""
    return ranked(scores, limit)[0]


def ranked(scores: Scores, limit: int) -> tuple[NDArray[np.int64], int]:
    """The best, and how many documents score above 0."""
    (found,) = (scores > 0).nonzero()
    total = len(found)
    values = scores[found]
    if total > limit:
        (kept,) = (values >= np.partition(values, total - limit)[total - limit]).nonzero()
        found, values = found[kept], values[kept]
    return found[(-values).argsort(kind="stable")[:limit]], total


def _held(wanted: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the wanted numbers stand among others; these are sorted, and at least one."""
    at = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    held: NDArray[np.bool_] = among[at] == wanted
    return held


def load_array(path: Path) -> NDArray[Any]:
    """A saved array, mapped when it is large. Raises OSError or ValueError."""
    large = path.stat().st_size >= MAPPED_BYTES
    loaded: NDArray[Any] = np.load(path, mmap_mode="r" if large else None, allow_pickle=False)
    return loaded


def _lines(path: Path) -> list[str]:
    text = path.read_text()
    return text.split("\n") if text else []

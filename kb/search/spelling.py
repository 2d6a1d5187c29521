"""Spelling: words that no article has -> the words that were probably meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.search.analysis import is_cjk, plain_word, stop_words, words

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from numpy.typing import NDArray

    from kb.search.vocabulary import Vocabulary

SHORTEST, LONGEST = 3, 40  # letters of a word that is corrected
LONG = 5  # from here on two letters may be wrong
MOST = 8
EDIT = 6.0  # what a wrong letter costs, in units of ln(documents)
ADJACENT = frozenset(
    a + b
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for pair in pairwise(row)
    for a, b in (pair, pair[::-1])
)
SIDE_BY_SIDE = 1.0  # a bonus: keys beside each other, letters doubled or swapped
FIRST = 2.0  # the first letter is seldom wrong
SPLIT = 5.0  # what a missing or extra space costs
CONTEXT = 1.5  # for a word that stands with the other words in some document


@dataclass(frozen=True, slots=True)
class Fix:
    """A correction: `start` and `end` in the text, what was typed there and what was meant."""

    start: int
    end: int
    typed: str
    corrected: str


class Speller:
    """Knows the unstemmed words of one language; shared by threads."""

    def __init__(self, vocabulary: Vocabulary, lang: str) -> None:
        self._vocabulary = vocabulary
        self._stops = stop_words(lang)
        self.alternatives = lru_cache(maxsize=4_096)(self._alternatives)

    def correct(
        self,
        text: str,
        known: Callable[[str], bool],
        together: Callable[[str, str], int] | None = None,
    ) -> tuple[Fix, ...]:
        """Only for words that neither the vocabulary has nor `known` says are known.

        `together`: how many documents hold two words; it decides between likely corrections.
        """
        found = list(words(text))
        plain = [plain_word(word[0]) for word in found]
        unknown = [self._wrong(word, known) for word in plain]
        if not any(unknown):
            return ()
        context = [
            word
            for word, wrong in zip(plain, unknown, strict=True)
            if not wrong and word not in self._stops and word in self._vocabulary
        ]
        fixes: list[Fix] = []
        for n, wrong in enumerate(unknown):
            if not wrong or (fixes and fixes[-1].end >= found[n].end()):
                continue
            fix = self._join(found, plain, unknown, n) or self._fix(
                found[n], plain[n], context, together
            )
            if fix and not (fixes and fix.start < fixes[-1].end):
                fixes.append(fix)
        return tuple(fixes)

    def _wrong(self, word: str, known: Callable[[str], bool]) -> bool:
        return (
            SHORTEST <= len(word) <= LONGEST
            and word.isalpha()
            and not is_cjk(word)
            and word not in self._stops
            and word not in self._vocabulary
            and not known(word)
        )

    def _join(
        self, found: list[re.Match[str]], plain: list[str], unknown: list[bool], n: int
    ) -> Fix | None:
        """This word with a neighbour as one: `pass wrod` no, `passw ord` yes."""
        for first in (n, n - 1):
            if 0 <= first < len(found) - 1 and (unknown[first] or unknown[first + 1]):
                whole = plain[first] + plain[first + 1]
                if len(whole) >= LONG and whole in self._vocabulary:
                    start, end = found[first].start(), found[first + 1].end()
                    text = found[first].string[start:end]
                    return Fix(start, end, text, whole)
        return None

    def _fix(
        self,
        match: re.Match[str],
        word: str,
        context: list[str],
        together: Callable[[str, str], int] | None,
    ) -> Fix | None:
        ways = self.alternatives(word)
        if not ways:
            return None
        best, _ = max(ways, key=lambda way: way[1] + self._fitting(way[0], context, together))
        return Fix(match.start(), match.end(), match[0], best)

    def _fitting(
        self, way: str, context: list[str], together: Callable[[str, str], int] | None
    ) -> float:
        if together is None or not context:
            return 0.0
        word = max(way.split(), key=len)
        return CONTEXT * sum(together(word, other) > 0 for other in context) / len(context)

    def _alternatives(self, word: str) -> tuple[tuple[str, float], ...]:
        """What a word may have been meant to be, with a score, best first, 8 at most."""
        ways = {way: self._likeness(word, way, edits) for way, edits in self._near(word)}
        ways |= self._split(word)
        return tuple(sorted(ways.items(), key=lambda way: (-way[1], way[0]))[:MOST])

    def _near(self, word: str) -> list[tuple[str, int]]:
        """Words with one or two wrong letters, swapped ones counting as one."""
        edits = 1 if len(word) < LONG else 2
        lengths, masks = self._letters
        mask = _mask(word)
        near = np.flatnonzero(
            (np.abs(lengths - len(word)) <= edits) & (np.bitwise_count(masks ^ mask) <= 2 * edits)
        )
        candidates = [self._vocabulary.words[n] for n in near]
        found = process.extract(
            word, candidates, scorer=OSA.distance, score_cutoff=edits, limit=None
        )
        return [(way, int(distance)) for way, distance, _ in found]

    def _likeness(self, word: str, way: str, edits: int) -> float:
        score = math.log(self._vocabulary.count(way) + 1) - EDIT * edits
        score += FIRST * (word[0] == way[0])
        return score + SIDE_BY_SIDE * _slip(word, way)

    def _split(self, word: str) -> dict[str, float]:
        ways = {}
        for cut in range(2, len(word) - 1):
            first, second = word[:cut], word[cut:]
            if all(self._is_part(part) for part in (first, second)):
                rarer = min(self._vocabulary.count(first), self._vocabulary.count(second))
                ways[f"{first} {second}"] = math.log(rarer + 1) + FIRST - SPLIT
        return ways

    def _is_part(self, part: str) -> bool:
        shortest = len(part) >= SHORTEST or part in self._stops
        return shortest and self._vocabulary.count(part) > 1

    @cached_property
    def _letters(self) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Lengths and letter masks of all words, at the first unknown word."""
        every = self._vocabulary.words
        lengths = np.fromiter(map(len, every), np.int64, len(every))
        return lengths, np.fromiter(map(_mask, every), np.uint64, len(every))


def _mask(word: str) -> np.uint64:
    """A bit for each letter that occurs: a cheap sign that two words are far apart."""
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) % 61)
    return np.uint64(mask)


def _slip(word: str, way: str) -> bool:
    """Whether the difference is one that fingers make: swapped, doubled, the key beside."""
    edits = OSA.distance(word, way)
    if edits != 1:
        return False
    if sorted(word) == sorted(way):
        return True
    if len(word) == len(way):
        return any(a != b and a + b in ADJACENT for a, b in zip(word, way, strict=True))
    longer, shorter = sorted((word, way), key=len, reverse=True)
    return any(
        longer[n] == longer[n + 1] and longer[:n] + longer[n + 1 :] == shorter
        for n in range(len(longer) - 1)
    )

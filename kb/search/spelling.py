"""Spelling: words that no article has -> the words that were probably meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.search.analysis import is_cjk, plain_word, stop_words, words

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from kb.search.vocabulary import Vocabulary

SHORTEST, LONGEST = 3, 40  # letters of a word that is corrected
LONG = 5  # from here on two letters may be wrong, where one would not explain it
MOST = 8
EDIT = 6.0  # what a wrong letter costs, in units of ln(documents)
# Keys that touch, in a row and across rows.
_KEYS = {
    key: (row, column + row * 0.5)
    for row, keys in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    for column, key in enumerate(keys)
}
ADJACENT = frozenset(
    a + b
    for a, (row, column) in _KEYS.items()
    for b, (other_row, other) in _KEYS.items()
    if a != b and abs(row - other_row) <= 1 and abs(column - other) <= 1
)
SIDE_BY_SIDE = 1.0  # a bonus: keys beside each other, letters doubled or swapped
FIRST = 2.0  # the first letter is seldom wrong
SPLIT = 5.0  # what a missing or extra space costs
CONTEXT = 1.5  # for a word that stands with the other words in some document
COMMON = 0.6  # how much it counts that a word stands in many documents
OTHERS, NEARLY = 3, 4.0  # second choices that are looked up too: how many, and how much less likely


@dataclass(frozen=True, slots=True)
class Fix:
    """A correction: `start` and `end` in the text, what was typed there and what was meant.

    `others` are words that are nearly as likely.
    """

    start: int
    end: int
    typed: str
    corrected: str
    others: tuple[str, ...] = ()


class Speller:
    """Knows the unstemmed words of one language; shared by threads."""

    def __init__(self, vocabulary: Vocabulary, lang: str, dictionary: frozenset[str]) -> None:
        """`dictionary`: words that are right although no article has them."""
        self._vocabulary = vocabulary
        self._dictionary = dictionary
        self._stops = stop_words(lang)
        self.alternatives = lru_cache(maxsize=4_096)(self._alternatives)

    def correct(
        self,
        text: str,
        known: Callable[[str], bool],
        together: Callable[[str, str], bool] | None = None,
    ) -> tuple[Fix, ...]:
        """Only for words that neither the vocabulary has nor `known` says are known.

        `together`: whether a document holds two words; it decides between likely corrections.
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
            and any(letter.isalpha() for letter in word)
            and not is_cjk(word)
            and word not in self._stops
            and word not in self._vocabulary
            and word not in self._dictionary
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
        together: Callable[[str, str], bool] | None,
    ) -> Fix | None:
        ways = self.alternatives(word)
        if not ways:
            return None
        likely = [(score + self._fitting(way, context, together), way) for way, score in ways]
        likely.sort(key=lambda pair: -pair[0])
        most, best = likely[0]
        others = tuple(way for score, way in likely[1:] if score > most - NEARLY)[:OTHERS]
        return Fix(match.start(), match.end(), match[0], best, others)

    def _fitting(
        self, way: str, context: list[str], together: Callable[[str, str], bool] | None
    ) -> float:
        """How well a word suits the others, and how well its own parts suit each other."""
        if together is None:
            return 0.0
        parts = way.split()
        score = CONTEXT * (len(parts) > 1 and together(parts[0], parts[-1]))
        if context:
            word = max(parts, key=len)
            score += CONTEXT * sum(together(word, other) for other in context) / len(context)
        return score

    def _alternatives(self, word: str) -> tuple[tuple[str, float], ...]:
        """What a word may have been meant to be, with a score, best first, 8 at most."""
        near = self._near(word, 1) or (self._near(word, 2) if len(word) >= LONG else [])
        ways = {way: self._likeness(word, way, edits) for way, edits in near}
        ways |= self._split(word)
        ways = ways or self._split_misspelt(word)
        return tuple(sorted(ways.items(), key=lambda way: (-way[1], way[0]))[:MOST])

    def _near(self, word: str, edits: int) -> list[tuple[str, int]]:
        """Words with that many wrong letters at most, swapped ones counting as one."""
        candidates = self._vocabulary.alike(word, edits)
        found = process.extract(
            word, candidates, scorer=OSA.distance, score_cutoff=edits, limit=None
        )
        digits = _digits(word)
        return [(way, int(distance)) for way, distance, _ in found if _digits(way) == digits]

    def _likeness(self, word: str, way: str, edits: int) -> float:
        score = COMMON * math.log(self._vocabulary.count(way) + 1) - EDIT * edits
        score += FIRST * (word[0] == way[0])
        return score + SIDE_BY_SIDE * _slip(word, way)

    def _split(self, word: str) -> dict[str, float]:
        ways = {}
        for cut in range(2, len(word) - 1):
            first, second = word[:cut], word[cut:]
            if all(self._is_part(part) for part in (first, second)):
                rarer = min(self._vocabulary.count(first), self._vocabulary.count(second))
                ways[f"{first} {second}"] = COMMON * math.log(rarer + 1) + FIRST - SPLIT
        return ways

    def _split_misspelt(self, word: str) -> dict[str, float]:
        """A word of the vocabulary beside one with a wrong letter: `passwordrest`."""
        ways = {}
        for cut in range(LONG - 1, len(word) - LONG + 2):
            for part, rest, form in (
                (word[:cut], word[cut:], "{0} {1}"),
                (word[cut:], word[:cut], "{1} {0}"),
            ):
                if self._is_part(part):
                    score = COMMON * math.log(self._vocabulary.count(part) + 1) - SPLIT
                    for way, edits in self._near(rest, 1):
                        ways[form.format(part, way)] = score + self._likeness(rest, way, edits)
        return ways

    def _is_part(self, part: str) -> bool:
        shortest = len(part) >= SHORTEST or part in self._stops
        count = self._vocabulary.count(part)
        return shortest and (count > 1 or (count == 1 and part in self._dictionary))


def _digits(word: str) -> str:
    """Numbers are not typing errors: `ip6` may be `ipv6`, but never `ipv4`."""
    return "".join(filter(str.isdigit, word))


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

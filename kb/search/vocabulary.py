"""Vocabulary: the words of one language's documents as they are written, with their counts.

words.txt         folded, unstemmed words, sorted, a line each
word_counts.npy   uint32, how many documents hold each
word_letters.npy  uint64, a bit for each letter that occurs in it
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray


class Vocabulary:
    """Sorted words; a word's number is its place in `words` and in `counts`."""

    def __init__(
        self, words: list[str], counts: NDArray[np.uint32], letters: NDArray[np.uint64]
    ) -> None:
        """Raises ValueError when there is not one count for each word."""
        if not counts.shape == letters.shape == (len(words),):
            raise ValueError("words and counts of the vocabulary do not fit together")
        self.words = words
        self.counts = counts
        self._letters = letters
        lengths = np.fromiter(map(len, words), np.int16, len(words))
        self._by_length = lengths.argsort(kind="stable")
        self._lengths = lengths[self._by_length]
        self._letters_by_length = letters[self._by_length]
        self._numbers = {word: n for n, word in enumerate(words)}

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Vocabulary:
        words = sorted(counts)
        found = np.array([counts[word] for word in words], np.uint32)
        return cls(words, found, np.array([_letters(word) for word in words], np.uint64))

    @classmethod
    def open(cls, folder: Path) -> Vocabulary:
        """Raises OSError or ValueError when the files are damaged."""
        text = (folder / "words.txt").read_text()
        counts, letters = (
            np.load(folder / f"word_{name}.npy", allow_pickle=False)
            for name in ("counts", "letters")
        )
        return cls(text.split("\n") if text else [], counts, letters)

    def save(self, folder: Path) -> None:
        (folder / "words.txt").write_text("\n".join(self.words))
        np.save(folder / "word_counts.npy", self.counts)
        np.save(folder / "word_letters.npy", self._letters)

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self._numbers

    def count(self, word: str) -> int:
        """How many documents hold the word."""
        number = self._numbers.get(word)
        return 0 if number is None else int(self.counts[number])

    def alike(self, word: str, edits: int) -> list[str]:
        """Words that may be so many edits away: each edit changes the length by one at most, and
        the letters that occur by two."""
        bounds = (len(word) - edits, len(word) + edits + 1)
        begin, end = self._lengths.searchsorted(np.array(bounds, np.int16)).tolist()
        other = self._letters_by_length[begin:end] ^ np.uint64(_letters(word))
        (near,) = (np.bitwise_count(other) <= 2 * edits).nonzero()
        words = self.words
        return [words[n] for n in self._by_length[begin:end][near].tolist()]

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """The words in most documents that start with a prefix; ties in alphabetical order."""
        begin = bisect_left(self.words, prefix)
        end = bisect_left(self.words, prefix + "\U0010ffff", lo=begin)
        return [self.words[begin + n] for n in most_frequent(self.counts[begin:end], most)]


@lru_cache(maxsize=200_000)  # every build asks for the same words
def _letters(word: str) -> int:
    letters = 0
    for letter in word:
        letters |= 1 << (ord(letter) % 61)
    return letters


def most_frequent(counts: NDArray[np.integer], most: int) -> list[int]:
    """The places of the highest counts, highest first, equal ones in their order."""
    chosen = np.arange(len(counts))
    if len(counts) > most:
        chosen = np.flatnonzero(counts >= np.partition(counts, -most)[-most])
    order = np.argsort(-counts[chosen].astype(np.int64), kind="stable")[:most]
    return [int(n) for n in chosen[order]]

"""Sketch: a text's words in a few hundred numbers, to tell later how much of it has changed.

The numbers are a bottom-k sketch: A. Z. Broder, "On the resemblance and containment of documents"
(1997). Texts of up to LARGEST different words are compared exactly, longer ones within some
three per cent. The text itself cannot be read out of it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 256

# A letter of a script that puts no spaces between words counts as one.
_WORD = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\\W_]+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """`words` is how many the text has, `numbers` the smallest of their numbers in order."""

    words: int
    numbers: tuple[int, ...]


def sketch(text: str) -> Sketch:
    """Letter case and punctuation do not matter; the second time a word stands is another word."""
    numbers = sorted(set(_numbers(text)))
    return Sketch(len(numbers), tuple(numbers[:LARGEST]))


def changed(before: Sketch, after: Sketch) -> float:
    """The share of the longer text's words that the other one has not, from 0 to 1.

    Words that only moved have not changed.
    """
    longer = max(before.words, after.words)
    if not longer:
        return 0.0
    smallest = sorted({*before.numbers, *after.numbers})[:LARGEST]
    both = {*before.numbers} & {*after.numbers} & {*smallest}
    alike = len(both) / len(smallest)  # shared words over all words
    shared = alike / (1 + alike) * (before.words + after.words)
    return min(1.0, max(0.0, 1 - shared / longer))


def _numbers(text: str) -> Iterator[int]:
    seen: Counter[str] = Counter()
    for found in _WORD.finditer(text.casefold()):
        seen[found[0]] += 1
        word = f"{found[0]} {seen[found[0]]}".encode("utf-8", "replace")
        yield int.from_bytes(hashlib.blake2b(word, digest_size=6).digest())

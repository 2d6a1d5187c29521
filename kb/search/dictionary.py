"""Dictionary: the common words of a language, so that a correct word is not taken for an error.

dictionary.txt   folded words, sorted, a line each; empty for a language that nobody has counted
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from kb.search.analysis import base, plain_word

if TYPE_CHECKING:
    from pathlib import Path

COMMON = 40_000  # rarer ones are often errors themselves
FILE = "dictionary.txt"


def save_dictionary(folder: Path, lang: str) -> None:
    (folder / FILE).write_text("\n".join(_common_words(base(lang))))


def has_dictionary(lang: str) -> bool:
    """Whether somebody has counted the words of this language."""
    from spellchecker import SpellChecker  # noqa: PLC0415

    return base(lang) in SpellChecker.languages()


def open_dictionary(folder: Path) -> frozenset[str]:
    """Raises OSError when the file is not there."""
    return frozenset((folder / FILE).read_text().split("\n")) - {""}


@cache
def _common_words(lang: str) -> list[str]:
    """The words that were most frequent in the texts which `pyspellchecker` has counted."""
    from spellchecker import SpellChecker  # noqa: PLC0415  (only a build needs its large files)

    if lang not in SpellChecker.languages():
        return []
    counts = SpellChecker(language=lang, distance=1).word_frequency.dictionary
    common = sorted(counts, key=lambda word: (-counts[word], word))[:COMMON]
    return sorted({plain_word(word) for word in common} - {""})

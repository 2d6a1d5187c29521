"""Analysis: text -> the terms of a language, the same for articles and for questions."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from whoosh.lang import has_stemmer, stemmer_for_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Han, Kana and Hangul are written without spaces (or with few): two letters make a term.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
WORD = re.compile(rf"[{_CJK}]+|(?:(?![{_CJK}])[^\W_])+(?:['’](?:(?![{_CJK}])[^\W_])+)*")
_IS_CJK = re.compile(rf"[{_CJK}]")

# Words that say nothing about what a question is about; a question of only these keeps them.
STOP = frozenset(
    """
    a an and are as at be been but by can could did do does for from get had has have how i if in
    into is it its me my no not of on or our please should so that the their them then there
    these they this to was we were what when where which while who why will with would you your
    """.split()  # noqa: SIM905
)


def terms(text: str, lang: str) -> list[str]:
    """The terms of a text in order: folded, stemmed, CJK as pairs of letters."""
    term_of = _term_of(lang.split("-", maxsplit=1)[0].lower())
    found: list[str] = []
    for match in WORD.finditer(text):
        word = match[0]
        if is_cjk(word):
            found += _pairs(word)
        else:
            found.append(term_of(word))
    return found


def words(text: str) -> Iterator[re.Match[str]]:
    """The words of a text with their places; a CJK run is one word."""
    return WORD.finditer(text)


def fold(word: str) -> str:
    """Upper and lower case, accents and ligatures do not matter: `Ärger` -> `arger`."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def is_cjk(word: str) -> bool:
    return bool(_IS_CJK.match(word))


def _pairs(run: str) -> list[str]:
    return [run[n : n + 2] for n in range(len(run) - 1)] or [run]


@cache
def _term_of(lang: str) -> Callable[[str], str]:
    stem: Callable[[str], str] = stemmer_for_language(lang) if has_stemmer(lang) else str

    @lru_cache(maxsize=100_000)
    def term(word: str) -> str:
        folded = fold(word.replace("’", "'")).removesuffix("'s").replace("'", "")
        return (stem(folded) or folded)[:64] if folded.isalpha() else folded[:64]

    return term

"""Analysis: text -> the terms of a language, the same for articles and for questions."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from whoosh.lang import has_stemmer, stemmer_for_language
from whoosh.lang.stopwords import stoplists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Han, Kana and Hangul are written without spaces (or with few): two letters make a term.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_PART = rf"(?:(?![{_CJK}])[^\W_])+(?:['’](?:(?![{_CJK}])[^\W_])+)*"
_JOINTS = r"[-_./@+]"
WORD = re.compile(rf"[{_CJK}]+|{_PART}")
# A word, or words grown together by a sign: `e-mail`, `wp-config.php`, `ERR_CONNECTION_REFUSED`.
_TOKEN = re.compile(rf"\n|[{_CJK}]+|{_PART}(?:{_JOINTS}{_PART})*")
_JOINT = re.compile(_JOINTS)
_IS_CJK = re.compile(rf"[{_CJK}]")
LONGEST = 64  # letters of a term, and of a compound that is also a term as a whole
GAP = 8  # places between two blocks of a text, so that no phrase reaches across

# Words that say little about what a question is about; they count less than others.
_ENGLISH = frozenset(
    """
    a am an and any are as at be been but by can could did do does doing don for from get getting
    got had has have having how i if i'm in into is it its just me my need no not of on or our
    please should so some that the their them then there these they this to up us want was we were
    what when where which while who why will with would you your
    """.split()  # noqa: SIM905
)


def terms(text: str, lang: str) -> list[str]:
    """The terms of a text in order: folded, stemmed, CJK as pairs of letters.

    A compound gives its parts and, joined, itself: `e-mail` -> `e`, `mail`, `email`.
    """
    return [term for term, _ in places(text, lang)]


def places(text: str, lang: str) -> list[tuple[str, int]]:
    """Each term with its place: words count on by one, lines by `GAP` more.

    A compound as a whole has the place of its first part.
    """
    term = term_of(lang)
    found: list[tuple[str, int]] = []
    place = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "\n":  # noqa: S105  (no password)
            place += GAP
        elif is_cjk(token):
            for pair in _pairs(token):
                found.append((pair, place))
                place += 1
        elif token.isalnum() or not _JOINT.search(token):
            found.append((term(token), place))
            place += 1
        else:
            whole = _JOINT.sub("", token)
            if len(whole) <= LONGEST:
                found.append((term(whole), place))
            for part in _JOINT.split(token):
                found.append((term(part), place))
                place += 1
    return found


def places_of_parts(parts: Iterable[str], lang: str) -> tuple[list[tuple[str, int]], list[int]]:
    """The terms of all parts with their places, and the place at which each part begins."""
    found: list[tuple[str, int]] = []
    begins = []
    at = 0
    for part in parts:
        begins.append(at)
        own = places(part, lang)
        found += [(term, at + place) for term, place in own]
        at += (own[-1][1] + 1 if own else 0) + GAP
    return found, begins


def tokens(text: str) -> Iterator[re.Match[str]]:
    """What is between spaces and signs, compounds as a whole; a CJK run is one token."""
    return (match for match in _TOKEN.finditer(text) if match[0] != "\n")


def phrase_terms(text: str, lang: str) -> tuple[str, ...]:
    """The terms of words that stand side by side: compounds only as their parts."""
    term = term_of(lang)
    found: list[str] = []
    for match in WORD.finditer(text):
        found += _pairs(match[0]) if is_cjk(match[0]) else [term(match[0])]
    return tuple(found)


def words(text: str) -> Iterator[re.Match[str]]:
    """The words of a text with their places; a CJK run is one word."""
    return WORD.finditer(text)


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Upper and lower case, accents and ligatures do not matter: `Ärger` -> `arger`."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def plain_word(word: str) -> str:
    """A word as the vocabulary has it: folded, without the `'s` of a genitive, unstemmed."""
    return fold(word.replace("’", "'")).removesuffix("'s").replace("'", "")[:LONGEST]


def is_cjk(word: str) -> bool:
    return not word.isascii() and bool(_IS_CJK.match(word))


@cache
def stop_words(lang: str) -> frozenset[str]:
    """Folded words of a language that say little; empty where nobody has listed them."""
    lang = base(lang)
    if lang == "en":
        return _ENGLISH
    return frozenset(map(plain_word, stoplists.get(lang, ())))


def base(lang: str) -> str:
    """`pt-BR` -> `pt`."""
    return lang.split("-", maxsplit=1)[0].lower()


def _pairs(run: str) -> list[str]:
    return [run[n : n + 2] for n in range(len(run) - 1)] or [run]


def term_of(lang: str) -> Callable[[str], str]:
    """The function that makes a word of this language a term."""
    return _term_of(base(lang))


@cache
def _term_of(lang: str) -> Callable[[str], str]:
    stem: Callable[[str], str] = stemmer_for_language(lang) if has_stemmer(lang) else str

    @lru_cache(maxsize=200_000)
    def term(word: str) -> str:
        plain = plain_word(word)
        return (stem(plain) or plain)[:LONGEST] if plain.isalpha() else plain

    return term

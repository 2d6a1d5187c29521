"""Analysis: text -> the terms of a language, the same for articles and for questions."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from whoosh.lang import has_stemmer, stemmer_for_language
from whoosh.lang.stopwords import stoplists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Han, Kana and Hangul, and Thai, Lao, Burmese and Khmer, are written without spaces (or with few):
# two letters make a term.
_CJK = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecf\u1000-\u103f\u1780-\u17d3"
)
# Vowel signs and accents belong to their letter, though Python counts them as no part of a word.
_MARKS = "".join(c for c in map(chr, range(0x300, 0xFFFF)) if unicodedata.category(c)[0] == "M")
_LETTERS = rf"(?:[0-9A-Za-z]+[{_MARKS}]*|(?![{_CJK}])[^\W_][{_MARKS}]*)+"  # ASCII: a run at once
_PART = rf"{_LETTERS}(?:['’]{_LETTERS})*"
_JOINTS = r"[-‐‑_./@+]"
WORD = re.compile(rf"[{_CJK}]+|{_PART}")
# A word, or words grown together by a sign: `e-mail`, `wp-config.php`, `ERR_CONNECTION_REFUSED`.
_TOKEN = re.compile(rf"\n|[{_CJK}]+|{_PART}(?:{_JOINTS}{_PART})*")
_JOINT = re.compile(_JOINTS)
_IS_CJK = re.compile(rf"[{_CJK}]")
LONGEST = 64  # letters of a term, and of a compound that is also a term as a whole
# Letters that Unicode does not take apart, as they are typed without their key.
_PLAIN = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i"})
# French, Italian and Catalan words that grow together with the next: `l'adresse`, `dell'account`.
_ELIDED = re.compile(r"(?:[cdjlmnst]|(?:jus|lors|puis)?qu|un|[dns]?[aeu]ll)'(?=..)")
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


def places(text: str, lang: str, *, letters: bool = False) -> list[tuple[str, int]]:
    """Each term with its place: words count on by one, lines by `GAP` more.

    A compound as a whole has the place of its first part. `letters`: of a CJK pair its first
    letter too, and of a run its last, so that a single letter finds them.
    """
    found: list[tuple[str, int]] = []
    analysed = _analysed(base(lang), letters)
    place = 0
    for token in _split(text):
        own, width = analysed[token]
        found += [(term, place + offset) for term, offset in own]
        place += width
    return found


class Placed:
    """The terms of a text in parts: each with its places, and the place where each part begins."""

    def __init__(self, parts: Iterable[str], lang: str) -> None:
        self.terms: dict[str, list[int]] = defaultdict(list)
        self.begins: list[int] = []
        self.tokens: set[str] = set()
        terms, analysed = self.terms, _analysed(base(lang), True)
        at = 0
        for part in parts:
            self.begins.append(at)
            tokens = _split(part)
            self.tokens.update(tokens)
            last = at - 1
            for token in tokens:
                own, width = analysed[token]
                for term, offset in own:
                    last = at + offset
                    terms[term].append(last)
                at += width
            at = last + 1 + GAP

    @property
    def words(self) -> set[str]:
        """Its different words, as the vocabulary has them; CJK has none."""
        return {word for token in self.tokens for word in _plain_words(token)}


def _split(text: str) -> list[str]:
    """The tokens of a text, and its line ends."""
    return _TOKEN.findall(text if text.isascii() else unicodedata.normalize("NFC", text))


class _Analysed(dict[str, tuple[list[tuple[str, int]], int]]):
    """Of each token its terms with their offsets, and by how much places count on.

    Texts repeat their tokens: each is taken apart once.
    """

    MOST = 200_000

    def __init__(self, lang: str, letters: bool) -> None:
        self.term, self.letters = _term_of(lang), letters

    def __missing__(self, token: str) -> tuple[list[tuple[str, int]], int]:
        if is_cjk(token):  # a sentence, perhaps
            return _run(token, self.letters)
        if len(self) >= self.MOST:
            self.clear()
        self[token] = found = self._taken_apart(token)
        return found

    def _taken_apart(self, token: str) -> tuple[list[tuple[str, int]], int]:
        if token == "\n":  # noqa: S105  (no password)
            return [], GAP
        if token.isalnum() or not _JOINT.search(token):
            return [(self.term(token), 0)], 1
        whole = _JOINT.sub("", token)
        parts = [(self.term(part), n) for n, part in enumerate(_JOINT.split(token))]
        return [(self.term(whole), 0), *parts] if len(whole) <= LONGEST else parts, len(parts)


_analysed = cache(_Analysed)


def _run(token: str, letters: bool) -> tuple[list[tuple[str, int]], int]:
    pairs = _pairs(token)
    found = []
    for offset, pair in enumerate(pairs):
        found.append((pair, offset))
        if letters and len(pair) > 1:
            found.append((pair[0], offset))
    if letters and len(token) > 1:
        found.append((token[-1], len(pairs)))
    return found, len(pairs)


@lru_cache(maxsize=200_000)
def _plain_words(token: str) -> tuple[str, ...]:
    if is_cjk(token):
        return ()
    return tuple(filter(None, map(plain_word, WORD.findall(token))))


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
    plain = unicodedata.normalize("NFKD", word).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(_PLAIN)


@lru_cache(maxsize=200_000)
def plain_word(word: str) -> str:
    """A word as the vocabulary has it: folded, unstemmed, without a genitive's `'s` and `l'`."""
    plain = fold(word.replace("’", "'"))
    if "'" in plain:
        plain = _ELIDED.sub("", plain, count=1).removesuffix("'s").replace("'", "")
    return plain[:LONGEST]


def is_cjk(word: str) -> bool:
    return not word.isascii() and bool(_IS_CJK.match(word))


@cache
def stop_words(lang: str) -> frozenset[str]:
    """Folded words of a language that say little; empty where nobody has listed them."""
    lang = base(lang)
    if lang == "en":
        return _ENGLISH
    return frozenset(map(plain_word, stoplists.get(lang, ())))


def has_stemming(lang: str) -> bool:
    """Whether other endings of a word are found; CJK needs no stemmer."""
    return bool(has_stemmer(base(lang))) or base(lang) in ("zh", "ja", "ko")


def base(lang: str) -> str:
    """`pt-BR` -> `pt`."""
    return lang.split("-", maxsplit=1)[0].lower()


def _pairs(run: str) -> list[str]:
    return [run[n : n + 2] for n in range(len(run) - 1)] or [run]


def term_of(lang: str) -> Callable[[str], str]:
    """The function that makes a word of this language a term."""
    return _term_of(base(lang))


def _stemmer(lang: str) -> Callable[[str], str]:
    # Whoosh's Arabic one does not compile on any Python since 3.7
    if lang != "ar" and has_stemmer(lang):
        stem: Callable[[str], str] = stemmer_for_language(lang)
        return stem
    return str


@cache
def _term_of(lang: str) -> Callable[[str], str]:
    stem = _stemmer(lang)

    @lru_cache(maxsize=200_000)
    def term(word: str) -> str:
        plain = plain_word(word)
        return (stem(plain) or plain)[:LONGEST] if plain.isalpha() else plain

    return term

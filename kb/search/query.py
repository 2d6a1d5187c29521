"""Query: what a person typed -> words, terms and phrases. There is no query language to abuse."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from kb.search.analysis import phrase_terms, plain_word, stop_words, terms, tokens

MAX_CHARACTERS, MAX_TERMS, MAX_WORDS, MAX_PHRASES = 200, 12, 40, 3
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]+)["“”„«»]')
_QUESTION = re.compile(
    r"\s*(how|what|where|when|why|which|who|whose|can|could|may|do|does|did|is|are|am|will|would"
    r"|should)\b.*\s\S+|.*[?？؟]\s*$",
    re.I | re.S,
)


class Word(NamedTuple):
    """A word as it was typed, its place in the text and the terms it is looked up as.

    `plain` is folded but not stemmed. `stop`: it says little by itself (`how`, `the`).
    `others`: the word was corrected, and these are what else it may have been.
    """

    start: int
    end: int
    typed: str
    plain: str
    terms: tuple[str, ...]
    stop: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """`text` is what was typed, tidied. `phrases` are the quoted parts, as terms side by side."""

    text: str
    lang: str
    words: tuple[Word, ...]
    phrases: tuple[tuple[str, ...], ...]

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The different terms that decide what is found, 12 at most.

        The stop words are left out, unless there is nothing else.
        """
        content = [term for word in self.words if not word.stop for term in word.terms]
        found = content or [term for word in self.words for term in word.terms]
        return tuple(dict.fromkeys(found))[:MAX_TERMS]

    @cached_property
    def word_of(self) -> dict[str, int]:
        """The number of the word that each of the terms is of; a compound has several."""
        numbers = {term: n for n, word in enumerate(self.words) for term in word.terms}
        return {term: numbers[term] for term in self.terms}

    @cached_property
    def stops(self) -> tuple[str, ...]:
        """Terms that only help to rank what the others have found."""
        found = dict.fromkeys(t for word in self.words if word.stop for t in word.terms)
        return tuple(term for term in found if term not in self.terms)[:MAX_TERMS]

    @property
    def asks(self) -> bool:
        """Whether it is put as a question, and not as a few words."""
        return bool(_QUESTION.match(self.text))


def tidy(text: str) -> str:
    """At most 200 characters on one line, without control characters and lone surrogates."""
    text = text[: 4 * MAX_CHARACTERS]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())[:MAX_CHARACTERS].strip()


def unquoted(text: str) -> str:
    """The text without the quotes that keep words together."""
    return _QUOTED.sub(r"\1", text)


def parse_query(text: str, lang: str) -> Query:
    """Everything typed is plain text but quotes, which ask for the words as they stand."""
    text = tidy(text)
    words = (
        Word(match.start(), match.end(), match[0], *_read(match[0], lang)) for match in tokens(text)
    )
    quoted = (phrase_terms(part, lang) for part in _QUOTED.findall(text))
    phrases = tuple(phrase for phrase in quoted if len(phrase) > 1)
    return Query(text, lang, tuple(islice(words, MAX_WORDS)), phrases[:MAX_PHRASES])


def normal_form(text: str, lang: str) -> str:
    """What different wordings have in common: their terms, in alphabetical order."""
    return " ".join(sorted(parse_query(text, lang).terms))


@lru_cache(maxsize=50_000)
def _read(token: str, lang: str) -> tuple[str, tuple[str, ...], bool]:
    """A word as the vocabulary has it, its terms, and whether it says little."""
    plain = plain_word(token)
    return plain, word_terms(token, lang), plain in stop_words(lang)


def word_terms(token: str, lang: str) -> tuple[str, ...]:
    """What a word is looked up as: of a compound itself, then its parts that say something."""
    found = terms(token, lang)
    return tuple(found) if len(found) < 2 else tuple(filter(_says_something, found))


def _says_something(part: str) -> bool:
    """Of a compound's parts: the `e` of `e-mail` does not, CJK letters and the 1 of `v2.1` do."""
    return len(part) > 1 or not part.isascii() or part.isdigit()

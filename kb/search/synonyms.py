"""Synonyms: other words for what stands in a query, from the writers' list and from our own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING

from kb.content.synonyms import Synonym, parse_synonyms
from kb.search.analysis import base, phrase_terms, plain_word, tokens, words
from kb.search.query import parse_query, word_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kb.search.query import Word


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words as they are looked up: `terms` say what it is about, `beside` stand side by side."""

    text: str
    terms: tuple[str, ...]
    beside: tuple[str, ...]


class Synonyms:
    """Those of one language. Runs of words are compared by their terms: endings do not matter."""

    def __init__(self, groups: Iterable[Synonym], lang: str) -> None:
        self._lang = lang
        self._others: dict[tuple[str, ...], dict[str, None]] = {}
        self._words: set[str] = set()
        self._phrases = lru_cache(maxsize=2_048)(self._phrase)  # most are never asked for
        lang = base(lang)
        for group in chain(groups, _built_in(lang)):
            if group.lang == lang:
                self._add(group)
        self._firsts: dict[str, int] = {}  # first term of a run -> the longest such run
        for key in filter(None, self._others):
            self._firsts[key[0]] = max(len(key), self._firsts.get(key[0], 0))

    def _add(self, group: Synonym) -> None:
        meant = [(_key(text, self._lang), text) for text in group.meant]
        for text in group.typed:
            key = _key(text, self._lang)
            self._words |= {plain_word(match[0]) for match in words(text)}
            others = self._others.setdefault(key, {})
            others |= dict.fromkeys(other for of, other in meant if key and of != key)

    def _phrase(self, text: str) -> Phrase:
        beside = phrase_terms(text, self._lang)
        return Phrase(text, parse_query(text, self._lang).terms, beside if len(beside) > 1 else ())

    def knows(self, word: str) -> bool:
        """Whether somebody listed this word: then it is no typing error."""
        return word in self._words

    def find(self, typed: Sequence[Word]) -> Iterator[tuple[int, int, Phrase]]:
        """Begin and end of a run of words, and another phrase for it; the longest runs win."""
        keys = [word.terms[0] if word.terms else "" for word in typed]
        end = 0
        for n, key in enumerate(keys):
            longest = self._firsts.get(key, 0)
            if not longest or n < end:
                continue
            for size in range(min(longest, len(keys) - n), 0, -1):
                if others := self._others.get(tuple(keys[n : n + size])):
                    end = n + size
                    for text in others:
                        yield n, end, self._phrases(text)
                    break


@lru_cache(maxsize=8_192)  # our own list is the same in every generation
def _key(text: str, lang: str) -> tuple[str, ...]:
    """What `find` compares: a term of each word."""
    return tuple(found[0] for match in tokens(text) if (found := word_terms(match[0], lang)))


@cache
def _built_in(lang: str) -> tuple[Synonym, ...]:
    """Our own list of a language, () where there is none."""
    file = files("kb.search") / f"synonyms_{lang}.txt"
    if not file.is_file():
        return ()
    return tuple(parse_synonyms(file.read_text("utf-8"), lang, file.name)[0])

"""Synonyms: other words for what stands in a query, from the writers' list and from our own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING

from kb.content.synonyms import Synonym, parse_synonyms
from kb.search.analysis import base, phrase_terms, plain_word, words
from kb.search.query import parse_query

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
        self._others: dict[tuple[str, ...], dict[str, Phrase]] = {}
        self._words: set[str] = set()
        lang = base(lang)
        for group in chain(groups, _built_in(lang)):
            if group.lang == lang:
                self._add(group)
        self._longest = max(map(len, self._others), default=0)

    def _add(self, group: Synonym) -> None:
        meant = [(_key(text, self._lang), self._phrase(text)) for text in group.meant]
        for text in group.typed:
            key = _key(text, self._lang)
            self._words |= {plain_word(match[0]) for match in words(text)}
            others = self._others.setdefault(key, {})
            others |= {phrase.text: phrase for other, phrase in meant if key and other != key}

    def _phrase(self, text: str) -> Phrase:
        beside = phrase_terms(text, self._lang)
        return Phrase(text, parse_query(text, self._lang).terms, beside if len(beside) > 1 else ())

    def knows(self, word: str) -> bool:
        """Whether somebody listed this word: then it is no typing error."""
        return word in self._words

    def find(self, typed: Sequence[Word]) -> Iterator[tuple[int, int, Phrase]]:
        """Begin and end of a run of words, and another phrase for it; the longest runs win."""
        keys = [word.terms[0] if word.terms else "" for word in typed]
        n = 0
        while n < len(keys):
            for size in range(min(self._longest, len(keys) - n), 0, -1):
                if others := self._others.get(tuple(keys[n : n + size])):
                    yield from ((n, n + size, phrase) for phrase in others.values())
                    n += size - 1
                    break
            n += 1


def _key(text: str, lang: str) -> tuple[str, ...]:
    return tuple(word.terms[0] for word in parse_query(text, lang).words if word.terms)


@cache
def _built_in(lang: str) -> tuple[Synonym, ...]:
    """Our own list of a language, () where there is none."""
    file = files("kb.search") / f"synonyms_{lang}.txt"
    if not file.is_file():
        return ()
    return tuple(parse_synonyms(file.read_text("utf-8"), lang, file.name)[0])

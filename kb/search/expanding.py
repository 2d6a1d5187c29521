"""Expanding: other words for those of a query, to be looked up as well and to count for less."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.search.analysis import is_cjk, stop_words, term_of
from kb.search.scoring import Alternative, replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.search.query import Query
    from kb.search.ranking import Ranking
    from kb.search.synonyms import Synonyms
    from kb.search.vocabulary import Vocabulary

COMPOUND_WEIGHT = 0.5
SPELLING_WEIGHT = 0.5
SYNONYM_WEIGHT = 0.3
MOST = 24
SHORTEST = 3  # letters of a part of a compound


class Expander:
    """Synonyms, and compounds that articles write otherwise: `nameservers`, `name servers`."""

    def __init__(
        self,
        ranking: Ranking,
        vocabulary: Vocabulary,
        dictionary: frozenset[str],
        synonyms: Synonyms,
        lang: str,
    ) -> None:
        """A word of the `dictionary` is not taken apart: it means what it says."""
        self._ranking = ranking
        self._vocabulary = vocabulary
        self._lang = lang
        self._term = term_of(lang)
        self._dictionary = dictionary
        self.synonyms = synonyms
        self._stops = stop_words(lang)
        self._halves = lru_cache(maxsize=4_096)(self._halves_of)

    def alternatives(self, query: Query) -> tuple[Alternative, ...]:
        found = [
            *self._misspelt(query),
            *self._joined(query),
            *self._split(query),
            *self._synonyms(query),
        ]
        return tuple(found[:MOST])

    def _synonyms(self, query: Query) -> Iterator[Alternative]:
        """Only for words that decide: `IT` is no short for something among other words."""
        for start, end, phrase in self.synonyms.find(query.words):
            if replaced(query, start, end) and all(
                term in self._ranking for term in phrase.beside or phrase.terms
            ):
                yield Alternative(
                    start, end, phrase.terms, SYNONYM_WEIGHT, "synonym", phrase.text, phrase.beside
                )

    def _misspelt(self, query: Query) -> Iterator[Alternative]:
        """What else a corrected word may have been."""
        for n, word in enumerate(query.words):
            for other in word.others:
                found = tuple(self._term(part) for part in other.split())
                yield Alternative(n, n + 1, found, SPELLING_WEIGHT, "spelling", other)

    def _joined(self, query: Query) -> Iterator[Alternative]:
        for n, (first, second) in enumerate(pairwise(query.words)):
            whole = first.plain + second.plain
            if min(len(first.plain), len(second.plain)) > 1 and whole in self._vocabulary:
                term = self._term(whole)
                yield Alternative(n, n + 2, (term,), COMPOUND_WEIGHT, "compound", whole)

    def _split(self, query: Query) -> Iterator[Alternative]:
        for n, word in enumerate(query.words):
            if not word.stop:
                for pair, phrase in self._halves(word.plain):
                    yield Alternative(n, n + 1, pair, COMPOUND_WEIGHT, "compound", phrase)

    def _halves_of(self, word: str) -> tuple[tuple[tuple[str, str], str], ...]:
        """A word as two that stand side by side in some article: their terms, and how it looks."""
        if not word.isalpha() or is_cjk(word) or word in self._dictionary:
            return ()
        found = []
        for cut in range(2, len(word) - 1):
            first, second = word[:cut], word[cut:]
            if not (self._is_part(first) and self._is_part(second)):
                continue
            pair = self._term(first), self._term(second)
            known = pair[0] in self._ranking and pair[1] in self._ranking
            if known and self._ranking.phrase(pair).any():
                found.append((pair, f"{first} {second}"))
        return tuple(found)

    def _is_part(self, part: str) -> bool:
        """Long enough to be a word, or a short one that is common: the `in` of `login`."""
        return len(part) >= SHORTEST or part in self._stops

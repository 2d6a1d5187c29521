"""Meanings: how much a term says in one language, and which other terms mean the same."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kb.search.query import parse_query

if TYPE_CHECKING:
    from kb.search.language_index import LanguageIndex
    from kb.search.searcher import Searcher


class Meanings:
    """By the articles' own index; a language without one knows no synonyms."""

    def __init__(self, index: LanguageIndex | None, lang: str) -> None:
        self._index = index
        self._lang = lang
        self._documents = max(2, len(index.ranking)) if index else 1_000

    def idf(self, term: str) -> float:
        """As in the ranking; a term that no article has says most."""
        frequency = self._index.ranking.frequency(term) if self._index else 0
        return math.log(self._documents / (frequency + 1)) + 1

    def others(self, text: str) -> tuple[str, ...]:
        """Terms that may stand for those of a text: corrections, compounds and synonyms."""
        if self._index is None:
            return ()
        query = parse_query(text, self._lang)
        found = [term for one in self._index.expander.alternatives(query) for term in one.terms]
        return tuple(dict.fromkeys(term for term in found if term not in query.terms))


def meanings(searcher: Searcher, lang: str) -> Meanings:
    return Meanings(searcher.languages.get(lang), lang)

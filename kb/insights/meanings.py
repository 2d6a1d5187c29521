"""Meanings: how much a term says in one language, and which other terms mean the same."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from kb.search.documents import FIELDS
from kb.search.query import parse_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.content.article import Article
    from kb.feedback.failures import Failure
    from kb.search.language_index import LanguageIndex
    from kb.search.searcher import Searcher

BODY = FIELDS.index("body")


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


def share_of_words(
    article: Article, failures: Sequence[Failure], searcher: Searcher, *, body: bool = True
) -> float:
    """How much of what people's words say an article has: anywhere, or not counting its body."""
    index = searcher.languages.get(article.lang)
    number = index.number.get(f"{article.slug}#") if index else None
    if index is None or number is None:
        return 0.0
    meaning = meanings(searcher, article.lang)
    said = Counter(term for failure in failures for term in failure.normal.split())
    every = held = 0.0
    for term, count in said.items():
        worth = count * meaning.idf(term)
        every += worth
        where = {field for field, *_ in index.ranking.fields(term, number)}
        held += worth * bool(where if body else where - {BODY})
    return held / every if every else 0.0

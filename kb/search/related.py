"""Related: which articles are about the same things, from the arrays of the ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kb.search.analysis import stop_words

if TYPE_CHECKING:
    from kb.search.ranking import Ranking

STRONGEST = 24  # terms kept for a document
MOST_DOCUMENTS = 200  # a term of more documents says little, and would make big folders slow
LEAST = 0.05  # cosine below which two articles have nothing to do with each other


class Related:
    """Cosine of the documents' impact vectors, cut to each document's strongest terms.

    Cutting vectors and skipping common terms bounds the work for one article, whatever the
    number of articles.
    """

    def __init__(self, ranking: Ranking, lang: str) -> None:
        self._keys = ranking.keys
        self._numbers = {key: n for n, key in enumerate(ranking.keys)}
        terms, documents, impacts = ranking.all_postings()
        whole = np.array([key.endswith("#") for key in ranking.keys], bool)
        frequencies = np.bincount(terms, minlength=len(ranking.terms))
        telling = (frequencies > 1) & (frequencies <= MOST_DOCUMENTS)
        telling &= ~np.array([term in stop_words(lang) for term in ranking.terms], bool)
        kept = telling[terms] & whole[documents]
        terms, documents, impacts = terms[kept], documents[kept], impacts[kept]
        order = np.lexsort((terms, -impacts, documents))
        terms, documents, impacts = terms[order], documents[order], impacts[order]
        begins = np.searchsorted(documents, np.arange(len(whole)))
        strong = np.arange(len(documents)) - begins[documents] < STRONGEST
        terms, documents, impacts = terms[strong], documents[strong], impacts[strong]
        norms = np.sqrt(np.bincount(documents, impacts.astype(float) ** 2, len(whole)))
        weights = impacts / norms[documents]
        self._terms, self._weights = terms, weights
        self._of_document = np.searchsorted(documents, np.arange(len(whole) + 1))
        by_term = np.argsort(terms, kind="stable")
        self._documents, self._shares = documents[by_term], weights[by_term]
        self._of_term = np.searchsorted(terms[by_term], np.arange(len(ranking.terms) + 1))

    def to(self, slug: str) -> list[str]:
        """Slugs by falling similarity; ties by slug. Only those with something in common."""
        number = self._numbers.get(f"{slug}#")
        if number is None:
            return []
        scores = np.zeros(len(self._keys))
        mine = slice(self._of_document[number], self._of_document[number + 1])
        for term, weight in zip(self._terms[mine], self._weights[mine], strict=True):
            others = slice(self._of_term[term], self._of_term[term + 1])
            scores[self._documents[others]] += weight * self._shares[others]
        scores[number] = 0.0
        near = np.flatnonzero(scores > LEAST)
        return [self._keys[n].removesuffix("#") for n in near[np.lexsort((near, -scores[near]))]]

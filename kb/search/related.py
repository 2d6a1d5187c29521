"""Related: which articles are about the same things, from the terms the index keeps."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from kb.search.index import SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_DOCUMENTS = 200  # a term of more documents says little, and would make big folders slow


class Related:
    """Cosine of tf-idf vectors cut to each document's strongest terms.

    Cutting vectors and skipping common terms bounds the work for one article, whatever the
    number of articles.
    """

    def __init__(self, signatures: Iterable[tuple[str, Sequence[tuple[str, float]]]]) -> None:
        raw = dict(signatures)
        counts = Counter(term for terms in raw.values() for term, _ in terms)
        self._vectors = {slug: _vector(terms, counts, len(raw)) for slug, terms in raw.items()}
        self._documents: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for slug, vector in self._vectors.items():
            for term, weight in vector.items():
                self._documents[term].append((slug, weight))

    def to(self, slug: str) -> list[str]:
        """Slugs by falling similarity; ties by slug. Only those with something in common."""
        scores: defaultdict[str, float] = defaultdict(float)
        for term, weight in self._vectors.get(slug, {}).items():
            for other, other_weight in self._documents[term]:
                scores[other] += weight * other_weight
        scores.pop(slug, None)
        near = [other for other, score in scores.items() if score > 0.05]
        return sorted(near, key=lambda other: (-scores[other], other))


def _vector(
    terms: Sequence[tuple[str, float]], counts: Counter[str], total: int
) -> dict[str, float]:
    most = min(MOST_DOCUMENTS, total)
    weights = {
        term: weight * math.log(1 + total / counts[term])
        for term, weight in terms
        if 1 < counts[term] <= most
    }
    strongest = sorted(weights, key=lambda term: (-weights[term], term))[:SIGNATURE]
    norm = math.sqrt(sum(weights[term] ** 2 for term in strongest)) or 1.0
    return {term: weights[term] / norm for term in strongest}

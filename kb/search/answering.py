"""Answering: a mail or a ticket -> the few articles and sections that answer it.

Each sentence is a query of its own. Its scores are divided by a power of what all its words are
worth, since a short clear question matters more than a long story that happens to share words; and
raised to a power, so that a few sentences that an article covers outweigh many that it touches.
`benchmarks/mails.py` measures it.
"""

from __future__ import annotations

from math import log1p
from typing import TYPE_CHECKING

import numpy as np

from kb.search.finding import Place
from kb.search.mails import sentences
from kb.search.searcher import hit
from kb.search.snippets import Highlighter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.search.language_index import LanguageIndex
    from kb.search.mails import Sentence
    from kb.search.query import Query
    from kb.search.ranking import Scores
    from kb.search.results import Hit
    from kb.search.searcher import Searcher

BREADTH = 0.5  # power of what a sentence's words are worth
CLARITY = 4.0  # power of a sentence's score
SHORT = 8  # words of a sentence that may be a bare question
AGAIN = 0.25  # of what a question says that has found a document, for those that come after it
MOST_LOOKED_AT = 30
LEAST = 0.3  # of the best score: what is worth showing


def answers(searcher: Searcher, text: str, lang: str, limit: int) -> tuple[Hit, ...]:
    """At most `limit` hits, one an article, best first; never raises for anything that was pasted.

    A hit's section and snippet are those that match the sentence it was found by.
    """
    told = list(sentences(text, lang))
    if not told or not searcher.languages:
        return ()
    index = _spoken_in(searcher, told, lang)
    if index.lang != lang:
        told = list(sentences(text, index.lang))
    told = [_corrected(searcher, sentence, len(told)) for sentence in told]
    chosen: dict[str, Hit] = {}
    for number, by, score in _ranked(index, told):
        article, _ = index.entries[number]
        if article.slug not in chosen:
            place = Place(index, number, score)
            chosen[article.slug] = hit(place, Highlighter(told[by].query))
        if len(chosen) == limit:
            break
    return tuple(chosen.values())


def _spoken_in(searcher: Searcher, told: list[Sentence], lang: str) -> LanguageIndex:
    """The visitor's own language if it knows most of the words, else the one that does."""

    def known(index: LanguageIndex) -> tuple[int, bool]:
        return sum([index.known(sentence.query) for sentence in told]), index.lang == lang

    return max(searcher.languages.values(), key=known)


def _corrected(searcher: Searcher, sentence: Sentence, of: int) -> Sentence:
    """Of a story only what is asked or short: in others a name or a place is no typing error."""
    if of > 1 and sentence.weight == 1.0 and len(sentence.query.words) > SHORT:
        return sentence
    return sentence._replace(query=searcher.finder.corrected(sentence.query)[0])


def _worth(index: LanguageIndex, sentence: Sentence) -> Scores:
    """What a sentence says for each document."""
    query, weight = sentence
    worth = index.scores(query) * np.float32(weight / _mass(index, query) ** BREADTH)
    worth **= np.float32(CLARITY)
    return worth


def _ranked(index: LanguageIndex, told: list[Sentence]) -> Iterator[tuple[int, int, float]]:
    """The best document, the sentence that says most for it, and its score; then the next one.

    A mail may ask for two things: a question that has found its document counts for less, and so
    does all that only tells; without another question nothing changes its place.
    """
    worths = np.stack([_worth(index, sentence) for sentence in told])
    tells = np.array([sentence.weight == 1.0 for sentence in told])
    shares = np.ones(len(told), np.float32)
    total, least = shares @ worths, 0.0
    for _ in range(MOST_LOOKED_AT):
        number = int(np.argmax(total))
        by = int(np.argmax(worths[:, number] * shares))
        score = float(worths[by, number]) ** (1 / CLARITY)
        least = least or LEAST * score
        if score <= least:
            return
        yield number, by, score
        worths[:, number] = 0
        total[number] = 0
        if not tells[by]:
            shares[tells] *= AGAIN
            shares[by] *= AGAIN
            total = shares @ worths


def _mass(index: LanguageIndex, query: Query) -> float:
    """What a sentence's terms are worth together, by how rare each is."""
    size = len(index.ranking)
    return sum(log1p(size / (index.ranking.frequency(term) + 0.5)) for term in query.terms)

"""Scoring: what a query is worth in every document of one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kb.search.ranking import best

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kb.search.meaning import Meaning
    from kb.search.query import Query
    from kb.search.ranking import Ranking, Scores

STOP_WEIGHT = 0.6  # of words such as `how` and `the`
STOPS_ALONE = 0.5  # of the best score: what a document needs that holds no other word
TITLE_MEANING, SECTION_MEANING = 0.8, 0.3  # of cosines, beside a best lexical score of 1
COMPARED = 64  # documents whose sections are compared with the query
CLOSE = 0.35  # cosine of a title from which an article is found without sharing a word


@dataclass(frozen=True, slots=True)
class Alternative:
    """Other words for some of a query's: `start` and `end` number the words they replace.

    A document that holds all of `terms`, and where `beside` is given those side by side, scores
    `weight` times the sum of `terms`, unless the query's own words score more. `why` is `synonym`,
    `compound` or `spelling`, `phrase` what is shown.
    """

    start: int
    end: int
    terms: tuple[str, ...]
    weight: float
    why: str
    phrase: str
    beside: tuple[str, ...] = ()


def lexical(
    ranking: Ranking,
    query: Query,
    alternatives: Sequence[Alternative] = (),
    ending: Scores | None = None,
) -> Scores:
    """The sum of the terms' impacts; `ending` are scores of an unfinished last word."""
    scores = ranking.sum(query.terms)
    for (start, end), some in by_run(alternatives).items():
        _add_gain(scores, ranking, query, start, end, some)
    if ending is not None:
        scores += ending
    if query.stops:
        scores = _with_stops(ranking, query, scores)
    for phrase in query.phrases:
        scores *= ranking.phrase(phrase)
    return scores


def _with_stops(ranking: Ranking, query: Query, scores: Scores) -> Scores:
    """A document of only small words is found where they make it nearly as good as the best:
    "where did it start" may be asked of an article that says where it came from."""
    found = scores > 0
    scores += ranking.sum(query.stops) * np.float32(STOP_WEIGHT)
    if np.count_nonzero(found):
        found |= scores >= STOPS_ALONE * np.maximum.reduce(scores)
    scores *= found
    return scores


def by_run(alternatives: Sequence[Alternative]) -> dict[tuple[int, int], list[Alternative]]:
    """The alternatives for the same words of the query."""
    runs: dict[tuple[int, int], list[Alternative]] = {}
    for one in alternatives:
        runs.setdefault((one.start, one.end), []).append(one)
    return runs


def gain(
    ranking: Ranking, query: Query, start: int, end: int, alternatives: list[Alternative]
) -> Scores:
    """By how much the best of the alternatives scores more than the words themselves."""
    more = ranking.nothing()
    _add_gain(more, ranking, query, start, end, alternatives)
    return more


def _add_gain(
    scores: Scores,
    ranking: Ranking,
    query: Query,
    start: int,
    end: int,
    alternatives: list[Alternative],
) -> None:
    """Looks only at the documents that hold an alternative: often few."""
    most = ranking.sum(replaced(query, start, end))
    for one in alternatives:
        documents, worth = alternative(ranking, one)
        more = worth * np.float32(one.weight)
        more -= most[documents]
        np.maximum(more, 0, out=more)
        scores[documents] += more
        if one is not alternatives[-1]:
            most[documents] += more


def replaced(query: Query, start: int, end: int) -> list[str]:
    """The terms that alternatives for these words stand for."""
    mine = {term for word in query.words[start:end] for term in word.terms}
    return [term for term in query.terms if term in mine]


def alternative(ranking: Ranking, one: Alternative) -> tuple[NDArray[np.uint32], Scores]:
    """The documents that hold all of an alternative, and what it is worth there, unweighted."""
    documents, worth = ranking.postings(one.terms[0])
    if len(one.terms) > 1:
        total, held = ranking.sum(one.terms), documents
        for term in one.terms[1:]:
            held = held[ranking.holds(term, held)]
        documents, worth = held, total[held]
    if one.beside:
        kept = ranking.phrase(one.beside)[documents]
        documents, worth = documents[kept], worth[kept]
    return documents, worth


@dataclass(frozen=True, slots=True)
class Fused:
    """Scores with what the query means added, and of what: cosines, to be multiplied by `scale`.

    `sections` are those of the `compared` documents only.
    """

    scores: Scores
    scale: float
    titles: Scores
    compared: NDArray[np.int64]
    sections: Scores


def fused(scores: Scores, meaning: Meaning | None, query: Query) -> Scores:
    """Lexical scores with what the query means added, on the scale of the lexical scores."""
    found = fuse(scores, meaning, query)
    return found.scores if found else scores


def fuse(scores: Scores, meaning: Meaning | None, query: Query) -> Fused | None:
    """None when only the words count: without vectors, in quotes, or when no word is found.

    A linear sum of the normalised scores, as in Bruch, Gai and Ingber, "An Analysis of Fusion
    Functions for Hybrid Retrieval" (2023): unlike ranks it keeps a clear lexical winner ahead.
    """
    most = float(scores.max(initial=0.0))
    if meaning is None or query.phrases or not most:
        return None
    vector = meaning.vector(query.text)
    titles = meaning.titles(vector, scores)
    near: Scores = scores / np.float32(most) + np.float32(TITLE_MEANING) * titles
    near *= (scores > 0) | (titles >= CLOSE)
    first = best(near, COMPARED)
    sections = meaning.sections(vector, first)
    near[first] += np.float32(SECTION_MEANING) * sections
    return Fused(near * np.float32(most), most, titles, first, sections)

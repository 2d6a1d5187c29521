"""Explaining: how the score of a hit comes about, part by part.

The parts call what ranking and scoring call, and add up to the score that the searcher gives.
Parts that are worth 0 say in words what no sum can: what was read otherwise, or left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kb.search.compiling import idf, saturation
from kb.search.documents import FIELDS, WEIGHTS
from kb.search.scoring import (
    SECTION_MEANING,
    STOP_WEIGHT,
    TITLE_MEANING,
    alternative,
    by_run,
    fuse,
    gain,
    lexical,
    replaced,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.search.language_index import LanguageIndex
    from kb.search.query import Query
    from kb.search.results import Correction, Hit, Results
    from kb.search.scoring import Alternative
    from kb.search.searcher import Searcher

Factors = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What one thing adds to a score, 0 for one that is only to be known.

    | kind | what | where | factors |
    |---|---|---|---|
    | word, small word | as it was typed | field | count, length, average, weight, idf, share |
    | missing | a word | | |
    | synonym, compound, spelling | the other words | instead of these | weight, other, literal |
    | boost | | | boost |
    | meaning | | title or best section | cosine, weight, scale |
    | correction | as it was typed | as it was read | |
    | phrase | the words in quotes | | |
    | faq | title of the page that is left out | | |
    | pin | | | |
    """

    kind: str
    what: str
    where: str
    value: float
    factors: Factors = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    hit: Hit
    parts: tuple[Part, ...]


def explain(searcher: Searcher, results: Results) -> tuple[Explanation, ...]:
    """How each hit of the results of this searcher came by its score."""
    options = results.options
    begin = (options.page - 1) * options.limit
    found = searcher.finder.find(results.query, options, results.typed)
    explainers: dict[str, _Explainer] = {}
    explained = []
    for hit, place in zip(results.hits, found.places(begin, begin + options.limit), strict=True):
        index, number = place.language, place.number
        if index.lang not in explainers:
            explainers[index.lang] = _Explainer(index, results.query, literal=options.literal)
        parts = (
            *_about(hit, results.correction),
            *explainers[index.lang].parts(number),
        )
        explained.append(Explanation(hit, parts))
    return tuple(explained)


def _about(hit: Hit, correction: Correction | None) -> Iterator[Part]:
    if hit.pinned:
        yield Part("pin", "", "", 0.0)
    for typed, corrected in correction.words if correction else ():
        yield Part("correction", typed, corrected, 0.0)


class _Explainer:
    """One query in one language: what is the same for all documents is reckoned once."""

    def __init__(self, index: LanguageIndex, query: Query, *, literal: bool) -> None:
        own = index.own(query)
        self._index, self._ranking, self._query = index, index.ranking, own
        alternatives = () if literal else index.expander.alternatives(own)
        self._runs = by_run(alternatives)
        self._words = lexical(index.ranking, own, alternatives)
        self._fused = None if literal else fuse(self._words, index.meaning, own)
        self._scores = self._fused.scores if self._fused else self._words
        self._shown = index.without_pages(self._scores.copy())

    def parts(self, number: int) -> Iterator[Part]:
        yield from self._phrases()
        yield from self._lexical(number)
        yield from self._boost(number)
        yield from self._meaning(number)
        yield from self._faq(number)

    def _phrases(self) -> Iterator[Part]:
        for phrase in self._query.phrases:
            yield Part("phrase", self._quoted(phrase), "", 0.0)

    def _quoted(self, phrase: tuple[str, ...]) -> str:
        """A phrase as it was typed, where each of its words is one term."""
        words = self._query.words
        for n in range(len(words)):
            some = words[n : n + len(phrase)]
            if tuple(term for word in some for term in word.terms) == phrase:
                return " ".join(word.typed for word in some)
        return " ".join(phrase)

    def _lexical(self, number: int) -> Iterator[Part]:
        """All without the article's boost, which multiplies each of them."""
        for term in self._query.terms:
            yield from self._term(term, number) or [Part("missing", self._typed(term), "", 0.0)]
        for (start, end), some in self._runs.items():
            yield from self._alternative(start, end, some, number)
        found = self._words[number] > 0
        for term in self._query.stops if found else ():
            yield from self._term(term, number, "small word", STOP_WEIGHT)

    def _term(self, term: str, number: int, kind: str = "word", share: float = 1.0) -> list[Part]:
        """What a term is worth in each of the fields that hold it."""
        rarity = float(idf(np.array(self._ranking.frequency(term)), len(self._ranking)))
        averages = self._ranking.averages
        parts = []
        for field, count, length, average in self._ranking.fields(term, number):
            saturated = saturation(
                np.array([count]), np.array([field]), np.array([length]), averages
            )
            factors = (
                ("count", count), ("length", length), ("average", average),
                ("weight", WEIGHTS[FIELDS[field]]), ("idf", rarity), ("share", share),
            )  # fmt: skip
            worth = float(saturated[0]) * rarity * share
            parts.append(Part(kind, self._typed(term), FIELDS[field], worth, factors))
        return parts

    def _typed(self, term: str) -> str:
        """The word as it was typed, where it is looked up as just this term."""
        words = (w.typed for w in self._query.words if w.terms == (term,))
        return next(words, term)

    def _alternative(
        self, start: int, end: int, some: list[Alternative], number: int
    ) -> Iterator[Part]:
        """The best of the alternatives, if it is worth more than the words themselves."""
        boost = float(self._ranking.boosts[number])
        more = float(gain(self._ranking, self._query, start, end, some)[number]) / boost
        if more > 0:
            worth = [self._worth(one, number) / boost for one in some]
            best = max(range(len(some)), key=lambda n: worth[n] * some[n].weight)
            mine = self._ranking.sum(replaced(self._query, start, end))[number] / boost
            factors = (
                ("weight", some[best].weight), ("other", worth[best]), ("literal", float(mine)),
            )  # fmt: skip
            instead = " ".join(word.typed for word in self._query.words[start:end])
            yield Part(some[best].why, some[best].phrase, instead, more, factors)

    def _worth(self, one: Alternative, number: int) -> float:
        documents, worth = alternative(self._ranking, one)
        return float(worth[documents == number].sum())

    def _boost(self, number: int) -> Iterator[Part]:
        boost = float(self._ranking.boosts[number])
        if boost != 1:
            more = float(self._words[number]) * (1 - 1 / boost)
            yield Part("boost", "", "", more, (("boost", boost),))

    def _meaning(self, number: int) -> Iterator[Part]:
        fused = self._fused
        if fused is None:
            return
        cosines = [("title", float(fused.titles[number]), TITLE_MEANING)]
        at = np.flatnonzero(fused.compared == number)
        cosines += [("best section", float(fused.sections[n]), SECTION_MEANING) for n in at]
        for where, cosine, weight in cosines:
            factors = (("cosine", cosine), ("weight", weight), ("scale", fused.scale))
            yield Part("meaning", "", where, cosine * weight * fused.scale, factors)

    def _faq(self, number: int) -> Iterator[Part]:
        article, anchor = self._index.entries[number]
        page = self._index.number[f"{article.slug}#"]
        if anchor and self._scores[page] > 0 and not self._shown[page]:
            yield Part("faq", article.title, "", 0.0)

"""Finding: a query -> the documents that it finds, in order, over all languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kb.content.pins import normalise
from kb.search.correcting import correct
from kb.search.ranking import ranked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from kb.content.library import Library
    from kb.search.language_index import LanguageIndex
    from kb.search.query import Query
    from kb.search.ranking import Scores
    from kb.search.results import Correction, Options

BY_DATE = 1 / 3  # of the best score: what scores less is not worth sorting by date


class Place(NamedTuple):
    """A document among the results. `pinned`: pins.yml put it here."""

    language: LanguageIndex
    number: int
    score: float
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class List:
    """What one language's index finds: its documents in the order they are shown."""

    index: LanguageIndex
    scores: Scores
    numbers: NDArray[np.int64]
    total: int


@dataclass(frozen=True, slots=True)
class Found:
    """Pinned documents, then each language's list without them. `total` counts all that match."""

    pinned: tuple[Place, ...]
    lists: tuple[List, ...]
    total: int

    def places(self, begin: int, end: int) -> list[Place]:
        """The results from `begin` to `end`; the lists reach as far as was asked for."""
        places = [
            Place(one.index, number, score)
            for one in self.lists
            for number, score in zip(
                one.numbers.tolist(), one.scores[one.numbers].tolist(), strict=True
            )
        ]
        if self.pinned:
            taken = {(place.language.lang, place.number) for place in self.pinned}
            others = (one for one in places if (one.language.lang, one.number) not in taken)
            places = [*self.pinned, *others]
        return places[begin:end]


class Finder:
    """The indexes of all languages as one; shared by threads."""

    def __init__(self, languages: Mapping[str, LanguageIndex], library: Library) -> None:
        self._languages = languages
        self._library = library

    def in_order(self, query: Query) -> list[LanguageIndex]:
        """The visitor's own language if it has a word of the query, then who has most of them.

        When none has any, it is the visitor's own: its synonyms and corrections may find more.
        """
        if len(self._languages) < 2:
            return list(self._languages.values())

        def rank(index: LanguageIndex) -> tuple[bool, int, bool]:
            known, own = index.known(query), index.lang == query.lang
            return not (own and known), -known, not own

        return sorted(self._languages.values(), key=rank)

    def corrected(self, query: Query) -> tuple[Query, Correction | None]:
        """The query with words that no article has put right, in the first language.

        A query that somebody pinned is spelt as they want it.
        """
        indexes = self.in_order(query)
        pins = self._library.pins
        if not indexes or (pins and normalise(query.text) in pins):
            return query, None
        return correct(query, indexes[0], self._knows)

    def _knows(self, word: str) -> bool:
        return any(index.knows(word) for index in self._languages.values())

    def find(self, query: Query, options: Options, typed: str = "") -> Found:
        """At least the first `page` · `limit` documents. `typed` is the query before correction."""
        pinned = self._pinned((typed, query.text), options)
        most = max(2, options.page * options.limit)  # an answer is compared with the second
        most += len(pinned)
        lists: list[List] = []
        for index in self.in_order(query):
            if index.known(query) or not lists:
                lists.append(_list(index, _scores(index, query, options), most, options.sort))
        total = sum([one.total for one in lists])
        if not pinned:
            return Found((), tuple(lists), total)
        scores = {one.index.lang: one.scores for one in lists}
        places = tuple(
            Place(index, number, float(scores[index.lang][number]) if index.lang in scores else 0.0,
                  pinned=True)
            for index, number in pinned
        )  # fmt: skip
        unfound = sum(place.score <= 0 for place in places)
        return Found(places, tuple(lists), total + unfound)

    def _pinned(self, texts: tuple[str, ...], options: Options) -> list[tuple[LanguageIndex, int]]:
        """The documents pinned to what was typed or read; none where somebody narrows or sorts."""
        pins = self._library.pins
        if not pins or options.sort != "relevance" or options.category or options.tag:
            return []
        slugs = next((pins[key] for text in texts if (key := normalise(text)) in pins), ())
        articles = (self._library.by_slug[slug] for slug in slugs)
        return [
            (index, index.number[f"{article.slug}#"])
            for article in articles
            if article.searchable and (index := self._languages.get(article.lang))
        ]


def _scores(index: LanguageIndex, query: Query, options: Options) -> Scores:
    scores = index.scores(index.own(query), literal=options.literal)
    if options.category or options.tag:
        scores = scores * index.narrowed(options.category, options.tag)
    return scores


def _list(index: LanguageIndex, scores: Scores, most: int, sort: str) -> List:
    if sort == "date":
        least = scores.max(initial=0.0) * BY_DATE
        kept = np.flatnonzero((scores > 0) & (scores >= least))
        order = np.lexsort((kept, -scores[kept], -index.days[kept]))
        return List(index, scores, kept[order][:most], len(kept))
    return List(index, scores, *ranked(scores, most))

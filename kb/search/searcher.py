"""Searcher: a query -> results, from the compiled indexes of one generation and one audience."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from kb.content.faq import plain_question
from kb.search.correcting import correct
from kb.search.language_index import MOST_FACETS, LanguageIndex
from kb.search.query import parse_query, tidy
from kb.search.ranking import best
from kb.search.results import Correction, Facet, Hit, Options, Results, Suggestions
from kb.search.snippets import Highlighter
from kb.search.suggesting import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from kb.content.article import Article
    from kb.content.library import Library
    from kb.search.query import Query
    from kb.search.ranking import Scores

MAX_PAGES = 20
MAX_LIMIT = 50
CACHED = 2_048  # results kept in memory
BY_DATE = 1 / 3  # of the best score: what scores less is not worth sorting by date
CLEAR = 1.2  # times the second's score makes the first a clear winner
DEFAULT = Options()


@dataclass(frozen=True, slots=True)
class Found:
    """What one language's index finds: its documents in the order they are shown."""

    index: LanguageIndex
    scores: Scores
    numbers: NDArray[np.int64]
    total: int
    pinned: int = 0


class Searcher:
    """Opened once a generation and shared by threads: nothing in it changes but its cache."""

    def __init__(self, folder: Path, library: Library, *, semantic: bool = True) -> None:
        """Raises OSError, ValueError or KeyError when the files are damaged."""
        self.library = library
        self.languages = {
            path.name: LanguageIndex(path, path.name, library, semantic=semantic)
            for path in sorted(folder.iterdir())
        }
        self._cached = lru_cache(maxsize=CACHED)(self._search)

    def search(self, text: str, lang: str, options: Options = DEFAULT) -> Results:
        """The hits on one page, best first; those of equal score by their addresses.

        The same search again is answered from memory.
        """
        begin = time.perf_counter()
        page = min(max(1, options.page), MAX_PAGES)
        limit = min(max(1, options.limit), MAX_LIMIT)
        results = self._cached(tidy(text), lang, replace(options, page=page, limit=limit))
        return replace(results, took_ms=(time.perf_counter() - begin) * 1000)

    def rank(self, text: str, lang: str, limit: int) -> list[tuple[str, str, float]]:
        """The best documents without what a page shows of them: slug, anchor, score."""
        query, _ = self.corrected(parse_query(text, lang))
        places = self._page(self.find(query, Options(limit=limit)), 0, limit)
        return [
            (index.entries[n][0].slug, index.entries[n][1], score) for index, n, score, _ in places
        ]

    def suggest(self, text: str, lang: str, limit: int = 6) -> Suggestions:
        """Completions of what was typed so far, and the articles and sections it would find."""
        query = parse_query(text, lang)
        index = self._in_order(query)
        return suggest(index[0], query, limit) if index else Suggestions(query, (), ())

    def related(self, article: Article, count: int = 4) -> list[Article]:
        """Listed articles about the same things, nearest first."""
        index = self.languages.get(article.lang)
        by_slug = self.library.by_slug
        found = (by_slug[slug] for slug in (index.related.to(article.slug) if index else ()))
        return [other for other in found if other.listed][:count]

    def _search(self, text: str, lang: str, options: Options) -> Results:
        typed = parse_query(text, lang)
        query, correction = (typed, None) if options.literal else self.corrected(typed)
        found = self.find(query, options)
        total = sum(one.total for one in found)
        begin = (options.page - 1) * options.limit
        places = self._page(found, begin, begin + options.limit)
        highlighter = Highlighter(query)
        hits = tuple(hit(*place, highlighter) for place in places)
        pages = min(MAX_PAGES, -(-total // options.limit))
        first = begin == 0 and options.sort == "relevance"
        return Results(
            query,
            hits,
            total,
            options.page,
            pages,
            0.0,
            correction,
            _facets(found, options),
            hits[0] if hits and first and _answers(query, found, hits, highlighter) else None,
            () if total else self._near(query, options.limit),
            _tried(typed, query) if not total else (),
            options,
        )

    def corrected(self, query: Query) -> tuple[Query, Correction | None]:
        """The query with words that no article has put right, in the first language."""
        indexes = self._in_order(query)
        if not indexes:
            return query, None
        return correct(query, indexes[0], self._knows)

    def _knows(self, word: str) -> bool:
        return any(index.knows(word) for index in self.languages.values())

    def _in_order(self, query: Query) -> list[LanguageIndex]:
        """The languages, those first that have most of the words, the visitor's own at a tie."""
        return sorted(
            self.languages.values(),
            key=lambda index: (-index.known(query), index.lang != query.lang),
        )

    def find(self, query: Query, options: Options) -> list[Found]:
        """What each language finds; the lists follow each other."""
        most = options.page * options.limit
        found: list[Found] = []
        for index in self._in_order(query):
            if not index.known(query) and found:
                continue
            own = query if index.lang == query.lang else parse_query(query.text, index.lang)
            scores = index.scores(own, literal=options.literal)
            if options.category or options.tag:
                scores = scores * index.narrowed(options.category, options.tag)
            found.append(_ordered(index, scores, most, options.sort))
        return found

    def _page(
        self, found: Iterable[Found], begin: int, end: int
    ) -> list[tuple[LanguageIndex, int, float, bool]]:
        places = [
            (one.index, int(n), float(one.scores[n]), at < one.pinned)
            for one in found
            for at, n in enumerate(one.numbers)
        ]
        return places[begin:end]

    def _near(self, query: Query, limit: int) -> tuple[Hit, ...]:
        """The nearest articles for words that no article has."""
        indexes = self._in_order(query)
        if not indexes:
            return ()
        first = indexes[0]
        scores = first.ranking.nothing()
        for word in query.words:
            if not word.stop and len(word.plain) >= 4:
                scores += first.ranking.best_of(first.endings(word.plain[:4]))
        numbers = best(first.without_pages(scores), min(limit, 3))
        highlighter = Highlighter(query)
        return tuple(hit(first, int(n), float(scores[n]), False, highlighter) for n in numbers)


def hit(
    index: LanguageIndex, number: int, score: float, pinned: bool, highlighter: Highlighter
) -> Hit:
    """A document as it is shown: its best section, with the words of the query marked."""
    article, anchor = index.entries[number]
    section = index.best_section(number, highlighter.query)
    snippet = highlighter.snippet(section.text or article.summary or article.text)
    title = plain_question(section.title) if anchor else article.title
    where = section if section.anchor else None
    return Hit(article, where, highlighter.mark(title), snippet, score, pinned)


def _ordered(index: LanguageIndex, scores: Scores, most: int, sort: str) -> Found:
    if sort == "date":
        least = scores.max(initial=0.0) * BY_DATE
        kept = np.flatnonzero((scores > 0) & (scores >= least))
        order = np.lexsort((kept, -scores[kept], -index.days[kept]))
        return Found(index, scores, kept[order][:most], len(kept))
    return Found(index, scores, best(scores, most), int(np.count_nonzero(scores > 0)))


def _facets(found: Iterable[Found], options: Options) -> tuple[Facet, ...]:
    """Categories and tags of what was found, those with most documents first."""
    counts: dict[tuple[str, str], Facet] = {}
    for one in found:
        for key, facet in one.index.count_facets(one.scores).items():
            known = counts.get(key, facet)
            counts[key] = (
                facet if known is facet else replace(known, count=known.count + facet.count)
            )
    shown: list[Facet] = []
    for kind in ("category", "tag"):
        of_kind = [facet for facet in counts.values() if facet.kind == kind]
        of_kind.sort(key=lambda f: (-f.count, f.title.casefold(), f.value))
        chosen = options.category if kind == "category" else options.tag
        shown += [f for n, f in enumerate(of_kind) if n < MOST_FACETS or f.value == chosen]
    return tuple(shown)


def _answers(
    query: Query, found: list[Found], hits: tuple[Hit, ...], highlighter: Highlighter
) -> bool:
    """Whether the first hit is the answer: asked for, clearly ahead, most words in one section."""
    if not query.asks or found[0].total == 0:
        return False
    first = hits[0]
    ahead = len(hits) == 1 or hits[0].score >= CLEAR * hits[1].score
    section = first.section
    text = (
        f"{first.article.title}\n{section.title}\n{section.text}" if section else first.article.text
    )
    held = {match.term for match in highlighter.matches(text)}
    return ahead and len(held) * 3 >= 2 * len(query.terms)


def _tried(typed: Query, query: Query) -> tuple[str, ...]:
    return (query.text,) if query.text != typed.text else ()

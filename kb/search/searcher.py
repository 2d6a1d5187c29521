"""Searcher: a query -> results, from the compiled indexes of one generation and one audience."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.content.faq import plain_question
from kb.search.finding import Finder, Place
from kb.search.language_index import MOST_FACETS, LanguageIndex
from kb.search.query import parse_query, tidy, unquoted
from kb.search.ranking import best
from kb.search.results import Facet, Hit, Options, Results, Suggestions
from kb.search.snippets import Highlighter
from kb.search.suggesting import suggest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.content.article import Article
    from kb.content.library import Library
    from kb.search.finding import Found
    from kb.search.query import Query

MAX_PAGES = 20
MAX_LIMIT = 50
CACHED = 2_048  # results kept in memory
NEAR = 3  # articles offered when nothing was found
CLEAR = 1.2  # times the second's score makes the first a clear winner
REPEATED = 1.05  # the same where a heading has all words of the question
DEFAULT = Options()


class Searcher:
    """Opened once a generation and shared by threads: nothing in it changes but its cache."""

    def __init__(self, folder: Path, library: Library, *, semantic: bool = True) -> None:
        """Raises OSError, ValueError or KeyError when the files are damaged."""
        self.library = library
        self.languages = {
            path.name: LanguageIndex(path, path.name, library, semantic=semantic)
            for path in sorted(folder.iterdir())
        }
        self.finder = Finder(self.languages, library)
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
        typed = parse_query(text, lang)
        query, _ = self.finder.corrected(typed)
        found = self.finder.find(query, Options(limit=limit), typed.text)
        ranked = []
        for place in found.places(0, limit):
            article, anchor = place.language.entries[place.number]
            ranked.append((article.slug, anchor, place.score))
        return ranked

    def suggest(self, text: str, lang: str, limit: int = 6) -> Suggestions:
        """Completions of what was typed so far, and the articles and sections it would find."""
        query = parse_query(text, lang)
        for index in self.finder.in_order(query):
            return suggest(index, index.own(query), limit)
        return Suggestions(query, (), ())

    def related(self, article: Article, count: int = 4) -> list[Article]:
        """Listed articles about the same things, nearest first."""
        index = self.languages.get(article.lang)
        by_slug = self.library.by_slug
        found = (by_slug[slug] for slug in (index.related.to(article.slug) if index else ()))
        return [other for other in found if other.listed][:count]

    def _search(self, text: str, lang: str, options: Options) -> Results:
        typed = parse_query(text, lang)
        query, correction = (typed, None) if options.literal else self.finder.corrected(typed)
        found = self.finder.find(query, options, typed.text)
        begin = (options.page - 1) * options.limit
        hits = _hits(query, found.places(begin, begin + options.limit))
        tried, near = self._instead(typed, query, options) if not found.total else ((), ())
        first = begin == 0 and options.sort == "relevance" and hits
        answers = first and _answers(query, found.places(0, 2), hits[0])
        return Results(
            query=query,
            hits=hits,
            total=found.total,
            page=options.page,
            pages=min(MAX_PAGES, -(-found.total // options.limit)),
            took_ms=0.0,
            correction=correction,
            facets=_facets(found, options),
            answer=hits[0] if answers else None,
            near=near,
            tried=tried,
            options=options,
            typed=typed.text,
        )

    def _instead(
        self, typed: Query, query: Query, options: Options
    ) -> tuple[tuple[str, ...], tuple[Hit, ...]]:
        """What was tried besides when nothing was found, and the articles that come nearest."""
        tried = [query.text] if query.text != typed.text else []
        if query.phrases:  # the words may stand in an article, though not side by side
            loose = parse_query(unquoted(query.text), query.lang)
            tried.append(loose.text)
            found = self.finder.find(loose, Options(limit=NEAR))
            if found.total:
                return tuple(tried), _hits(loose, found.places(0, NEAR))
        return tuple(tried), self._near(query)

    def _near(self, query: Query) -> tuple[Hit, ...]:
        """Articles with words that begin like those of the query."""
        indexes = self.finder.in_order(query)
        if not indexes:
            return ()
        first = indexes[0]
        scores = first.ranking.nothing()
        for word in query.words:
            if not word.stop and len(word.plain) >= 4:
                begin = word.plain[:4]
                scores += first.ranking.best_of(first.endings(begin, first.likely(begin)))
        scores = first.without_pages(scores)
        numbers = best(scores, NEAR).tolist()
        return _hits(query, [Place(first, n, float(scores[n])) for n in numbers])


def _hits(query: Query, places: Sequence[Place]) -> tuple[Hit, ...]:
    """Each with the words of the query as its own language has them."""
    highlighters: dict[str, Highlighter] = {}
    for place in places:
        if place.language.lang not in highlighters:
            highlighters[place.language.lang] = Highlighter(place.language.own(query))
    return tuple(hit(place, highlighters[place.language.lang]) for place in places)


def hit(place: Place, highlighter: Highlighter) -> Hit:
    """A document as it is shown: its best section, with the words of the query marked."""
    article, anchor = place.language.entries[place.number]
    section = place.language.best_section(place.number, highlighter.query)
    snippet = highlighter.snippet(section.text or article.summary or article.text)
    title = plain_question(section.title) if anchor else article.title
    where = section if section.anchor else None
    return Hit(article, where, highlighter.mark(title), snippet, place.score, place.pinned)


def _facets(found: Found, options: Options) -> tuple[Facet, ...]:
    """Categories and tags of what was found, those with most documents first."""
    counts: dict[tuple[str, str], Facet] = {}
    for one in found.lists:
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


def _answers(query: Query, best_two: list[Place], first: Hit) -> bool:
    """Whether the first hit is the answer: asked for, clearly ahead, and about just that.

    A heading that repeats the question needs less of a lead than one that does not.
    """
    if not query.asks or not first.score:
        return False
    query = best_two[0].language.own(query)
    highlighter = Highlighter(query)
    section = first.section
    title, text = (section.title, section.text) if section else ("", first.article.text)
    heading = _words_in(query, highlighter, title)
    titles = heading | _words_in(query, highlighter, first.article.title)
    every = titles | _words_in(query, highlighter, text)
    words = len(set(query.word_of.values()))
    lead = REPEATED if len(heading) == words else CLEAR
    ahead = len(best_two) == 1 or first.score >= lead * best_two[1].score
    return ahead and len(titles) * 2 > words and len(every) * 3 >= 2 * words


def _words_in(query: Query, highlighter: Highlighter, text: str) -> set[int]:
    """The numbers of the words of the query that a text has."""
    return {query.word_of[match.term] for match in highlighter.matches(text)}

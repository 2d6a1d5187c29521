"""Searcher: a query -> ranked hits with snippets, from one generation's index."""

from __future__ import annotations

import threading
import time
from functools import cached_property
from typing import TYPE_CHECKING

from whoosh.filedb.filestore import FileStorage, copy_to_ram
from whoosh.query import And, NullQuery, Or, Term
from whoosh.scoring import BM25F

from kb.content.faq import plain_question
from kb.search.index import WEIGHTS
from kb.search.query import parse_query
from kb.search.related import Related
from kb.search.results import Hit, Options, Results, Suggestions
from kb.search.snippets import Highlighter, has_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import whoosh.searching
    from whoosh.query import Query as WhooshQuery

    from kb.content.article import Article, Section
    from kb.content.library import Library
    from kb.search.query import Query

MAX_PAGES = 20
DEFAULT = Options()
MOST_PHRASES = 300  # documents whose text is read for a phrase
Place = tuple[str, str, float]  # slug, anchor, score


class Searcher:
    """Opened once a generation and shared by threads: each has a Whoosh searcher of its own.

    A Whoosh searcher that threads share mixes up their postings, and opening one costs
    several milliseconds.
    """

    def __init__(self, folder: Path, library: Library) -> None:
        """Raises OSError or whatever unpickling raises when the index is damaged."""
        self._library = library
        # In memory: a mapped file that somebody truncates would kill the process with SIGBUS.
        self._index = copy_to_ram(FileStorage(str(folder), supports_mmap=False)).open_index()
        self._local = threading.local()
        self._whoosh  # noqa: B018  (a damaged index should fail now, not at the first search)

    @property
    def _whoosh(self) -> whoosh.searching.Searcher:
        if not hasattr(self._local, "searcher"):
            self._local.searcher = self._index.searcher(weighting=BM25F(B=0.75))
        return self._local.searcher

    def search(self, text: str, lang: str, options: Options = DEFAULT) -> Results:
        """The hits on one page, best first; ties in the order of the index."""
        begin = time.perf_counter()
        query = parse_query(text, lang)
        page = min(max(1, options.page), MAX_PAGES)
        places, total = self._rank(query, page * options.limit)
        highlighter = Highlighter(query)
        shown = places[(page - 1) * options.limit :]
        hits = tuple(self._hit(place, highlighter) for place in shown)
        took = (time.perf_counter() - begin) * 1000
        pages = min(MAX_PAGES, -(-total // options.limit))
        return Results(query, hits, total, page, pages, took, options=options)

    def suggest(self, text: str, lang: str, limit: int = 6) -> Suggestions:
        """Completions of what was typed so far, and the articles and sections it would find."""
        results = self.search(text, lang, Options(limit=limit))
        return Suggestions(results.query, (), results.hits)

    def related(self, article: Article, count: int = 4) -> list[Article]:
        """Listed articles about the same things, nearest first."""
        by_slug = self._library.by_slug
        found = (by_slug[slug] for slug in self._related.to(article.slug) if slug in by_slug)
        return [other for other in found if other.listed][:count]

    def close(self) -> None:
        self._index.close()

    @cached_property
    def _related(self) -> Related:
        stored = self._whoosh.reader().all_stored_fields()
        return Related((d["place"][0], d["signature"]) for d in stored if not d["place"][1])

    def _rank(self, query: Query, limit: int) -> tuple[list[Place], int]:
        if query.phrases:
            places = self._found(_every(query), MOST_PHRASES)[0]
            kept = [place for place in places if self._has_phrases(place, query)]
            return kept[:limit], len(kept)
        return self._found(_whoosh_query(query.terms), limit)

    def _found(self, wanted: WhooshQuery, limit: int) -> tuple[list[Place], int]:
        found = self._whoosh.search(wanted, limit=limit)
        return [(*hit["place"], float(hit.score)) for hit in found], len(found)

    def _has_phrases(self, place: Place, query: Query) -> bool:
        article = self._library.by_slug[place[0]]
        sections = _sections_of(article, place[1])
        texts = [article.title, *(t for s in sections for t in (s.title, s.text))]
        return all(any(has_phrase(t, p, query.lang) for t in texts) for p in query.phrases)

    def _hit(self, place: Place, highlighter: Highlighter) -> Hit:
        slug, anchor, score = place
        article = self._library.by_slug[slug]
        section = highlighter.best_section(_sections_of(article, anchor))
        snippet = highlighter.snippet(section.text or article.summary or article.text)
        title = plain_question(section.title) if anchor else article.title
        where = section if section.anchor else None
        return Hit(article, where, highlighter.mark(title), snippet, score)


def _whoosh_query(terms: Iterable[str]) -> Or | NullQuery:
    """Every term in every field. Query objects, never a parser: nothing typed is a command."""
    parts = [Term(name, t, boost=weight) for t in terms for name, weight in WEIGHTS.items()]
    return Or(parts) if parts else NullQuery


def _every(query: Query) -> And | NullQuery:
    """Documents that hold every word of every phrase, wherever; where is looked at afterwards."""
    words = dict.fromkeys(term for phrase in query.phrases for term in phrase)
    parts = [Or([Term(name, t, boost=w) for name, w in WEIGHTS.items()]) for t in words]
    return And(parts) if parts else NullQuery


def _sections_of(article: Article, anchor: str) -> list[Section]:
    if not anchor:
        return list(article.sections)
    return [s for s in article.sections if s.anchor == anchor] or list(article.sections)

"""kb itself, by the functions that its pages use."""

from __future__ import annotations

import gc
from dataclasses import replace
from functools import _lru_cache_wrapper
from typing import TYPE_CHECKING

from page import read_library

from kb.search.indexing import build_indexes
from kb.search.results import Options
from kb.search.searcher import Searcher

if TYPE_CHECKING:
    from pathlib import Path

    from kb.content.library import Library

FEW = 10_000  # a cache that keeps more is about words, not about queries
KEPT = ("_headings_of", "_phrase")  # nor are those of the articles' headings and of synonyms


class Kb:
    """`semantic`: with the vectors of the extra of that name."""

    def __init__(self, *, semantic: bool = False) -> None:
        self.semantic = semantic

    def read(self, corpus: Path) -> Library:
        return read_library(corpus)

    def build(self, source: Library, folder: Path) -> None:
        folder.mkdir()
        build_indexes(source, folder / "whoosh", folder / "arrays", semantic=self.semantic)

    def update(self, source: Library, folder: Path) -> None:
        """Again, after one article of many has changed."""
        *articles, last = source.articles
        changed = replace(last, title=f"{last.title} changed")
        library = replace(source, articles=(*articles, changed))
        arrays = folder / "changed"
        build_indexes(library, folder / "whoosh", arrays, semantic=self.semantic)

    def prepare(self, corpus: Path) -> None:
        self.library = read_library(corpus)

    def open(self, folder: Path) -> None:
        self.searcher = Searcher(folder / "arrays", self.library, semantic=self.semantic)

    def rank(self, text: str, limit: int) -> list[str]:
        """Twice as many are asked for: the questions of one FAQ page are results of their own."""
        slugs = [slug for slug, _, _ in self.searcher.rank(text, "en", 2 * limit)]
        return list(dict.fromkeys(slugs))[:limit]

    tolerant = rank  # there is one way to search

    def suggest(self, text: str, limit: int) -> list[tuple[str, str]]:
        """With more than is asked for: completions, sections, the typed words marked."""
        hits = self.searcher.suggest(text, "en", limit).hits
        return [(hit.article.slug, "".join(part for part, _ in hit.title)) for hit in hits]

    def results(self, text: str, limit: int) -> list[tuple[str, str]]:
        hits = self.searcher.search(text, "en", Options(limit=limit)).hits
        return [(hit.article.slug, "".join(part for part, _ in hit.snippet)) for hit in hits]

    def forget(self) -> None:
        """What was worked out for queries and misspelt words; what is known of articles stays."""
        for kept in gc.get_objects():
            if isinstance(kept, _lru_cache_wrapper) and kept.__module__.startswith("kb.search"):
                size = kept.cache_info().maxsize
                if size and size <= FEW and kept.__name__ not in KEPT:
                    kept.cache_clear()

"""Findability: whether a Library's articles are found by their own questions and titles.

An article counts as found at its rank among the different articles; a question of a FAQ page
counts as its page.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.content.frontmatter import split
from kb.content.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kb.content.article import Article
    from kb.content.expected import Expected
    from kb.content.library import Library
    from kb.search.searcher import Searcher

CODES = frozenset({"question-not-found", "title-not-found", "search-rank"})
FIRST = 3  # an article should be among so many
_FEW = 20  # documents: nearly always enough, and much quicker than all of them


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a query finds an article, counted from 1; 0: nowhere. `first` is who stands first."""

    rank: int
    first: Article | None

    def within(self, worst: int) -> bool:
        return 0 < self.rank <= worst


@dataclass(frozen=True, slots=True)
class RankedSearch:
    """A row of searches.yml with the rank it has now."""

    expected: Expected
    rank: Rank

    @property
    def ok(self) -> bool:
        return self.rank.within(self.expected.worst)


class Findability:
    """Asks a Searcher of the `library`; `sources` are its files' bytes, to say where a text is."""

    def __init__(self, library: Library, searcher: Searcher, sources: Mapping[str, bytes]) -> None:
        self.library = library
        self._searcher = searcher
        self._sources = sources
        self._all = sum(len(index.entries) for index in searcher.languages.values())

    def questions(self) -> Iterator[Problem]:
        """Articles that are not among the first three for one of their own `questions`."""
        for article in self._articles():
            for question in article.questions:
                rank = self.rank(question, article)
                if not rank.within(FIRST):
                    hint = "Word it as customers do, and decide which article answers it."
                    place = place_of_question(self._source(article), question)
                    message = f"for its own question “{question}” the article {_told(rank)}"
                    yield Problem(article.path, *place, "question-not-found", message, hint)

    def titles(self) -> Iterator[Problem]:
        """Articles that are not among the first three for their own title.

        Of more articles with the same title each may stand anywhere among them.
        """
        same = Counter(_name(article) for article in self._articles())
        for article in self._articles():
            rank = self.rank(article.title, article)
            if not rank.within(max(FIRST, same[_name(article)])):
                hint = "Say in the title how it differs, or give it keywords."
                place = _place_of_line(self._source(article).split("\n"), article.title)
                message = f"for its own title “{article.title}” the article {_told(rank)}"
                yield Problem(article.path, *place, "title-not-found", message, hint)

    def searches(self, rows: Iterable[Expected]) -> list[RankedSearch]:
        """The rows whose article exists, with their ranks."""
        by_slug = self.library.by_slug
        known = ((row, by_slug[row.slug]) for row in rows if row.slug in by_slug)
        return [RankedSearch(row, self.rank(row.query, article)) for row, article in known]

    def rank(self, query: str, article: Article) -> Rank:
        """Where a reader of the article's language finds it."""
        for most in (_FEW, self._all):
            found = self._searcher.rank(query, article.lang, most)
            slugs = list(dict.fromkeys(slug for slug, _, _ in found))
            if article.slug in slugs:
                break
        rank = slugs.index(article.slug) + 1 if article.slug in slugs else 0
        return Rank(rank, self.library.by_slug[slugs[0]] if slugs else None)

    def _articles(self) -> Iterator[Article]:
        return (article for article in self.library.articles if article.searchable)

    def _source(self, article: Article) -> str:
        data = self._sources.get(article.path, b"")
        text = data.decode("utf-8-sig", "replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")


def late(ranked: Iterable[RankedSearch]) -> Iterator[Problem]:
    """The searches whose article stands later than it may."""
    for one in ranked:
        if not one.ok:
            row = one.expected
            message = f"for “{row.query}” the article `{row.slug}` {_told(one.rank)}"
            hint = f"At worst {_ordinal(row.worst)} was expected: add the words to its questions."
            yield Problem(row.path, row.line, 1, "search-rank", message, hint)


def place_of_question(source: str, question: str) -> tuple[int, int]:
    """Line and column of a question in the front matter; else those of its key, else the top."""
    front = split(source)
    keys = [entry for entry in front.entries if entry.key.casefold() == "questions"]
    if not keys:
        return 1, 1
    line, column = keys[0].line, keys[0].column
    lines = source.split("\n")[line - 1 : front.line - 1]
    row, place = _place_of_line(lines, question, (1, column))
    return line - 1 + row, place


def _place_of_line(
    lines: list[str], text: str, default: tuple[int, int] = (1, 1)
) -> tuple[int, int]:
    """Where the text first stands, or as much of it as a line that is continued below holds."""
    spellings = {text, text.replace("'", "''"), text.replace('"', '\\"')}
    for number, line in enumerate(lines, 1):
        found = max(line.find(spelling) for spelling in spellings)
        if found >= 0:
            return number, found + 1
    words = text.split()
    if len(words) > FIRST:  # a long text is wrapped
        return _place_of_line(lines, " ".join(words[:FIRST]), default)
    return default


def _name(article: Article) -> tuple[str, str]:
    return article.lang, " ".join(article.title.casefold().split())


def _told(rank: Rank) -> str:
    if rank.rank == 0:
        return "is not found" + (f"; “{rank.first.title}” is first" if rank.first else "")
    first = f"; “{rank.first.title}” is first" if rank.first and rank.rank > 1 else ""
    return f"is {_ordinal(rank.rank)}{first}"


def _ordinal(number: int) -> str:
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"

"""The frozen values of search: Hit, Results, Suggestions and what they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kb.content.article import Article, Section
    from kb.search.query import Query
    from kb.search.snippets import Fragment

Sort = Literal["relevance", "date"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to search: `literal` searches what was typed, without corrections and synonyms.

    `page` counts from 1, in pages of `limit` hits; `category` (its path) and `tag` narrow.
    """

    page: int = 1
    limit: int = 10
    sort: Sort = "relevance"
    category: str = ""
    tag: str = ""
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `section` is where the words were found; None: the article as a whole.

    `title` and `snippet` are fragments: text, and whether it is one of the words looked for.
    `pinned`: pins.yml put it here.
    """

    article: Article
    section: Section | None
    title: tuple[Fragment, ...]
    snippet: tuple[Fragment, ...]
    score: float
    pinned: bool = False

    @property
    def anchor(self) -> str:
        return self.section.anchor if self.section else ""


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow the results: how many of them are in a category or have a tag.

    `value` goes into the address (`?category=` or `?tag=`), `title` is shown.
    """

    kind: Literal["category", "tag"]
    value: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Correction:
    """What was searched instead of what was typed, because no article has a word that was typed.

    `text` is the corrected query, `words` pairs of typed and corrected words.
    """

    text: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits. `total` counts all that match, `took_ms` is the time it took.

    `answer` is the first hit when the query asks a question and that hit's section answers it
    better than all others; its section may then be shown whole. `near` are the nearest articles
    when nothing was found (total 0): never shown as results. `tried` are the queries that found
    nothing either, in the order tried. `query` is what was searched, `typed` what was typed.
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    page: int
    pages: int
    took_ms: float
    correction: Correction | None = None
    facets: tuple[Facet, ...] = ()
    answer: Hit | None = None
    near: tuple[Hit, ...] = ()
    tried: tuple[str, ...] = ()
    options: Options = Options()
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What is offered while somebody types: whole queries, then articles and sections."""

    query: Query
    completions: tuple[str, ...]
    hits: tuple[Hit, ...]

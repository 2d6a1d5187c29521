"""The frozen values of search: Hit and Results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.content.article import Article, Section
    from kb.search.query import Query
    from kb.search.snippets import Fragment


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `section` is where the words were found; None: the article as a whole.

    `title` and `snippet` are fragments: text, and whether it is one of the words looked for.
    """

    article: Article
    section: Section | None
    title: tuple[Fragment, ...]
    snippet: tuple[Fragment, ...]
    score: float

    @property
    def anchor(self) -> str:
        return self.section.anchor if self.section else ""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits. `total` counts all that match, `took_ms` is the time it took."""

    query: Query
    hits: tuple[Hit, ...]
    total: int
    page: int
    pages: int
    took_ms: float

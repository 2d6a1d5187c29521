"""Library: all articles, categories, redirects and assets that one audience may know of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kb.content.redirects import Redirects

if TYPE_CHECKING:
    from kb.content.article import Article, Asset, Category
    from kb.content.synonyms import Synonym

MISC = "more"


@dataclass(frozen=True)
class Library:
    """Frozen. A public Library simply has no drafts and no staff articles: nothing filters.

    `articles` are sorted by path, `categories` as they are shown, parents before children.
    `assets`: path below the folder -> Asset. `indexes`: path of an index.md -> category path.
    `pins`: normalised search -> slugs that come first.
    """

    articles: tuple[Article, ...] = ()
    categories: tuple[Category, ...] = ()
    redirects: Redirects = field(default_factory=Redirects)
    assets: dict[str, Asset] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)
    synonyms: tuple[Synonym, ...] = ()
    pins: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def by_slug(self) -> dict[str, Article]:
        return {article.slug: article for article in self.articles}

    @cached_property
    def by_id(self) -> dict[str, Article]:
        return {article.id: article for article in reversed(self.articles)}

    @cached_property
    def by_path(self) -> dict[str, Article]:
        return {article.path: article for article in self.articles}

    @cached_property
    def groups(self) -> dict[str, tuple[Article, ...]]:
        """Slug of an original -> it and its translations by language; only where there are any."""
        groups: dict[str, list[Article]] = {}
        for article in sorted(self.articles, key=lambda a: (a.lang, a.path)):
            if original := self.by_slug.get(article.translates):
                groups.setdefault(original.slug, [original]).append(article)
        return {slug: tuple(group) for slug, group in groups.items()}

    def in_languages(self, article: Article) -> tuple[Article, ...]:
        """The article in all its languages, itself among them, the original first; () for one."""
        return self.groups.get(article.translates or article.slug, ())

    @cached_property
    def category_of(self) -> dict[str, Category]:
        return {category.path: category for category in self.categories}

    @cached_property
    def shelves(self) -> dict[str, tuple[Article, ...]]:
        """Category path -> its listed articles, in the order of their weight, then title."""
        shelves: dict[str, list[Article]] = {c.path: [] for c in self.categories}
        for article in self.articles:
            for path in article.categories if article.listed else ():
                shelves[path].append(article)
        return {path: tuple(sorted(found, key=_order)) for path, found in shelves.items()}

    @cached_property
    def counts(self) -> dict[str, int]:
        """Category path -> number of different listed articles in it and below it."""
        below: dict[str, set[str]] = {category.path: set() for category in self.categories}
        for article in self.articles:
            for path in article.categories if article.listed else ():
                for category in self.trail(path):
                    below[category.path].add(article.slug)
        return {path: len(slugs) for path, slugs in below.items()}

    def trail(self, path: str) -> list[Category]:
        """The category and those above it, outermost first; [] for an unknown path."""
        trail: list[Category] = []
        category = self.category_of.get(path)
        while category is not None:
            trail.insert(0, category)
            category = self.category_of.get(category.parent)
        return trail

    def children(self, path: str) -> list[Category]:
        """Those directly below that hold anything to read."""
        return [one for one in self.categories if one.parent == path and self.counts[one.path]]

    @cached_property
    def listed(self) -> tuple[Article, ...]:
        return tuple(article for article in self.articles if article.listed)

    @cached_property
    def featured(self) -> tuple[Article, ...]:
        return tuple(sorted((a for a in self.listed if a.featured), key=_order))

    @cached_property
    def recent(self) -> tuple[Article, ...]:
        """Listed articles with a date, latest change first."""
        dated = [a for a in self.listed if a.updated or a.created]
        return tuple(
            sorted(dated, key=lambda a: (str(a.updated or a.created), a.slug), reverse=True)
        )


def _order(article: Article) -> tuple[float, str, str]:
    weight = float("inf") if article.weight is None else article.weight
    return (weight, article.title.casefold(), article.slug)

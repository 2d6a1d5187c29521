"""Sitemaps: the address and the last change of every page that search engines should know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kb.content.article import Article
    from kb.content.library import Library

MOST = 40_000
"""Pages in a file. 50,000 and 50 MB are allowed, and an address may have 1,200 bytes."""


class Entry(NamedTuple):
    """`changed` is a day as text, "" when it is not known."""

    url: str
    changed: str


def parts(library: Library) -> list[list[Entry]]:
    """All pages, cut into files; at least one."""

    pages = _pages(library)
    return [pages[start : start + MOST] for start in range(0, len(pages), MOST)]


def changed(article: Article) -> str:
    return str(article.updated or article.created or "")


def _pages(library: Library) -> list[Entry]:
    shown = [article for article in library.listed if not article.noindex]
    latest = _latest(library, shown)
    return [
        Entry("/", latest.get("", "")),
        *(Entry(one.url, latest.get(one.path, "")) for one in library.categories),
        *(Entry(one.url, changed(one)) for one in shown),
    ]


def _latest(library: Library, articles: list[Article]) -> dict[str, str]:
    """Category path -> the last change of what is in it and below it; "" is the home page."""
    latest: dict[str, str] = {}
    for article in articles:
        above = [category for path in article.categories for category in library.trail(path)]
        for path in {"", *(category.path for category in above)}:
            latest[path] = max(latest.get(path, ""), changed(article))
    return latest

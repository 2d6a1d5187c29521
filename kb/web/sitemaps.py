"""Sitemaps: the address and the last change of every page that search engines should know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kb.web.alternates import Alternate, alternates

if TYPE_CHECKING:
    from kb.content.article import Article
    from kb.content.library import Library

MOST = 40_000
"""Addresses in a file, those of translations among them. 50,000 and 50 MB are allowed, and an
address may have 1,200 bytes."""


class Entry(NamedTuple):
    """`changed` is a day as text, "" when it is not known."""

    url: str
    changed: str
    alternates: tuple[Alternate, ...] = ()


def parts(library: Library) -> list[list[Entry]]:
    """All pages, cut into files; at least one."""

    files: list[list[Entry]] = [[]]
    room = MOST
    for page in _pages(library):
        addresses = 1 + len(page.alternates)
        if addresses > room and files[-1]:
            files.append([])
            room = MOST
        files[-1].append(page)
        room -= addresses
    return files


def changed(article: Article) -> str:
    return str(article.updated or article.created or "")


def _pages(library: Library) -> list[Entry]:
    shown = [article for article in library.listed if not article.noindex]
    latest = _latest(library, shown)
    return [
        Entry("/", latest.get("", "")),
        *(Entry(one.url, latest.get(one.path, "")) for one in library.categories),
        *(Entry(one.url, changed(one), alternates(library, one)) for one in shown),
    ]


def _latest(library: Library, articles: list[Article]) -> dict[str, str]:
    """Category path -> the last change of what is in it and below it; "" is the home page."""
    latest: dict[str, str] = {}
    for article in articles:
        above = [category for path in article.categories for category in library.trail(path)]
        for path in {"", *(category.path for category in above)}:
            latest[path] = max(latest.get(path, ""), changed(article))
    return latest

"""Feeds: what programs read to know of all public pages: feed, sitemap, search, llms.txt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template

from kb.errors import NotFound
from kb.web import sitemaps, wording
from kb.web.current import current_kb
from kb.web.freshness import kept
from kb.web.previews import description_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from kb.content.article import Article, Category
    from kb.content.library import Library

blueprint = Blueprint("feeds", __name__)

ENTRIES = 50
_SHORT_NAME = 16  # letters, in OpenSearch
_LISTED = 5_000  # articles in llms.txt: who wants all of them takes the sitemap
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in the feed. `id` is an address on this site, `changed` a day."""

    article: Article
    id: str
    summary: str
    changed: str
    categories: Sequence[Category]


@blueprint.get("/feed.atom")
def atom() -> ResponseReturnValue:
    _only_with_base_url()
    library = current_kb().edition.library
    articles = [one for one in library.recent if not one.noindex][:ENTRIES]
    entries = [_entry(library, article) for article in articles]
    return _xml("atom", "application/atom+xml", entries=entries)


@blueprint.get("/opensearch.xml")
def opensearch() -> ResponseReturnValue:
    """How a browser adds this site's search to its own."""
    _only_with_base_url()
    kind = "application/opensearchdescription+xml"
    return _xml("opensearch", kind, short_name=_short(wording.site().title))


@blueprint.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """All pages; where one file may not hold them, the files that do."""
    parts = _sitemap_parts()
    if len(parts) > 1:
        return _xml("sitemap_index", parts=len(parts))
    return _xml("sitemap", pages=parts[0])


@blueprint.get("/sitemap-<int:number>.xml")
def sitemap_part(number: int) -> ResponseReturnValue:
    parts = _sitemap_parts()
    if len(parts) == 1 or not 1 <= number <= len(parts):
        raise NotFound("There is no such page.")
    return _xml("sitemap", pages=parts[number - 1])


@blueprint.get("/robots.txt")
def robots() -> ResponseReturnValue:
    return kept(render_template("feeds/robots.txt"), "text/plain; charset=utf-8")


@blueprint.get("/llms.txt")
def llms() -> ResponseReturnValue:
    """The articles as Markdown, for language models: a list of links, by topic."""
    library = current_kb().edition.library
    shelves = _each_once(library)
    body = render_template(
        "feeds/llms.txt",
        shelves=shelves,
        total=len(library.listed),
        plain=_plain,
        of=description_of,
    )
    return kept(body, "text/plain; charset=utf-8")


def addresses(library: Library, base_url: str) -> list[str]:
    """What of these is published with the pages of a library."""
    parts = len(sitemaps.parts(library)) if base_url else 1
    numbered = [f"/sitemap-{number}.xml" for number in range(1, parts + 1) if parts > 1]
    absolute = ["/feed.atom", "/opensearch.xml"] if base_url else []
    return ["/robots.txt", "/sitemap.xml", "/llms.txt", *numbered, *absolute]


def _only_with_base_url() -> None:
    """Nothing but absolute addresses is in them."""
    if not current_kb().settings.base_url:
        raise NotFound("There is no such page.")


def _sitemap_parts() -> list[list[sitemaps.Entry]]:
    return sitemaps.parts(current_kb().edition.library) if current_kb().settings.base_url else [[]]


def _xml(name: str, media_type: str = "application/xml", **context: Any) -> Response:
    """XML cannot hold some characters, not even escaped."""
    body = _NOT_XML.sub("", render_template(f"feeds/{name}.xml", **context))
    return kept(body, f"{media_type}; charset=utf-8")


def _entry(library: Library, article: Article) -> Entry:
    """Its id stays when its address changes; of two articles with one id, one has it."""
    is_first = library.by_id[article.id] is article
    known = (library.category_of.get(path) for path in article.categories)
    return Entry(
        article,
        f"/a/{quote(article.id)}" if is_first else article.url,
        description_of(article),
        sitemaps.changed(article),
        [category for category in known if category],
    )


def _short(title: str) -> str:
    """Whole words, as far as there is room."""
    if len(title) <= _SHORT_NAME:
        return title
    whole = title[: _SHORT_NAME + 1].rpartition(" ")[0].rstrip(" &-–:,|·")
    return whole or title[:_SHORT_NAME]


def _each_once(library: Library) -> list[tuple[str, list[Article]]]:
    """Titles of topics and what is in each; an article of several topics is in its first."""
    found: list[tuple[str, list[Article]]] = []
    room = _LISTED
    for category in library.categories:
        own = [one for one in library.shelves[category.path] if one.categories[0] == category.path]
        shown = [one for one in own if not one.noindex][:room]
        room -= len(shown)
        if shown:
            title = ": ".join(above.title for above in library.trail(category.path))
            found.append((title, shown))
    return found


def _plain(text: str) -> str:
    """A text that is one line of Markdown and nothing else."""
    return re.sub(r"([\\\[\]<`*_])", r"\\\1", " ".join(text.split()))

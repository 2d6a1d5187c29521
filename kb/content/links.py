"""Links: what a writer wrote in a link or image -> the address it has on this site."""

from __future__ import annotations

import html
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, unquote, urlsplit

from kb.content.names import slugify
from kb.content.redirects import trim

if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Match

    from kb.content.article import Article, Asset, Category, Link
    from kb.content.library import Library

Fault = Literal["", "broken-link", "broken-anchor", "missing-image", "missing-media"]
OWN = ("/search", "/contact", "/sitemap.xml", "/robots.txt", "/feed.atom", "/llms.txt")

_MARKDOWN_END = re.compile(r"\.(mdx?|markdown|html?)$", re.I)


@dataclass(frozen=True, slots=True)
class Resolved:
    """`url` is None when the target does not exist; then `fault` says how."""

    url: str | None
    fault: Fault = ""
    asset: Asset | None = None


def resolve(library: Library, target: str, path: str, anchors: frozenset[str]) -> Resolved:
    """A link of the file `path` (with these `anchors` of its own) -> where it leads.

    Tried in this order: a file relative to the article, a file relative to the folder, one
    of our own addresses, a redirect, and last an article of that name: articles that came
    from another tool carry that tool's addresses, whose last word is the article's slug.
    """
    try:
        parts = urlsplit(target.strip())
    except ValueError:
        return Resolved(None, "broken-link")
    if parts.scheme or parts.netloc:
        return Resolved(target.strip())
    way, fragment = unquote(parts.path), unquote(parts.fragment)
    if not way:
        known = not fragment or fragment in anchors or fragment == "top"
        return Resolved(f"#{quote(fragment)}", "" if known else "broken-anchor")
    base = "" if way.startswith("/") else posixpath.dirname(path)
    file = posixpath.normpath(posixpath.join("/", base, way)).lstrip("/")
    if file in library.assets:
        asset = library.assets[file]
        return Resolved(asset.url, asset=asset)
    if way.startswith("/") and parts.query and _is_own(trim(f"/{file}")):
        return Resolved(parts._replace(path=quote(trim(f"/{file}"))).geturl())
    return _page(library, file, way, fragment) or Resolved(None, "broken-link")


def fault_of(link: Link, where: Resolved) -> Fault:
    """What is wrong with a link or an image that was resolved, "" if nothing is."""
    if link.kind == "image":
        return "missing-image" if _is_no_image(where) else ""
    if link.kind == "media":
        return "" if where.asset else "missing-media"
    return where.fault


def _page(library: Library, file: str, way: str, fragment: str) -> Resolved | None:
    bare = _MARKDOWN_END.sub("", file)
    for name in (file, f"{bare}.md", f"{bare}.mdx", f"{bare}.markdown"):
        if article := library.by_path.get(name):
            return _to_article(article, fragment)
        if name in library.indexes:
            return _to_category(library, library.indexes[name], fragment)
    for name in (f"{file}/index.md", f"{file}/_index.md", f"{file}/README.md", f"{file}/index.mdx"):
        if name in library.indexes:
            return _to_category(library, library.indexes[name], fragment)
    return _address(library, trim("/" + bare if way.startswith("/") else "/" + file), fragment)


def _address(library: Library, address: str, fragment: str) -> Resolved | None:
    if address == "/" or _is_own(address):
        return Resolved(address)
    if article := _own_article(library, address):
        return _to_article(article, fragment)
    own_category = address.removeprefix("/categories/")
    if own_category != address and own_category in library.category_of:
        return Resolved(library.category_of[own_category].url)
    if moved := library.redirects.find(address):
        return _moved(library, moved, fragment)
    return _namesake(library, slugify(posixpath.basename(address)), fragment)


def _is_own(address: str) -> bool:
    return any(f"{address}/".startswith(f"{own}/") for own in OWN)


def _own_article(library: Library, address: str) -> Article | None:
    kind, _, rest = address.lstrip("/").partition("/")
    return {"articles": library.by_slug, "a": library.by_id}.get(kind, {}).get(rest)


def _namesake(library: Library, slug: str, fragment: str) -> Resolved | None:
    if article := library.by_slug.get(slug):
        return _to_article(article, fragment)
    category = library.category_of.get(slug)
    return Resolved(category.url) if category else None


def _moved(library: Library, target: str, fragment: str) -> Resolved | None:
    if not target.startswith("/"):
        return Resolved(target)
    path, _, own = target.partition("#")
    article = library.by_slug.get(trim(path).removeprefix("/articles/"))
    return _to_article(article, fragment or own) if article else Resolved(target)


def _to_article(article: Article, fragment: str) -> Resolved:
    if not fragment:
        return Resolved(article.url)
    fault: Fault = "" if fragment in article.anchors else "broken-anchor"
    return Resolved(f"{article.url}#{quote(fragment)}" if not fault else article.url, fault)


def _to_category(library: Library, path: str, fragment: str) -> Resolved:
    if not path:
        return Resolved("/")
    category = library.category_of.get(path)
    if category is None:
        return Resolved(None, "broken-link")
    return Resolved(f"{category.url}#{quote(fragment)}".rstrip("#"))


def page_html(library: Library, page: Article | Category, at: Callable[[str], str] = str) -> str:
    """The page's HTML with every link and image resolved; `at` says where a page of ours stands.

    A link that leads nowhere stays as text, a missing image as its alternative text: for a
    customer both are better than a dead end, and `kb check` tells the writer.
    """
    path = page.source_path if hasattr(page, "source_path") else page.path
    anchors = frozenset(getattr(page, "anchors", ()))

    def link(found: Match[str]) -> str:
        return _rewrite_link(found, lambda target: resolve(library, target, path, anchors), at)

    return _TAG.sub(link, page.html)


_ATTRIBUTE = re.compile(r'\s([\w-]+)="([^"]*)"')
_TAG = re.compile(r'<(a|audio|img|source|track|video)((?:\s[\w-]+="[^"]*")+)\s*/?>')


def _rewrite_link(
    found: Match[str], resolved: Callable[[str], Resolved], at: Callable[[str], str]
) -> str:
    tag, attributes = found[1], dict(_ATTRIBUTE.findall(found[2]))
    if tag not in ("a", "img"):
        return _rewrite_media(tag, attributes, resolved, at)
    name = "href" if tag == "a" else "src"
    if name not in attributes:
        return found[0]
    where = resolved(html.unescape(attributes[name]))
    if tag == "img" and _is_no_image(where):
        alt = attributes.get("alt", "")
        return f'<span class="missing-image">{alt}</span>' if alt else ""
    if where.url is None:
        del attributes[name]
    else:
        attributes[name] = html.escape(at(where.url))
    if tag == "img" and where.asset and where.asset.width and "width" not in attributes:
        attributes["width"] = str(where.asset.width)
        attributes["height"] = str(where.asset.height)
    return _tag(tag, attributes)


def _rewrite_media(
    tag: str,
    attributes: dict[str, str],
    resolved: Callable[[str], Resolved],
    at: Callable[[str], str],
) -> str:
    """Only a file beside the articles is played, so that no other site learns who reads, and
    nothing of it is fetched before a reader asks for it."""
    for name in ("src", "poster"):
        where = resolved(html.unescape(attributes.pop(name, "")))
        if where.asset:
            attributes[name] = html.escape(at(where.asset.url))
    if tag in ("audio", "video"):
        attributes["preload"] = "none"
    return _tag(tag, attributes)


def _tag(tag: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{tag}{written}>"


def _is_no_image(where: Resolved) -> bool:
    return where.asset is None and not re.match(r"(https?:)?//", where.url or "", re.IGNORECASE)

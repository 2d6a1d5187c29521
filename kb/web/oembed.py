"""oEmbed: what another site shows in place of a pasted address of one of our pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from flask import Blueprint, abort, jsonify, request

from kb.errors import NotFound
from kb.web import pictures, previews, wording
from kb.web.current import current_kb
from kb.web.freshness import for_everybody
from kb.web.places import absolute

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kb.content.library import Library
    from kb.settings import Settings

blueprint = Blueprint("oembed", __name__)

CACHE_SECONDS = 3600


@blueprint.get("/oembed")
def link() -> ResponseReturnValue:
    """A link with a title and a picture: no HTML of ours has to be trusted."""
    if request.args.get("format", "json") != "json":
        abort(HTTPStatus.NOT_IMPLEMENTED)
    site = wording.site()
    title, picture = _page(site, current_kb().edition.library, _path(site))
    answer = {
        "version": "1.0",
        "type": "link",
        "title": title,
        "provider_name": site.title,
        "provider_url": absolute(site.base_url, "/"),
        "cache_age": CACHE_SECONDS,
        **_thumbnail(absolute(site.base_url, picture)),
    }
    return for_everybody(jsonify(answer))


def _path(site: Settings) -> str:
    """The path of the address that is asked for. Raises NotFound unless it is below base_url."""
    try:
        parts = urlsplit(request.args.get("url", ""))
    except ValueError:
        parts = urlsplit("")
    if not site.base_url or f"{parts.scheme}://{parts.netloc}" != site.base_url:
        raise NotFound("This is no address of this help center.")
    return unquote(parts.path) or "/"


def _page(site: Settings, library: Library, path: str) -> tuple[str, str]:
    """Title and picture of the page at a path, or of the one to which an old address leads."""
    moved = (library.redirects.find(path) or "").partition("#")[0]
    page = _at(site, library, path) or _at(site, library, moved)
    if page is None:
        raise NotFound("There is no such page.")
    return page


def _at(site: Settings, library: Library, path: str) -> tuple[str, str] | None:
    if path == "/":
        return site.title, previews.PICTURE
    kind, _, rest = path.removeprefix("/").partition("/")
    article = {"articles": library.by_slug, "a": library.by_id}.get(kind, {}).get(rest)
    if article:
        return article.title, previews.picture_of(article)
    category = library.category_of.get(rest) if kind == "categories" else None
    return (category.title, previews.PICTURE) if category else None


def _thumbnail(picture: str) -> dict[str, Any]:
    """Left out where it is larger than what the asking site has room for."""
    width = request.args.get("maxwidth", pictures.WIDTH, int)
    height = request.args.get("maxheight", pictures.HEIGHT, int)
    if width < pictures.WIDTH or height < pictures.HEIGHT:
        return {}
    return {
        "thumbnail_url": picture,
        "thumbnail_width": pictures.WIDTH,
        "thumbnail_height": pictures.HEIGHT,
    }

"""Widget: the pages that other sites show in a frame: search, read, vote."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, redirect, render_template, request

from kb.errors import NotFound
from kb.web import found, public, views
from kb.web.framing import framed, inside, origins
from kb.web.freshness import for_everybody
from kb.web.pages import KEEP
from kb.web.security import FRAMED
from kb.web.signals import searched

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kb.editions import Edition
    from kb.knowledge_base import KnowledgeBase
    from kb.web.found import ShownHit

blueprint = Blueprint(FRAMED, __name__, url_prefix="/widget")

FIRST = 4
"""Suggestions before anything is typed."""

ABOUT_LIMIT = 400
"""Characters of what a page says it is about."""


def _kb() -> KnowledgeBase:
    kb: KnowledgeBase = current_app.extensions["kb"]
    return kb


@blueprint.before_request
def _where_it_is_used() -> None:
    if not origins():
        raise NotFound("There is no such page.")


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """What comes first depends on the page around the frame; nothing of that is recorded."""
    edition, about = _kb().edition, request.args.get("about", "")[:ABOUT_LIMIT]
    page = _page(
        "home",
        hits=_about(edition, about),
        featured=(edition.library.featured or edition.library.recent)[:FIRST],
    )
    return for_everybody(Response(page)) if request.args else _kept(page)


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    text, options = found.asked(request.args)
    context = found.search_page(_kb().edition, _kb().settings.lang, text, options)
    if results := context["results"]:
        searched("widget", _kb().settings.lang, results.total, results.hits)
    return for_everybody(Response(_page("search", **context)))


@blueprint.get("/articles/<slug>")
def article(slug: str) -> ResponseReturnValue:
    edition = _kb().edition
    wanted = edition.library.by_slug.get(slug)
    if wanted is None:
        return _moved(edition, f"/articles/{slug}")
    return _kept(_page("article", **views.article(edition, wanted, "")))


@blueprint.post("/articles/<slug>/votes")
def vote(slug: str) -> ResponseReturnValue:
    return _led_inside(public.vote(slug))


@blueprint.get("/votes/<token>")
def own_vote(token: str) -> ResponseReturnValue:
    return _page("vote", **views.vote(_kb(), token, done="done" in request.args))


@blueprint.post("/votes/<token>")
def explain(token: str) -> ResponseReturnValue:
    return _led_inside(public.explain(token))


def _page(name: str, **context: Any) -> str:
    return framed(render_template(f"widget/{name}.html", **context))


def _kept(page: str) -> Response:
    """Kept by each process, but not published: its headers name sites, which settings may change
    without a build."""
    request.environ[KEEP] = True
    return for_everybody(Response(page))


def _about(edition: Edition, text: str) -> list[ShownHit]:
    """What answers a page of another site, best first."""
    hits = edition.answers(text, _kb().settings.lang, FIRST) if text.strip() else ()
    return found.hits(edition.library, hits)


def _moved(edition: Edition, address: str) -> ResponseReturnValue:
    """An old address leads on. Raises NotFound."""
    target = inside(edition.library.redirects.find(address) or "")
    if not target.startswith("/widget/"):
        raise NotFound("There is no such article.")
    return redirect(target, HTTPStatus.MOVED_PERMANENTLY)


def _led_inside(answer: ResponseReturnValue) -> Response:
    response: Response = current_app.make_response(answer)
    if response.location:
        response.location = inside(response.location)
    return response

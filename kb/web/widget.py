"""Widget: the pages that other sites show in a frame: search, read, vote, write to support."""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, redirect, render_template, request

from kb.errors import NotFound
from kb.phrase import N_
from kb.web import contact, found, public, views
from kb.web.current import current_kb
from kb.web.framing import ROOT, framed, inside, origins
from kb.web.freshness import for_everybody
from kb.web.pages import KEEP
from kb.web.reads import count_page
from kb.web.security import FRAMED
from kb.web.signals import searched

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from kb.editions import Edition
    from kb.web.found import ShownHit

blueprint = Blueprint(FRAMED, __name__, url_prefix=ROOT)

FIRST = 4
"""Suggestions before anything is typed."""

ABOUT_LIMIT = 400
"""Characters of what a page says it is about."""


@blueprint.before_request
def _where_it_is_used() -> None:
    if not origins():
        raise NotFound(N_("There is no such page."))
    if request.path.startswith(f"{ROOT}/contact"):
        contact.only_where_it_is()


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """What comes first depends on the page around the frame; nothing of that is recorded."""
    edition, about = current_kb().edition, request.args.get("about", "")[:ABOUT_LIMIT]
    page = _page(
        "home",
        hits=_about(edition, about),
        featured=(edition.library.featured or edition.library.recent)[:FIRST],
    )
    return for_everybody(Response(page)) if request.args else _kept(page)


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    text, options = found.asked(request.args)
    count_page(1)
    context = found.search_page(current_kb().edition, current_kb().settings.lang, text, options)
    if results := context["results"]:
        searched("widget", current_kb().settings.lang, results.total, results.hits)
    return for_everybody(Response(_page("search", **context)))


@blueprint.get("/articles/<slug>")
def article(slug: str) -> ResponseReturnValue:
    edition = current_kb().edition
    wanted = edition.library.by_slug.get(slug)
    if wanted is None:
        return _moved(edition, f"/articles/{slug}")
    return _kept(_page("article", **views.article(edition, wanted)))


def _page(name: str, **context: Any) -> str:
    return framed(render_template(f"widget/{name}.html", **context))


def _kept(page: str) -> Response:
    """Kept by each process, but not published: its headers name sites, which settings may change
    without a build."""
    request.environ[KEEP] = True
    return for_everybody(Response(page))


def _about(edition: Edition, text: str) -> list[ShownHit]:
    """What answers a page of another site, best first."""
    hits = edition.answers(text, current_kb().settings.lang, FIRST) if text.strip() else ()
    return found.hits(edition.library, hits)


def _moved(edition: Edition, address: str) -> ResponseReturnValue:
    """An old address leads on. Raises NotFound."""
    target = inside(edition.library.redirects.find(address) or "")
    if not target.startswith(f"{ROOT}/"):
        raise NotFound(N_("There is no such article."))
    return redirect(target, HTTPStatus.MOVED_PERMANENTLY)


# The rest is the site's own pages, in the frame's layout and with links that stay in it


def _twin(view: Callable[..., ResponseReturnValue]) -> Callable[..., Response]:
    @functools.wraps(view)
    def twin(**values: str) -> Response:
        answer: Response = current_app.make_response(view(**values))
        if answer.location:
            answer.location = inside(answer.location)
        elif answer.mimetype == "text/html":
            answer.set_data(framed(answer.get_data(as_text=True)))
        return answer

    return twin


blueprint.post("/articles/<slug>/votes")(_twin(public.vote))
blueprint.get("/votes/<token>")(_twin(public.own_vote))
blueprint.post("/votes/<token>")(_twin(public.explain))
blueprint.get("/contact")(_twin(contact.form))
blueprint.post("/contact")(_twin(contact.send))
blueprint.post("/contact/suggestions")(_twin(contact.suggestions))
blueprint.post("/contact/answered")(_twin(contact.deflect))
blueprint.get("/contact/answered")(_twin(contact.answered))
blueprint.get("/contact/sent/<token>")(_twin(contact.sent))

"""Public: the pages customers read, search and vote on."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)

from kb.errors import NotFound
from kb.web import found, previews, views, wording
from kb.web.current import current_kb
from kb.web.errors import wants_json
from kb.web.freshness import for_everybody, kept
from kb.web.media import file_of
from kb.web.pages import KEEP
from kb.web.pictures import Picture, draw
from kb.web.reads import count_page
from kb.web.signals import searched, visit
from kb.web.theming import address_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue


blueprint = Blueprint("public", __name__)
YEAR = 365 * 24 * 3600


@blueprint.get("/")
def home() -> ResponseReturnValue:
    edition = current_kb().edition
    logo = address_of(current_app.extensions["theming"].theme.logo)
    preview = previews.of_home(wording.site(), edition.library, logo)
    return kept(render_template("public/home.html", preview=preview, **views.home(edition)))


@blueprint.get("/categories/<path:path>")
def category(path: str) -> ResponseReturnValue:
    context = views.category(current_kb().edition, path)
    preview = previews.of_category(wording.site(), context["category"], context)
    return kept(render_template("public/category.html", preview=preview, **context))


@blueprint.get("/articles/<slug>")
def article(slug: str) -> ResponseReturnValue:
    edition = current_kb().edition
    wanted = edition.article(slug)
    context = views.article(edition, wanted)
    preview = previews.of_article(wording.site(), edition.library, wanted, context)
    return kept(render_template(views.template_of(wanted), preview=preview, **context))


@blueprint.get("/articles/<slug>.md")
def source(slug: str) -> ResponseReturnValue:
    return kept(
        views.source(current_kb().edition.library, current_kb().edition.article(slug)),
        "text/markdown; charset=utf-8",
    )


@blueprint.get("/articles/<slug>.png")
def picture(slug: str) -> ResponseReturnValue:
    library, wanted = current_kb().edition.library, current_kb().edition.article(slug)
    wording.speak_of(wanted)
    category = library.category_of.get(wanted.categories[0])
    return _picture(wanted.title, category.title if category else "")


@blueprint.get(previews.PICTURE)
def site_picture() -> ResponseReturnValue:
    return _picture(wording.site().title)


def _picture(title: str, topic: str = "") -> Response:
    """Drawn when it is asked for: other sites do that once, and most pictures nobody ever sees."""
    site, theme = wording.site(), current_app.extensions["theming"].theme
    ink, marked = views.text_on(site.accent), not (theme.logo or theme.icon)
    data = draw(Picture(title, site.title, topic, site.accent, ink, marked))
    response = for_everybody(Response(data, content_type="image/png"))
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/a/<path:id>")
def short(id: str) -> ResponseReturnValue:  # noqa: A002
    wanted = current_kb().edition.library.by_id.get(id)
    if wanted is None:
        raise NotFound("There is no such page.")
    return redirect(wanted.url, HTTPStatus.FOUND)


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    text, options = found.asked(request.args)
    count_page(1)
    context = found.search_page(current_kb().edition, current_kb().settings.lang, text, options)
    if results := context["results"]:
        searched("page", current_kb().settings.lang, results.total, results.hits)
    return for_everybody(Response(render_template("public/search.html", **context)))


@blueprint.post("/articles/<slug>/votes")
def vote(slug: str) -> ResponseReturnValue:
    answer = request.form.get("helpful")
    if answer not in ("yes", "no"):
        abort(HTTPStatus.BAD_REQUEST)
    wording.speak_of(current_kb().edition.library.by_slug.get(slug))
    token = current_kb().vote(
        slug,
        request.form.get("revision", "")[:64],
        answer == "yes",
        visit(),
        request.form.get("query", ""),
    )
    address = url_for("public.own_vote", token=token)
    if not wants_json():
        return redirect(address, HTTPStatus.SEE_OTHER)
    return jsonify({"helpful": answer == "yes", "url": address})


@blueprint.get("/votes/<token>")
def own_vote(token: str) -> ResponseReturnValue:
    context = views.vote(current_kb(), token, done="done" in request.args)
    return render_template("public/vote.html", **context)


@blueprint.post("/votes/<token>")
def explain(token: str) -> ResponseReturnValue:
    _, slug = current_kb().own_vote(token)
    wording.speak_of(current_kb().edition.library.by_slug.get(slug))
    current_kb().explain(token, request.form.get("reason", ""), request.form.get("text", ""))
    if wants_json():
        return jsonify({"ok": True})
    return redirect(url_for("public.own_vote", token=token, done=1), HTTPStatus.SEE_OTHER)


@blueprint.get("/media/<path:path>")
def media(path: str) -> ResponseReturnValue:
    return file_of(current_kb().edition, path)


@blueprint.get("/-/generation")
def generation() -> ResponseReturnValue:
    """What a writer's open page asks: it reloads when the answer changes. Not for the public."""
    if not current_app.extensions["live_reload"]:
        raise NotFound("There is no such page.")
    return Response(current_kb().edition.generation, content_type="text/plain")


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return Response("ok\n", content_type="text/plain")


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """There is something to read, and votes can be stored."""
    ready = current_kb().live is not None and current_kb().journal.ready()
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return Response("ok\n" if ready else "not ready\n", status, content_type="text/plain")


def register_static(app: Flask) -> None:
    """Static files by name, read once."""
    files = app.extensions["statics"]

    @app.get("/static/<path:name>", endpoint="static")
    def static(name: str) -> ResponseReturnValue:
        file = files.get(name)
        if file is None:
            raise NotFound("There is no such file.")
        asked = request.query_string.decode("latin-1")
        exact = asked == f"v={file.digest}"
        if exact or not asked:  # anybody may ask for any other
            request.environ[KEEP] = True
        response = Response(file.data, content_type=views.media_type(name))
        # only an address with the file's digest in it may be kept for good
        kept = f"max-age={YEAR}, immutable" if exact else "max-age=3600"
        response.headers["Cache-Control"] = f"public, {kept}"
        return response

"""Reading: the public's pages once more for members of staff, with drafts and staff articles.

Nothing that happens here is recorded, and nobody votes here: readers are counted where they read.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _

from kb.errors import GenerationDamaged, KbError, NotFound
from kb.search.query import tidy
from kb.web import errors, found, views
from kb.web.current import current_kb
from kb.web.media import file_of
from kb.web.places import INSIDE, here

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kb.content.library import Library
    from kb.editions import Edition
    from kb.search.results import Hit

blueprint = Blueprint("reading", __name__, url_prefix=INSIDE)

SUGGESTED = 6


def _edition() -> Edition:
    """Raises KbError before the first build and over a damaged one."""
    try:
        edition = current_kb().staff_edition()
    except GenerationDamaged as error:
        hint = _("Run kb build. %(fault)s.", fault=error.message)
        raise KbError(_("These pages are damaged."), hint) from error
    if edition is None:
        raise KbError(_("Nothing has been published yet."), _("Run kb build, or kb serve."))
    return edition


def _page(template: str, public_url: str, **context: Any) -> str:
    """`public_url` is where everybody reads the same, "" where nobody else does."""
    return render_template(template, public_url=public_url, **context)


@blueprint.errorhandler(NotFound)
def _not_found(error: NotFound) -> ResponseReturnValue:
    return errors.page_instead(error.message, _edition(), request.path.removeprefix(INSIDE))


@blueprint.get("/")
def home() -> ResponseReturnValue:
    return _page("public/home.html", url_for("public.home"), **views.home(_edition()))


@blueprint.get("/categories/<path:path>")
def category(path: str) -> ResponseReturnValue:
    context = views.category(_edition(), path)
    is_public = path in current_kb().edition.library.category_of
    public_url = context["category"].url if is_public else ""
    return _page("public/category.html", public_url, **context)


@blueprint.get("/articles/<slug>")
def article(slug: str) -> ResponseReturnValue:
    edition = _edition()
    wanted = edition.article(slug)
    public_url = wanted.url if wanted.public else ""
    context = views.article(edition, wanted)
    return _page(views.template_of(wanted), public_url, **context)


@blueprint.get("/articles/<slug>.md")
def source(slug: str) -> ResponseReturnValue:
    edition = _edition()
    text = views.source(edition.library, edition.article(slug))
    return Response(text, content_type="text/markdown; charset=utf-8")


@blueprint.get("/a/<path:id>")
def short(id: str) -> ResponseReturnValue:  # noqa: A002
    wanted = _edition().library.by_id.get(id)
    if wanted is None:
        raise NotFound(_("There is no such page."))
    return redirect(here(wanted.url), HTTPStatus.FOUND)


@blueprint.get("/media/<path:path>")
def media(path: str) -> ResponseReturnValue:
    return file_of(_edition(), path)


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    text, options = found.asked(request.args)
    context = found.search_page(_edition(), current_kb().settings.lang, text, options)
    address = found.address_of(text, options) if text else url_for("public.search")
    return _page("public/search.html", address, **context)


@blueprint.get("/suggest")
def suggest() -> ResponseReturnValue:
    """For the search field of these pages: what `/api/v1/suggest` is for the public's."""
    text = tidy(request.args.get("q", ""))
    edition = _edition()
    offered = edition.suggest(text, current_kb().settings.lang, SUGGESTED)
    results = [_offer(hit, edition.library) for hit in offered.hits]
    return jsonify({"query": text, "completions": offered.completions, "results": results})


@blueprint.get("/drafts")
def drafts() -> ResponseReturnValue:
    """Everything that the public does not see, latest change first."""
    library = _edition().library
    hidden = [article for article in library.articles if not article.public]
    hidden.sort(key=lambda one: (str(one.updated or one.created or ""), one.slug), reverse=True)
    return _page("reading/drafts.html", "", articles=hidden)


@blueprint.get("/<path:path>")
def elsewhere(path: str) -> ResponseReturnValue:
    """An old address of an article that only staff see leads on, too."""
    raise NotFound(_("There is no such page."))


def _offer(hit: Hit, library: Library) -> dict[str, Any]:
    article, section = hit.article, hit.section
    category = library.category_of.get(article.categories[0])
    marks = [*views.marks(article), category.title if category else ""]
    return {
        "title": article.title,
        "lang": article.lang,
        "url": here(found.url_of(hit)),
        "section": {"title": section.title, "anchor": section.anchor} if section else None,
        "category": " · ".join(filter(None, marks)),
    }

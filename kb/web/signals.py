"""Signals: what visitors did, as their requests tell it, handed to the observer.

All of it is in the site's language, as its searches are: a page that speaks another one goes on
with the same story.
Nothing here waits for the database, and no answer depends on what was recorded.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from kb.errors import BadInput
from kb.feedback.events import FOUND_LIMIT
from kb.observing import Visit
from kb.search.query import tidy
from kb.search.searcher import MAX_LIMIT, MAX_PAGES
from kb.web.current import current_kb
from kb.web.parameters import language, number, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flask.typing import ResponseReturnValue

    from kb.content.article import Article
    from kb.search.results import Hit
    from kb.web.found import ShownHit

blueprint = Blueprint("signals", __name__)

AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
MOST_BYTES = 8 * 1024
MOST_SECONDS = 24 * 3600
MOST_RANK = MAX_PAGES * MAX_LIMIT
MOST_TOTAL = 1_000_000


def visit() -> Visit:
    """Who asks. A browser says by a header that it is private; a script may know it otherwise."""
    headers = request.headers
    private = "1" in (headers.get("Sec-GPC"), headers.get("DNT"))
    return Visit(request.remote_addr or "", request.user_agent.string, private)


def is_ahead() -> bool:
    """Whether this page is fetched before anybody wants it, or for a picture of it."""
    return any(request.headers.get(name) for name in AHEAD)


def searched(source: str, lang: str, total: int, hits: Iterable[Hit | ShownHit]) -> None:
    """Tell of a search for `q` that was answered with `hits`, the best of `total`."""
    if request.method == "GET" and not is_ahead():  # HEAD shows nothing to anybody
        text = request.args.get("q", "")
        current_kb().observer.searched(visit(), text, lang, source, total, _first(hits))


@blueprint.post("/signals")
def take() -> ResponseReturnValue:
    """A signal of static/js/signals.js. Raises BadInput for what no page of ours sends."""
    request.max_content_length = MOST_BYTES
    form = request.form
    kind = _KINDS.get(form.get("kind", ""))
    if kind is None:
        raise BadInput("There is no such signal.", f"kind is {' or '.join(_KINDS)}.")
    one_of(form, "private", ("0", "1"))
    language(form, _lang())
    who = visit()
    kind(form, who._replace(private=True) if form.get("private") == "1" else who)
    return Response(status=HTTPStatus.NO_CONTENT)


def _search(form: Mapping[str, str], who: Visit, picked: bool = False) -> None:
    """A list of suggestions was in view. What it showed is looked up here, not believed, in the
    language of its page."""
    text, lang = _text(form), _lang()
    one_of(form, "source", ("suggestion",))
    total = number(form, "total", None, 0, MOST_TOTAL)
    seconds = number(form, "seconds", 0, 0, MOST_SECONDS)
    found = _first(current_kb().edition.suggest(text, language(form, lang)).hits)
    current_kb().observer.searched(who, text, lang, "suggestion", total, found, seconds, picked)


def _click(form: Mapping[str, str], who: Visit) -> None:
    """A result was opened; one of a list of suggestions tells of its search at the same time."""
    text, lang = _text(form), _lang()
    total = number(form, "total", None, 1, MOST_TOTAL)
    rank = number(form, "rank", None, 1, min(total, MOST_RANK))
    typing = one_of(form, "source", ("page", "suggestion")) == "suggestion"
    article = _article(form)
    if typing:
        _search(form, who, picked=True)
    if article:
        current_kb().observer.clicked(who, text, lang, article.id, rank, total)


def _read(form: Mapping[str, str], who: Visit) -> None:
    seconds = number(form, "seconds", None, 0, MOST_SECONDS)
    depth = number(form, "depth", None, 0, 100)
    if article := _article(form):
        revision = current_kb().shown(article, form.get("revision", ""))
        text = form.get("q", "")
        current_kb().observer.read(who, article.id, revision, seconds, depth, text, _lang())


def _contact(form: Mapping[str, str], who: Visit) -> None:
    article = _article(form)
    if article or not form.get("article"):
        id_, text = article.id if article else "", form.get("q", "")
        current_kb().observer.contacted(who, id_, text, _lang())


_KINDS: dict[str, Callable[[Mapping[str, str], Visit], None]] = {
    "search": _search,
    "click": _click,
    "read": _read,
    "contact": _contact,
}


def _lang() -> str:
    return current_kb().settings.lang


def _text(form: Mapping[str, str]) -> str:
    text = form.get("q", "")
    if not tidy(text):
        raise BadInput("There is no search in it.", "q is what was searched for.")
    return text


def _article(form: Mapping[str, str]) -> Article | None:
    """None for one that this audience cannot see: that is no mistake, it may have gone just now."""
    return current_kb().edition.library.by_slug.get(form.get("article", ""))


def _first(hits: Iterable[Hit | ShownHit]) -> tuple[str, ...]:
    """The ids of the first articles; several sections of one may have been found."""
    return tuple(dict.fromkeys(hit.article.id for hit in hits))[:FOUND_LIMIT]

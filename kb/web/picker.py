"""Picker: the page on which staff find what answers a ticket, and copy it into their reply."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

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

from kb.content.copying import FORMS
from kb.linking import MONTH, PASTED
from kb.web import found, wording
from kb.web.current import current_kb, current_linking
from kb.web.parameters import one_of
from kb.web.security import framed_by
from kb.web.sessions import signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kb.content.article import Article
    from kb.feedback.reply_links import Use
    from kb.search.results import Hit
    from kb.web.found import ShownHit

blueprint = Blueprint("picker", __name__, url_prefix="/staff")

LATEST = 20
"""Links of one's own that are listed."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A result as the picker shows it: `hidden` says why customers cannot open it, "" if they can.
    `address` is absolute."""

    hit: ShownHit
    anchor: str
    hidden: str
    address: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A link that was sent: `article` is None when it is gone, `section` the title of a part, ""
    for the whole article."""

    use: Use
    article: Article | None
    section: str


@blueprint.get("/links")
def page() -> ResponseReturnValue:
    return _page()


@blueprint.post("/links")
def find() -> ResponseReturnValue:
    """The text comes in a post: it stays out of addresses, and so out of histories and logs."""
    text = request.form.get("q", "").replace("\0", "")[:PASTED]
    hits = current_linking().find(text)
    return _page(text=text, picks=[_pick(hit) for hit in hits], asked=bool(text.strip()))


@blueprint.get("/links/picker")
def part() -> ResponseReturnValue:
    """Just the picker, for the dialog that Ctrl-K opens."""
    return render_template("links/_picker.html", **_empty())


@blueprint.get("/panel")
def panel() -> ResponseReturnValue:
    """Just the picker as a page, for a small window or a help desk's side panel.

    Browsers that know frame-ancestors take no notice of X-Frame-Options beside it.
    """
    answer = Response(render_template("links/panel.html", **_empty()))
    if origins := current_kb().settings.panel_origins:
        answer.headers["Content-Security-Policy"] = framed_by(*origins)
    return answer


@blueprint.post("/links/copies")
def copy() -> ResponseReturnValue:
    """One copy, with a link of its own that is on disk before anybody can paste it."""
    form = request.form
    copied, code = current_linking().copy(
        form.get("article", ""),
        form.get("section", ""),
        one_of(form, "form", FORMS),
        signed_in().name,
        base(),
        form.get("reference", ""),
    )
    return jsonify({"text": copied.text, "html": copied.html, "code": code})


@blueprint.post("/links/dismissals")
def dismiss() -> ResponseReturnValue:
    current_linking().settle(signed_in().name, request.form.get("article", ""))
    return redirect(url_for("picker.page"), HTTPStatus.SEE_OTHER)


def base() -> str:
    """The beginning of addresses to paste. Without base_url that is where this page was asked for:
    only hosts that this site answers to come as far as here."""
    return current_kb().settings.base_url or request.host_url.rstrip("/")


def bookmarklet(panel: str) -> str:
    """A bookmark that opens the panel with the selected text, and the ticket's number where the
    address of the page has one. Both stand behind a #, which no browser sends to anybody."""
    lines = (
        f"const text=String(getSelection()).slice(0,{PASTED}),",
        r"found=location.href.match(/(?:ticket|conversation)s?\/(?:zoom\/)?(\d+)/),",
        'told=new URLSearchParams({text,reference:found?found[1]:""});',
        f'open({json.dumps(panel)}+"#"+told,"_blank","width=480,height=760")',
    )
    return "javascript:" + quote(f"(()=>{{{''.join(lines)}}})()", safe=_KEPT)


_KEPT = "()=>{};,./:!?[]'*+|$&"  # what need not be escaped in the address of a bookmark


def _page(**asked: Any) -> str:
    context = {**_empty(), **asked}
    if request.form.get("part"):
        return render_template("links/_results.html", **context)
    who, kb, now = signed_in().name, current_kb(), dt.datetime.now(dt.UTC)
    latest = current_linking().links.uses(who, now - MONTH, LATEST) if kb.live else []
    return render_template(
        "links/page.html",
        age=None,
        notices=current_linking().notices(who) if kb.live else [],
        latest=[_reply(use) for use in latest],
        bookmarklet=bookmarklet(base() + url_for("picker.panel")),
        **context,
    )


def _empty() -> dict[str, Any]:
    """The picker before anything is asked."""
    return {
        "text": "", "picks": [], "asked": False, "forms": FORMS, "most": PASTED,
        "scripted": bool(request.form.get("part")),
    }  # fmt: skip


def _reply(use: Use) -> Reply:
    article = current_linking().article_of(use.link)
    sections = article.sections if article else ()
    titles = (one.title for one in sections if one.anchor == use.link.section)
    return Reply(use, article, next(titles, use.link.section))


def _pick(hit: Hit) -> Pick:
    article = hit.article
    shown = found.hit(current_kb().edition.library, hit)
    hidden = ""
    if article.status != "published":
        hidden = wording.status(article.status)
    elif article.audience != "public" and article.kind != "reply":
        hidden = _("Staff only")
    path = found.url_of(hit) if article.public else "/staff/read" + found.url_of(hit)
    return Pick(shown, hit.anchor, hidden, base() + path)

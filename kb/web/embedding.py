"""Embedding: the script that other sites load, and the page that tells staff how."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, render_template, request
from markupsafe import Markup, escape

from kb.content.highlight import highlight
from kb.web import views, wording
from kb.web.current import current_kb
from kb.web.pages import KEEP
from kb.web.security import POLICY
from kb.web.statics import name_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kb.settings import Settings

blueprint = Blueprint("embedding", __name__)

OFF = "// The widget is off: the setting widget_origins of this help center names no site.\n"
FRESH = "public, max-age=3600"
"""Other sites cannot change their script's address with each version: an hour, then they ask."""

SIDES = ("right", "left")


def _settings() -> Settings:
    return current_kb().settings


@blueprint.get("/widget.js")
def script() -> ResponseReturnValue:
    settings, kind = _settings(), "text/javascript; charset=utf-8"
    if not settings.widget_origins:
        return Response(OFF, HTTPStatus.NOT_FOUND, content_type=kind)
    request.environ[KEEP] = True
    response = Response(_script(settings), content_type=kind)
    response.headers["Cache-Control"] = FRESH
    return response


@blueprint.get("/staff/widget")
def page() -> ResponseReturnValue:
    """How to embed it, with the widget itself on the page: only here it is framed by kb."""
    label = request.args.get("label", "").strip()[:40] or "Help"
    side = request.args.get("position", "")
    side = side if side in SIDES else SIDES[0]
    shown = render_template(
        "staff/widget.html",
        age=None,
        label=label,
        side=side,
        snippet=Markup(highlight(_snippet(label, side), "html")),  # noqa: S704  (it escapes)
    )
    response = Response(shown)
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


def _script(settings: Settings) -> str:
    """static/js/widget.js is a function of what this site is; here it is called."""
    site = {
        "title": wording.site().title,
        "lang": settings.lang,
        "accent": settings.accent,
        "text": views.text_on(settings.accent),
        "origins": settings.widget_origins,
    }
    name = name_in(wording.interface_language(), "js/widget.js")
    function = current_app.extensions["statics"][name].data.decode().rstrip("\n;")
    return f"{function}({json.dumps(site)});\n"


def _snippet(label: str, side: str) -> str:
    base = _settings().base_url or request.url_root.rstrip("/")
    more = f' data-label="{escape(label)}"' if label != "Help" else ""
    more += f' data-position="{side}"' if side != SIDES[0] else ""
    return f'<script src="{base}/widget.js"{more} defer></script>'

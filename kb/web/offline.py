"""Offline: what a browser needs to show articles that were read before without a connection."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, render_template, url_for

from kb.web.current import current_kb
from kb.web.freshness import kept
from kb.web.statics import say
from kb.web.wording import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from kb.web.statics import Static

blueprint = Blueprint("offline", __name__)

FILES = (
    "css/kb.css", "favicon.svg", "js/scheme.js", "js/kb.js", "js/vote.js", "js/ask.js",
    "js/suggest.js",
)  # fmt: skip
"""What a kept page loads, at once or on use."""


def is_on() -> bool:
    """Not where a writer looks at drafts, or at one folder after the other at one address."""
    on = current_kb().settings.offline and current_kb().audience == "public"
    return on and not current_app.extensions["live_reload"]


@blueprint.get("/worker.js")
def worker() -> ResponseReturnValue:
    """Where it is off there is one that undoes what the other has done."""
    script = _worker() if is_on() else _static("worker-off").data.decode()
    return kept(script, "text/javascript; charset=utf-8")


@blueprint.get("/offline")
def page() -> ResponseReturnValue:
    return kept(render_template("public/offline.html"))


def _worker() -> str:
    """static/js/worker.js after what it has to know. Its version changes with all that it shows."""
    static: Callable[[str], str] = current_app.jinja_env.globals["static"]  # type: ignore[assignment]
    site = {
        "page": url_for("offline.page"),
        "files": [static(name) for name in FILES],
        "words": {
            lang: say("There is no connection. This article is kept from {date}.", lang)
            for lang in LANGUAGES
        },
    }
    told = json.dumps([site, render_template("public/offline.html")])
    version = hashlib.sha256(told.encode()).hexdigest()[:10]
    script = _static("worker").data.decode()
    return f"const site = {json.dumps(site | {'version': version}, ensure_ascii=False)};\n{script}"


def _static(name: str) -> Static:
    file: Static = current_app.extensions["statics"][f"js/{name}.js"]
    return file

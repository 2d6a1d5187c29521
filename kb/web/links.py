"""Links: where the links in replies lead."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from kb.web.current import current_kb, current_linking
from kb.web.signals import is_ahead, visit

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


blueprint = Blueprint("links", __name__)


@blueprint.get("/r/<code>")
def follow(code: str) -> ResponseReturnValue:
    """The article's section. What leads nowhere, or not any more, or not to anything that the
    public may see, is all answered alike."""
    target = current_linking().follow(code, visit() if _is_opened() else None)
    if not target:
        categories = current_kb().edition.library.children("")
        page = render_template("links/gone.html", words="", hits=[], categories=categories)
        return page, HTTPStatus.NOT_FOUND, {"X-Robots-Tag": "noindex"}
    answer = redirect(target, HTTPStatus.FOUND)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _is_opened() -> bool:
    """Whether somebody goes to the page, as far as the request tells."""
    told = request.headers
    mode, dest = told.get("Sec-Fetch-Mode", "navigate"), told.get("Sec-Fetch-Dest", "document")
    goes = request.method == "GET" and (mode, dest) == ("navigate", "document")
    return goes and not is_ahead() and "Accept-Language" in told and not _is_borrowed()


def _is_borrowed() -> bool:
    """A browser's name without what that browser sends over TLS: a scanner has borrowed it."""
    named = _MODERN.search(request.user_agent.string)
    secure = request.is_secure or current_kb().settings.base_url[:5] == "https"
    return bool(named) and secure and "Sec-Fetch-Mode" not in request.headers


_MODERN = re.compile(r"(?:Chrome|Firefox)/(?:9\d|\d{3})\.")
"""Versions from 90 on, of 2021. Safari says less of itself."""

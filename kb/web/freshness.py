"""Freshness: how long an answer that is the same for everybody may be kept, and where."""

from __future__ import annotations

from flask import Response, current_app, request

from kb.web.pages import KEEP

SECONDS = 60


def for_everybody(response: Response) -> Response:
    """Browsers and proxies may keep it for a minute; a writer's own browser asks every time."""
    fresh = "no-cache" if current_app.extensions["live_reload"] else f"max-age={SECONDS}"
    response.headers["Cache-Control"] = f"public, {fresh}"
    return response


def kept(body: str, media_type: str = "text/html; charset=utf-8") -> Response:
    """An answer that is the same for everybody for as long as this generation lives."""
    request.environ[KEEP] = True
    return for_everybody(Response(body, content_type=media_type))

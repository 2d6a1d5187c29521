"""Freshness: how long an answer that is the same for everybody may be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from flask import Response

SECONDS = 60


def for_everybody(response: Response) -> Response:
    """Browsers and proxies may keep it for a minute; a writer's own browser asks every time."""
    fresh = "no-cache" if current_app.extensions["live_reload"] else f"max-age={SECONDS}"
    response.headers["Cache-Control"] = f"public, {fresh}"
    return response

"""The WSGI application of the settings where it runs, for granian, gunicorn and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.web import create_app

if TYPE_CHECKING:
    from flask import Flask

    from kb.content.article import Audience
    from kb.settings import Settings


def make_application(settings: Settings, audience: Audience, live_reload: bool) -> Flask:
    """What `kb serve` starts in its server process."""
    application = create_app(settings, audience=audience, live_reload=live_reload)
    application.extensions["pages"].watch()
    return application


def __getattr__(name: str) -> Flask:
    """`kb.wsgi:app` opens the data folder when a server asks for it, not when it is imported."""
    if name != "app":
        raise AttributeError(name)
    application = create_app()
    application.extensions["pages"].watch()
    globals()["app"] = application
    return application

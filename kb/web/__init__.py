"""Web: the help center as a WSGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kb.accounts.signing_in import SigningIn
from kb.configuring import read_settings
from kb.errors import UsageError
from kb.feedback.secret import secret
from kb.helpdesk.courier import Courier
from kb.knowledge_base import KnowledgeBase
from kb.linking import Linking
from kb.resources import resource_folder
from kb.surveying import Surveyor
from kb.web import (
    account,
    answers,
    api,
    contact,
    design,
    embedding,
    errors,
    feeds,
    flags,
    formats,
    links,
    login,
    messages,
    metrics,
    oembed,
    offline,
    picker,
    public,
    reading,
    reads,
    security,
    sessions,
    signals,
    staff,
    templating,
    theming,
    widget,
    wording,
)  # fmt: skip
from kb.web.desk import Desk
from kb.web.pages import Pages
from kb.web.parameters import RowNumber
from kb.web.rounds import Rounds
from kb.web.statics import read_statics
from kb.web.views import text_on

if TYPE_CHECKING:
    from kb.content.article import Audience
    from kb.editions import Edition
    from kb.settings import Settings

MAX_BODY = 64 * 1024
VIEWS = (
    public,
    feeds,
    oembed,
    api,
    signals,
    answers,
    contact,
    login,
    account,
    reading,
    staff,
    messages,
    links,
    picker,
    flags,
    metrics,
    widget,
    embedding,
    design,
    offline,
)
"""Each has a blueprint."""


def create_app(
    settings: Settings | None = None,
    *,
    audience: Audience = "public",
    live_reload: bool = False,
    edition: Edition | None = None,
) -> Flask:
    """The application for one audience, of the live generation or of just this `edition`.

    `live_reload` is for a writer's own machine only.
    """
    settings = settings or read_settings()
    app = Flask("kb", static_folder=None, template_folder=str(resource_folder("templates")))
    _limit(app)
    _add_what_views_ask(app, KnowledgeBase(settings, audience, edition))
    app.extensions["live_reload"] = live_reload
    wording.register(app)  # before any template is read
    _add_views(app, settings)
    _add_surroundings(app)
    _put_in_front(app, settings)
    return app


def _limit(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_PARTS"] = 100
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]  # answers read as they are documented
    app.url_map.converters["int"] = RowNumber


def _add_what_views_ask(app: Flask, kb: KnowledgeBase) -> None:
    settings, surveyor = kb.settings, Surveyor(kb)
    app.extensions["kb"] = kb
    app.extensions["desk"] = Desk(kb, surveyor)
    app.extensions["linking"] = Linking(kb)
    app.extensions["staff"] = SigningIn(kb.journal.database, secret(settings.data_dir))
    app.extensions["rounds"] = Rounds(kb, surveyor, Courier(kb.delivery))
    app.extensions["statics"] = read_statics(settings.accent, text_on(settings.accent))
    reads.register(app)


def _add_views(app: Flask, settings: Settings) -> None:
    for views in VIEWS:
        app.register_blueprint(views.blueprint)
    if settings.oidc_issuer:
        _add_single_sign_on(app)
    public.register_static(app)


def _add_single_sign_on(app: Flask) -> None:
    try:
        from kb.web import single_sign_on  # noqa: PLC0415  (its extra may be missing)
    except ImportError as error:
        hint = "Install it, pip install 'kb[oidc]', or remove oidc_issuer from the settings."
        raise UsageError("Single sign-on takes the extra oidc.", hint) from error
    single_sign_on.register(app)


def _add_surroundings(app: Flask) -> None:
    """In this order: a hook that was added first runs first before a view, and last after it."""
    errors.register(app)
    formats.register(app)
    security.register(app)
    sessions.register(app)
    templating.register(app)
    theming.register(app)


def _put_in_front(app: Flask, settings: Settings) -> None:
    """Outermost last."""
    pages = Pages(app, security.trusted_host(settings))
    app.extensions["pages"] = pages
    app.wsgi_app = pages  # type: ignore[method-assign]
    if settings.proxies:
        app.wsgi_app = ProxyFix(pages, x_for=settings.proxies)  # type: ignore[method-assign]

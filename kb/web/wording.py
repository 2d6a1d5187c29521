"""Wording: which language a page speaks; its texts are in kb/translations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import g
from flask_babel import Babel

from kb.web.current import current_kb

if TYPE_CHECKING:
    from flask import Flask

SOURCE = "en"
"""The language of the texts in the code and the templates."""
LANGUAGES = (SOURCE, "de", "es")
TRANSLATIONS = Path(__file__).parents[1] / "translations"


def register(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, default_locale=SOURCE, locale_selector=interface_language)
    app.jinja_env.globals["page_language"] = page_language  # macros see it, too


def speak(lang: str) -> None:
    """Make this request's page one in `lang`; to be called before anything is worded.

    The address alone decides, never a cookie or a header of the browser: public pages are
    kept, and are the same for everybody.
    """
    g.page_language = lang


def page_language() -> str:
    """The language of what this page shows: the site's own, where no view said otherwise."""
    lang: str = g.get("page_language", "") or current_kb().settings.lang
    return lang


def interface_language() -> str:
    """The language of the buttons and labels around it; English where there is no translation."""
    lang = page_language().partition("-")[0].lower()
    return lang if lang in LANGUAGES else SOURCE

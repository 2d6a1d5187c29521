"""Wording: which language a page speaks; its texts are in kb/translations."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from babel.units import format_unit
from flask import g
from flask_babel import Babel, format_date, format_decimal, get_locale, gettext, refresh
from markupsafe import Markup

from kb.feedback.events import REASONS
from kb.phrase import N_, TRANSLATIONS, Phrase, amount
from kb.web.current import current_kb
from kb.web.languages import in_language

if TYPE_CHECKING:
    from flask import Flask

    from kb.content.article import Article
    from kb.phrase import Value
    from kb.settings import Settings

SOURCE = "en"
"""The language of the texts in the code and the templates."""
LANGUAGES = (SOURCE, "de", "es")

_OF_SITE = {
    "title": N_("Help center"),
    "headline": N_("How can we help?"),
    "contact_label": N_("Contact support"),
}
"""Settings with words; one that its owner has not set speaks the language of the page."""
_STATUSES = {
    "published": N_("Published"),
    "draft": N_("Draft"),
    "archived": N_("Archived"),
}


def register(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, default_locale=SOURCE, locale_selector=interface_language)
    for offered in (page_language, in_site_language, in_words_language, vote_reasons):
        app.jinja_env.globals[offered.__name__] = offered  # macros see them, too
    for asked in (worded, day, status):
        app.jinja_env.filters[asked.__name__] = asked


def speak(lang: str) -> None:
    """Make this request's page one in `lang`, "" for the site's own; before anything is worded.

    The address alone decides, never a cookie or a header of the browser: public pages are
    kept, and are the same for everybody.
    """
    g.page_language = lang
    refresh()


def speak_of(article: Article | None) -> None:
    """What is about an article is in its language, where the interface has that too."""
    lang = article.lang if article else ""
    speak(lang if _known(lang) else "")


def page_language() -> str:
    """The language of what this page shows: the site's own, where no view said otherwise."""
    lang: str = g.get("page_language", "") or current_kb().settings.lang
    return lang


def interface_language() -> str:
    """The language of the buttons and labels around it; English where there is no translation."""
    return _known(page_language()) or SOURCE


def _known(lang: str) -> str:
    """The language of ours that a tag such as de-AT means; "" for any other."""
    primary = lang.partition("-")[0].lower()
    return primary if primary in LANGUAGES else ""


# Texts that are not in the templates


def site() -> Settings:
    """The settings, with the words that their owner left to us in the language of this page."""
    settings = current_kb().settings
    ours = _OF_SITE.keys() - settings.model_fields_set
    if not ours or interface_language() == SOURCE:
        return settings
    return settings.model_copy(update={name: gettext(_OF_SITE[name]) for name in ours})


def worded(text: str) -> str:
    """What a lower room says, in the language of this page."""
    if not isinstance(text, Phrase):
        return text
    found: str = gettext(text.pattern, **{k: _written(v) for k, v in text.values.items()})
    return found


def _written(value: Value) -> str:
    if isinstance(value, dt.timedelta):
        number, unit = amount(value)
        return format_unit(number, f"duration-{unit}", locale=get_locale())
    return value if isinstance(value, str) else str(format_decimal(value))


def status(name: str) -> str:
    return worded(_STATUSES[name])


def vote_reasons() -> list[tuple[str, str]]:
    """What may be wrong with an article, as it is offered after a No: slug and label."""
    return [(slug, worded(label)) for slug, label in REASONS.items()]


def day(date: dt.date) -> str:
    """3 March 2026, and as it is written in full elsewhere."""
    written: str = format_date(date, "d MMMM y" if interface_language() == SOURCE else "long")
    return written


# Parts in other languages


def in_site_language() -> Markup:
    """The attributes of what all of the site shares, such as the name of a category."""
    return in_language(current_kb().settings.lang, page_language())


def in_words_language(name: str) -> Markup:
    """The attributes of a setting with words: its owner's are in the language of the site."""
    return in_site_language() if name in current_kb().settings.model_fields_set else Markup("")

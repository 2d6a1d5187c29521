"""Formats: numbers, dates and ages as the page's language writes them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from babel import Locale, dates, numbers
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from kb.web import terms

if TYPE_CHECKING:
    from flask import Flask

BRITISH = Locale("en", "GB")
"""English dates are written with the day first, as everywhere but in America."""


def register(app: Flask) -> None:
    """Macros see them, too."""
    for form in (number, decimal, percent, whole_percent, short_day, week_day, moment, clock, ago):
        app.jinja_env.globals[form.__name__] = form
    app.jinja_env.globals["terms"] = terms


def number(value: int) -> str:
    """`1204` -> `1,204`. Tables hold thousands of small ones, which all languages write alike."""
    return str(value) if 0 <= value < 1_000 else numbers.format_decimal(value, locale=_locale())


def decimal(value: float) -> str:
    """With one digit after the point."""
    return numbers.format_decimal(value, "#,##0.0", locale=_locale())


def whole_percent(share: float) -> str:
    """The number before the sign: `0.816` -> `82`."""
    return str(round(100 * share))


def percent(share: float | None) -> Markup:
    """`0.816` -> `82 %`."""
    if share is None:
        return Markup('<span class="unknown">{}</span>').format(_("none yet"))
    return escape(_("%(number)s %%", number=whole_percent(share)))


def short_day(day: dt.date) -> str:
    """`20 Nov`."""
    return dates.format_skeleton("MMMd", day, locale=_locale())


def week_day(day: dt.date) -> str:
    """`Fri 20 Nov`."""
    return dates.format_skeleton("MMMEd", day, locale=_locale())


def moment(at: dt.datetime) -> Markup:
    """`20 November 2026, 14:05 UTC`, as a `<time>`."""
    day = dates.format_date(at, "long", locale=_locale())
    words = _("%(day)s, %(time)s UTC", day=day, time=f"{at:%H:%M}")
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), words)


def clock(at: dt.datetime) -> str:
    """`14:05 UTC`."""
    words: str = _("%(time)s UTC", time=f"{at:%H:%M}")
    return words


def ago(seconds: int) -> str:
    """`just now`, `5 minutes ago`, `3 days ago`."""
    if seconds < 3:
        return str(_("just now"))
    past = dt.timedelta(seconds=-seconds)
    return dates.format_timedelta(past, threshold=2, add_direction=True, locale=_locale())


def _locale() -> Locale:
    locale = get_locale()
    return locale if locale and locale.language != "en" else BRITISH

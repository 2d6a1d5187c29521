"""Phrase: a text of a lower room that a page shows in its own language."""

from __future__ import annotations

import datetime as dt
import gettext
import math
from pathlib import Path

Value = str | int | dt.timedelta


class Phrase(str):
    """English, with its values in it; catalogs know it by its `pattern`."""

    __slots__ = ("pattern", "values")

    pattern: str
    values: dict[str, Value]

    def __new__(cls, pattern: str, **values: Value) -> Phrase:
        shown = {name: _written(value) for name, value in values.items()}
        self = super().__new__(cls, pattern % shown if values else pattern)
        self.pattern, self.values = pattern, values
        return self


N_ = Phrase
"""The name by which Babel finds texts that are translated later (kb.web.wording.worded)."""
TRANSLATIONS = Path(__file__).parent / "translations"


def said_in(lang: str, text: Phrase) -> str:
    """A text of ours that becomes content, so that every page shows it in the site's language."""
    ours = [lang.partition("-")[0]]
    return gettext.translation("messages", TRANSLATIONS, ours, fallback=True).gettext(text.pattern)


def amount(time: dt.timedelta) -> tuple[int, str]:
    """How long to wait, as it is told: whole seconds, from a minute on whole minutes."""
    seconds = math.ceil(time.total_seconds())
    return (seconds, "second") if seconds < 60 else (math.ceil(seconds / 60), "minute")


def _written(value: Value) -> str:
    if isinstance(value, dt.timedelta):
        number, unit = amount(value)
        return f"{number} {unit}{'' if number == 1 else 's'}"
    return value if isinstance(value, str) else f"{value:,}"

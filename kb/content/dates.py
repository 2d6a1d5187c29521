"""Dates as people and tools write them in front matter."""

from __future__ import annotations

import datetime as dt
import re

_FORMATS: tuple[str, ...] = (
    "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y",
    "%a, %d %b %Y", "%Y-%m", "%B %Y",
)  # fmt: skip


def parse_date(text: str) -> dt.date | None:
    """The day of an ISO date or time, or of the usual written forms; None: not a date.

    `05/06/2026` is None on purpose: half of its readers would be wrong.
    """
    text = text.strip()
    iso = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:$|[T\s])", text)
    try:
        if iso:
            return dt.date(*map(int, iso.groups()))
    except ValueError:
        return None
    found = (_day(text.split(), form) for form in _FORMATS)
    return next((day for day in found if day), None)


def _day(words: list[str], form: str) -> dt.date | None:
    """The day that the first words are in this form; what follows (a time) does not matter."""
    try:
        text = " ".join(words[: len(form.split())])
        return dt.datetime.strptime(text, form).date()  # noqa: DTZ007
    except ValueError:
        return None

"""Phrase: a text of a lower room that a page shows in its own language."""

from __future__ import annotations


class Phrase(str):
    """English, with its values in it; catalogs know it by its `pattern`."""

    __slots__ = ("pattern", "values")

    pattern: str
    values: dict[str, str | int]

    def __new__(cls, pattern: str, **values: str | int) -> Phrase:
        shown = {name: written(value) for name, value in values.items()}
        self = super().__new__(cls, pattern % shown if values else pattern)
        self.pattern, self.values = pattern, values
        return self


def written(value: str | int) -> str:
    return value if isinstance(value, str) else f"{value:,}"


N_ = Phrase
"""The name by which Babel finds texts that are translated later (kb.web.wording.worded)."""

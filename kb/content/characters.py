"""Characters: those that no page can hold, not even escaped: controls and what is no character."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.content.frontmatter import Value

# Tabs and line ends are none of them; see "noncharacter" and "control" in the Infra Standard.
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)


def without_controls(text: str) -> str:
    return CONTROL.sub("", text)


def clean_value(value: Value) -> Value:
    """A front-matter value, whatever it is made of."""
    if isinstance(value, str):
        return without_controls(value)
    if isinstance(value, list):
        return [clean_value(one) for one in value]
    return {without_controls(key): clean_value(one) for key, one in value.items()}

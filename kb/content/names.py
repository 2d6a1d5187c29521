"""Names: file and category names -> addresses, and back into words a person reads."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from kb.content.characters import without_controls

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"^\d{1,3}[-_. ]+(?=\D)")


@lru_cache(maxsize=50_000)
def slugify(text: str) -> str:
    """`Müller & Söhne: 2FA` -> `müller-söhne-2fa`. Letters of every script are kept."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    text = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else "-" for c in text)
    return re.sub("-+", "-", text).strip("-")[:120].rstrip("-")


def readable(name: str) -> str:
    """`01-getting_started` -> `Getting started`; a name with capitals keeps them."""
    words = " ".join(re.split(r"[-_\s]+", _NUMBER.sub("", without_controls(name)))).strip()
    return words[:1].upper() + words[1:] if words.islower() else words


def folder_slug(name: str) -> str:
    """`01-Getting started` -> `getting-started`: the number only sorts."""
    return slugify(_NUMBER.sub("", name)) or slugify(name) or "folder"


def folder_number(name: str) -> float | None:
    """The number that sorts a folder: `01-getting-started` -> 1.0."""
    number = re.match(r"\d+", name) if _NUMBER.match(name) else None
    return float(number[0]) if number else None


def nearest(name: str, names: Iterable[str], least: float = 60) -> str:
    """The one of the names that is most like it, "" when none is, from 0 to 100, at `least` so.

    difflib takes a tenth of a second among 3,000, and a renamed folder may leave hundreds to find.
    """
    found = process.extractOne(name, list(names), scorer=fuzz.ratio, score_cutoff=least)
    return found[0] if found else ""

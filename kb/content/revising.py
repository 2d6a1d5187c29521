"""Revising: translations whose original has changed since, in more than a few words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.content.commits import text_on
from kb.content.frontmatter import split
from kb.content.sketch import changed, sketch

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from kb.content.article import Article
    from kb.content.library import Library

FEW = 0.05
"""Share of an original's words that may change before its translations are out of date."""


def changed_originals(
    library: Library, originals: Mapping[str, str], articles: Path
) -> dict[str, dt.date]:
    """Path of a translation -> the day on which its original changed after it.

    By the dates in the front matter. Where the folder is in git, what the original was on the day
    of the translation tells whether the change matters: a mended typing error does not.
    """
    found: dict[str, dt.date] = {}
    for path, name in originals.items():
        original, day = library.by_path[name], library.by_path[path].updated
        if (
            original.updated
            and day
            and original.updated > day
            and _matters(original, day, articles)
        ):
            found[path] = original.updated
    return found


def _matters(original: Article, day: dt.date, articles: Path) -> bool:
    before = _body_on(articles, original.path, day)
    if before is None or _numbers(before) != _numbers(original.source):
        return True
    return changed(sketch(before), sketch(original.source)) > FEW


def _numbers(text: str) -> list[str]:
    """Another price or another number of days matters, though it is one word."""
    return re.findall(r"\d+", text)


@lru_cache(maxsize=512)
def _body_on(articles: Path, path: str, day: dt.date) -> str | None:
    """What git says of a past day does not change: it is asked once."""
    text = text_on(articles, path, day)
    return None if text is None else split(text.replace("\r\n", "\n")).body

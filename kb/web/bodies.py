"""Bodies: the text of an article or a category as a page shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask_babel import lazy_pgettext as pgettext
from markupsafe import escape

from kb.web.places import here

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.content.article import Article, Category
    from kb.editions import Edition

CALLOUTS = {
    "note": pgettext("callout", "Note"),
    "tip": pgettext("callout", "Tip"),
    "important": pgettext("callout", "Important"),
    "warning": pgettext("callout", "Warning"),
    "caution": pgettext("callout", "Caution"),
}
"""What a callout is called to which its writer gave no title."""

_CALLOUT = re.compile(
    r'(?P<box><div class="callout callout-(?P<kind>[a-z]+)" role="note">\s*'
    r'<p class="callout-title">)(?P<title>[A-Z][a-z]+)(?=</p>)'
)


def body_of(edition: Edition, page: Article | Category, at: Callable[[str], str] = here) -> str:
    """Safe HTML. Links lead to where this page is read; callouts are named in its language."""
    return _CALLOUT.sub(_named, edition.page_html(page, at))


def _named(found: re.Match[str]) -> str:
    kind, title = found["kind"], found["title"]
    name = CALLOUTS[kind] if kind in CALLOUTS and title == kind.capitalize() else title
    return f"{found['box']}{escape(name)}"

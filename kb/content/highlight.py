"""Highlight: a block of code as HTML whose colours are classes, never styles."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from pygments import highlight as colour
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from pygments.lexer import Lexer

MAX_COLOURED = 50_000
_LANGUAGE = re.compile(r"\{?\s*\.?(?P<name>[\w+#.-]+)")
_FORMATTER = HtmlFormatter[str](nowrap=True)


def highlight(code: str, info: str = "") -> str:
    """Code, and what the writer wrote behind the fence -> one `div.highlight`."""
    found = _LANGUAGE.match(info)
    language = found["name"].lower() if found else ""
    attribute = f' data-lang="{escape(language)}"' if language else ""
    return (
        f'<div class="highlight"{attribute}><pre tabindex="0"><code>'
        f"{_inner(code, language)}</code></pre></div>"
    )


def _inner(code: str, language: str) -> str:
    lexer = _lexer(language) if language and len(code) <= MAX_COLOURED else None
    if lexer is None:
        return escape(code, quote=False)
    return colour(code, lexer, _FORMATTER)


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None

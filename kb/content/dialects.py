"""Dialects: what other tools leave in Markdown, and what becomes of it here.

Template syntax is never run. A site's base address disappears from links, marks that only
speak to another tool disappear wholly, everything else is shown as it stands.
"""

from __future__ import annotations

import re

_CODE = r"(?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
_SITE = r"(?P<site>(?<=[(\"'<=\s])(?:\{\{-?\s*site\.(?:baseurl|url)\s*-?\}\})+)"
_DROPPED = (
    r"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}"
    r"|\{%-?\s*(?:end)?raw\s*-?%\}"
    r"|\{::comment\}.*?\{:/(?:comment)?\}"
    r"|\{::nomarkdown[^{}]*\}|\{:/(?:nomarkdown)?\}|\{::options[^{}]*\}"
    r"|\{/\*.*?\*/\}"
)
_SYNTAX = re.compile(f"{_CODE}|{_SITE}|{_DROPPED}", re.DOTALL)
_MODULE = re.compile(r"import\s+(?:[\w*{][^'\"]*\sfrom\s+)?['\"][^'\"]+['\"];?\s*$|export\s+\w")
_HARD_BREAK = re.compile(r"(?<!\\)\\\n")


def without_modules(body: str) -> str:
    """The body without the `import` and `export` lines that MDX has at its top."""
    lines = body.split("\n")
    at = kept = 0
    while at < len(lines) and (not lines[at].strip() or _MODULE.match(lines[at])):
        at += 1
        kept = at if _MODULE.match(lines[at - 1]) else kept
    return "\n".join(lines[kept:]) if kept else body


def tidy(text: str) -> str:
    """A paragraph's source without what speaks to other tools; inline code stays."""
    if "{" in text:
        text = _SYNTAX.sub(_keep_code, text)
    return _HARD_BREAK.sub("  \n", text) if "\\\n" in text else text


def _keep_code(found: re.Match[str]) -> str:
    return found["code"] or ""

"""Raw HTML: where HTML written between Markdown begins and ends, by CommonMark's rules."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from kb.content import dialects
from kb.content.lines import HTML_START
from kb.content.tags import KNOWN, show_placeholders

if TYPE_CHECKING:
    from kb.content.blocks import Scan

_ENDS = (
    (
        re.compile(r"<(?:script|pre|style|textarea)(?=[\s>]|$)", re.I),
        "</(?:script|pre|style|textarea)>",
    ),
    (re.compile(r"<!--"), "-->"),
    (re.compile(r"<\?"), r"\?>"),
    (re.compile(r"<!\[CDATA\["), r"\]\]>"),
    (re.compile(r"<![A-Za-z]"), ">"),
)
_ATTRIBUTE = r"\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?"
_ALONE = re.compile(
    rf"(?:<(?P<open>[A-Za-z][\w-]*)(?:{_ATTRIBUTE})*\s*/?>|</(?P<close>[A-Za-z][\w-]*)\s*>)\s*$"
)
_MARKDOWN = re.compile(
    r"<(?P<tag>[a-z][\w-]*)(?P<before>[^<>]*?)\smarkdown=[\"']?(?:1|block|span)\b[\"']?"
    r"(?P<behind>[^<>]*)>",
    re.IGNORECASE,
)


def html_block(scan: Scan, at: int) -> int | None:
    """Lines that begin with a tag, down to a blank line or to the end of what they begin."""
    line = scan.lines[at].lstrip()
    if (holds := _MARKDOWN.match(line)) and (end := _with_markdown(scan, at, holds)):
        return end
    for start, closing in _ENDS:
        if start.match(line):
            return _put(scan, at, _closed(scan.lines, at, closing))
    if HTML_START.match(line) or (not scan.text and _stands_alone(line)):
        end = at + 1
        while end < len(scan.lines) and scan.lines[end].strip():
            end += 1
        return _put(scan, at, end)
    return None


def _stands_alone(line: str) -> bool:
    found = _ALONE.match(line)
    return found is not None and (found["open"] or found["close"]).lower() in KNOWN


def _closed(lines: list[str], at: int, closing: str) -> int:
    pattern = re.compile(closing, re.IGNORECASE)
    for end in range(at, len(lines)):
        if pattern.search(lines[end]):
            return end + 1
    return len(lines)


def _put(scan: Scan, at: int, end: int) -> int:
    scan.flush()
    html = "\n".join(scan.lines[at:end]).strip()
    scan.parser.stash(scan.parent, show_placeholders(dialects.tidy(html)))
    return end


def _with_markdown(scan: Scan, at: int, holds: re.Match[str]) -> int | None:
    """`<div markdown="1">`: the tags stay, what is between them is Markdown."""
    tag = holds["tag"].lower()
    inner = scan.enclosed(at, holds.end(), rf"</{tag}\s*>", rf"<{tag}\b[^>]*>")
    if inner is None or tag not in KNOWN:
        return None
    scan.flush()
    scan.parser.stash(scan.parent, f"<{tag}{holds['before']}{holds['behind']}>")
    first, *others = inner.lines or [""]
    scan.parser.scan(scan.parent, [first.strip(), *dedent("\n".join(others)).split("\n")])
    scan.parser.stash(scan.parent, f"</{tag}>")
    return scan.go_on(inner.after, at + inner.end)

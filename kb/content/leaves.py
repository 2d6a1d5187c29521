"""Leaves: the blocks that hold no other blocks: code, headings, rules, attribute lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.content.highlight import highlight
from kb.content.lines import FENCE, HEADING, RULE, SETEXT, closes, dedent, indent_of, marker
from kb.content.lists import collect

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from kb.content.blocks import Scan

_ATTRIBUTES = re.compile(r"\s*\{:\s*(?P<list>[^{}]*)\}\s*$")
_TOC_LINE = re.compile(r"\s*\{:\s*toc\b[^{}]*\}\s*$")
_TOC_MARK = re.compile(r"\s*(\[TOC\]|\[\[_?TOC_?\]\])\s*$", re.IGNORECASE)
_CONTENTS = frozenset(
    (
        "table of contents",
        "contents",
        "on this page",
        "in this article",
        "inhalt",
        "inhaltsverzeichnis",
        "table des matières",
        "sommaire",
        "contenido",
        "índice",
        "indice",
        "contenuti",
        "inhoud",
        "目次",
        "目录",
    )
)
_NOTE = re.compile(r" {0,3}\[\^(?P<name>[^\]\s]+)\]:[ \t]*(?P<text>.*)$")
_COMMENTS = (
    (re.compile(r"\{%-?\s*comment\s*-?%\}"), re.compile(r"\{%-?\s*endcomment\s*-?%\}\s*$")),
    (re.compile(r"\{::comment\}"), re.compile(r"\{:/(?:comment)?\}\s*$")),
    (re.compile(r"\{/\*"), re.compile(r"\*/\}\s*$")),
)
_ID_AT_END = re.compile(
    r"\s*\{:?\s*(?=[#.])(?P<list>[^{}]*)\}\s*$|\s*\{/\*\s*(?P<mdx>#[\w-]+)\s*\*/\}\s*$"
)


def fence(scan: Scan, at: int) -> int | None:
    """Code between fences, to the container's end if nothing closes it."""
    opened = FENCE.match(scan.lines[at])
    if opened is None:
        return None
    scan.flush()
    columns, end = indent_of(scan.lines[at]), at + 1
    while end < len(scan.lines) and not closes(scan.lines[end], opened["fence"]):
        end += 1
    lines = [dedent(line, columns) if columns else line for line in scan.lines[at + 1 : end]]
    code = "".join(f"{line}\n" for line in lines)
    scan.parser.stash(scan.parent, highlight(code, opened["info"].strip()))
    return end + 1


def indented_code(scan: Scan, at: int) -> int:
    """Code by four columns of indentation; blank lines at its end are not part of it."""
    end = last = at
    while end < len(scan.lines):
        line = scan.lines[end]
        if line.strip():
            if indent_of(line) < 4:
                break
            last = end
        end += 1
    code = "".join(f"{dedent(line, 4)}\n" for line in scan.lines[at : last + 1])
    scan.parser.stash(scan.parent, highlight(code))
    return last + 1


def heading(scan: Scan, at: int) -> int | None:
    """`## Heading ##`, maybe with `{#id}`."""
    found = HEADING.match(scan.lines[at])
    if found is None:
        return None
    text = scan.lines[at][found.end() :].strip()
    bare = text.rstrip("#")
    text = bare.rstrip() if not bare or bare[-1] in " \t" else text
    _add_heading(scan, len(found["marks"]), text)
    return at + 1


def underline(scan: Scan, at: int) -> int | None:
    """`===` or `---` below a paragraph makes it a heading."""
    if not scan.text or not (found := SETEXT.match(scan.lines[at])):
        return None
    text, scan.text = " ".join(line.strip() for line in scan.text), []
    _add_heading(scan, 1 if found[1][0] == "=" else 2, text)
    return at + 1


def _add_heading(scan: Scan, level: int, text: str) -> None:
    found = _ID_AT_END.search(text)
    if found:
        text = text[: found.start()]
    element = scan.element(f"h{level}", text)
    if found:
        assign(element, found["list"] or found["mdx"])


def rule(scan: Scan, at: int) -> int | None:
    """`***`, `---` or `___`."""
    if not RULE.match(scan.lines[at]):
        return None
    scan.element("hr")
    return at + 1


def contents(scan: Scan, at: int) -> int | None:
    """`* TOC` above `{:toc}`, `[TOC]`: dropped, as every article has its contents beside it."""
    line = scan.lines[at]
    listed = at + 1 < len(scan.lines) and _TOC_LINE.match(scan.lines[at + 1]) and marker(line)
    if scan.text or not (listed or _TOC_MARK.match(line)):
        return None
    above = scan.parent[-1] if len(scan.parent) else None
    if above is not None and above.tag[0] == "h" and _plain(above.text) in _CONTENTS:
        scan.parent.remove(above)
    return at + 2 if listed else at + 1


def _plain(text: str | None) -> str:
    return (text or "").strip("*_: ").casefold()


def attributes(scan: Scan, at: int) -> int | None:
    """`{: #id .class}` on a line of its own belongs to the block above it."""
    found = _ATTRIBUTES.match(scan.lines[at])
    if found is None:
        return None
    touches = at > 0 and scan.lines[at - 1].strip()
    scan.flush()
    if touches and len(scan.parent):
        assign(scan.parent[-1], found["list"])
    return at + 1


def assign(element: Element, attributes: str) -> None:
    """Give an element the id and the classes of an attribute list; nothing else of it."""
    for word in attributes.split():
        if word[0] == "#":
            element.set("id", word[1:])
        elif word[0] == "." and len(word) > 1:
            element.set("class", f"{element.get('class', '')} {word[1:]}".strip())


def hidden(scan: Scan, at: int) -> int | None:
    """A comment of Liquid, kramdown or MDX, over several lines or within one."""
    line = scan.lines[at].lstrip()
    for opening, closing in _COMMENTS:
        if opened := opening.match(line):
            lines = [line[opened.end() :], *scan.lines[at + 1 :]]
            end = next((n for n, text in enumerate(lines) if closing.search(text)), None)
            if end is not None:
                scan.flush()
                return at + end + 1
    return None


def note(scan: Scan, at: int) -> int | None:
    """`[^name]: text` with more of it indented by four: a footnote."""
    found = _NOTE.match(scan.lines[at])
    if found is None:
        return None
    scan.flush()
    content, end = collect(scan.lines, at, 4, found["text"])
    scan.parser.note(found["name"], "\n".join(content))
    return end

"""Tabs and other components of MDX and MkDocs, as HTML that needs no script.

Tabs become `details` that share a name: a browser keeps one of them open.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING
from xml.etree.ElementTree import SubElement

from kb.content.callouts import KINDS, callout, details
from kb.content.containers import indented

if TYPE_CHECKING:
    from kb.content.blocks import Scan

_TAB = re.compile(r'===[+!]*[ \t]+"(?P<title>.*)"[ \t]*$')
_FOLD = re.compile(r'\?\?\?(?P<open>\+?)[ \t]*(?P<kinds>[\w -]*?)(?:[ \t]*"(?P<title>.*)")?[ \t]*$')
_COMPONENT = re.compile(r"<(?P<name>[A-Za-z]+)(?P<attributes>(?:\s[^<>]*)?)(?<!/)>")
_NAMES = frozenset((*KINDS, "tabs", "accordion", "expandable", "admonition", "callout", "alert"))
_ITEM = re.compile(
    r"<(?P<name>TabItem|Tab)\b(?P<attributes>[^<>]*)>(?P<text>.*?)</(?P=name)>", re.DOTALL
)


def tab_block(scan: Scan, at: int) -> int | None:
    """`=== "Title"` with its text indented by four, and all that follow it."""
    tabs: list[tuple[str, list[str]]] = []
    end = following = at
    while following < len(scan.lines) and (found := _TAB.match(scan.lines[following].lstrip())):
        lines, end = indented(scan.lines, following + 1)
        tabs.append((found["title"], lines))
        following = end
        while following < len(scan.lines) and not scan.lines[following].strip():
            following += 1
    if not tabs:
        return None
    _add(scan, tabs)
    return end


def _add(scan: Scan, tabs: list[tuple[str, list[str]]]) -> None:
    scan.flush()
    scan.parser.tabs += 1
    name = f"tabs-{scan.parser.tabs}"
    box = SubElement(scan.parent, "div", {"class": "tabs"})
    for number, (title, lines) in enumerate(tabs):
        state = {} if number else {"open": "open"}
        details(scan.parser, box, title, lines, **{"class": "tab", "name": name, **state})


def fold(scan: Scan, at: int) -> int | None:
    """`??? note "Title"`: text that opens when its title is clicked."""
    found = _FOLD.match(scan.lines[at].lstrip())
    if found is None or not (found["kinds"] or found["title"]):
        return None
    lines, end = indented(scan.lines, at + 1)
    if not lines:
        return None
    scan.flush()
    state = {"open": "open"} if found["open"] else {}
    title = found["title"] or found["kinds"].split()[0].capitalize()
    details(scan.parser, scan.parent, title, lines, **state)
    return end


def component(scan: Scan, at: int) -> int | None:
    """`<Tabs>`, `<Admonition type="tip">`, `<Note>` and `<Accordion title="">` of MDX."""
    found = _COMPONENT.match(scan.lines[at].lstrip())
    if found is None:
        return None
    name = found["name"]
    if name.lower() not in _NAMES:
        return None
    inner = scan.enclosed(at, found.end(), f"</{name}>", rf"<{name}\b")
    if inner is None or not _place(scan, name, found["attributes"], inner.lines):
        return None
    return scan.go_on(inner.after, at + inner.end)


def _place(scan: Scan, name: str, attributes: str, lines: list[str]) -> bool:
    text = dedent("\n".join(lines)).strip("\n")
    word = (_value(attributes, "type") or name).lower()
    kind = KINDS.get(word, "note")
    if name == "Tabs":
        tabs = [(_label(m["attributes"]), _lines(m["text"])) for m in _ITEM.finditer(text)]
        if tabs:
            _add(scan, tabs)
        return bool(tabs)
    if name in ("Accordion", "Expandable"):
        scan.flush()
        details(scan.parser, scan.parent, _value(attributes, "title"), _lines(text))
        return True
    scan.flush()
    callout(scan.parser, scan.parent, kind, _value(attributes, "title"), _lines(text))
    return True


def _lines(text: str) -> list[str]:
    return dedent(text).strip("\n").split("\n")


def _label(attributes: str) -> str:
    return _value(attributes, "label") or _value(attributes, "title") or _value(attributes, "value")


def _value(attributes: str, name: str) -> str:
    found = re.search(rf"""\b{name}=\{{?(?:"([^"]*)"|'([^']*)')""", attributes)
    return (found[1] or found[2] or "") if found else ""

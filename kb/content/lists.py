"""Lists: bullets, numbers, tasks and definitions, nested the way GitHub nests them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from kb.content.lines import Tail, dedent, indent_of, interrupts, lazy, marker

if TYPE_CHECKING:
    from kb.content.blocks import Scan

_DEFINITION = re.compile(r" {0,3}:[ \t]+(?=\S)")
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


def listing(scan: Scan, at: int) -> int | None:
    """A list: all items from here on whose marks are of one kind."""
    first = marker(scan.lines[at])
    if first is None:
        return None
    kind, text = first[0], first[2]
    if scan.text and not (text.strip() and (len(kind) == 1 or kind[:-1] == "1")):
        return None  # only a list that starts with one may follow a paragraph directly
    element = scan.element("ul" if len(kind) == 1 else "ol")
    if len(kind) > 1 and int(kind[:-1]) != 1:
        element.set("start", str(int(kind[:-1])))
    return _items(scan, at, element, kind[-1])


def _items(scan: Scan, at: int, element: Element, kind: str) -> int:
    loose = False
    end = last = at
    while end < len(scan.lines) and indent_of(scan.lines[end]) < 4:
        found = marker(scan.lines[end])
        if found is None or found[0][-1] != kind:
            break
        loose = loose or end > last
        content, last = collect(scan.lines, end, found[1], found[2])
        loose = scan.parser.scan(SubElement(element, "li"), content) or loose
        end = _skip_blank(scan.lines, last)
    for item in element:
        _finish(item, tight=not loose)
    return last


def collect(lines: list[str], at: int, column: int, first: str) -> tuple[list[str], int]:
    """The lines of the item that begins here, without its indentation, and where it ends.

    `first` is the text beside its mark. Blank lines at the end are not part of it.
    """
    content, tail, end = [first], Tail(), at + 1
    tail.feed(first)
    if not first.strip() and end < len(lines) and not lines[end].strip():
        return content, end  # nothing beside the mark and nothing below it: an empty item
    last = end
    while end < len(lines):
        line = lines[end]
        if not line.strip():
            content.append("")
        elif indent_of(line) >= column:
            content.append(dedent(line, column))
        elif tail.paragraph and not interrupts(line) and not _DEFINITION.match(line):
            content.append(lazy(line))
        else:
            break
        end += 1
        tail.feed(content[-1])
        last = end if line.strip() else last
    return content[: last - at], last


def _skip_blank(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _finish(item: Element, *, tight: bool) -> None:
    first = item[0] if len(item) else None
    if first is not None and first.tag == "p" and (task := _TASK.match(first.text or "")):
        done = task[1] != " "
        box = Element("input", type="checkbox", disabled="disabled")
        if done:
            box.set("checked", "checked")
        box.tail = (first.text or "")[task.end() :]
        first.text = ""
        first.insert(0, box)
        item.set("class", "task")
    if tight:
        _unwrap_paragraphs(item)


def _unwrap_paragraphs(item: Element) -> None:
    """Move the paragraphs' text up into the item, as in a list without blank lines."""
    before: Element | None = None
    for child in list(item):
        if child.tag != "p" or is_stashed(child):
            before = child
            continue
        place = list(item).index(child)
        item.remove(child)
        if before is None:
            item.text = (item.text or "") + (child.text or "")
        else:
            before.tail = (before.tail or "") + (child.text or "")
        for offset, inner in enumerate(list(child)):
            item.insert(place + offset, inner)
            before = inner


def is_stashed(element: Element) -> bool:
    """Whether the paragraph only stands for finished HTML."""
    text = element.text or ""
    return text.startswith("\x02wzxhzdk:") and text.endswith("\x03") and text.count("\x03") == 1


def definition(scan: Scan, at: int) -> int | None:
    """`: text` below a paragraph, which is then the term; or a further one below the first."""
    if not _DEFINITION.match(scan.lines[at]):
        return None
    above = scan.parent[-1] if len(scan.parent) else None
    if scan.text:
        terms, scan.text = scan.text, []
    elif above is not None and above.tag == "p" and not is_stashed(above):
        scan.parent.remove(above)
        terms = (above.text or "").split("\n")
    elif above is not None and above.tag == "dl":
        terms = []
    else:
        return None
    return _describe(scan, at, terms)


def _describe(scan: Scan, at: int, terms: list[str]) -> int:
    above = scan.parent[-1] if len(scan.parent) else None
    joined = above is not None and above.tag == "dl"
    element = above if above is not None and joined else SubElement(scan.parent, "dl")
    for term in terms:
        SubElement(element, "dt").text = term.strip()
    while at < len(scan.lines) and (found := _DEFINITION.match(scan.lines[at])):
        text = scan.lines[at][found.end() :]
        content, at = collect(scan.lines, at, min(found.end(), 4), text)
        item = SubElement(element, "dd")
        if not scan.parser.scan(item, content):
            _unwrap_paragraphs(item)
    return at

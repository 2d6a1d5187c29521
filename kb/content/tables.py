"""Tables: rows with pipes below a row of dashes, by GitHub's rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from kb.content.dialects import tidy
from kb.content.lines import cells, indent_of, interrupts

if TYPE_CHECKING:
    from kb.content.blocks import Scan

MAX_COLUMNS = 200
_RULE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$")


def table(scan: Scan, at: int) -> int | None:
    """A table whose head stands at this line. It ends at a blank line or another block."""
    sides = _sides(scan.lines, at)
    if sides is None:
        return None
    box = scan.element("table")
    _row(SubElement(box, "thead"), "th", cells(scan.lines[at]), sides)
    end = at + 2
    body: Element | None = None
    while end < len(scan.lines) and _continues(scan.lines[end]):
        body = SubElement(box, "tbody") if body is None else body
        _row(body, "td", cells(scan.lines[end]), sides)
        end += 1
    return end


def _continues(line: str) -> bool:
    return bool(line.strip()) and indent_of(line) < 4 and not interrupts(line)


def _sides(lines: list[str], at: int) -> list[str] | None:
    """Each column's alignment, "" where the writer chose none; None when it is no table."""
    if at + 1 >= len(lines) or "|" not in lines[at] + lines[at + 1]:
        return None
    rule = lines[at + 1].strip()
    if "-" not in rule or indent_of(lines[at + 1]) > 3 or not _RULE.match(rule):
        return None
    marks = cells(rule)
    if len(marks) != len(cells(lines[at])) or len(marks) > MAX_COLUMNS:
        return None
    return [_side(mark) for mark in marks]


def _side(mark: str) -> str:
    if mark.endswith(":"):
        return "center" if mark.startswith(":") else "right"
    return "left" if mark.startswith(":") else ""


def _row(parent: Element, tag: str, texts: list[str], sides: list[str]) -> None:
    row = SubElement(parent, "tr")
    texts = [*texts[: len(sides)], *[""] * (len(sides) - len(texts))]
    for text, side in zip(texts, sides, strict=True):
        cell = SubElement(row, tag, {"class": f"align-{side}"} if side else {})
        cell.text = tidy(text)

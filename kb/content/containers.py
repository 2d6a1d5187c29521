"""Containers: how far a block reaches that is held together by indentation or by an end mark."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.content.lines import Tail, dedent, indent_of


def indented(lines: list[str], at: int) -> tuple[list[str], int]:
    """The lines from here that are indented by four, without that; blank lines in between."""
    end = last = at
    while end < len(lines):
        if lines[end].strip():
            if indent_of(lines[end]) < 4:
                break
            last = end + 1
        end += 1
    return [dedent(line, 4) for line in lines[at:last]], last


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The lines between two marks, the text behind the closing one, and how many lines it took."""

    lines: list[str]
    after: str
    end: int


def until(lines: list[str], close: str, again: str) -> Enclosed | None:
    """What stands above the mark that closes; None if none does.

    `again` is what opens another container of the same kind inside. Fenced code is skipped.
    """
    marks = re.compile(f"(?P<close>{close})|{again}", re.IGNORECASE)
    tail, depth = Tail(), 1
    for end, line in enumerate(lines):
        for found in () if tail.fence else marks.finditer(line):
            depth += -1 if found["close"] else 1
            if depth == 0:
                before = [line[: found.start()]] if line[: found.start()].strip() else []
                return Enclosed([*lines[:end], *before], line[found.end() :].strip(), end + 1)
        tail.feed(line)
    return None

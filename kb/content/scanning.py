"""Scanning: a Markdown source with its code blanked out, so that what is left can be searched.

Everything keeps its place: offsets, lines and columns are those of the source.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from kb.content.lines import (
    FENCE,
    HEADING,
    HTML_START,
    RULE,
    SETEXT,
    closes,
    dedent,
    indent_of,
    interrupts,
    marker,
)

_QUOTES = re.compile(r"[ \t]*(?:>[ ]?)+")
_INDENTS_TEXT = re.compile(
    r" {0,3}(?:!!! ?\w|\?\?\?\+?[ \t]*[\w\"]|===[+!]*[ \t]+\"|\[\^[^\]]+\]:|:[ \t]+\S)"
)
_OPENING = re.compile(
    r"\\[`<{]|(?P<ticks>`+)|(?P<comment><!--)|<(?P<tag>pre|code|script|style|samp|textarea)\b[^<>]*>"
    r"|(?P<liquid>\{%-?\s*(?P<word>comment|raw|highlight)\b[^%}]*%\})"
    r"|(?P<kramdown>\{::comment\})|(?P<mdx>\{/\*)",
    re.IGNORECASE,
)
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]*>(.{0,500}?)</h\1\s*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in the source, by its offset; `plain` says that it is not an HTML tag."""

    offset: int
    level: int
    text: str
    plain: bool = True


class Places:
    """Offsets in an article's body -> lines and columns of its file, counted from 1."""

    def __init__(self, body: str, line: int) -> None:
        self._starts = [0, *(m.end() for m in re.finditer("\n", body))]
        self._line = line

    def of(self, offset: int) -> tuple[int, int]:
        at = bisect_right(self._starts, offset) - 1
        return self._line + at, offset - self._starts[at] + 1


def prose(body: str) -> str:
    """The body with spaces in place of code, comments and what is to be shown literally."""
    lines = body.split("\n")
    code = _code_lines(lines)
    kept = "\n".join(" " * len(line) if at in code else line for at, line in enumerate(lines))
    return _without_spans(kept)


def headings(text: str) -> list[Heading]:
    """The headings of what `prose` left, in their order."""
    found = [
        Heading(m.start(), int(m[1]), re.sub("<[^>]*>", "", m[2]), plain=False)
        for m in _HTML_HEADING.finditer(text)
    ]
    lines, offset = text.split("\n"), 0
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if mark := HEADING.match(line):
            level = len(mark["marks"])
            found.append(Heading(offset + mark.start("marks"), level, line[mark.end() :]))
        elif _is_text(line) and (under := SETEXT.match(following)):
            found.append(Heading(offset, 1 if under[1][0] == "=" else 2, line))
        offset += len(line) + 1
    return sorted(found, key=lambda heading: heading.offset)


def _is_text(line: str) -> bool:
    return bool(line.strip()) and indent_of(line) < 4 and "|" not in line and not interrupts(line)


def _code_lines(lines: list[str]) -> set[int]:
    tracker = _Blocks()
    return {at for at, line in enumerate(lines) if tracker.is_code(line)}


class _Blocks:
    """Follows lists, quotes and fences line by line, as far as it takes to know what is code."""

    def __init__(self) -> None:
        self.columns: list[int] = []
        self.quotes = 0
        self.fence = ""
        self.paragraph = False

    def is_code(self, line: str) -> bool:
        quotes, rest = self._unquoted(line)
        if self.fence and self._stays_fenced(quotes, rest):
            if closes(rest, self.fence):
                self.fence = ""
            return True
        self.fence = ""
        if quotes != self.quotes and (quotes or not self.paragraph):
            self.columns, self.paragraph = [], False
        self.quotes = quotes
        if not rest.strip():
            self.paragraph = False
            return False
        return self._is_code_inside(rest)

    def _unquoted(self, line: str) -> tuple[int, str]:
        if self.fence and not self.quotes:
            return 0, line
        found = _QUOTES.match(line)
        return (found[0].count(">"), line[found.end() :]) if found else (0, line)

    def _stays_fenced(self, quotes: int, rest: str) -> bool:
        if quotes < self.quotes:
            return False
        return not rest.strip() or indent_of(rest) >= self._column

    @property
    def _column(self) -> int:
        return self.columns[-1] if self.columns else 0

    def _is_code_inside(self, rest: str) -> bool:
        self._leave_items(rest)
        column = self._column
        text = dedent(rest, column)
        if indent_of(text) > 3:
            return not self.paragraph
        while item := marker(text):
            column += item[1]
            self.columns.append(column)
            text, self.paragraph = item[2], False
            if indent_of(text) > 3:
                return False  # code beside the mark: too rare to take the mark apart
        if opened := FENCE.match(text):
            self.fence, self.paragraph = opened["fence"], False
            return True
        if _INDENTS_TEXT.match(text):
            self.columns.append(column + 4)
        self.paragraph = bool(HTML_START.match(text)) or not (
            HEADING.match(text) or RULE.match(text) or not text.strip()
        )
        return False

    def _leave_items(self, rest: str) -> None:
        continues = self.paragraph and not interrupts(rest.lstrip())
        while self.columns and indent_of(rest) < self.columns[-1] and not continues:
            self.columns.pop()


def _without_spans(text: str) -> str:
    """Blank out code spans, comments and whatever else hides its content."""
    parts: list[str] = []
    kept = at = 0
    closers = _Closers(text)
    while found := _OPENING.search(text, at):
        end = closers.end_of(found)
        at = end or found.end()
        if end:
            parts += text[kept : found.start()], re.sub("[^\n]", " ", text[found.start() : end])
            kept = end
    return "".join([*parts, text[kept:]])


class _Closers:
    """Where what was opened ends. What was once not found is not searched for again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._gone: set[str] = set()
        self._ticks: dict[int, list[int]] = {}
        for run in re.finditer("`+", text):
            self._ticks.setdefault(len(run[0]), []).append(run.start())

    def end_of(self, opened: re.Match[str]) -> int | None:
        """None when nothing closes it: then it is text."""
        if opened["ticks"]:
            return self._end_of_ticks(opened)
        if opened["comment"]:
            return self._search("-->", opened.end())
        if opened["tag"]:
            return self._search(rf"</{opened['tag'].lower()}\s*>", opened.end())
        if opened["liquid"]:
            return self._search(rf"\{{%-?\s*end{opened['word'].lower()}\s*-?%\}}", opened.end())
        if opened["kramdown"]:
            return self._search(r"\{:/(?:comment)?\}", opened.end())
        return self._search(r"\*/\}", opened.end()) if opened["mdx"] else None

    def _search(self, closing: str, at: int) -> int | None:
        if closing in self._gone:
            return None
        found = re.compile(closing, re.IGNORECASE).search(self.text, at)
        if found is None:
            self._gone.add(closing)
        return found.end() if found else None

    def _end_of_ticks(self, opened: re.Match[str]) -> int | None:
        """The next run of as many ticks, as long as the paragraph does not end before it."""
        runs = self._ticks.get(len(opened[0]), [])  # of a run whose first tick is escaped
        at = bisect_right(runs, opened.start())
        if at == len(runs):
            return None
        lines = self.text[opened.end() : runs[at]].split("\n")
        ended = any(not line.strip() or interrupts(line.lstrip()) for line in lines[1:])
        return None if ended else runs[at] + len(opened[0])

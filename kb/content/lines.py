"""Lines: what a single line of Markdown can begin, and its indentation, by CommonMark's rules."""

from __future__ import annotations

import re

FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})[ \t]*(?P<info>.*)$")
HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?=[ \t]|$)")
RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+)$")
SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
QUOTE = re.compile(r" {0,3}>[ ]?")
MARKER = re.compile(r" {0,3}(?P<mark>[-+*]|\d{1,9}[.)])(?:(?P<gap>[ \t]+)(?=\S)|[ \t]*$)")
MAX_NESTING = 60
_DEEP = " " * (16 * MAX_NESTING)  # more than all containers around it can take away
_MARK = re.compile(
    r" {0,3}\{(?::[^{}]*\}[ \t]*$|%-?\s*(?:end)?(?:comment|callout|hint|alert|admonition)\b)"
)
_PIPE = re.compile(r"(?<!\\)\|")
HTML_BLOCKS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details"
    "|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head"
    "|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p"
    "|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
HTML_START = re.compile(
    rf" {{0,3}}<(?:(?:script|pre|style|textarea)(?=[\s>]|$)|!--|\?|![A-Za-z]|!\[CDATA\["
    rf"|/?(?:{HTML_BLOCKS})(?=[\s>]|/>|$))",
    re.IGNORECASE,
)


_INTERRUPTING = {
    "`": FENCE,
    "~": FENCE,
    "#": HEADING,
    "<": HTML_START,
    "{": _MARK,
    ">": QUOTE,
    ":": re.compile(r" {0,3}:::"),
}


def indent_of(line: str) -> int:
    """Columns of white space before the first character, with tabs to multiples of four."""
    bare = line.lstrip(" \t")
    width = len(line) - len(bare)
    lead = line[:width]
    return len(lead.expandtabs(4)) if "\t" in lead else width


def dedent(line: str, columns: int) -> str:
    """The line without its first columns of white space, or without as many as it has."""
    bare = line.lstrip(" \t")
    lead = line[: len(line) - len(bare)]
    if "\t" in lead:
        lead = lead.expandtabs(4)
    return lead[columns:] + bare


def lazy(line: str) -> str:
    """A line that a paragraph inside a container swallows, whatever it would begin elsewhere."""
    return _DEEP + line.lstrip()


def marker(line: str) -> tuple[str, int, str] | None:
    """A list marker as (mark, column of the item's content, text after it), or None."""
    found = MARKER.match(line)
    if found is None or RULE.match(line):
        return None
    mark, gap = found["mark"], found["gap"]
    before = found.end("mark")
    if gap is None:
        return mark, before + 1, ""
    after = len(line[: found.end()].expandtabs(4)) if "\t" in gap else found.end()
    if after - before > 4:  # the item begins with indented code
        return mark, before + 1, " " * (after - before - 1) + line[found.end() :]
    return mark, after, line[found.end() :]


def interrupts(line: str) -> bool:
    """Whether the line begins something that no paragraph outside of it can swallow."""
    if indent_of(line) > 3:
        return False
    pattern = _INTERRUPTING.get(line.lstrip()[:1])
    if pattern:
        return pattern.match(line) is not None
    return marker(line) is not None or RULE.match(line) is not None


class Tail:
    """Follows a container's lines and knows whether a paragraph or a fence is open at its end."""

    def __init__(self) -> None:
        self.paragraph = False
        self.fence = ""
        self._columns: list[int] = []  # where the content of each open item begins
        self._quotes = 0  # that the last line is in

    def feed(self, line: str) -> None:
        if not line.strip():
            self.paragraph = False
            return
        width = indent_of(line)
        if self._columns and width < self._columns[-1]:
            if self.paragraph and not interrupts(line):
                return
            self.paragraph, self.fence = False, ""
            while self._columns and width < self._columns[-1]:
                self._columns.pop()
        column = self._columns[-1] if self._columns else 0
        line = dedent(line, column) if column else line
        if not self.fence:
            self._read(self._inside(line, column))
        elif closes(line, self.fence):
            self.fence = ""

    def _inside(self, line: str, column: int) -> str:
        """The line without the marks of the quotes and items that it opens."""
        quotes, before = 0, self._quotes
        for _ in range(MAX_NESTING):
            if indent_of(line) > 3:
                break
            # Only a list that starts with one may follow a paragraph, of the same quote, directly.
            follows = self.paragraph and quotes >= before
            if quote := QUOTE.match(line):
                column, line, quotes = column + quote.end(), line[quote.end() :], quotes + 1
            elif (item := marker(line)) and not (follows and item[0][:-1] not in ("", "1")):
                column, line, self.paragraph = column + item[1], item[2], False
                self._columns.append(column)
            else:
                break
        self._quotes = quotes
        return line

    def _read(self, line: str) -> None:
        if not line.strip():
            self.paragraph = False
        elif opened := FENCE.match(line):
            self.fence, self.paragraph = opened["fence"], False
        elif indent_of(line) < 4:  # else it continues a paragraph, or is code: no change
            self.paragraph = not (HEADING.match(line) or RULE.match(line) or HTML_START.match(line))


def closes(line: str, fence: str) -> bool:
    """Whether the line closes a fence that was opened with these marks."""
    bare = line.strip()
    return len(bare) >= len(fence) and not bare.strip(fence[0]) and indent_of(line) < 4


def cells(row: str) -> list[str]:
    """The texts between a table row's pipes; `\\|` is a pipe inside one."""
    row = row.strip().removeprefix("|")
    if "\\|" not in row:
        return [cell.strip() for cell in row.removesuffix("|").split("|")]
    parts = _PIPE.split(row)
    if not parts[-1].strip():
        parts.pop()
    return [part.strip().replace("\\|", "|") for part in parts]

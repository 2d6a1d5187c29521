"""Blocks: a parser for Python-Markdown that finds block structure the way GitHub does.

Python-Markdown wants lists indented by four and set off by blank lines; people write what
GitHub shows them. So containers and code are found here, line by line, by CommonMark's rules;
Python-Markdown's own processors get the paragraphs, tables, notes and references.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from markdown.blockparser import BlockParser
from markdown.blockprocessors import EmptyBlockProcessor, ParagraphProcessor, ReferenceProcessor

from kb.content import dialects
from kb.content.containers import until
from kb.content.lines import MAX_NESTING, indent_of
from kb.content.tables import table
from kb.errors import KbError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markdown import Markdown

    from kb.content.containers import Enclosed

    Rule = Callable[["Scan", int], int | None]


MAX_UNCLOSED = 20


class GitHubParser(BlockParser):
    """`rules` maps a line's first character to what a line like that may begin.

    A rule gets the scan and the number of the line. It answers with the number of the first
    line that it did not use, or None when the line does not begin its kind of block.
    """

    def __init__(
        self,
        md: Markdown,
        rules: Mapping[str, Sequence[Rule]],
        code: Callable[[Scan, int], int],
        note: Callable[[str, str], None],
    ) -> None:
        super().__init__(md)
        self.rules = rules
        self.code = code
        self.note = note
        self.nesting = 0
        self.tabs = self.unclosed = 0
        self.blockprocessors.register(EmptyBlockProcessor(self), "empty", 100)
        self.blockprocessors.register(ReferenceProcessor(self), "reference", 15)
        self.blockprocessors.register(ParagraphProcessor(self), "paragraph", 10)

    def reset(self) -> None:
        self.nesting = self.tabs = self.unclosed = 0

    def parseChunk(self, parent: Element, text: str) -> None:  # noqa: N802
        self.scan(parent, text.split("\n"))

    def scan(self, parent: Element, lines: list[str]) -> bool:
        """Put the lines' blocks below parent; says whether blank lines stand between them."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise KbError("The article is nested too deeply.", f"At most {MAX_NESTING} levels.")
        scan = Scan(self, parent, lines)
        scan.run()
        self.nesting -= 1
        return scan.loose

    def leaf(self, parent: Element, text: str) -> None:
        """Text without containers: a paragraph, a table, a reference or a definition."""
        super().parseChunk(parent, text)

    def stash(self, parent: Element, html: str) -> None:
        """Put finished HTML below parent."""
        SubElement(parent, "p").text = self.md.htmlStash.store(html)


class Scan:
    """One container's lines on their way into the tree; `text` is the open paragraph."""

    def __init__(self, parser: GitHubParser, parent: Element, lines: list[str]) -> None:
        self.parser = parser
        self.parent = parent
        self.lines = lines
        self.text: list[str] = []
        self.loose = False

    def run(self) -> None:
        at, blank, count = 0, False, len(self.lines)
        while at < count:
            line = self.lines[at]
            if not line or line.isspace():
                self.flush()
                blank, at = True, at + 1
                continue
            self.loose = self.loose or (blank and len(self.parent) > 0)
            blank = False
            at = self._block(at, line)
        self.flush()

    def _block(self, at: int, line: str) -> int:
        if indent_of(line) > 3:
            if not self.text:
                return self.parser.code(self, at)
        else:
            for rule in self.parser.rules.get(line.lstrip()[0], ()):
                after = rule(self, at)
                if after is not None:
                    return after
            after = table(self, at) if at + 1 < len(self.lines) else None
            if after is not None:
                return after
        self.text.append(line.lstrip())
        return at + 1

    def flush(self) -> None:
        """Close the open paragraph."""
        if self.text:
            text, self.text = "\n".join(self.text), []
            text = dialects.tidy(text)
            if text.strip():
                self.parser.leaf(self.parent, text)

    def enclosed(self, at: int, start: int, close: str, again: str) -> Enclosed | None:
        """What stands between column `start` of a line without its indentation and a mark."""
        if self.parser.unclosed > MAX_UNCLOSED:  # each further one would read all lines again
            return None
        found = until([self.lines[at].lstrip()[start:], *self.lines[at + 1 :]], close, again)
        self.parser.unclosed += found is None
        return found

    def go_on(self, rest: str, at: int) -> int:
        """The next line, or the one before it with what a block left of it."""
        if rest:
            self.lines[at - 1] = rest
            return at - 1
        return at

    def element(self, tag: str, text: str = "", **attributes: str) -> Element:
        """A new element at the end, after the open paragraph."""
        self.flush()
        element = SubElement(self.parent, tag, attributes)
        element.text = dialects.tidy(text)
        return element

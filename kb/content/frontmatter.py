"""Front matter: the fence at the head of a file -> entries, each with its line.

Values are read from YAML's scalars as text, not through YAML's own types: `lang: no` stays
Norwegian, `order: 010` stays ten, and a date that YAML would refuse becomes a problem, not a
crash. What the keys mean is `metadata`'s business.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

import yaml

from kb.content.problems import Problem

MAX_BYTES, MAX_KEYS, MAX_DEPTH = 8192, 32, 8
Value = str | list[Any] | dict[str, Any]

_FENCE = re.compile(
    r"\A\ufeff?(?P<mark>---|\+\+\+)[ \t]*\r?\n(?P<text>.*?)^(?P=mark)[ \t]*(?:\r?\n|\Z)",
    re.S | re.M,
)
_KEY = r"[ \t]*[{?\"']*[ \t]*[\w-]+[\"']?[ \t]*[:=]"
_UNCLOSED = re.compile(
    rf"\A\ufeff?(?:---|\+\+\+)[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n){{0,50}}{_KEY}"
)
_LATE = re.compile(rf"\A\ufeff?\s*\n[ \t]*(?P<mark>---|\+\+\+)[ \t]*\r?\n{_KEY}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of the front matter: as written, its value as text, and where it stands."""

    key: str
    value: Value
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A file taken apart. `line` is the file's line on which `body` starts.

    With a `problem` the front matter could not be understood at all: then nobody knows
    whether the article is public, so it must not be published from this text.
    """

    entries: tuple[Entry, ...]
    body: str
    line: int = 1
    problem: Problem | None = None


def split(text: str, path: str = "") -> FrontMatter:
    """A file's text -> its front matter's entries and its body. Never raises."""
    fence = _FENCE.match(text)
    if fence is None and (late := _LATE.match(text)):
        line = text.count("\n", 0, late.start("mark")) + 1
        hint = "Remove what stands above it."
        problem = Problem(path, line, 1, "bad-yaml", "it must begin on the first line", hint)
        return FrontMatter((), text, 1, problem)
    if fence is None and _UNCLOSED.match(text):
        hint = "End it with a line of the same three characters as its first line."
        return FrontMatter((), text, 1, Problem(path, 1, 1, "bad-yaml", "not closed", hint))
    if fence is None or _is_rule(fence["text"]):
        return FrontMatter((), text.removeprefix("\ufeff"))
    body, line = text[fence.end() :], text.count("\n", 0, fence.end()) + 1
    try:
        return FrontMatter(tuple(_entries(fence["text"], fence["mark"])), body, line)
    except _Unreadable as error:
        problem = Problem(path, error.line, error.column, error.code, str(error), error.hint)
        return FrontMatter((), body, line, problem)


def _is_rule(text: str) -> bool:
    """Between two rules of a page without front matter stands text, after a blank line."""
    return bool(re.match(r"[ \t]*\r?\n", text)) and not re.search(f"^{_KEY}", text, re.M)


class _Unreadable(Exception):
    def __init__(
        self, code: str, message: str, line: int = 1, column: int = 1, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.code, self.line, self.column, self.hint = code, line, column, hint


def _entries(text: str, mark: str) -> list[Entry]:
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        hint = "Move long text into the article's body."
        raise _Unreadable("bad-yaml", f"the front matter is over {MAX_BYTES} bytes", hint=hint)
    entries = _toml_entries(text) if mark == "+++" else _yaml_entries(text)
    if len(entries) > MAX_KEYS:
        raise _Unreadable("bad-yaml", f"the front matter has over {MAX_KEYS} keys")
    return entries


def _toml_entries(text: str) -> list[Entry]:
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(found[1]) + 1, int(found[2])) if found else (1, 1)
        raise _Unreadable("bad-yaml", f"not valid TOML: {error}", line, column) from None
    lines = text.split("\n")
    return [Entry(key, _plain(value), _line_of(key, lines), 1) for key, value in table.items()]


def _line_of(key: str, lines: list[str]) -> int:
    return next((n for n, line in enumerate(lines, 2) if line.lstrip("[\" '").startswith(key)), 2)


def _plain(value: Any) -> Value:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _yaml_entries(text: str) -> list[Entry]:
    try:
        _refuse_costly(text)
        _refuse_swallowed(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise _yaml_problem(error) from None
    except (ValueError, RecursionError) as error:  # lone surrogates
        raise _Unreadable("bad-yaml", f"not valid YAML: {error}") from None
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        hint = "Write one `key: value` a line."
        raise _Unreadable("bad-yaml", "the front matter is not a list of keys", 2, hint=hint)
    return [_entry(key, value) for key, value in node.value]


def _entry(key: yaml.Node, value: yaml.Node) -> Entry:
    mark = key.start_mark
    assert mark is not None
    return Entry(str(key.value), _text(value), mark.line + 2, mark.column + 1)


def _refuse_costly(text: str) -> None:
    """Aliases can grow without bound and deep nesting overflows the stack: neither is needed."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        mark = event.start_mark
        assert mark is not None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            message = "anchors and aliases (& and *) are not accepted here"
            hint = "Put a value that starts with & or * in quotes."
            raise _Unreadable("yaml-alias", message, mark.line + 2, mark.column + 1, hint)
        if getattr(event, "value", None) == "<<" and not getattr(event, "style", None):
            message = "merge keys (<<) are not accepted here"
            raise _Unreadable("yaml-alias", message, mark.line + 2, mark.column + 1)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            message = "values are nested too deeply"
            raise _Unreadable("bad-yaml", message, mark.line + 2, mark.column + 1)


def _refuse_swallowed(text: str) -> None:
    """A quote or bracket that is not closed must not swallow the keys on the lines below it."""
    lines = re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text)
    open_: list[bool] = []  # for each collection around: is it in brackets, and not the outermost
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        if isinstance(event, yaml.CollectionStartEvent):
            open_.append(bool(open_) and bool(event.flow_style))
        elif isinstance(event, yaml.CollectionEndEvent):
            open_.pop()
        elif isinstance(event, yaml.ScalarEvent):
            below = lines[start.line + 1 : end.line + 1] if event.style in ("'", '"') else []
            quoted = any(re.match(_KEY, line) and not line[0].isspace() for line in below)
            if quoted or (any(open_) and start.column == 0):
                message = "a quote or bracket is not closed"
                hint = "Indent the lines of a long value."
                raise _Unreadable("bad-yaml", message, start.line + 2, start.column + 1, hint)


def _yaml_problem(error: yaml.YAMLError) -> _Unreadable:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 2, mark.column + 1) if mark else (1, 1)
    message = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
    hint = "A value with a colon, a quote or a leading [ { & * @ needs quotes around it."
    return _Unreadable("bad-yaml", f"not valid YAML: {message}", line, column, hint)


def _text(node: yaml.Node) -> Value:
    """A node as text: an empty or null plain scalar is ""."""
    if isinstance(node, yaml.SequenceNode):
        return [_text(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _text(value) for key, value in node.value}
    null = node.tag == "tag:yaml.org,2002:null"
    return "" if null else str(node.value).strip()

"""YAML files beside the articles: text -> nodes with their lines, or what is wrong with it."""

from __future__ import annotations

import yaml

from kb.content.problems import Problem

MAX_BYTES, MAX_DEPTH = 100_000, 8


def compose(text: str, path: str, code: str) -> tuple[yaml.Node | None, Problem | None]:
    """The root node, None for an empty file; or the problem, with this code. Never raises."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return None, Problem(path, 1, 1, code, f"the file is over {MAX_BYTES:,} bytes")
    try:
        fault = _costly(text, path, code)
        return (None, fault) if fault else (yaml.compose(text, Loader=yaml.CSafeLoader), None)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
        hint = "A value with a colon, a quote or a leading [ { & * @ needs quotes around it."
        return None, Problem(path, line, column, code, f"not valid YAML: {message}", hint)
    except (ValueError, RecursionError) as error:  # lone surrogates
        return None, Problem(path, 1, 1, code, f"not valid YAML: {error}")


def _costly(text: str, path: str, code: str) -> Problem | None:
    """Aliases can grow without bound and deep nesting overflows the stack: neither is needed."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        mark = event.start_mark
        assert mark is not None
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            hint = "Put a value that starts with & or * in quotes."
            message = "anchors and aliases (& and *) are not accepted here"
            return Problem(path, mark.line + 1, mark.column + 1, code, message, hint)
        if depth > MAX_DEPTH:
            message = "values are nested too deeply"
            return Problem(path, mark.line + 1, mark.column + 1, code, message)
    return None


def place(node: yaml.Node) -> tuple[int, int]:
    """A node's line and column, counted from 1."""
    mark = node.start_mark
    assert mark is not None
    return mark.line + 1, mark.column + 1

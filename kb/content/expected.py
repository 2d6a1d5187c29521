"""Expected: the writer's own list of searches, and which article each of them should find.

`searches.yml` in the articles folder is a list of `{query, slug, worst}`, or a mapping of a query
to its slug. `worst` is the worst rank that will do.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from kb.content.names import nearest
from kb.content.problems import Problem
from kb.content.yamls import compose, place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kb.content.library import Library

NAMES = ("searches.yml", "searches.yaml")
WORST, MOST_WORST = 3, 50
_KEYS = ("query", "slug", "expect", "worst")
_HINT = "Write `- {query: the words, slug: the-article, worst: 3}`, or `the words: the-article`."


@dataclass(frozen=True, slots=True)
class Expected:
    """A search that should find the article `slug` at rank `worst` or better; its file and line."""

    query: str
    slug: str
    worst: int
    line: int
    path: str = NAMES[0]


def read_expected(lists: Mapping[str, str]) -> tuple[tuple[Expected, ...], list[Problem]]:
    """The folder's lists -> what searches should find, and what is wrong with the file."""
    rows: list[Expected] = []
    problems: list[Problem] = []
    for name, text in lists.items():
        if name.lower() in NAMES:
            own, faults = parse_expected(text, name)
            rows += own
            problems += faults
    return tuple(rows), problems


def parse_expected(text: str, path: str) -> tuple[list[Expected], list[Problem]]:
    """The text of one file. A row that cannot be understood is left out. Never raises."""
    root, problem = compose(text, path, "bad-search")
    if problem:
        return [], [problem]
    rows: list[Expected] = []
    problems: list[Problem] = []
    try:
        for node, pairs in _rows(root):
            try:
                rows.append(_row(node, pairs, path))
            except _Mistake as mistake:
                problems.append(mistake.problem(path))
    except _Mistake as mistake:
        problems.append(mistake.problem(path))
    return rows, problems


def nowhere(rows: tuple[Expected, ...], library: Library) -> list[Problem]:
    """The rows whose article nobody can find, because there is none that search may show."""
    slugs = [article.slug for article in library.articles if article.searchable]
    found = []
    for row in rows:
        if row.slug not in slugs:
            near = nearest(row.slug, slugs)
            hint = f"Did you mean `{near}`?" if near else "Write the end of its address."
            message = f"`{row.slug}` is no article that customers can find"
            found.append(Problem(row.path, row.line, 1, "search-nowhere", message, hint))
    return found


class _Mistake(Exception):
    def __init__(self, node: yaml.Node, message: str) -> None:
        super().__init__(message)
        self.node = node

    def problem(self, path: str) -> Problem:
        return Problem(path, *place(self.node), "bad-search", str(self), _HINT)


def _rows(root: yaml.Node | None) -> Iterator[tuple[yaml.Node, list[tuple[str, yaml.Node]]]]:
    """Each row's node, and its keys with their values; both forms of the file look the same."""
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            yield key, [("query", key), ("slug", value)]
    elif isinstance(root, yaml.SequenceNode):
        for item in root.value:
            yield item, _pairs(item)
    elif root is not None:
        raise _Mistake(root, "the file is neither a list nor a mapping")


def _pairs(item: yaml.Node) -> list[tuple[str, yaml.Node]]:
    if not isinstance(item, yaml.MappingNode):
        return []
    return [(str(key.value), value) for key, value in item.value]


def _row(node: yaml.Node, pairs: list[tuple[str, yaml.Node]], path: str) -> Expected:
    values = dict(pairs)
    for key, value in values.items():
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            also = f"; did you mean `{near[0]}`?" if near else ""
            raise _Mistake(node, f"unknown key `{key}`{also}")
        if not isinstance(value, yaml.ScalarNode):
            raise _Mistake(value, f"`{key}` must be one line of text")
    query = _text(values.get("query"))
    slug = _text(values.get("slug") or values.get("expect")).strip("/").removeprefix("articles/")
    if not query or not slug:
        raise _Mistake(node, f"a search needs a {'slug' if query else 'query'}")
    return Expected(query, slug, _worst(values.get("worst")), place(node)[0], path)


def _text(node: yaml.Node | None) -> str:
    null = node is None or node.tag == "tag:yaml.org,2002:null"
    return "" if node is None or null else " ".join(str(node.value).split())


def _worst(node: yaml.Node | None) -> int:
    if node is None:
        return WORST
    text = str(node.value)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_WORST):
        raise _Mistake(node, f"`worst` must be a whole number from 1 to {MOST_WORST}")
    return int(text)

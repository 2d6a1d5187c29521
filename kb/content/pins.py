"""Pins: articles that writers put first for a query, from `pins.yml` or `rigged-results`.

reset password: reset-your-password
invoice: [download-invoices, /articles/read-your-invoice/]
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

import yaml

from kb.content.names import nearest
from kb.content.problems import Problem
from kb.content.yamls import compose, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kb.content.article import Article
    from kb.content.library import Library

MAX_QUERY, MAX_ARTICLES = 200, 10
CODE = "bad-pin"
_HINT = "Write `query: slug`, or `query: [slug, another-slug]`."
_FILE = re.compile(r"pins\.ya?ml|rigged[-_]results\.(ya?ml|json)", re.I)
_END = " .,;:!?…¿¡。！？、，؟"
# A slug, a path of this site, or a whole http address. `//host` and other schemes are none.
_ADDRESS = re.compile(
    r"(?:https?://[^/?#\\\s]+)?(/?(?:[^/?#\\\s:]+/)*[^/?#\\\s:]+/?)(?:[?#]\S*)?", re.I
)


@dataclass(frozen=True, slots=True)
class Pin:
    """One article of one query: as an address, and where it stands in which file."""

    query: str
    address: str
    path: str
    line: int
    column: int

    def problem(self, code: str, message: str, hint: str) -> Problem:
        return Problem(self.path, self.line, self.column, code, message, hint)


def normalise(text: str) -> str:
    """What a typed query is compared by: case, spaces and signs at its end do not matter."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(_END)


def read_pins(lists: Iterable[tuple[str, str]]) -> tuple[list[Pin], list[Problem]]:
    """The pins of all files, whether or not their articles exist; `lists`: names and texts."""
    found: list[Pin] = []
    problems: list[Problem] = []
    for name, text in sorted(lists):
        if _FILE.fullmatch(name):
            own, wrong = parse_pins(text, name)
            found += own
            problems += wrong
    return found, problems


def parse_pins(text: str, path: str) -> tuple[list[Pin], list[Problem]]:
    """YAML or JSON: a query, and an address or a list of them."""
    root, problem = compose(text, path, CODE)
    if problem or root is None:
        return [], [problem] if problem else []
    if not isinstance(root, yaml.MappingNode):
        return [], [Problem(path, *place(root), CODE, "expected a query on each line", _HINT)]
    pins: list[Pin] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for key, value in root.value:
        try:
            query = _query(key)
            if query in seen:
                raise _Mistake(key, f"`{query}` is given twice: the first one counts", "Join them.")
            seen.add(query)
            pins += _pins(query, value, path)
        except _Mistake as mistake:
            problems.append(mistake.problem(path, CODE))
    return pins, problems


class _Mistake(Exception):
    """Something in a YAML file, and the node that it is about."""

    def __init__(self, node: yaml.Node, message: str, hint: str = _HINT) -> None:
        super().__init__(message)
        self.node, self.hint = node, hint

    def problem(self, path: str, code: str) -> Problem:
        return Problem(path, *place(self.node), code, str(self), self.hint)


def _query(node: yaml.Node) -> str:
    query = normalise(_scalar(node, "the query"))
    if not query:
        raise _Mistake(node, "the query is empty")
    if len(query) > MAX_QUERY:
        raise _Mistake(node, f"the query has over {MAX_QUERY} characters", "Shorten it.")
    return query


def _pins(query: str, node: yaml.Node, path: str) -> Iterator[Pin]:
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if len(nodes) > MAX_ARTICLES:
        raise _Mistake(node, f"`{query}` has over {MAX_ARTICLES} articles", "Keep the best.")
    for one in nodes:
        yield Pin(query, _address(one), path, *place(one))


def _scalar(node: yaml.Node, what: str) -> str:
    """A node's text. Raises _Mistake when it is not one line of text."""
    text = str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""
    if not isinstance(node, yaml.ScalarNode) or node.tag.endswith(":null"):
        raise _Mistake(node, f"{what} must be one line of text")
    if not text.isprintable() or "\ufffd" in text:
        raise _Mistake(node, f"{what} is not UTF-8 text", "Save the file as UTF-8.")
    return text


def _address(node: yaml.Node) -> str:
    """A slug or the path of an address. Raises _Mistake for anything else."""
    text = _scalar(node, "the article")
    found = _ADDRESS.fullmatch(text[:500])
    if not found:
        shown = text if len(text) <= 60 else f"{text[:59]}…"
        raise _Mistake(node, f"`{shown}` is not an article's slug or address")
    return unquote(found[1])


def article_at(library: Library, address: str) -> Article | None:
    """The article with this slug, address, old address or file."""
    path = address.strip("/")
    if found := library.by_path.get(path):
        return found
    last = re.sub(r"\.(html?|mdx?|markdown)$", "", path.rsplit("/", 1)[-1])
    if found := library.by_slug.get(last):
        return found
    target = library.redirects.find("/" + path) or ""
    return library.by_slug.get(target.partition("#")[0].removeprefix("/articles/"))


def check_pins(pins: Iterable[Pin], library: Library) -> list[Problem]:
    """Pins to articles that do not exist even for staff, or that no search may show."""
    problems = []
    for pin in pins:
        article = article_at(library, pin.address)
        if article is None:
            message = f"`{pin.query}` is pinned to `{pin.address}`, which is no article"
            problems.append(pin.problem("pin-nowhere", message, _nearest(library, pin.address)))
        elif not article.searchable:
            message = f"`{pin.query}` is pinned to `{pin.address}`, which is left out of the search"
            problems.append(pin.problem("pin-nowhere", message, "Pin another article."))
    return problems


def pins_for(pins: Iterable[Pin], library: Library) -> dict[str, tuple[str, ...]]:
    """Search -> slugs, of only what this library has: the others must leave no trace in it."""
    chosen: dict[str, tuple[str, ...]] = {}
    for pin in pins:
        article = article_at(library, pin.address)
        if article and article.searchable:
            slugs = (*chosen.get(pin.query, ()), article.slug)
            chosen[pin.query] = tuple(dict.fromkeys(slugs))
    return chosen


def _nearest(library: Library, address: str) -> str:
    name = address.strip("/").rsplit("/", 1)[-1]
    near = nearest(name, library.by_slug)
    return f"Did you mean `{near}`?" if near else "The slug is the end of a page's address."

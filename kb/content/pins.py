"""Pins: `pins.yml` -> searches for which the team has chosen the first results.

A mapping of a search to a slug or several; DNSimple's `rigged-results` files, which map a search
to addresses, are read too.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

import yaml

from kb.content import yamls
from kb.content.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kb.content.library import Library

MOST_PINS, MOST_SLUGS = 2_000, 20
_FILE = re.compile(r"pins\.ya?ml|rigged[-_]results\.(ya?ml|json)", re.I)
HINT = "Write `reset password: forgot-password`, or a list of slugs after the colon."


@dataclass(frozen=True, slots=True)
class Pin:
    """`query` is normalised, `slugs` come first in this order; `path` and `line` say where."""

    query: str
    slugs: tuple[str, ...]
    path: str = ""
    line: int = 1


def normalise(text: str) -> str:
    """What a search and a pin have in common: `  Reset   Password? ` -> `reset password`."""
    return " ".join(text.casefold().split()).strip(" ?!.,;:")


def read_pins(lists: Iterable[tuple[str, str]]) -> tuple[list[Pin], list[Problem]]:
    """The pins of all files, whether or not their articles exist; `lists`: names and texts."""
    found: list[Pin] = []
    problems: list[Problem] = []
    for name, text in sorted(lists):
        if not _FILE.fullmatch(name):
            continue
        root, fault = yamls.compose(text, name, "bad-pin")
        if fault:
            problems.append(fault)
        elif isinstance(root, yaml.MappingNode):
            for one in _read(root, name):
                (found if isinstance(one, Pin) else problems).append(one)  # type: ignore[arg-type]
        elif root is not None:
            message = "the file is not a mapping of searches to articles"
            problems.append(Problem(name, 1, 1, "bad-pin", message, HINT))
    return found, problems


def _read(root: yaml.MappingNode, path: str) -> Iterator[Pin | Problem]:
    seen: set[str] = set()
    for key, value in root.value[:MOST_PINS]:
        line, column = yamls.place(key)
        query = normalise(str(key.value)) if isinstance(key, yaml.ScalarNode) else ""
        slugs = _slugs(value)
        if not query or not slugs or query in seen:
            message = f"`{query}` is pinned twice" if query in seen else "not a search and slugs"
            yield Problem(path, line, column, "bad-pin", message, HINT)
            continue
        seen.add(query)
        yield Pin(query, slugs, path, line)


def _slugs(value: yaml.Node) -> tuple[str, ...]:
    """() when the value is not a slug or a list of slugs."""
    nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
    if not all(isinstance(node, yaml.ScalarNode) for node in nodes):
        return ()
    slugs = (slug_of(str(node.value)) for node in nodes[:MOST_SLUGS])
    return tuple(dict.fromkeys(slug for slug in slugs if slug))


def slug_of(address: str) -> str:
    """`/articles/a/`, `https://help.example.com/articles/a/#b` and `a` are the slug `a`."""
    path = re.sub(r"[?#].*", "", re.sub(r"^https?://[^/]*", "", address.strip()))
    return unquote(path.strip("/").rsplit("/", 1)[-1]).removesuffix(".html").removesuffix(".md")


def check_pins(pins: Iterable[Pin], library: Library) -> list[Problem]:
    """Pins to articles that do not exist even for staff."""
    problems = []
    for pin in pins:
        for slug in pin.slugs:
            if slug not in library.by_slug:
                near = difflib.get_close_matches(slug, library.by_slug, n=1)
                hint = f"Did you mean `{near[0]}`?" if near else "Take the slug from its address."
                message = f"`{pin.query}` is pinned to `{slug}`, which is no article"
                problems.append(Problem(pin.path, pin.line, 1, "pin-nowhere", message, hint))
    return problems


def pins_for(pins: Iterable[Pin], library: Library) -> dict[str, tuple[str, ...]]:
    """Search -> slugs, of only what this library has: the others must leave no trace in it."""
    chosen: dict[str, tuple[str, ...]] = {}
    for pin in pins:
        slugs = tuple(slug for slug in pin.slugs if slug in library.by_slug)
        if slugs:
            chosen.setdefault(pin.query, slugs)
    return chosen

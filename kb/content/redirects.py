"""Redirects: old addresses -> new ones, from `aliases` and from a `_redirects` file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb.content.folder import REDIRECTS
from kb.content.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_STEPS = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of `_redirects`, or one alias (line 0). A `source` ending in `*` is a prefix."""

    source: str
    target: str
    line: int = 0


@dataclass(frozen=True)
class Redirects:
    """Where old addresses lead. A target is a path of this site or an absolute http(s) URL."""

    exact: dict[str, str] = field(default_factory=dict)
    prefixes: tuple[tuple[str, str], ...] = ()

    def find(self, path: str) -> str | None:
        """The final target for a request's path, or None. Circles lead nowhere."""
        seen: set[str] = set()
        target = self._step(path)
        while target is not None and target.startswith("/") and len(seen) < _MAX_STEPS:
            here = trim(target)
            if here in seen:
                return None
            seen.add(here)
            further = self._step(here.split("#")[0])
            if further is None:
                return target
            target = further
        return target

    def _step(self, path: str) -> str | None:
        path = trim(path)
        if path in self.exact:
            return self.exact[path]
        for prefix, target in self.prefixes:
            if path.startswith(prefix) or path + "/" == prefix:
                rest = path[len(prefix) :]
                # `/* -> /:splat` must not turn `//evil` into another site's address
                return re.sub(r"^/{2,}", "/", target.replace(":splat", rest).replace("*", rest))
        return None


def trim(path: str) -> str:
    """`/a/b/` and `/a/b/index.html` are the address `/a/b`."""
    return "/" + re.sub(r"(/index\.html?|/+)$", "", path).lstrip("/")


def parse_redirects(text: str) -> tuple[list[Rule], list[Problem]]:
    """The lines of a `_redirects` file: `from to`, optionally a status code; `#` comments."""
    rules, problems = [], []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split() if line.lstrip().startswith("#") else line.split()
        if not words:
            continue
        message = _mistake(words)
        if message:
            hint = "Write `/old-address /new-address`, with a * at the end for all below it."
            problems.append(Problem(REDIRECTS, number, 1, "bad-redirect", message, hint))
        else:
            rules.append(Rule(words[0], words[1], number))
    return rules, problems


def _mistake(words: list[str]) -> str:
    if len(words) not in (2, 3):
        return f"expected an old and a new address, found {len(words)} words"
    source, target = words[:2]
    if not source.startswith("/") or "*" in source[:-1]:
        return f"`{source}` must start with / and may have a * only at its end"
    if not re.match(r"/(?![/\\])|https?://", target):
        return f"`{target}` must start with /, http:// or https://"
    return ""


def make_redirects(
    rules: list[Rule], exists: Callable[[str], bool]
) -> tuple[Redirects, list[Problem]]:
    """Rules -> Redirects without those that lead nowhere or in circles; the first rule wins."""
    exact: dict[str, str] = {}
    prefixes: list[tuple[str, str]] = []
    problems: list[Problem] = []
    kept: list[Rule] = []
    for rule in rules:
        if not rule.source.endswith("*") and (
            trim(rule.source) in exact or exists(trim(rule.source))
        ):
            problems.append(_problem(rule, "redirect-shadowed", "can never apply"))
            continue
        kept.append(rule)
        if rule.source.endswith("*"):
            prefixes.append((rule.source[:-1], rule.target))
        else:
            exact[trim(rule.source)] = rule.target
    prefixes.sort(key=lambda p: -len(p[0]))
    redirects = Redirects(exact, tuple(prefixes))
    for rule in kept:
        problems += _follow(rule, redirects, exists)
    dead = {trim(p.message.split("`")[1]) for p in problems if p.code != "redirect-shadowed"}
    alive = {source: target for source, target in exact.items() if source not in dead}
    kept_prefixes = tuple(p for p in redirects.prefixes if trim(f"{p[0]}*") not in dead)
    return Redirects(alive, kept_prefixes), problems


def _follow(rule: Rule, redirects: Redirects, exists: Callable[[str], bool]) -> list[Problem]:
    if rule.source.endswith("*") and ("*" in rule.target or ":splat" in rule.target):
        return []  # where it leads depends on the request
    target = redirects.find(rule.source.rstrip("*")) if rule.target.startswith("/") else rule.target
    if target is None:
        return [_problem(rule, "redirect-loop", "leads in a circle")]
    if target.startswith("/") and not exists(target):
        return [_problem(rule, "redirect-nowhere", f"leads to {target}, which does not exist")]
    return []


def _problem(rule: Rule, code: str, what: str) -> Problem:
    return Problem(REDIRECTS, rule.line, 1, code, f"`{rule.source}` {what}")

"""Checks: what only `kb check` reports: keys, titles, links, images, tags and headings.

A finding in an article's text is sought in its source, where it has a line and a column, and
confirmed in the rendered page: what no reader sees is no problem.
"""

from __future__ import annotations

import difflib
import html
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kb.content.keys import nearest_key
from kb.content.links import fault_of, resolve
from kb.content.names import nearest
from kb.content.players import unheard
from kb.content.problems import Problem
from kb.content.scanning import Places, headings, prose
from kb.content.shown import Shown
from kb.content.tags import TAG, is_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kb.content.article import Link, Rendered
    from kb.content.file import File
    from kb.content.library import Library
    from kb.content.links import Fault
    from kb.content.reader import Content

# With one of these the file that was read is not the one that is in Content.files.
_OUTDATED = frozenset(
    {"not-utf8", "too-large", "bad-yaml", "yaml-alias", "render-timeout", "render-failed"}
)
_OWN_KEY_FILES = 3  # a key that more files have is the team's own
_FIRST_LEVEL = 3

_LIQUID = re.compile(
    r"\{%(?:(?!%\}|\{%|\n[ \t]*\n).){1,500}%\}|\{\{(?:(?!\}\}|\{\{|\n[ \t]*\n).){1,500}\}\}", re.S
)
_TARGET = re.compile(
    r"\]\(\s*(?:<(?P<angle>[^<>\n]*)>|(?P<inline>(?:\{\{[^}\n]*\}\}|[^\s()\\]|\\.|\([^()\n]*\))*))"
    r"|^[ >\t]*\[[^\]\n]+\]:[ \t]*<?(?P<defined>[^\s<>]+)"
    r"|\b(?:href|src)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'<>]+))",
    re.MULTILINE | re.IGNORECASE,
)
_IMAGE = re.compile(
    r"!\[(?P<alt>\s*)\](?=[(\[])|<img\b(?P<tag>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE
)
_ALT = re.compile(r"\salt(?:\s*=|[\s/]|$)", re.IGNORECASE)


def check(content: Content) -> list[Problem]:
    """Every problem of the folder, sorted by path, line and column."""
    outdated = {p.path for p in content.problems if p.code in _OUTDATED}
    files = [file for file in content.files if file.path not in outdated]
    faults = _Faults(content.public, content.staff)
    found = [*content.problems, *_unknown_keys(files)]
    for file in files:
        if content.staff.indexes.get(file.path) != "":  # nobody sees the folder's own readme
            found += _Page(file).problems(faults)
        if file.path in content.staff.by_path:
            found += _missing_title(file)
    return sorted(found, key=lambda p: (p.path, p.line, p.column, p.code))


def _unknown_keys(files: Iterable[File]) -> Iterator[Problem]:
    """Misspelt keys. A key that many files have is the team's own."""
    files = list(files)
    used = Counter(key.name for file in files for key in file.parsed.unknown)
    for file in files:
        for key in file.parsed.unknown:
            near, count = nearest_key(key.name), used[key.name]
            if near or count < _OWN_KEY_FILES:
                hint = (
                    f"Did you mean `{near}`?"
                    if near
                    else "Is it misspelt? The handbook lists all keys."
                )
                message = f"unknown key `{key.name}`"
                yield Problem(file.path, key.line, key.column, "unknown-key", message, hint)


def _missing_title(file: File) -> Iterator[Problem]:
    rendered = file.parsed.rendered
    if rendered and not (file.parsed.metadata.title or rendered.title):
        message = "the article has no title: its file name is shown"
        hint = "Write `title: …` in the front matter, or begin with a line `# …`."
        yield Problem(file.path, 1, 1, "missing-title", message, hint)


class _Faults:
    """What is wrong with a link, for staff and then for customers."""

    def __init__(self, public: Library, staff: Library) -> None:
        self.public, self.staff = public, staff
        self._nearest = cache(self._near_article)

    def of(self, link: Link, file: File, anchors: frozenset[str]) -> tuple[Fault, str, str]:
        """Code, message and hint; the code is "" when all is well."""
        shown = f"`{link.target}`"
        where = resolve(self.staff, link.target, file.path, anchors)
        fault = fault_of(link, where)
        if fault == "missing-image":
            return fault, f"the image {shown} does not exist", "Add the file, or mend its path."
        if fault == "missing-media":
            hint = "Put the file beside the article: pages play nothing from elsewhere."
            return fault, f"the file {shown} does not exist here", hint
        if fault == "broken-anchor":
            return (
                fault,
                f"{shown} leads to a heading that does not exist",
                self._anchor(link.target, where.url, anchors),
            )
        if fault:
            return fault, f"{shown} leads nowhere", self._nearest(link.target)
        if file.public and fault_of(link, resolve(self.public, link.target, file.path, anchors)):
            hint = "Publish the other article, or remove the link: only its text is shown."
            return "broken-link", f"{shown} leads to what customers cannot see", hint
        return "", "", ""

    def _anchor(self, target: str, url: str | None, own: frozenset[str]) -> str:
        article = self.staff.by_slug.get((url or "").removeprefix("/articles/"))
        anchors = article.anchors if article else sorted(own)
        wanted = unquote(target.partition("#")[2])
        near = difflib.get_close_matches(wanted, anchors, n=1)
        return f"Did you mean `#{near[0]}`?" if near else "Look at the page's headings."

    def _near_article(self, target: str) -> str:
        name = re.sub(r"[?#].*", "", target).rstrip("/").rsplit("/", 1)[-1]
        name = re.sub(r"\.\w{2,8}$", "", unquote(name))
        if near := nearest(name, self.staff.by_slug, least=80):
            return f"Did you mean `{self.staff.by_slug[near].url}`?"
        if re.search(r"\.(?!html?$|mdx?$)\w{2,5}$", target):
            return "Add the file, or mend its path."
        return "Mend the address, or add a line to _redirects."


class _Page:
    """One file's text, its places, and what a reader sees of it."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.text = prose(file.parsed.body)
        self.places = Places(file.parsed.body, file.parsed.line)

    def problems(self, faults: _Faults) -> Iterator[Problem]:
        rendered = self.file.parsed.rendered
        if rendered is None:
            return
        yield from self._links(rendered, faults)
        yield from self._alternatives(rendered)
        yield from self._unheard(rendered)
        yield from self._leftovers(rendered)
        yield from self._jumps(rendered)

    def _problem(self, offset: int, code: str, message: str, hint: str) -> Problem:
        line, column = self.places.of(offset)
        return Problem(self.file.path, line, column, code, message, hint)

    def _links(self, rendered: Rendered, faults: _Faults) -> Iterator[Problem]:
        anchors = frozenset(rendered.anchors)
        seen: Counter[str] = Counter()
        targets: dict[str, list[int]] | None = None
        reported: set[Problem] = set()
        for link in rendered.links:
            code, message, hint = faults.of(link, self.file, anchors)
            if not code or "{{" in link.target or "{%" in link.target:
                continue
            targets = self._targets() if targets is None else targets
            name = _canonical(link.target)
            problem = self._problem(self._place(targets, name, seen[name]), code, message, hint)
            seen[name] += 1
            if problem not in reported:  # a reference stands once, however often it is used
                reported.add(problem)
                yield problem

    def _targets(self) -> dict[str, list[int]]:
        """Every target that stands in the source -> its offsets."""
        found: dict[str, list[int]] = {}
        for match in _TARGET.finditer(self.text):
            group = match.lastgroup or "inline"
            found.setdefault(_canonical(match[group]), []).append(match.start(group))
        return found

    def _place(self, targets: dict[str, list[int]], name: str, number: int) -> int:
        places = targets.get(name)
        if places:
            return places[min(number, len(places) - 1)]
        return max(0, self.text.find(name))

    def _alternatives(self, rendered: Rendered) -> Iterator[Problem]:
        if not any(k.kind == "image" and not (k.text or "").strip() for k in rendered.links):
            return
        for match in _IMAGE.finditer(self.text):
            if match["tag"] is None or not _ALT.search(match["tag"]):
                hint = 'Say what it shows; for mere decoration write <img alt="">.'
                message = "the image has no alternative text"
                yield self._problem(match.start(), "missing-alt", message, hint)

    def _unheard(self, rendered: Rendered) -> Iterator[Problem]:
        if any(k.kind == "media" for k in rendered.links):
            for offset, code, message, hint in unheard(self.text):
                yield self._problem(offset, code, message, hint)

    def _leftovers(self, rendered: Rendered) -> Iterator[Problem]:
        liquid = [m.span() for m in _LIQUID.finditer(self.text)]
        tags = list(self._unknown_tags())
        if not liquid and not tags:
            return
        shown = Shown(rendered, self.text)
        for offset, text in shown.confirmed(liquid):
            message = f"`{_short(text)}` is shown as it stands: template tags do nothing here"
            hint = "Remove it, or put it in backticks if readers should see it."
            yield self._problem(offset, "liquid-leftover", message, hint)
        for offset, text in shown.confirmed(tags):
            message = f"`{_short(text)}` is shown as text: there is no such tag"
            hint = "Put it in backticks if readers should see it, else remove it."
            yield self._problem(offset, "unknown-tag", message, hint)

    def _unknown_tags(self) -> Iterator[tuple[int, int]]:
        opened: set[str] = set()
        text = self.text.replace("<!--", "    ")  # what nothing closes would be searched for ever
        for match in TAG.finditer(text):
            escaped = text[: match.start()].endswith("\\")
            if match["name"] is None or escaped or is_tag(match, text):
                continue
            if match["end"] and match["name"] in opened:
                continue  # the tag it closes is reported
            opened.add(match["name"])
            yield match.span()

    def _jumps(self, rendered: Rendered) -> Iterator[Problem]:
        titles = {_letters(section.title) for section in rendered.sections}
        titles |= {_letters(rendered.title), _letters(self.file.parsed.metadata.title)}
        above = 0
        for heading in headings(self.text):
            if _letters(_plain(heading.text)) not in titles:
                continue  # code in its text, or a table of contents that is not shown
            allowed = above + 1 if above else _FIRST_LEVEL
            if heading.level > allowed and heading.plain:
                before = f"level {above}" if above else "the title"
                message = f"a heading of level {heading.level} follows {before}"
                hint = f"Write {'#' * (above + 1 if above else 2)} instead."
                yield self._problem(heading.offset, "heading-jump", message, hint)
            above = heading.level


def _canonical(target: str) -> str:
    """A target as it is compared: without escapes and a site's base address."""
    target = re.sub(r"\{\{-?\s*site\.\w+\s*-?\}\}", "", target)
    target = html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", target))
    return unquote(target).strip()


def _plain(text: str) -> str:
    """A heading's text without its marks, links and id."""
    text = re.sub(r"\s*\{:?\s*[#.][^{}]*\}\s*$|\s+#+\s*$", "", text)
    return re.sub(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", text)


def _letters(text: str) -> str:
    return re.sub(r"<[^>]*>|[\W_]+", "", html.unescape(text)).casefold()


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"

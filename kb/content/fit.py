"""Fit: makes sanitised HTML fit the page: one level-one heading, ids, tables, images, tasks.

It works on what the sanitiser writes, where every tag has one spelling; and what it writes
goes through the sanitiser once more.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from pymdownx.slugs import slugify

from kb.content.tags import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

RESERVED = words(
    "main content search menu helpful contents q results related header-search"
    " header-search-label shelf-title contents-title vote-title vote-yes vote-no"
)
"""Ids that belong to the page around an article."""

TAG = re.compile(r"(<(?:[^<>\"]|\"[^\"]*\")*>)")
ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_NAME = re.compile(r"</?([a-z0-9]+)")
_EMPTY = re.compile(r"<p>\s*</p>\n?")
_FIRST_RULES = re.compile(r"\A(?:\s*<hr>)+\s*")  # they set off what is not there any more
_TABLE = '<div class="table" tabindex="0" role="region" aria-label="Table {}">'
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_slug = slugify(case="lower")


def fit(html: str, title: str) -> tuple[str, str]:
    """Sanitised HTML and the title it stands below -> HTML for the page, its own first title."""
    tokens = TAG.split(_EMPTY.sub("", html))
    first = _settle_title(tokens, title)
    ids = Ids(tokens)
    tables = 0
    for at in range(1, len(tokens), 2):
        tag = tokens[at] = tokens[at].replace(' class=""', "")
        found = _NAME.match(tag)
        if found is None:
            continue
        name = found[1]
        if name == "table":
            tables += -1 if tag[1] == "/" else 1
            tokens[at] = _table(ids, tag, tables)
        elif tag[1] != "/":
            if name in _HEADINGS:
                tokens[at] = _heading(ids, tokens, at)
            elif name in _REWRITERS or " id=" in tag:
                tokens[at] = _rewritten(ids, name, tag)
    return _FIRST_RULES.sub("", _point_at_renamed("".join(tokens), ids)), first


def plain(tokens: Iterable[str]) -> str:
    """The text of tokens that alternate between text and tags."""
    return " ".join(unescape("".join(tokens)).split())


def _settle_title(tokens: list[str], title: str) -> str:
    """Blank out the heading that is the title, shift the others if another h1 remains."""
    spans = [
        (at, tokens.index("</h1>", at))
        for at in range(1, len(tokens), 2)
        if tokens[at].startswith("<h1")
    ]
    texts = [plain(tokens[start + 1 : end : 2]) for start, end in spans]
    dropped = _title_among(texts, title, opens=_opens(tokens, spans))
    if dropped is not None:
        start, end = spans[dropped]
        tokens[start : end + 1] = [""] * (end + 1 - start)
    if len(spans) > (dropped is not None):
        _shift(tokens)
    return texts[0] if texts else ""


def _opens(tokens: list[str], spans: list[tuple[int, int]]) -> bool:
    return bool(spans) and not "".join(tokens[: spans[0][0]]).strip()


def _title_among(texts: list[str], title: str, *, opens: bool) -> int | None:
    if not title:
        return 0 if opens else None
    wanted = _letters(title)
    return next((at for at, text in enumerate(texts) if _letters(text) == wanted), None)


def _letters(text: str) -> str:
    """What is left when case, punctuation, white space and markup do not count."""
    return re.sub(r"[\W_]+|<[^>]*>", "", text).casefold() or text.strip()


def _shift(tokens: list[str]) -> None:
    for at in range(1, len(tokens), 2):
        tag = tokens[at]
        found = _NAME.match(tag)
        if found and found[1] in _HEADINGS:
            place = found.end() - 1
            tokens[at] = f"{tag[:place]}{min(int(tag[place]) + 1, 6)}{tag[place + 1 :]}"


class Ids:
    """The ids of one article: what writers chose stays, the rest is made from the text."""

    def __init__(self, tokens: list[str]) -> None:
        tags = (tag for tag in tokens[1::2] if " id=" in tag or " name=" in tag)
        pairs = (pair for tag in tags for pair in ATTRIBUTE.findall(tag))
        self.chosen = {value for key, value in pairs if key in ("id", "name")}
        self.taken: set[str] = set()
        self.tables = 0
        self.renamed: dict[str, str] = {}

    def keep(self, wanted: str) -> str:
        """The id a writer chose, or one beside it if it is taken or belongs to the page."""
        wanted = "-".join(wanted.split())
        return self._free(wanted, set()) if wanted else ""

    def make(self, text: str) -> str:
        return self._free(_slug(text, "-") or "section", self.chosen)

    def _free(self, wanted: str, avoid: set[str]) -> str:
        name, number = wanted, 0
        while name in self.taken or name in RESERVED or name in avoid:
            number += 1
            name = f"{wanted}-{number}"
            avoid = avoid or self.chosen
        if wanted in RESERVED:
            self.renamed.setdefault(wanted, name)
        self.taken.add(name)
        return name


def _point_at_renamed(html: str, ids: Ids) -> str:
    for old, new in ids.renamed.items():
        html = re.sub(rf'(<a\b[^<>]* href="#){re.escape(old)}"', rf'\g<1>{new}"', html)
    return html


def _heading(ids: Ids, tokens: list[str], at: int) -> str:
    name = tokens[at][1:3]
    attributes = dict(ATTRIBUTE.findall(tokens[at]))
    chosen = ids.keep(unescape(attributes.get("id", "")))
    text = plain(tokens[at + 1 : tokens.index(f"</{name}>", at) : 2])
    attributes["id"] = escape(chosen or ids.make(text))
    return _tag(name, attributes)


def _table(ids: Ids, tag: str, depth: int) -> str:
    if tag[1] == "/":
        return tag if depth else f"{tag}</div>"
    tag = _rewritten(ids, "table", tag)
    if depth != 1:
        return tag
    ids.tables = min(99, ids.tables + 1)  # landmarks are told apart by their names
    return _TABLE.format(ids.tables) + tag


def _rewritten(ids: Ids, name: str, tag: str) -> str:
    attributes = dict(ATTRIBUTE.findall(tag))
    if name in _REWRITERS:
        attributes = _REWRITERS[name](attributes)
    if "id" in attributes:
        attributes["id"] = escape(ids.keep(unescape(attributes["id"])))
        if not attributes["id"]:
            del attributes["id"]
    return _tag(name, attributes) if name != "input" or attributes else ""


def _tag(name: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{written}>"


def _anchor(attributes: dict[str, str]) -> dict[str, str]:
    name = attributes.pop("name", "")
    if name and "id" not in attributes:
        attributes["id"] = name
    attributes.pop("rel", None)
    if re.match(r"(https?:)?//", attributes.get("href", ""), re.IGNORECASE):
        attributes["rel"] = "noopener"
    return attributes


def _image(attributes: dict[str, str]) -> dict[str, str]:
    return attributes | {"loading": "lazy", "decoding": "async"}


def _cell(attributes: dict[str, str]) -> dict[str, str]:
    side = attributes.pop("align", "")
    if side:
        attributes["class"] = f"{attributes.get('class', '')} align-{side}".strip()
    return attributes


def _checkbox(attributes: dict[str, str]) -> dict[str, str]:
    """A task's box, which nobody can change; every other field is dropped."""
    if attributes.get("type") != "checkbox":
        return {}
    done = "checked" in attributes
    state = {"checked": ""} if done else {}
    label = "Done" if done else "To do"
    return {"type": "checkbox", "disabled": "", **state, "aria-label": label}


_REWRITERS: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "a": _anchor,
    "img": _image,
    "input": _checkbox,
    "td": _cell,
    "th": _cell,
}

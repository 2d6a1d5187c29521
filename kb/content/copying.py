"""Copying: an article, or a section of it, as something to paste into a reply."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from kb.content.excerpts import section_html
from kb.content.links import page_html, resolve

if TYPE_CHECKING:
    from kb.content.article import Article, Section
    from kb.content.library import Library

FORMS = ("address", "markdown", "html", "title", "excerpt", "section")
EXCERPT = 200  # characters


@dataclass(frozen=True, slots=True)
class Copy:
    """What goes to the clipboard: `html` beside the text where both belong together, else ""."""

    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What is copied: an article, or a section of it, at an absolute `address`. `library` is what
    the links in it may lead to, `base` the beginning of their addresses."""

    library: Library
    article: Article
    section: Section | None
    address: str
    base: str

    @property
    def label(self) -> str:
        title = self.section.title if self.section else ""
        return f"{self.article.title}: {title}" if title else self.article.title


def copy(source: Source, form: str) -> Copy:
    """In one of FORMS. A canned reply is its text in any: `markdown` as such, others as both."""
    if source.article.kind == "reply":
        return _markdown(source) if form == "markdown" else _body(source)
    return _WAYS[form](source)


def _address(source: Source) -> Copy:
    return Copy(source.address)


def _link(source: Source) -> Copy:
    label = re.sub(r"([\\\[\]*_`<])", r"\\\1", source.label)
    return Copy(f"[{label}]({source.address})")


def _anchor(source: Source) -> Copy:
    return Copy(f"{source.label}: {source.address}", _anchor_html(source))


def _title(source: Source) -> Copy:
    lines = [escape(source.label), _anchor_html(source, source.address)]
    return Copy(f"{source.label}\n{source.address}", "<br>".join(lines))


def _excerpt(source: Source) -> Copy:
    summary = "" if source.section else source.article.summary
    text = summary or (source.section.text if source.section else source.article.text)
    short = _cut(" ".join(text.split()))
    told = f"<p>{_anchor_html(source)}</p><p>{escape(short)}</p>"
    return Copy(f"{source.label}\n{short}\n{source.address}", told)


def _section(source: Source) -> Copy:
    page = _page(source)
    part = section_html(page, source.section, source.address.split("#")[0]) or page
    quoted = f'<blockquote cite="{escape(source.address)}">{part}</blockquote>'
    text = f"{source.label}\n\n{plain(part)}\n\n{source.address}"
    return Copy(text, f"<p>{_anchor_html(source)}</p>{quoted}")


_WAYS = {
    "address": _address, "markdown": _link, "html": _anchor, "title": _title,
    "excerpt": _excerpt, "section": _section,
}  # fmt: skip


def _body(source: Source) -> Copy:
    page = _page(source)
    return Copy(plain(page), page)


def _markdown(source: Source) -> Copy:
    article, body = source.article, source.article.source.strip()
    for link in article.links:
        where = resolve(source.library, link.target, article.path, frozenset(article.anchors))
        if where.url is None:  # its words stay
            dead = rf"!?\[([^\]]*)\]\({re.escape(link.target)}[^)]*\)"
            body = re.sub(dead, r"\1", body)
            continue
        full = source.base + where.url if where.url.startswith("/") else where.url
        body = body.replace(f"]({link.target}", f"]({full}")
    return Copy(body)


def _page(source: Source) -> str:
    """The article's safe HTML with absolute addresses; it stands in somebody else's page."""
    page = page_html(source.library, source.article)
    return re.sub(r' (href|src)="(/[^"]*)"', rf' \1="{escape(source.base)}\2"', page)


def _anchor_html(source: Source, label: str = "") -> str:
    return f'<a href="{escape(source.address)}">{escape(label or source.label)}</a>'


def _cut(text: str) -> str:
    if len(text) <= EXCERPT:
        return text
    return text[:EXCERPT].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def plain(html: str) -> str:
    """Safe HTML -> text: a line for each block, a dash before an item, addresses behind links."""
    reader = _Plain()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip().replace(_SPACE, " ")


_BLOCKS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "blockquote", "table", "div", "dl")
)
_LINES = frozenset(("br", "tr", "dt", "dd", "summary"))


_SPACE = "\ue000"  # one of a listing, which is kept as it is


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._numbers: list[int] = []
        self._listing = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._listing |= tag == "pre"
        if tag == "a":
            self._links.append((told.get("href") or "", len(self.parts)))
        elif tag in ("ol", "ul"):
            self._numbers.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self.parts.append("\n" + self._mark())
            return
        elif tag == "img":
            self.parts.append(told.get("alt") or "")
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._listing &= tag != "pre"
        if tag == "a" and self._links:
            address, begin = self._links.pop()
            if address not in ("", "".join(self.parts[begin:])):
                self.parts.append(f" ({address.removeprefix('mailto:')})")
        elif tag in ("ol", "ul") and self._numbers:
            self._numbers.pop()
        elif tag in ("td", "th"):
            self.parts.append(" ")
        self._break(tag)

    def handle_data(self, data: str) -> None:
        kept = data.replace(" ", _SPACE) if self._listing else data.replace("\n", " ")
        self.parts.append(kept)

    def _mark(self) -> str:
        if not self._numbers or not self._numbers[-1]:
            return "- "
        self._numbers[-1] += 1
        return f"{self._numbers[-1] - 1}. "

    def _break(self, tag: str) -> None:
        inside = bool(self._numbers) and tag == "p"  # an item of a loose list
        if tag in _BLOCKS and not inside:
            self.parts.append("\n" if self._numbers[1:] else "\n\n")
        elif tag in _LINES:
            self.parts.append("\n")

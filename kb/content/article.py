"""The frozen values of content: Article, Section, Link, Metadata, Category, Asset."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  (pydantic reads the annotations at run time)
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

Audience = Literal["public", "staff"]
Status = Literal["published", "draft", "archived"]
Kind = Literal["article", "faq", "reply"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, up to the next heading of any level.

    The text before the first heading is a section with anchor "", level 1 and title "".
    `text` is plain text: blocks separated by a newline, no markup.
    """

    anchor: str
    level: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link or an image as the writer wrote it: `target` is unescaped, unresolved.

    `text` is the link's text, or an image's alternative text (None: it has none at all).
    """

    kind: Literal["link", "image", "media"]
    target: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a Markdown body becomes. `html` is sanitised; its links are as written.

    `title` is the text of the body's first level-one heading, "" without one.
    `anchors` are all ids in `html`, `words` the number of words of the text.
    """

    html: str
    title: str
    sections: tuple[Section, ...]
    links: tuple[Link, ...]
    anchors: tuple[str, ...]
    words: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """An article's front matter after aliases and types are settled; see `frontmatter`."""

    title: str = ""
    summary: str = ""
    slug: str = ""
    id: str = ""
    aliases: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    audience: Audience = "public"
    status: Status = "published"
    kind: Kind | None = None
    listed: bool = True
    searchable: bool = True
    noindex: bool = False
    featured: bool = False
    weight: float | None = None
    boost: float = 1.0
    lang: str = ""
    translates: str = ""
    icon: str = ""
    created: dt.date | None = None
    updated: dt.date | None = None
    review_by: dt.date | None = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Article:
    """One article, ready for a page and for the index.

    `html` is safe, but its links are still as written: `links.page_html` resolves them
    against a Library. `revision` is the digest of what a reader sees: votes belong to it.
    `source` is the Markdown body without its front matter and comments.
    `translates` is the slug of the original that this article is a translation of, "" for an
    original, and `original_changed` the day on which that changed after the translation.
    `path` is relative to the articles folder, with forward slashes.
    """

    id: str
    path: str
    slug: str
    lang: str
    title: str
    summary: str
    kind: Kind
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    keywords: tuple[str, ...]
    questions: tuple[str, ...]
    audience: Audience
    status: Status
    listed: bool
    searchable: bool
    noindex: bool
    featured: bool
    weight: float | None
    boost: float
    sections: tuple[Section, ...]
    html: str
    links: tuple[Link, ...]
    anchors: tuple[str, ...]
    words: int
    source: str
    revision: str
    aliases: tuple[str, ...]
    authors: tuple[str, ...]
    created: dt.date | None
    updated: dt.date | None
    review_by: dt.date | None
    extra: dict[str, str]
    translates: str = ""
    original_changed: dt.date | None = None

    @property
    def url(self) -> str:
        return f"/articles/{self.slug}"

    @property
    def public(self) -> bool:
        return self.audience == "public" and self.status == "published"

    @property
    def text(self) -> str:
        """The whole body as plain text."""
        parts = (part for s in self.sections for part in (s.title, s.text))
        return "\n".join(part for part in parts if part)

    @property
    def minutes(self) -> int:
        """Reading time at 220 words a minute, at least one."""
        return max(1, round(self.words / 220))


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf: `path` is its address below /categories/, `parent` the path above it or ""."""

    path: str
    title: str
    parent: str
    summary: str = ""
    html: str = ""
    links: tuple[Link, ...] = ()
    icon: str = ""
    weight: float | None = None
    source_path: str = ""

    @property
    def url(self) -> str:
        return f"/categories/{self.path}"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file beside the articles that an article refers to; width and height in pixels."""

    path: str
    digest: str
    size: int
    media_type: str
    width: int | None = None
    height: int | None = None

    @property
    def url(self) -> str:
        return f"/media/{quote(self.path)}"

"""Editions: one audience's view of a generation, written to a folder and opened from it.

articles.jsonl   an article a line
library.json     the rest of the Library
index/<lang>/    the compiled indexes, see `search.compiling`
media/ pages/    files that articles refer to; pages that were made ahead
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass, fields
from pathlib import Path  # noqa: TC003  (pydantic reads annotations here)
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from kb.content.article import Article, Asset, Category
from kb.content.library import Library
from kb.content.links import page_html
from kb.content.redirects import Redirects  # noqa: TC001  (pydantic reads it)
from kb.content.synonyms import Synonym  # noqa: TC001  (pydantic reads it)
from kb.errors import NotFound
from kb.phrase import N_
from kb.search.answering import answers
from kb.search.indexing import build_indexes
from kb.search.searcher import DEFAULT, Searcher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kb.content.article import Audience
    from kb.search.results import Hit, Options, Results, Suggestions

_ARTICLE = TypeAdapter(Article)


@dataclass(frozen=True)
class _Shape:
    """What library.json holds: all of a Library but its articles."""

    categories: tuple[Category, ...]
    redirects: Redirects
    assets: dict[str, Asset]
    indexes: dict[str, str]
    synonyms: tuple[Synonym, ...]
    pins: dict[str, tuple[str, ...]]


_SHAPE = TypeAdapter(_Shape)


@dataclass(frozen=True)
class Edition:
    """One audience's view of one generation: what a worker answers from. `pages` may not exist."""

    generation: str
    audience: Audience
    library: Library
    searcher: Searcher
    media: Path
    pages: Path
    lines: dict[bytes, Article]
    """Digest of an article's line in articles.jsonl -> the article."""

    def article(self, slug: str) -> Article:
        """Raises NotFound."""
        article = self.library.by_slug.get(slug)
        if article is None:
            raise NotFound(N_("There is no such article."))
        return article

    def page_html(self, page: Article | Category, at: Callable[[str], str] = str) -> str:
        """The page's safe HTML with every link resolved for this audience.

        `at`: address of one of our own pages -> where that page stands.
        """
        return page_html(self.library, page, at)

    def search(self, text: str, lang: str, options: Options = DEFAULT) -> Results:
        """Never raises for anything that was typed."""
        return self.searcher.search(text, lang, options)

    def answers(self, text: str, lang: str, limit: int = 5) -> tuple[Hit, ...]:
        """What answers a mail or a ticket: see `kb.search.answering`. Never raises either."""
        return answers(self.searcher, text, lang, limit)

    def suggest(self, text: str, lang: str, limit: int = 6) -> Suggestions:
        """Never raises either."""
        return self.searcher.suggest(text, lang, limit)


def save_edition(
    library: Library,
    root: Path,
    folder: Path,
    workshop: Path,
    previous: Path | None,
    progress: Callable[[int, int], None] | None = None,
    *,
    semantic: bool = True,
) -> None:
    """Write a Library of the articles folder `root` into a new `folder`.

    `workshop` is where the indexes are kept between builds, `previous` an edition to take
    unchanged files from; `semantic`: with vectors of meaning, where the extra is installed.
    """
    folder.mkdir()
    _save_library(library, folder)
    _copy_media(library, root, folder / "media", previous)
    build_indexes(library, workshop, folder / "index", progress, semantic=semantic)


def open_edition(
    folder: Path,
    generation: str,
    audience: Audience,
    known: Mapping[bytes, Article],
    *,
    semantic: bool = True,
) -> Edition:
    """Articles among the `known` are shared. Raises whatever a damaged file makes it raise."""
    library, lines = _load_library(folder, known)
    searcher = Searcher(folder / "index", library, semantic=semantic)
    return Edition(
        generation, audience, library, searcher, folder / "media", folder / "pages", lines
    )


def file_digest(path: Path) -> str:
    """SHA-256 of a file, "" when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _save_library(library: Library, folder: Path) -> None:
    with (folder / "articles.jsonl").open("wb") as file:
        for article in library.articles:
            file.write(_ARTICLE.dump_json(article) + b"\n")
    shape = _Shape(**{part.name: getattr(library, part.name) for part in fields(_Shape)})
    (folder / "library.json").write_bytes(_SHAPE.dump_json(shape))


def _load_library(
    folder: Path, known: Mapping[bytes, Article]
) -> tuple[Library, dict[bytes, Article]]:
    """The library, and its articles by their lines' digests; known ones are not read again."""
    shape = _SHAPE.validate_json((folder / "library.json").read_bytes())
    lines: dict[bytes, Article] = {}
    with (folder / "articles.jsonl").open("rb") as file:
        for line in file:
            digest = hashlib.blake2b(line, digest_size=16).digest()
            lines[digest] = known.get(digest) or _ARTICLE.validate_json(line)
    rest = {part.name: getattr(shape, part.name) for part in fields(_Shape)}
    return Library(tuple(lines.values()), **rest), lines


def _copy_media(library: Library, root: Path, media: Path, previous: Path | None) -> None:
    """Each asset once: linked from the previous generation when that has the same file."""
    for name, asset in library.assets.items():
        target = media / name
        target.parent.mkdir(parents=True, exist_ok=True)
        old = previous / "media" / name if previous else None
        if old and old.is_file() and file_digest(old) == asset.digest:
            os.link(old, target)
        else:
            shutil.copyfile(root / name, target)

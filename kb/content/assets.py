"""Assets: the pictures and attachments beside the articles that articles refer to."""

from __future__ import annotations

import hashlib
import mimetypes
import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import imagesize

from kb.content.article import Asset
from kb.content.folder import MARKDOWN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kb.content.article import Article, Category
    from kb.content.folder import Folder
    from kb.content.library import Library

Stat = tuple[int, int]
mimetypes.add_type("text/vtt", ".vtt")  # captions; not every system knows it


class Assets:
    """Reads each file once, however many builds ask for it, until its size or date changes."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Stat], Asset] = {}

    def of(self, library: Library, folder: Folder) -> dict[str, Asset]:
        """The assets that this Library's articles and categories refer to, and no others."""
        found: dict[str, Asset] = {}
        if not folder.files:
            return found
        pages: list[Article | Category] = [*library.articles, *library.categories]
        for page in pages:
            for name in _referred(page):
                if name in folder.files and name not in found:
                    asset = self._asset(folder.root, name, folder.files[name])
                    if asset:
                        found[name] = asset
        return found

    def _asset(self, root: Path, name: str, stat: Stat) -> Asset | None:
        known = self._known.get((name, stat))
        if known is None:
            try:
                known = read_asset(root / name, name)
            except OSError:
                return None  # gone, or not ours to read: `kb check` calls it missing
            self._known[name, stat] = known
        return known


def read_asset(path: Path, name: str) -> Asset:
    """Raises OSError when the file cannot be read."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    width, height = _dimensions(path) if media_type.startswith("image/") else (None, None)
    return Asset(name, digest, path.stat().st_size, media_type, width, height)


def _dimensions(path: Path) -> tuple[int | None, int | None]:
    try:
        width, height = imagesize.get(path)
    except (ValueError, OSError, OverflowError):
        return None, None
    return (round(width), round(height)) if width > 0 and height > 0 else (None, None)


def _referred(page: Article | Category) -> Iterator[str]:
    base = posixpath.dirname(getattr(page, "source_path", "") or getattr(page, "path", ""))
    for link in page.links:
        name = local_file(link.target, base)
        if name and posixpath.splitext(name)[1].lower() not in MARKDOWN:
            yield name


def local_file(target: str, base: str) -> str:
    """A link's target as a path below the articles folder; "" when it leads elsewhere."""
    try:
        parts = urlsplit(target.strip())
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or not parts.path:
        return ""
    way = unquote(parts.path)
    return posixpath.normpath(posixpath.join("/", "" if way[0] == "/" else base, way)).lstrip("/")

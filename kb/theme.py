"""Theme: a team's own logo, icon, styles and templates, from a folder beside the articles."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb.content.assets import read_asset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kb.content.article import Asset

TEMPLATES = "templates"
STYLES = "theme.css"
MOST_FILES, MOST_BYTES = 200, 2 * 1024 * 1024
PICTURES = (".svg", ".png", ".webp", ".jpg", ".jpeg")
ICONS = (".svg", ".png", ".ico")


@dataclass(frozen=True, slots=True)
class Theme:
    """`files` are those that a page may ask for, by name; `templates` is the folder of templates,
    None without. `digest` changes with any of them."""

    folder: Path
    files: Mapping[str, Asset] = field(default_factory=dict)
    templates: Path | None = None
    digest: str = ""

    @property
    def logo(self) -> Asset | None:
        return self._first("logo", PICTURES)

    @property
    def dark_logo(self) -> Asset | None:
        """The logo on dark ground, where that is another one."""
        return self._first("logo-dark", PICTURES)

    @property
    def icon(self) -> Asset | None:
        return self._first("favicon", ICONS)

    @property
    def styles(self) -> Asset | None:
        return self.files.get(STYLES)

    def _first(self, stem: str, endings: tuple[str, ...]) -> Asset | None:
        return next((self.files[stem + e] for e in endings if stem + e in self.files), None)


def read_theme(folder: Path) -> Theme:
    """What is in the folder now; nothing where there is none. What cannot be read is left out."""
    files: dict[str, Asset] = {}
    whole = hashlib.sha256()
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            asset = read_asset(path, name)
        except OSError:
            continue
        whole.update(f"{name}\0{asset.digest}\0".encode())
        if not name.startswith(f"{TEMPLATES}/"):
            files[name] = asset
    templates = folder / TEMPLATES
    own = templates if templates.is_dir() else None
    return Theme(folder, files, own, whole.hexdigest() if files or own else "")


def _files(folder: Path) -> Iterator[Path]:
    """Nothing hidden, nothing that a link leads out to, nothing huge."""
    root = folder.resolve()
    found = sorted(folder.rglob("*")) if folder.is_dir() else []
    kept = 0
    for path in found:
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or not path.is_file() or not path.resolve().is_relative_to(root):
            continue
        if path.stat().st_size <= MOST_BYTES and kept < MOST_FILES:
            kept += 1
            yield path

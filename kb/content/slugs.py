"""Slugs: the last part of each article's address, no two alike."""

from __future__ import annotations

import posixpath
from collections import Counter
from itertools import chain, count
from typing import TYPE_CHECKING

from kb.content.file import is_index
from kb.content.names import folder_slug, slugify
from kb.content.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.content.file import File


def slugs_of(files: Sequence[File]) -> dict[str, str]:
    """Path -> slug. What is public chooses first: a draft must not move a public address.

    Files of the same name in different folders are told apart by their folder.
    """
    slugs: dict[str, str] = {}
    taken: set[str] = set()
    for group in ([f for f in files if f.public], [f for f in files if not f.public]):
        asked = {f.path: slugify(f.parsed.metadata.slug) for f in group}
        for path in (f.path for f in group if asked[f.path]):
            slugs[path] = _free(asked[path], path, taken)
        stems = Counter(_stem(f.path) for f in group if not asked[f.path])
        for path in (f.path for f in group if not asked[f.path]):
            stem = _stem(path)
            alone = stems[stem] == 1 or "/" not in path
            slugs[path] = _free(stem if alone else _with_folder(path), path, taken)
    return slugs


def duplicates(files: Iterable[File]) -> list[Problem]:
    """Articles that ask for an address or an id which another one already has."""
    problems: list[Problem] = []
    seen: dict[tuple[str, str], str] = {}
    for file in sorted(files, key=lambda f: f.path):
        meta = file.parsed.metadata
        for code, value in (("duplicate-slug", slugify(meta.slug)), ("duplicate-id", meta.id)):
            if not value:
                continue
            first = seen.setdefault((code, value), file.path)
            if first != file.path:
                what = code.split("-")[1]
                message = f"the {what} `{value}` is already taken by {first}"
                problems.append(Problem(file.path, 1, 1, code, message, f"Choose another {what}."))
    return problems


def _stem(path: str) -> str:
    folder, name = posixpath.split(path)
    stem = posixpath.splitext(name)[0]
    if folder and is_index(path):
        stem = posixpath.basename(folder)
    return slugify(stem) or "article"


def _with_folder(path: str) -> str:
    return f"{folder_slug(posixpath.basename(posixpath.dirname(path)))}-{_stem(path)}"


def _free(slug: str, path: str, taken: set[str]) -> str:
    first = (slug, _with_folder(path) if "/" in path else slug)
    names = chain(first, (f"{slug}-{n}" for n in count(2)))
    free = next(name for name in names if name not in taken)
    taken.add(free)
    return free

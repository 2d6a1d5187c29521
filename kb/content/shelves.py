"""Shelves: the categories, from folders, from what articles say and from what describes them."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kb.content.article import Category
from kb.content.file import INDEXES, is_index
from kb.content.library import MISC
from kb.content.names import folder_number, folder_slug, readable, slugify
from kb.phrase import N_, said_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kb.content.file import File


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where articles of a category come from: its address and the title somebody gave it."""

    path: str
    title: str
    parent: str = ""
    weight: float | None = None


def index_files(files: Sequence[File]) -> dict[str, File]:
    """Path -> file, of those that describe a folder: index.md before _index.md before README.md."""
    found: dict[str, tuple[int, File]] = {}
    for file in files:
        folder, name = posixpath.split(file.path)
        stem = posixpath.splitext(name)[0].lower()
        if stem in INDEXES:
            rank = INDEXES.index(stem)
            if folder not in found or rank < found[folder][0]:
                found[folder] = (rank, file)
    alone = found.keys() - _folders_with_company(files)
    return {file.path: file for folder, (_, file) in found.items() if folder not in alone}


def _folders_with_company(files: Iterable[File]) -> set[str]:
    """Folders with more than one file in or below them: a bundle `name/index.md` is an article."""
    below = Counter(
        folder for file in files for folder in ("", *_above(posixpath.dirname(file.path)))
    )
    return {folder for folder, number in below.items() if number > 1}


def shelve(pages: Iterable[File], lang: str) -> tuple[dict[str, Shelf], dict[str, tuple[str, ...]]]:
    """The categories that articles ask for, by their path, and file -> paths of its categories."""
    folders = {_home_folder(file.path) for file in pages}
    known = {path for folder in folders for path in _above(_folder_path(folder))}
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    shelves: dict[str, Shelf] = {}
    homes: dict[str, tuple[str, ...]] = {}
    for file in pages:
        folder = _home_folder(file.path)
        names = file.parsed.metadata.categories
        for name in names:
            spellings[_named_path(name, known)][name] += 1
        paths = tuple(dict.fromkeys(_named_path(name, known) for name in names))
        if not paths and folder:
            paths = (_folder_path(folder),)
            shelves |= {shelf.path: shelf for shelf in _folder_shelves(folder)}
        homes[file.path] = paths or (MISC,)
    for path in {path for paths in homes.values() for path in paths} - shelves.keys():
        shelves |= {s.path: s for s in _named_shelves(path, lang) if s.path not in shelves}
    for path, spelled in spellings.items():
        best = max(sorted(spelled), key=lambda name: spelled[name]).rsplit("/", 1)[-1]
        title = readable(best) if best == slugify(best) else best
        shelves[path] = replace(shelves[path], title=title)
    return shelves, homes


def _home_folder(path: str) -> str:
    """The folder that an article's category is named after; a bundle stands for a file in it."""
    folder = posixpath.dirname(path)
    return posixpath.dirname(folder) if is_index(path) else folder


def _named_path(name: str, known: set[str]) -> str:
    """`billing/invoices` is a path when there is such a folder, else `/` is part of a name."""
    nested = "/".join(folder_slug(part) for part in name.split("/"))
    return nested if "/" in name and nested in known else slugify(name) or MISC


def _folder_path(folder: str) -> str:
    return "/".join(folder_slug(part) for part in folder.split("/")) if folder else ""


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts) + 1)] if path else []


def _folder_shelves(folder: str) -> list[Shelf]:
    shelves: list[Shelf] = []
    for name in folder.split("/"):
        parent = shelves[-1].path if shelves else ""
        path = f"{parent}/{folder_slug(name)}".lstrip("/")
        shelves.append(Shelf(path, readable(name), parent, folder_number(name)))
    return shelves


def _named_shelves(path: str, lang: str) -> list[Shelf]:
    titles = {MISC: said_in(lang, N_("More articles"))}
    return [
        Shelf(step, titles.get(step, readable(step.rsplit("/", 1)[-1])), posixpath.dirname(step))
        for step in _above(path)
    ]


def owner_of(index: File, pages: Iterable[File], homes: Mapping[str, tuple[str, ...]]) -> str:
    """The category that a folder's index file describes; "" for the home page.

    Usually the folder's own; where the articles name their category themselves, that one.
    """
    folder = posixpath.dirname(index.path)
    if not folder:
        return ""
    own = _folder_path(folder)
    below = Counter(
        path
        for file in pages
        if file.path.startswith(folder + "/")
        for path in homes[file.path][:1]
    )
    if own in below or any(path.startswith(own + "/") for path in below):
        return own
    named = [_named_path(name, set()) for name in index.parsed.metadata.categories]
    return next((p for p in named if p in below), max(below, key=lambda p: below[p], default=own))


def categories_of(
    shelves: Mapping[str, Shelf], described: Mapping[str, File]
) -> tuple[Category, ...]:
    """The categories in their order, each before those below it, with what their files say.

    Both are by the category's path.
    """
    found = [_category(shelf, described.get(shelf.path)) for shelf in shelves.values()]
    by_parent: defaultdict[str, list[Category]] = defaultdict(list)
    for category in found:
        by_parent[category.parent].append(category)
    ordered: list[Category] = []

    def walk(parent: str) -> None:
        for category in sorted(by_parent[parent], key=_category_order):
            ordered.append(category)
            walk(category.path)

    walk("")
    return tuple(ordered)


def _category_order(category: Category) -> tuple[bool, float, str]:
    weight = float("inf") if category.weight is None else category.weight
    return (category.path == MISC, weight, category.title.casefold())


def _category(shelf: Shelf, index: File | None) -> Category:
    plain = Category(shelf.path, shelf.title, shelf.parent, weight=shelf.weight)
    if index is None or index.parsed.rendered is None:
        return plain
    meta, rendered = index.parsed.metadata, index.parsed.rendered
    return replace(
        plain,
        title=meta.title or rendered.title or shelf.title,
        summary=meta.summary,
        html=rendered.html,
        links=rendered.links,
        icon=meta.icon,
        weight=shelf.weight if meta.weight is None else meta.weight,
        source_path=index.path,
    )

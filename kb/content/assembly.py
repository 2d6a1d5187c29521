"""Assembly: parsed files -> the Library of each audience, with addresses and categories."""

from __future__ import annotations

import hashlib
import posixpath
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING

from kb.content.article import Article, Category
from kb.content.characters import without_controls
from kb.content.faq import is_faq
from kb.content.library import MISC, Library
from kb.content.names import folder_number, folder_slug, readable, slugify
from kb.content.problems import Problem
from kb.content.redirects import Rule, make_redirects, parse_redirects, trim
from kb.phrase import N_, said_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kb.content.article import Asset, Audience
    from kb.content.parsing import Parsed

INDEXES = ("index", "_index", "readme")


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be published: its path and what is in it."""

    path: str
    parsed: Parsed

    @property
    def public(self) -> bool:
        meta = self.parsed.metadata
        return meta.audience == "public" and meta.status == "published"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where articles of a category come from: its address and the title somebody gave it."""

    path: str
    title: str
    parent: str = ""
    weight: float | None = None


def assemble(files: Iterable[File], audience: Audience, lang: str) -> Library:
    """The articles and categories for one audience; staff see everything. No assets yet."""
    files = sorted(files, key=lambda f: f.path)
    slugs = _slugs(files)
    visible = [file for file in files if audience == "staff" or file.public]
    indexes = _index_files(visible)
    pages = [file for file in visible if file.path not in indexes]
    shelves, homes = _shelves(pages, lang)
    articles = tuple(_article(file, slugs[file.path], homes[file.path], lang) for file in pages)
    owners = {path: _owner(file, pages, homes) for path, file in indexes.items()}
    described = {owner: indexes[path] for path, owner in owners.items() if owner}
    categories = _categories(shelves, described)
    known = {category.path for category in categories}
    owned = {path: owner for path, owner in owners.items() if owner in known or not owner}
    return Library(articles, categories, indexes=owned)


def _index_files(files: list[File]) -> dict[str, File]:
    """The file that describes each folder: index.md before _index.md before README.md."""
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


def _folders_with_company(files: list[File]) -> set[str]:
    """Folders with more than one file in or below them: a bundle `name/index.md` is an article."""
    below = Counter(
        folder for file in files for folder in ("", *_above(posixpath.dirname(file.path)))
    )
    return {folder for folder, number in below.items() if number > 1}


def _home_folder(path: str) -> str:
    """The folder that an article's category is named after; a bundle stands for a file in it."""
    folder, name = posixpath.split(path)
    bundle = posixpath.splitext(name)[0].lower() in INDEXES
    return posixpath.dirname(folder) if bundle else folder


def _slugs(files: list[File]) -> dict[str, str]:
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


def _stem(path: str) -> str:
    folder, name = posixpath.split(path)
    stem = posixpath.splitext(name)[0]
    if stem.lower() in INDEXES and folder:
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


def _shelves(pages: list[File], lang: str) -> tuple[dict[str, Shelf], dict[str, tuple[str, ...]]]:
    """The categories that the articles ask for, and each article's category paths."""
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


def _owner(index: File, pages: list[File], homes: Mapping[str, tuple[str, ...]]) -> str:
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


def _categories(shelves: dict[str, Shelf], described: dict[str, File]) -> tuple[Category, ...]:
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


def _article(file: File, slug: str, categories: tuple[str, ...], lang: str) -> Article:
    meta, rendered = file.parsed.metadata, file.parsed.rendered
    assert rendered is not None
    title = (
        meta.title
        or rendered.title
        or readable(posixpath.splitext(posixpath.basename(file.path))[0])
    )
    kind = meta.kind or ("faq" if is_faq(rendered.sections) else "article")
    seen = "\0".join((title, meta.summary, rendered.html))
    return Article(
        id=meta.id or posixpath.splitext(file.path)[0],
        path=file.path,
        slug=slug,
        lang=meta.lang or lang,
        title=title,
        summary=meta.summary,
        kind=kind,
        categories=categories,
        tags=meta.tags,
        keywords=meta.keywords,
        questions=meta.questions,
        audience=meta.audience,
        status=meta.status,
        listed=meta.listed,
        searchable=meta.searchable and meta.listed,
        noindex=meta.noindex or not meta.listed,
        featured=meta.featured,
        weight=meta.weight,
        boost=meta.boost,
        sections=rendered.sections,
        html=rendered.html,
        links=rendered.links,
        anchors=rendered.anchors,
        words=rendered.words,
        source=without_controls(file.parsed.body),
        revision=hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()[:16],
        aliases=tuple(_alias(alias) for alias in meta.aliases),
        authors=meta.authors,
        created=meta.created,
        updated=meta.updated,
        review_by=meta.review_by,
        extra=meta.extra,
        translates=meta.translates,
    )


def _alias(alias: str) -> str:
    """`/old/address` as it is; a bare word is an old slug."""
    is_path = alias.startswith("/") or "/" in alias.strip("/")
    return trim(alias) if is_path else f"/articles/{alias}"


def with_redirects(library: Library, text: str) -> tuple[Library, list[Problem]]:
    """Add the redirects of the `_redirects` file and of the articles' aliases."""
    rules, problems = parse_redirects(text)
    aliases = [
        Rule(alias, article.url) for article in library.articles for alias in article.aliases
    ]
    pages = {article.url for article in library.articles}
    pages |= {category.url for category in library.categories} | {"/", "/search"}
    known = pages | {asset.url for asset in library.assets.values()}
    old = {rule.source for rule in aliases}
    redirects, more = make_redirects(
        [r for r in rules if r.source not in old] + aliases,
        lambda path: trim(path.split("#")[0].split("?")[0]) in known,
    )
    problems += [p for p in more if p.line]
    return replace(library, redirects=redirects), problems


def with_assets(library: Library, assets: Mapping[str, Asset]) -> Library:
    return replace(library, assets=dict(assets))


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

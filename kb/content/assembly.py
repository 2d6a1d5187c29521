"""Assembly: parsed files -> the Library of each audience, with addresses and categories."""

from __future__ import annotations

import hashlib
import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.content.article import Article
from kb.content.characters import without_controls
from kb.content.faq import is_faq
from kb.content.library import Library
from kb.content.names import readable
from kb.content.redirects import Rule, make_redirects, parse_redirects, trim
from kb.content.shelves import categories_of, index_files, owner_of, shelve
from kb.content.slugs import slugs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kb.content.article import Asset, Audience
    from kb.content.file import File
    from kb.content.problems import Problem


def assemble(files: Iterable[File], audience: Audience, lang: str) -> Library:
    """The articles and categories for one audience; staff see everything. No assets yet."""
    files = sorted(files, key=lambda f: f.path)
    slugs = slugs_of(files)
    visible = [file for file in files if audience == "staff" or file.public]
    indexes = index_files(visible)
    pages = [file for file in visible if file.path not in indexes]
    shelves, homes = shelve(pages, lang)
    articles = tuple(_article(file, slugs[file.path], homes[file.path], lang) for file in pages)
    owners = {path: owner_of(file, pages, homes) for path, file in indexes.items()}
    described = {owner: indexes[path] for path, owner in owners.items() if owner}
    categories = categories_of(shelves, described)
    known = {category.path for category in categories}
    owned = {path: owner for path, owner in owners.items() if owner in known or not owner}
    return Library(articles, categories, indexes=owned)


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

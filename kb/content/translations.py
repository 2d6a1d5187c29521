"""Translations: which articles say the same in another language, by the key `translates`."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.content.frontmatter import split
from kb.content.keys import fold
from kb.content.names import nearest
from kb.content.problems import Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from kb.content.article import Article
    from kb.content.library import Library

KEY = "translates"
_ENDINGS = ("", ".md", ".mdx", ".markdown")


def originals(library: Library) -> tuple[dict[str, str], list[Problem]]:
    """Path of each translation -> path of its original, and what is wrong with the others.

    `library` is that of staff, which has every article: a name must mean the same article for
    everybody.
    """
    named = {a.path: _named(library, a) for a in library.articles if a.translates}
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for path, original in named.items():
        problem = _fault(library, library.by_path[path], original, named)
        if problem:
            problems.append(problem)
        elif original:
            found[path] = original.path
    for second, first in _second_ones(library, found):
        problems.append(_twice(second, first))
        del found[second.path]
    problems += [_hidden(library, path, name) for path, name in found.items()
                 if library.by_path[path].public and not library.by_path[name].public]  # fmt: skip
    return found, problems


def with_translations(
    library: Library, found: Mapping[str, str], changed: Mapping[str, dt.date]
) -> Library:
    """Every translation knows its original's slug, and since when it is out of date.

    One whose original this audience may not see is an article like any other. `changed`: path of
    a translation -> when its original changed after it.
    """
    if not any(article.translates for article in library.articles):
        return library

    def settled(article: Article) -> Article:
        if not article.translates:
            return article
        original = library.by_path.get(found.get(article.path, ""))
        slug, since = (original.slug, changed.get(article.path)) if original else ("", None)
        return replace(article, translates=slug, original_changed=since)

    return replace(library, articles=tuple(map(settled, library.articles)))


def outdated(library: Library, changed: Mapping[str, dt.date]) -> list[Problem]:
    """What a writer should look at again."""
    hint = "Bring it up to date, and set its own `updated`."
    return [
        _problem(library.by_path[path], "outdated-translation",
                 f"the original changed on {day.isoformat()}, after this translation", hint)
        for path, day in changed.items()
    ]  # fmt: skip


def placed(problems: Iterable[Problem], sources: Mapping[str, bytes]) -> list[Problem]:
    """With the line of the key in each file."""
    return [replace(p, line=line, column=column) for p in problems
            for line, column in [_place(sources.get(p.path, b""))]]  # fmt: skip


def _place(data: bytes) -> tuple[int, int]:
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    entries = (entry for entry in split(text).entries if fold(entry.key) == KEY)
    return next(((entry.line, entry.column) for entry in entries), (1, 1))


def _named(library: Library, article: Article) -> Article | None:
    """The article with this id or slug, or the file at this path: below the folder of the
    translation, else below the articles folder."""
    name = article.translates
    slug = name.removeprefix("/articles/").strip("/")
    found = [library.by_id.get(name), library.by_slug.get(slug)]
    for base in (posixpath.dirname(article.path), ""):
        path = posixpath.normpath(posixpath.join("/", base, name)).lstrip("/")
        found += [library.by_path.get(path + ending) for ending in _ENDINGS]
    return next((one for one in found if one and one.path != article.path), None)


def _fault(
    library: Library,
    article: Article,
    original: Article | None,
    named: Mapping[str, Article | None],
) -> Problem | None:
    if original is None:
        message = f"`{article.translates}` is no other article"
        return _problem(article, "translates-nowhere", message, _nearest(library, article))
    if above := named.get(original.path):
        message = f"{original.path} is a translation itself"
        mutual = above.path == article.path
        hint = "Remove the key from the original." if mutual else f"Name {above.path} instead."
        return _problem(article, "translates-translation", message, hint)
    if _tag(original) == _tag(article):
        message = f"both are in the language `{article.lang}`"
        hint = "Write the language of this article: `lang: de`."
        return _problem(article, "translation-language", message, hint)
    return None


def _second_ones(library: Library, found: Mapping[str, str]) -> Iterator[tuple[Article, Article]]:
    """Translations into a language that another one has; what is public comes first, so that a
    draft never takes the place of what customers read."""
    first: dict[tuple[str, str], Article] = {}
    paths = sorted(found, key=lambda path: (not library.by_path[path].public, path))
    for article in [library.by_path[path] for path in paths]:
        other = first.setdefault((found[article.path], _tag(article)), article)
        if other is not article:
            yield article, other


def _twice(article: Article, other: Article) -> Problem:
    message = f"{other.path} is a translation into `{article.lang}` already"
    return _problem(article, "duplicate-translation", message, "Keep one of them.")


def _hidden(library: Library, path: str, original: str) -> Problem:
    message = f"customers cannot see {original}, so no language leads to another"
    hint = "Publish the original, or remove the key."
    return _problem(library.by_path[path], "translates-hidden", message, hint)


def _problem(article: Article, code: str, message: str, hint: str) -> Problem:
    return Problem(article.path, 1, 1, code, message, hint)


def _nearest(library: Library, article: Article) -> str:
    names = [name for a in library.articles if a.path != article.path for name in (a.id, a.slug)]
    near = nearest(article.translates, names, least=70)
    return f"Did you mean `{near}`?" if near else "Write the path, id or slug of the original."


def _tag(article: Article) -> str:
    return article.lang.lower()

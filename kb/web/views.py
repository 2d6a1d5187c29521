"""Views: what each public page shows, gathered for its template."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from kb.content.faq import question_level, split_questions
from kb.content.links import resolve
from kb.errors import NotFound
from kb.phrase import N_
from kb.web.bodies import body_of
from kb.web.wording import speak_of, status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.content.article import Article, Category
    from kb.content.library import Library
    from kb.editions import Edition
    from kb.knowledge_base import KnowledgeBase

Crumb = tuple[str, str]  # title, address
TOC_LEVELS, TOC_LEAST = (2, 3), 3


@dataclass(frozen=True, slots=True)
class Card:
    """A category on a page above it: how many articles it holds, and the first of them."""

    category: Category
    count: int
    articles: Sequence[Article]


def home(edition: Edition) -> dict[str, Any]:
    library = edition.library
    return {
        "categories": [_card(library, category) for category in library.children("")],
        "featured": library.featured[:6],
        "recent": library.recent[:6],
        "article_count": len(library.listed),
    }


def _card(library: Library, category: Category) -> Card:
    return Card(category, library.counts[category.path], library.shelves[category.path][:3])


def category(edition: Edition, path: str) -> dict[str, Any]:
    """Raises NotFound."""
    library = edition.library
    found = library.category_of.get(path)
    if found is None:
        raise NotFound(N_("There is no such category."))
    return {
        "category": found,
        "category_html": Markup(body_of(edition, found)),  # noqa: S704  (sanitised)
        "crumbs": [(above.title, above.url) for above in library.trail(path)[:-1]],
        "children": [_card(library, child) for child in library.children(path)],
        "articles": library.shelves[path],
    }


def article(edition: Edition, found: Article) -> dict[str, Any]:
    """All of its page speaks its language."""
    speak_of(found)
    library = edition.library
    body = body_of(edition, found)
    siblings = library.shelves[found.categories[0]]
    at = siblings.index(found) if found in siblings else None
    context: dict[str, Any] = {
        "article": found,
        "crumbs": [(above.title, above.url) for above in library.trail(found.categories[0])],
        "siblings": _near(siblings, at),
        "in_category": len(siblings),
        "previous": siblings[at - 1] if at else None,
        "next": siblings[at + 1] if at is not None and at + 1 < len(siblings) else None,
        "related": edition.searcher.related(found),
        "others": [o for o in library.in_languages(found) if o is not found and o.listed],
    }
    if found.kind == "faq":
        intro, questions = split_questions(body, question_level(found.sections))
        return context | {
            "intro": Markup(intro),  # noqa: S704  (sanitised)
            "questions": questions,
        }
    headings = [s for s in found.sections if s.anchor and s.level in TOC_LEVELS]
    return context | {
        "body": Markup(body),  # noqa: S704  (sanitised)
        "toc": headings if len(headings) >= TOC_LEAST else [],
    }


def template_of(found: Article) -> str:
    return "public/faq.html" if found.kind == "faq" else "public/article.html"


def marks(found: Article) -> list[str]:
    """How an article differs from what customers see, in words; nothing for a public one."""
    state = status(found.status) if found.status != "published" else ""
    return [mark for mark in (state, "" if found.audience == "public" else _("Staff only")) if mark]


def _near(siblings: Sequence[Article], at: int | None, most: int = 15) -> Sequence[Article]:
    """A category may hold hundreds of articles; beside an article stand those around it."""
    start = max(0, min((at or 0) - most // 2, len(siblings) - most))
    return siblings[start : start + most]


def vote(kb: KnowledgeBase, token: str, *, done: bool) -> dict[str, Any]:
    """Raises NotFound when the token is not valid."""
    given, slug = kb.own_vote(token)
    voted = kb.edition.library.by_slug.get(slug)
    speak_of(voted)
    return {
        "article": voted,
        "helpful": given.helpful,
        "done": done,
        "vote_url": url_for("public.explain", token=token),
        "errors": "",
    }


def source(library: Library, found: Article) -> str:
    """The article as Markdown: its title and body, without front matter and comments.

    Links lead where those of the page lead; one to what this audience cannot see leads nowhere.
    """
    body = re.sub(
        r"<!--.*?(?:-->|\Z)|\{%-?\s*comment\s*-?%\}.*?(?:\{%-?\s*endcomment\s*-?%\}|\Z)",
        "",
        found.source,
        flags=re.S,
    )
    for link in found.links:
        where = resolve(library, link.target, found.path, frozenset(found.anchors)).url or ""
        body = body.replace(f"]({link.target}", f"]({where}")
    titled = re.match(r"\s*# ", body) is not None
    return body.strip() + "\n" if titled else f"# {found.title}\n\n{body.strip()}\n"


def text_on(accent: str) -> str:
    """Black or white: whichever has more contrast on this colour (WCAG 2)."""
    channels = [int(accent[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#fff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000"


def media_type(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in ("application/json", "image/svg+xml")
    return f"{kind}; charset=utf-8" if text else kind

"""Previews: what other sites and search engines are told about a page, in its head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from kb.web import structured
from kb.web.alternates import Alternate, alternates

if TYPE_CHECKING:
    import datetime as dt

    from kb.content.article import Article, Category
    from kb.content.library import Library
    from kb.settings import Settings

PICTURE = "/picture.png"
"""The site's own, for pages that are no article."""

_MOST = 160  # letters of a description: what search engines show


@dataclass(frozen=True, slots=True)
class Preview:
    """`url` and `picture` are addresses on this site, `structured` is JSON-LD or ""."""

    title: str
    description: str
    url: str
    picture: str
    structured: str
    article: Article | None = None
    alternates: tuple[Alternate, ...] = ()

    @property
    def published(self) -> dt.date | None:
        return self.article.created if self.article else None

    @property
    def modified(self) -> dt.date | None:
        return self.article.updated if self.article else None


def of_home(site: Settings, library: Library, logo: str) -> Preview:
    """`logo` is the address of the team's own, "" without."""
    number = len(library.listed)
    more = ngettext(
        "Search %(count)s article or browse by topic.",
        "Search %(count)s articles or browse by topic.",
        number,
        count=format_decimal(number),
    )
    description = f"{site.headline} {more}" if number else site.headline
    return Preview(site.title, description, "/", PICTURE, structured.of_home(site, logo))


def of_category(site: Settings, category: Category, context: dict[str, Any]) -> Preview:
    return Preview(
        category.title,
        category.summary or _("Articles about %(category)s", category=category.title),
        category.url,
        PICTURE,
        structured.of_category(site, category, context["crumbs"]),
    )


def of_article(
    site: Settings, library: Library, article: Article, context: dict[str, Any]
) -> Preview:
    """`context` is what `views.article` gathered."""
    questions = context.get("questions", ())
    group = [one for one in library.in_languages(article) if not one.noindex]
    return Preview(
        article.title,
        description_of(article),
        article.url,
        picture_of(article),
        structured.of_article(site, article, context["crumbs"], questions, group),
        article,
        alternates(library, article),
    )


def picture_of(article: Article) -> str:
    return f"{article.url}.png"


def description_of(article: Article) -> str:
    """Its summary; without one how it begins, cut after a word where words have spaces."""
    if article.summary:
        return article.summary
    text = ""
    for section in article.sections:
        text = " ".join([*text.split(), *section.text[: 2 * _MOST].split()])
        if len(text) > _MOST:
            return f"{text[:_MOST].rpartition(' ')[0] or text[:_MOST]}…"
    return text

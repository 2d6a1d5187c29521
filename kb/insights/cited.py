"""Cited: an article as figures name it; its text is not needed for that."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  (pydantic reads the annotations at run time)
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.content.article import Article


@dataclass(frozen=True, slots=True)
class Cited:
    """Whoever reads it may have another generation, in which the article is gone."""

    id: str
    slug: str
    path: str
    title: str
    url: str
    lang: str
    updated: dt.date | None
    original_changed: dt.date | None = None
    """Of a translation: when its original changed after it."""


def cited(article: Article) -> Cited:
    return Cited(
        article.id, article.slug, article.path, article.title, article.url, article.lang,
        article.updated, article.original_changed,
    )  # fmt: skip

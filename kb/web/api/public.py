"""Public: what everybody may read, as JSON, for this site's own pages and for other programs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

from flask import Blueprint

from kb.search.query import tidy
from kb.search.results import Options
from kb.web.api.answers import (
    Answered,
    Answering,
    Articles,
    Categories,
    CategoryEntry,
    Entry,
    Found,
    Place,
    Result,
    SectionName,
    SectionText,
    Suggested,
    WholeArticle,
)
from kb.web.api.contract import Contract, keeps
from kb.web.api.requests import AnswerAsked, ArticlesAsked, SearchAsked, SuggestAsked
from kb.web.current import current_kb
from kb.web.found import MOST_IN_ADDRESS, url_of
from kb.web.signals import searched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.content.article import Article
    from kb.content.library import Library
    from kb.editions import Edition
    from kb.search.results import Hit

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

ANSWER_COST = 20
"""Reads of a minute: a whole message takes that much longer than a few words."""


@blueprint.get("/search")
@keeps(Contract(Found, query=SearchAsked, cost=1, kept="a minute"))
def search(query: SearchAsked) -> Found:
    """Search, as the search page does."""
    text, lang = tidy(query.q), query.lang or current_kb().settings.lang
    edition = current_kb().edition
    results = edition.search(text, lang, _options(query))
    searched("api", lang, results.total, results.hits)
    return Found(
        query=text,
        total=results.total,
        took_ms=round(results.took_ms, 3),
        corrected=results.correction.text if results.correction else None,
        results=[_result(edition.library, hit) for hit in results.hits],
    )


@blueprint.get("/suggest")
@keeps(Contract(Suggested, query=SuggestAsked, cost=1, kept="a minute"))
def suggest(query: SuggestAsked) -> Suggested:
    """Suggest, while somebody types."""
    text, lang = tidy(query.q), query.lang or current_kb().settings.lang
    edition = current_kb().edition
    found = edition.suggest(text, lang, query.limit)
    return Suggested(
        query=text,
        completions=list(found.completions),
        results=[_place(edition.library, hit) for hit in found.hits],
    )


@blueprint.post("/answer")
@keeps(Contract(Answered, body=AnswerAsked, cost=ANSWER_COST))
def answer(body: AnswerAsked) -> Answered:
    """Find the sections that answer a question, or a whole message.

    Nothing of the text is kept.
    """
    edition, lang = current_kb().edition, body.lang or current_kb().settings.lang
    hits = edition.answers(body.text, lang, body.limit)
    return Answered(results=[_answering(edition.library, hit) for hit in hits])


@blueprint.get("/articles")
@keeps(Contract(Articles, query=ArticlesAsked, cost=1, kept="a minute"))
def articles(query: ArticlesAsked) -> Articles:
    """List articles, in the order of their paths."""
    some = _asked_for(current_kb().edition.library, query)
    return Articles(
        total=len(some),
        page=query.page,
        pages=math.ceil(len(some) / query.limit),
        articles=[_entry(article) for article in page_of(some, query.page, query.limit)],
    )


@blueprint.get("/articles/<slug>")
@keeps(Contract(WholeArticle, kept="a generation"))
def article(slug: str) -> WholeArticle:
    """Read an article."""
    edition = current_kb().edition
    return _whole(edition, edition.article(slug))


@blueprint.get("/categories")
@keeps(Contract(Categories, kept="a generation"))
def categories() -> Categories:
    """List all categories."""
    library, base = current_kb().edition.library, current_kb().settings.base_url
    return Categories(
        categories=[
            CategoryEntry(
                path=one.path,
                title=one.title,
                url=base + one.url,
                summary=one.summary,
                parent=one.parent or None,
                articles=library.counts[one.path],
            )
            for one in library.categories
        ]
    )


T = TypeVar("T")


def page_of(things: Sequence[T], page: int, limit: int) -> Sequence[T]:
    return things[(page - 1) * limit : page * limit]


def _options(asked: SearchAsked) -> Options:
    return Options(
        page=asked.page,
        limit=asked.limit,
        sort=asked.sort,
        category=asked.category[:MOST_IN_ADDRESS],
        tag=asked.tag[:MOST_IN_ADDRESS],
        literal=asked.literal == "1",
    )


def _asked_for(library: Library, asked: ArticlesAsked) -> list[Article]:
    below = {
        one.path
        for one in (library.categories if asked.category else ())
        if asked.category in {above.path for above in library.trail(one.path)}
    }
    return [
        article
        for article in library.listed
        if (not asked.category or below.intersection(article.categories))
        and asked.tag in {"", *article.tags}
    ]


def _place_of(library: Library, hit: Hit) -> dict[str, object]:
    article, section = hit.article, hit.section
    category = library.category_of.get(article.categories[0])
    return {
        "id": article.id,
        "slug": article.slug,
        "title": article.title,
        "lang": article.lang,
        "url": current_kb().settings.base_url + url_of(hit),
        "section": SectionName(title=section.title, anchor=section.anchor) if section else None,
        "category": category.title if category else None,
    }


def _place(library: Library, hit: Hit) -> Place:
    return Place.model_validate(_place_of(library, hit))


def _result(library: Library, hit: Hit) -> Result:
    more = {"snippet": _snippet(hit), "score": round(hit.score, 4)}
    return Result.model_validate(_place_of(library, hit) | more)


def _answering(library: Library, hit: Hit) -> Answering:
    """Of an article as a whole, what stands above its first heading is the section."""
    section = hit.section or next(iter(hit.article.sections), None)
    more = {"snippet": _snippet(hit), "text": section.text if section else ""}
    return Answering.model_validate(_place_of(library, hit) | more)


def _snippet(hit: Hit) -> str:
    return "".join(text for text, _ in hit.snippet)


def _entry_of(article: Article) -> dict[str, object]:
    taken = ("id", "slug", "title", "summary", "kind", "lang", "created", "updated")
    return {name: getattr(article, name) for name in taken} | {
        "url": current_kb().settings.base_url + article.url,
        "categories": list(article.categories),
        "tags": list(article.tags),
    }


def _entry(article: Article) -> Entry:
    return Entry.model_validate(_entry_of(article))


def _whole(edition: Edition, article: Article) -> WholeArticle:
    sections = [
        SectionText(anchor=one.anchor, level=one.level, title=one.title, text=one.text)
        for one in article.sections
    ]
    more = {"revision": article.revision, "html": edition.page_html(article), "sections": sections}
    return WholeArticle.model_validate(_entry_of(article) | more)

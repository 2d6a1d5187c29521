"""API: search and suggestions as JSON, for this site's own pages and for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, jsonify, request

from kb.errors import BadInput
from kb.search.query import tidy
from kb.search.results import Options
from kb.search.searcher import MAX_LIMIT, MAX_PAGES
from kb.web.found import MOST_IN_ADDRESS, url_of
from kb.web.freshness import for_everybody
from kb.web.parameters import language, number, one_of
from kb.web.signals import searched

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kb.content.library import Library
    from kb.knowledge_base import KnowledgeBase
    from kb.search.results import Hit, Results

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
MOST_SUGGESTED = 10


def _kb() -> KnowledgeBase:
    kb: KnowledgeBase = current_app.extensions["kb"]
    return kb


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    text = tidy(request.args.get("q", ""))
    if not text:
        raise BadInput(
            "There is nothing to search for.", "Give the words as q: /api/v1/search?q=words"
        )
    edition, lang, options = _kb().edition, _language(), _options()
    results = edition.search(text, lang, options)
    searched("api", lang, results.total, results.hits)
    return for_everybody(jsonify(_results(edition.library, text, results)))


@blueprint.get("/suggest")
def suggest() -> ResponseReturnValue:
    text = tidy(request.args.get("q", ""))
    lang, limit = _language(), number(request.args, "limit", 6, 1, MOST_SUGGESTED)
    edition = _kb().edition
    found = edition.suggest(text, lang, limit)
    answer = {
        "query": text,
        "completions": found.completions,
        "results": [_place(edition.library, hit) for hit in found.hits],
    }
    return for_everybody(jsonify(answer))


def _options() -> Options:
    """Raises BadInput: a program should hear of its mistake, where a page does what it can."""
    asked = request.args
    return Options(
        page=number(asked, "page", 1, 1, MAX_PAGES),
        limit=number(asked, "limit", 10, 1, MAX_LIMIT),
        sort="date" if one_of(asked, "sort", ("relevance", "date")) == "date" else "relevance",
        category=asked.get("category", "")[:MOST_IN_ADDRESS],
        tag=asked.get("tag", "")[:MOST_IN_ADDRESS],
        literal=one_of(asked, "literal", ("0", "1")) == "1",
    )


def _language() -> str:
    """The articles' own language unless another one is asked for."""
    return language(request.args, _kb().settings.lang)


def _results(library: Library, text: str, found: Results) -> dict[str, Any]:
    return {
        "query": text,
        "total": found.total,
        "took_ms": round(found.took_ms, 3),
        "corrected": found.correction.text if found.correction else None,
        "results": [_result(library, hit) for hit in found.hits],
    }


def _result(library: Library, hit: Hit) -> dict[str, Any]:
    snippet = "".join(text for text, _ in hit.snippet)
    return _place(library, hit) | {"snippet": snippet, "score": round(hit.score, 4)}


def _place(library: Library, hit: Hit) -> dict[str, Any]:
    """Where a hit leads. `category` is the title of the article's first category."""
    article, section = hit.article, hit.section
    category = library.category_of.get(article.categories[0])
    return {
        "id": article.id,
        "slug": article.slug,
        "title": article.title,
        "url": _kb().settings.base_url + url_of(hit),
        "section": {"title": section.title, "anchor": section.anchor} if section else None,
        "category": category.title if category else None,
    }

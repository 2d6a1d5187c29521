"""Judgements: sets of articles, what people asked, and which articles answer it.

`stackfaq` and `covidfaq` bring their articles along; `dnsimple` and `dnredir` are judged on a
help center's real folder. A set whose files are missing is left out, and it is said which.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from page import Page, page_of

from kb.content.article import Article, Category, Section
from kb.content.library import Library
from kb.content.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = Path(__file__).parents[2] / "shared"
ARTICLES = "corpora/dnsimple/content/articles"
OWN_ARTICLES = ("stackfaq", "covidfaq")
FROM_FOLDER = ("dnsimple", "dnredir")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A question and the ids (slugs) of the articles that answer it."""

    text: str
    relevant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgementSet:
    """`typos` are the questions of `clean` with one typing error in each."""

    name: str
    library: Library
    pages: list[Page]
    clean: list[Judgement]
    typos: list[Judgement]


def load(shared: Path = SHARED) -> Iterator[JudgementSet]:
    """The sets there are; a line for each that is not."""
    for name in OWN_ARTICLES:
        if not _missing(shared, name, f"judgements/{name}.articles.jsonl"):
            pages = [_page(line) for line in _lines(shared / f"judgements/{name}.articles.jsonl")]
            yield _judged(
                shared, name, _library(pages), pages, {page.id: page.id for page in pages}
            )
    names = [name for name in FROM_FOLDER if not _missing(shared, name, ARTICLES)]
    if names:
        library = Reader(shared / ARTICLES, "en").read().public
        pages = list(map(page_of, library.articles))
        slugs = {Path(article.path).stem: article.slug for article in library.articles}
        for name in names:
            yield _judged(shared, name, library, pages, slugs)


def _missing(shared: Path, name: str, articles: str) -> bool:
    files = [articles, f"judgements/{name}.queries.jsonl", f"judgements/{name}.typos.jsonl"]
    missing = [file for file in files if not (shared / file).exists()]
    for file in missing:
        print(f"{name} is left out: {shared / file} is missing.")
    return bool(missing)


def _judged(
    shared: Path, name: str, library: Library, pages: list[Page], slugs: dict[str, str]
) -> JudgementSet:
    """`slugs`: the names that the judgements use -> slugs, where they differ."""
    clean, typos = (
        [
            Judgement(line["query"], tuple(slugs.get(one, one) for one in line["relevant"]))
            for line in _lines(shared / f"judgements/{name}.{kind}.jsonl")
        ]
        for kind in ("queries", "typos")
    )
    return JudgementSet(name, library, pages, clean, typos)


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _page(line: dict) -> Page:
    return Page(line["id"], line["title"], line["headings"], line["body"])


def _library(pages: list[Page]) -> Library:
    articles = sorted(map(article_of, pages), key=lambda article: article.path)
    return Library(tuple(articles), (Category("more", "More", ""),))


def article_of(page: Page) -> Article:
    """The article that a page would have come from, without its finished form."""
    headings = [Section(f"s{n}", 2, title, "") for n, title in enumerate(page.headings.split("\n"))]
    sections = (Section("", 1, "", page.body), *(s for s in headings if s.title))
    return plain_article(page.id, page.title, sections)


def plain_article(slug: str, title: str, sections: tuple[Section, ...]) -> Article:
    """A public article with nothing but a title and sections."""
    return Article(
        id=slug, path=f"{slug}.md", slug=slug, lang="en", title=title, summary="", kind="article",
        categories=("more",), tags=(), keywords=(), questions=(), audience="public",
        status="published", listed=True, searchable=True, noindex=False, featured=False,
        weight=None, boost=1.0, sections=sections, html="", links=(), anchors=(), words=1,
        source="", revision="", aliases=(), authors=(), created=None, updated=None,
        review_by=None, extra={},
    )  # fmt: skip

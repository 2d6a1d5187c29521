"""Documents: what can be found in a Library, cut into the fields that the index weighs."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from kb.content.faq import is_question, plain_question, question_level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.content.article import Article, Section
    from kb.content.library import Library

# Field -> weight in the ranking. A field's number is its place here.
WEIGHTS = {
    "title": 4.0,
    "questions": 4.0,
    "keywords": 4.0,
    "address": 2.0,
    "headings": 2.0,
    "body": 1.0,
}
FIELDS = tuple(WEIGHTS)
# Field -> B of BM25F: how much its length counts. A longer title is not a worse one.
LENGTH_SHARES = {
    "title": 0.4,
    "questions": 0.4,
    "keywords": 0.4,
    "address": 0.75,
    "headings": 0.5,
    "body": 0.75,
}
PASSAGE = 1_500  # letters of a section that its meaning is made from


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found: an article (anchor ""), or a question of a FAQ page.

    `fields`: name -> its parts; no phrase reaches from one part to the next. `headings` has a part
    for each section, and `body` too, after the summary; a FAQ page has no sections in its body.
    `passages` are its sections with their titles, for their meaning.
    """

    slug: str
    anchor: str
    lang: str
    boost: float
    fields: dict[str, tuple[str, ...]]
    passages: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What it is about in a line or few, for its meaning."""
        return "\n".join((*self.fields["title"], *self.fields.get("questions", ())))

    @property
    def key(self) -> str:
        """Its name in the index; documents of equal score stand in the order of their keys."""
        return f"{self.slug}#{self.anchor}"

    @property
    def digest(self) -> str:
        """Changes when the document has to be indexed again."""
        told = repr((self.lang, self.boost, sorted(self.fields.items())))
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:24]


def documents_of(library: Library) -> dict[str, list[Document]]:
    """Language -> its documents, sorted by key."""
    found: dict[str, list[Document]] = {}
    for document in _documents(library):
        found.setdefault(document.lang, []).append(document)
    return {lang: sorted(found[lang], key=lambda d: d.key) for lang in sorted(found)}


def _documents(library: Library) -> Iterator[Document]:
    for article in library.articles:
        if not article.searchable:
            continue
        yield _article(article)
        if article.kind == "faq":
            yield from _questions(article)


def _article(article: Article) -> Document:
    # the answers of a FAQ are documents of their own
    texts = () if article.kind == "faq" else tuple(s.text for s in article.sections)
    return Document(
        article.slug,
        "",
        article.lang,
        article.boost,
        {
            "title": (article.title,),
            "questions": article.questions,
            "keywords": (*article.keywords, *article.tags),
            "address": (_address(article),),
            "headings": tuple(section.title for section in article.sections),
            "body": (article.summary, *texts),
        },
        tuple(_passage(article, section) for section in article.sections),
    )


def _passage(article: Article, section: Section) -> str:
    return f"{section.title or article.title}\n{section.text[:PASSAGE]}"


def _address(article: Article) -> str:
    """The words of the slug and of the file's name: writers put what a page is about there."""
    words = re.split(r"[-_.\s]+", f"{article.slug}-{PurePosixPath(article.path).stem}")
    return " ".join(dict.fromkeys(word for word in words if not word.isdigit()))


def _questions(article: Article) -> Iterator[Document]:
    level = question_level(article.sections)
    for section, text in _answers(article.sections, level):
        yield Document(
            article.slug,
            section.anchor,
            article.lang,
            article.boost,
            {
                "title": (plain_question(section.title),),
                "headings": (article.title,),
                "body": ("", text),
            },
            (f"{section.title}\n{text[:PASSAGE]}",),
        )


def _answers(sections: tuple[Section, ...], level: int) -> Iterator[tuple[Section, str]]:
    """Each question with its whole answer, deeper headings included."""
    question: Section | None = None
    texts: list[str] = []
    for section in sections:
        if section.level <= level and section.title:
            if question:
                yield question, "\n".join(texts)
            question = section if section.level == level or is_question(section.title) else None
            texts = [section.text]
        elif question:
            texts += [section.title, section.text]
    if question:
        yield question, "\n".join(texts)

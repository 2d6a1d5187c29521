"""Documents: what can be found in a Library, cut into the fields that the index weighs."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
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
    "body": 0.65,
}
PASSAGE = 1_500  # letters of a section that its meaning is made from


@dataclass(frozen=True)
class Document:
    """One thing that can be found: an article, or a question of a FAQ page with its answer."""

    article: Article
    question: Section | None = None
    answer: str = ""

    @property
    def key(self) -> str:
        """Its name in the index; documents of equal score stand in the order of their keys."""
        return f"{self.article.slug}#{self.question.anchor if self.question else ''}"

    @property
    def lang(self) -> str:
        return self.article.lang

    @property
    def boost(self) -> float:
        return self.article.boost

    @cached_property
    def digest(self) -> str:
        """Changes when the document has to be indexed again."""
        a = self.article
        told = repr((self.key, a.revision, a.path, a.lang, a.boost, a.kind, a.questions,
                     a.keywords, a.tags, self.answer))  # fmt: skip
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:24]

    @cached_property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """Name -> its parts; no phrase reaches from one part to the next.

        `headings` has a part for each section, and `body` too, after the summary. A FAQ page has
        no sections in its body: they are documents of their own.
        """
        article = self.article
        if self.question:
            return {
                "title": (plain_question(self.question.title),),
                "headings": (article.title,),
                "body": ("", self.answer),
            }
        texts = () if article.kind == "faq" else tuple(s.text for s in article.sections)
        return {
            "title": (article.title,),
            "questions": article.questions,
            "keywords": (*article.keywords, *article.tags),
            "address": (_address(article),),
            "headings": tuple(section.title for section in article.sections),
            "body": (article.summary, *texts),
        }

    @property
    def about(self) -> str:
        """What it is about in a line or few, for its meaning."""
        return "\n".join((*self.fields["title"], *self.fields.get("questions", ())))

    @property
    def passages(self) -> tuple[str, ...]:
        """Its sections with their titles, for their meaning."""
        if self.question:
            return (f"{self.question.title}\n{self.answer[:PASSAGE]}",)
        article = self.article
        return tuple(f"{s.title or article.title}\n{s.text[:PASSAGE]}" for s in article.sections)


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
        yield Document(article)
        if article.kind == "faq":
            level = question_level(article.sections)
            for section, text in _answers(article.sections, level):
                yield Document(article, section, text)


def _address(article: Article) -> str:
    """The words of the slug and of the file's name: writers put what a page is about there."""
    words = re.split(r"[-_.\s]+", f"{article.slug}-{PurePosixPath(article.path).stem}")
    return " ".join(dict.fromkeys(word for word in words if not word.isdigit()))


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

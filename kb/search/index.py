"""Index: a Library -> a Whoosh index on disk, changing only the documents that changed."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from whoosh import fields
from whoosh.index import FileIndex, create_in, open_dir

from kb.content.faq import is_question, plain_question, question_level
from kb.search.analysis import STOP, terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kb.content.article import Article, Section
    from kb.content.library import Library

FORMAT = "2"  # another number makes every index anew
SIGNATURE = 24  # terms kept for a document, for finding related ones
DOCUMENTS = "documents.json"

# Field -> weight in the ranking.
WEIGHTS = {"title": 4.0, "questions": 4.0, "keywords": 4.0, "headings": 2.0, "body": 1.0}


def schema() -> fields.Schema:
    return fields.Schema(
        key=fields.ID(unique=True, stored=True),
        place=fields.STORED,
        signature=fields.STORED,
        **{name: fields.KEYWORD(scorable=True) for name in WEIGHTS},
    )


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found: an article (anchor ""), or a question of a FAQ page.

    `fields`: name -> text. `digest` changes when the document has to be indexed again.
    """

    slug: str
    anchor: str
    lang: str
    boost: float
    fields: dict[str, str]

    @property
    def key(self) -> str:
        return f"{self.slug}#{self.anchor}"

    @property
    def digest(self) -> str:
        told = repr((FORMAT, self.lang, self.boost, sorted(self.fields.items())))
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:24]


def build_index(
    library: Library,
    folder: Path,
    previous: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write the index of a Library into `folder`, starting from a `previous` one if given."""
    documents = {document.key: document for document in _documents(library)}
    digests = {key: document.digest for key, document in documents.items()}
    old: dict[str, str] = {}
    if previous and (previous / DOCUMENTS).is_file():
        shutil.copytree(previous, folder)
        old = json.loads((folder / DOCUMENTS).read_text())
        index = open_dir(str(folder))
    else:
        folder.mkdir(parents=True)
        index = create_in(str(folder), schema())
    gone = [key for key, digest in old.items() if digests.get(key) != digest]
    new = [documents[key] for key, digest in digests.items() if old.get(key) != digest]
    if gone or new or not old:
        _write(index, gone, new, progress)
    index.close()
    (folder / DOCUMENTS).write_text(json.dumps(digests))


def _write(
    index: FileIndex,
    gone: list[str],
    new: list[Document],
    progress: Callable[[int, int], None] | None,
) -> None:
    writer = index.writer(limitmb=256)
    try:
        for key in gone:
            writer.delete_by_term("key", key)
        for done, document in enumerate(new, 1):
            _add(writer, document)
            if progress:
                progress(done, len(new))
        writer.commit()
    except BaseException:
        writer.cancel()  # else its lock stays
        raise


def _add(writer: object, document: Document) -> None:
    analysed = {name: terms(text, document.lang) for name, text in document.fields.items()}
    writer.add_document(  # type: ignore[attr-defined]
        key=document.key,
        place=(document.slug, document.anchor),
        signature=_signature(analysed),
        _boost=document.boost,
        **{name: found for name, found in analysed.items() if found},
    )


def _signature(analysed: dict[str, list[str]]) -> list[tuple[str, float]]:
    """What the document is about: its most frequent terms, sublinear, with field weights."""
    counts: Counter[str] = Counter()
    for name, found in analysed.items():
        for term, count in Counter(term for term in found if term not in STOP).items():
            counts[term] += WEIGHTS[name] * (1 + math.log(count))  # type: ignore[assignment]
    return [(term, float(weight)) for term, weight in counts.most_common(2 * SIGNATURE)]


def _documents(library: Library) -> Iterator[Document]:
    for article in library.articles:
        if not article.searchable:
            continue
        yield _article(article)
        if article.kind == "faq":
            yield from _questions(article)


def _article(article: Article) -> Document:
    body = "\n".join(section.text for section in article.sections)
    return Document(
        article.slug,
        "",
        article.lang,
        article.boost,
        {
            "title": article.title,
            "questions": "\n".join(article.questions),
            "keywords": "\n".join((*article.keywords, *article.tags)),
            "headings": "\n".join(section.title for section in article.sections),
            # the answers of a FAQ are documents of their own
            "body": article.summary + ("" if article.kind == "faq" else "\n" + body),
        },
    )


def _questions(article: Article) -> Iterator[Document]:
    level = question_level(article.sections)
    for section, text in _answers(article.sections, level):
        yield Document(
            article.slug,
            section.anchor,
            article.lang,
            article.boost,
            {"title": plain_question(section.title), "body": text, "headings": article.title},
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

"""Page: an article as every search engine gets it, cut into the same four fields."""

from __future__ import annotations

import json
import pickle
import re
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.content.article import Article
    from kb.content.library import Library

# What a word in each field weighs, in kb and in every engine that can weigh fields.
WEIGHTS = {"title": 4.0, "headings": 2.0, "body": 1.0, "address": 2.0}


@dataclass(frozen=True, slots=True)
class Page:
    """`id` is the article's slug; `address` the words of its slug and of its file's name."""

    id: str
    title: str
    headings: str
    body: str
    address: str = ""


def page_of(article: Article) -> Page:
    texts = (article.summary, *(section.text for section in article.sections))
    address = re.split(r"[-_.\s]+", f"{article.slug}-{PurePosixPath(article.path).stem}")
    return Page(
        article.slug,
        article.title,
        "\n".join(section.title for section in article.sections if section.title),
        "\n".join(text for text in texts if text),
        " ".join(dict.fromkeys(word for word in address if not word.isdigit())),
    )


def write_corpus(library: Library, folder: Path, pages: list[Page] | None = None) -> Path:
    """The Library for kb and the same articles as pages, one JSON object a line, for the others."""
    folder.mkdir(parents=True)
    (folder / "library.pickle").write_bytes(pickle.dumps(library, pickle.HIGHEST_PROTOCOL))
    with (folder / "pages.jsonl").open("w", encoding="utf-8") as file:
        for page in pages or map(page_of, library.articles):
            file.write(json.dumps(asdict(page)) + "\n")
    return folder


def read_library(folder: Path) -> Library:
    library: Library = pickle.loads((folder / "library.pickle").read_bytes())
    return library


def read_pages(folder: Path) -> list[Page]:
    with (folder / "pages.jsonl").open(encoding="utf-8") as file:
        return [Page(**json.loads(line)) for line in file]

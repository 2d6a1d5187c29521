"""Whoosh as it comes: its stemming analyzer, its query parser, its BM25F, its highlights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from page import WEIGHTS
from whoosh import fields, index
from whoosh.analysis import StemmingAnalyzer
from whoosh.qparser import MultifieldParser, OrGroup

from peers import Plain

if TYPE_CHECKING:
    from pathlib import Path

    from page import Page


class Whoosh(Plain):
    def build(self, source: list[Page], folder: Path) -> None:
        folder.mkdir()
        texts = {field: fields.TEXT(analyzer=StemmingAnalyzer()) for field in WEIGHTS}
        for shown in ("title", "body"):
            texts[shown] = fields.TEXT(analyzer=StemmingAnalyzer(), stored=True)
        schema = fields.Schema(id=fields.ID(stored=True), **texts)
        writer = index.create_in(folder, schema).writer(limitmb=256)
        for page in source:
            writer.add_document(id=page.id, **{field: getattr(page, field) for field in WEIGHTS})
        writer.commit()

    def open(self, folder: Path) -> None:
        found = index.open_dir(folder)
        self.searcher = found.searcher()
        self.parser = MultifieldParser(
            list(WEIGHTS), found.schema, fieldboosts=WEIGHTS, group=OrGroup
        )

    def rank(self, text: str, limit: int) -> list[str]:
        return [hit["id"] for hit in self.searcher.search(self.parser.parse(text), limit=limit)]

    tolerant = rank  # its fuzzy terms have to be typed by hand

    def suggest(self, text: str, limit: int) -> list[tuple[str, str]]:
        found = self.searcher.search(self.parser.parse(text + "*"), limit=limit)
        return [(hit["id"], hit["title"]) for hit in found]

    def results(self, text: str, limit: int) -> list[tuple[str, str]]:
        found = self.searcher.search(self.parser.parse(text), limit=limit)
        return [(hit["id"], hit.highlights("body")) for hit in found]

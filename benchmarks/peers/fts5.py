"""SQLite's FTS5: the porter tokenizer, bm25 with weights for the columns, any of the words."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from page import WEIGHTS

from peers import Plain

if TYPE_CHECKING:
    from pathlib import Path

    from page import Page

RANK = f"bm25(0, {', '.join(map(str, WEIGHTS.values()))})"
TABLE = f"""
CREATE VIRTUAL TABLE pages USING fts5(
    id UNINDEXED, {", ".join(WEIGHTS)},
    tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3'
)
"""
FIND = "SELECT id FROM pages WHERE pages MATCH ? ORDER BY rank LIMIT ?"
NAME = "SELECT id, title FROM pages WHERE pages MATCH ? ORDER BY rank LIMIT ?"
SHOW = """
SELECT id, snippet(pages, 3, '<b>', '</b>', '…', 32) FROM pages
WHERE pages MATCH ? ORDER BY rank LIMIT ?
"""


class Fts5(Plain):
    def build(self, source: list[Page], folder: Path) -> None:
        folder.mkdir()
        with sqlite3.connect(folder / "pages.sqlite") as db:
            db.execute(TABLE)
            db.execute("INSERT INTO pages(pages, rank) VALUES ('rank', ?)", (RANK,))
            db.executemany("INSERT INTO pages VALUES (?, ?, ?, ?, ?)", map(astuple, source))
            db.execute("INSERT INTO pages(pages) VALUES ('optimize')")
        db.close()

    def open(self, folder: Path) -> None:
        self.db = sqlite3.connect(folder / "pages.sqlite")
        self.db.execute("PRAGMA mmap_size = 1073741824")
        self.db.execute(FIND, ('"a"', 1)).fetchall()

    def rank(self, text: str, limit: int) -> list[str]:
        words = _words(text)
        found = self._find(FIND, " OR ".join(words), limit) if words else []
        return [page for (page,) in found]

    tolerant = rank  # SQLite has nothing for typing errors as it comes

    def suggest(self, text: str, limit: int) -> list[tuple[str, str]]:
        words = _words(text)
        return self._find(NAME, " AND ".join(words) + "*", limit) if words else []

    def results(self, text: str, limit: int) -> list[tuple[str, str]]:
        words = _words(text)
        return self._find(SHOW, " OR ".join(words), limit) if words else []

    def _find(self, what: str, query: str, limit: int) -> list[Any]:
        return self.db.execute(what, (query, limit)).fetchall()


def _words(text: str) -> list[str]:
    return [f'"{word}"' for word in re.findall(r"\w+", text)]

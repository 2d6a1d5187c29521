"""tantivy, a native engine in Rust: English stems, weights for the fields, any of the words.

pip install tantivy
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tantivy
from page import WEIGHTS

from peers import Plain

if TYPE_CHECKING:
    from pathlib import Path

    from page import Page

FIELDS = list(WEIGHTS)
SLIGHT = 0.1  # what a word that only resembles the typed one counts


class Tantivy(Plain):
    def build(self, source: list[Page], folder: Path) -> None:
        folder.mkdir()
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("number", stored=True, fast=True)
        for field in FIELDS:
            schema.add_text_field(field, stored=True, tokenizer_name="en_stem")
        index = tantivy.Index(schema.build(), str(folder))
        writer = index.writer(heap_size=256_000_000, num_threads=1)
        for number, page in enumerate(source):
            values = {field: getattr(page, field) for field in FIELDS}
            writer.add_document(tantivy.Document(number=number, **values))
        writer.commit()
        writer.wait_merging_threads()
        (folder / "ids").write_text("\n".join(page.id for page in source))

    def open(self, folder: Path) -> None:
        self.index = tantivy.Index.open(str(folder))
        self.searcher = self.index.searcher()
        self.schema = self.index.schema
        self.ids = (folder / "ids").read_text().split("\n")

    def rank(self, text: str, limit: int) -> list[str]:
        return self._find(self._query(text), limit)

    def tolerant(self, text: str, limit: int) -> list[str]:
        """Words at a distance of one as well, little weighed: they score the same, however rare."""
        fuzzy = dict.fromkeys(FIELDS, (False, 1, True))
        near = self.index.parse_query(_words(text), FIELDS, WEIGHTS, fuzzy)
        near = tantivy.Query.boost_query(near, SLIGHT)
        return self._find(_any([self._query(text), near]), limit)

    def suggest(self, text: str, limit: int) -> list[tuple[str, str]]:
        """The query parser's prefix is twelve times faster than a regular expression."""
        *before, last = _words(text).split() or [""]
        prefix = dict.fromkeys(FIELDS, (True, 0, True))
        words = [self._query(word) for word in before]
        words.append(self.index.parse_query(last, FIELDS, WEIGHTS, prefix))
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, word) for word in words])
        hits = self.searcher.search(query, limit, count=False).hits
        documents = [self.searcher.doc(address) for _, address in hits]
        return [(self.ids[one["number"][0]], one["title"][0]) for one in documents]

    def results(self, text: str, limit: int) -> list[tuple[str, str]]:
        query = self._query(text)
        snippets = tantivy.SnippetGenerator.create(self.searcher, query, self.schema, "body")
        snippets.set_max_num_chars(190)
        found = []
        for _, address in self.searcher.search(query, limit).hits:
            document = self.searcher.doc(address)
            shown = snippets.snippet_from_doc(document).to_html()
            found.append((self.ids[document["number"][0]], shown))
        return found

    def _query(self, text: str) -> tantivy.Query:
        return self.index.parse_query(_words(text), FIELDS, WEIGHTS)

    def _find(self, query: tantivy.Query, limit: int) -> list[str]:
        hits = self.searcher.search(query, limit, count=False).hits
        numbers = self.searcher.fast_field_values("number", [address for _, address in hits])
        return [self.ids[number] for number in numbers]


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _words(text: str) -> str:
    """Without the signs of the query language, and without its words AND, OR, NOT and IN."""
    return " ".join(re.findall(r"\w+", text.lower()))

"""Small corpora for the tests of the search core: documents, and their compiled arrays."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from kb.content.article import Article
from kb.search.compiling import compile_segments
from kb.search.documents import FIELDS, Document
from kb.search.index import update_index
from kb.search.ragged import items
from kb.search.segments import read_segments

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# Plain words that Snowball leaves as they are; some grow from each other, for prefixes.
WORDS = ("ab", "abc", "abcd", "bac", "bo", "bog", "cat", "cob", "dog", "dot", "ox", "zoom")


def document(slug: str, boost: float = 1.0, **texts: str) -> Document:
    """An English document; fields that are not named are empty, as those of an article are."""
    fields = {name: (texts[name],) if name in texts else () for name in FIELDS}
    fields["body"] = ("", *fields["body"])  # no summary
    told = Document(_article(slug, boost, repr(fields)))
    told.__dict__["fields"] = fields  # instead of those of an article
    return told


def texts_of(one: Document) -> dict[str, str]:
    """Field -> its text, a line a part."""
    return {name: "\n".join(parts) for name, parts in one.fields.items()}


def _article(slug: str, boost: float, revision: str) -> Article:
    nothing = {field.name: () for field in dataclasses.fields(Article)}
    return Article(
        **nothing | {"id": slug, "path": f"{slug}.md", "slug": slug, "lang": "en"}
        | {"kind": "article", "boost": boost, "revision": revision}
    )  # fmt: skip


def compile_into(workshop: Path, folder: Path, documents: Sequence[Document]) -> Path:
    """Bring the index in `workshop` up to date and compile it into a new `folder`."""
    index = update_index(workshop, sorted(documents, key=lambda one: one.key))
    try:
        compile_segments(read_segments(index, workshop), folder)
    finally:
        index.close()
    return folder


def arrays(folder: Path) -> dict[str, bytes | NDArray[np.generic]]:
    """Everything that a folder of compiled arrays holds; places in the order of the postings.

    Where the places of a posting stand among all is no matter: deleted ones stay between them.
    """
    found = {
        path.name: np.load(path) if path.suffix == ".npy" else path.read_bytes()
        for path in sorted(folder.iterdir())
    }
    numbers = items(found.pop("place_begins.npy"), found["place_counts.npy"])
    return found | {"places.npy": found["places.npy"][numbers]}


def assert_same_arrays(one: Path, other: Path) -> None:
    first, second = arrays(one), arrays(other)
    assert first.keys() == second.keys()
    for name, found in first.items():
        if isinstance(found, bytes):
            assert found == second[name], name
        else:
            assert found.dtype == second[name].dtype, name  # type: ignore[union-attr]
            np.testing.assert_array_equal(found, second[name], name)

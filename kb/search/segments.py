"""Segments: Whoosh's postings as arrays, each segment read once and then kept.

A Whoosh segment never changes but for its list of deleted documents, so its arrays are written
beside it and an edit reads only the small segment that it added. Whole blocks are taken from the
codec (128 postings at a time); its matchers need 2 µs for every posting.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, fields
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.codec.whoosh3 import LENGTHS_COLUMN
from whoosh.util.numeric import byte_to_length

from kb.search.documents import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from whoosh.index import FileIndex
    from whoosh.reading import SegmentReader

WORDS = "words"
_LENGTH_OF_BYTE = np.array([byte_to_length(byte) for byte in range(256)], np.float32)


@dataclass(frozen=True, slots=True)
class Postings:
    """Parallel arrays, one item a posting: number of its text, document, field; term frequency.

    `texts` are the terms, UTF-8, separated by newlines; `places` of all postings follow each
    other, `count` (uint32) of them for each.
    """

    texts: NDArray[np.uint8]
    text: NDArray[np.uint32]
    document: NDArray[np.uint32]
    field: NDArray[np.uint8]
    count: NDArray[np.uint32]
    places: NDArray[np.uint32]

    def terms(self) -> list[str]:
        return bytes(self.texts).decode().split("\n") if len(self.texts) else []


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: keys and boosts by document, field lengths (fields × documents), postings.

    `sections`, of all documents after each other and `section_count` for each, are places where
    sections begin. `alive` says which documents are not deleted. `words` are postings of
    unstemmed words, without places.
    """

    keys: tuple[str, ...]
    boosts: NDArray[np.float32]
    lengths: NDArray[np.float32]
    sections: NDArray[np.uint32]
    section_count: NDArray[np.uint32]
    alive: NDArray[np.bool_]
    postings: Postings
    words: Postings


def read_segments(index: FileIndex, cache: Path) -> list[Segment]:
    """The index's segments. Arrays of segments that are gone are deleted from `cache`."""
    cache.mkdir(exist_ok=True)
    found, known = [], set()
    reader = index.reader()
    try:
        for leaf, _ in reader.leaf_readers():
            if not leaf.doc_count_all():
                continue
            path = cache / f"{leaf.segment().segment_id()}.npz"
            known.add(path)
            arrays = _load(path)
            if arrays is None:
                arrays = _read(leaf)
                np.savez(path, allow_pickle=False, **arrays)
            found.append(_segment(leaf, arrays))
    finally:
        reader.close()
    for path in set(cache.iterdir()) - known:
        path.unlink()
    return found


def _load(path: Path) -> dict[str, NDArray[Any]] | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def _segment(leaf: SegmentReader, arrays: dict[str, NDArray[Any]]) -> Segment:
    alive = np.ones(leaf.doc_count_all(), bool)
    alive[list(leaf._perdoc.deleted_docs())] = False
    names = [field.name for field in fields(Postings)]
    return Segment(
        tuple(bytes(arrays["keys"]).decode().split("\n")),
        arrays["boosts"],
        arrays["lengths"],
        arrays["sections"],
        arrays["section_count"],
        alive,
        Postings(**{name: arrays[f"postings_{name}"] for name in names}),
        Postings(**{name: arrays[f"words_{name}"] for name in names}),
    )


def _read(leaf: SegmentReader) -> dict[str, NDArray[Any]]:
    stored = [leaf.stored_fields(n) for n in range(leaf.doc_count_all())]
    arrays: dict[str, NDArray[Any]] = {
        "keys": _packed([document["key"] for document in stored]),
        "boosts": np.array([document["boost"] for document in stored], np.float32),
        "lengths": np.stack([_lengths(leaf, name) for name in FIELDS]),
        "sections": np.frombuffer(b"".join(d["sections"] for d in stored), np.uint32),
        "section_count": np.array([len(d["sections"]) // 4 for d in stored], np.uint32),
    }
    for kind, names in (("postings", FIELDS), ("words", (WORDS,))):
        for name, array in _postings(leaf, names).items():
            arrays[f"{kind}_{name}"] = array
    return arrays


def _lengths(leaf: SegmentReader, name: str) -> NDArray[np.float32]:
    """Field lengths as Whoosh knows them: one byte each, exact up to 40 or so."""
    documents = leaf.doc_count_all()
    reader = leaf._perdoc  # a column at once; the public way is a call a document
    column = f"_{name}_len"
    if not reader.has_column(column):
        return np.zeros(documents, np.float32)
    values = reader.column_reader(column, LENGTHS_COLUMN)
    return _LENGTH_OF_BYTE[np.fromiter((values[n] for n in range(documents)), np.uint8, documents)]


def _postings(leaf: SegmentReader, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    numbers: dict[bytes, int] = {}
    text, document, field, sizes = [], [], [], []
    counts: list[NDArray[np.uint32]] = []
    payload: list[bytes] = []
    for name, term, ids, values in _terms(leaf, frozenset(names)):
        text.append(numbers.setdefault(term, len(numbers)))
        field.append(names.index(name))
        sizes.append(len(ids))
        document.append(ids)
        counts.append(np.fromiter(map(len, values), np.uint32, len(values)) // 4)
        payload += values
    return {
        "texts": _packed_bytes(list(numbers)),
        "text": np.repeat(np.array(text, np.uint32), sizes),
        "document": np.fromiter(chain.from_iterable(document), np.uint32, sum(sizes)),
        "field": np.repeat(np.array(field, np.uint8), sizes),
        "count": np.concatenate(counts) if counts else np.zeros(0, np.uint32),
        "places": np.frombuffer(b"".join(payload), np.uint32),
    }


def _terms(
    leaf: SegmentReader, names: frozenset[str]
) -> Iterator[tuple[str, bytes, list[int], list[bytes]]]:
    """Every field and term with its documents' numbers and its values, a block at a time."""
    terms = leaf._terms
    formats = {name: leaf.schema[name].format for name in names}
    for (name, term), info in terms.items():
        if name not in names:
            continue
        keep = name != WORDS  # how often a word stands in a document is not needed
        if info.is_inlined():
            ids, _, values = info.inlined_postings()
            yield name, term, list(ids), list(values) if keep else []
            continue
        matcher = terms.matcher(name, term, formats[name])
        ids, values = [], []
        while matcher.is_active():
            matcher._read_ids()
            ids += matcher._ids
            if keep:
                matcher._read_values()
                values += matcher._values
            matcher._next_block()
        yield name, term, ids, values


def _packed(texts: list[str]) -> NDArray[np.uint8]:
    return _packed_bytes([text.encode() for text in texts])


def _packed_bytes(texts: list[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"\n".join(texts), np.uint8)

"""Segments: Whoosh's postings as arrays, each segment read once and then kept.

A Whoosh segment never changes but for its list of deleted documents, so its arrays are written
beside it, sorted as ranking wants them, and an edit reads only the small segment that it added.
Whole blocks are taken from the codec (128 postings at a time); its matchers need 2 µs for each.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, fields
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from whoosh.codec.whoosh3 import LENGTHS_COLUMN
from whoosh.util.numeric import byte_to_length

from kb.search.documents import FIELDS
from kb.search.ragged import items, starts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from whoosh.index import FileIndex
    from whoosh.reading import SegmentReader

ARRAYS = "arrays"  # the folder for them, beside the index
STATE = "state.json"
FIELD_SHIFT = 24  # a place says which field it is in: field << 24 | place
_LENGTH_OF_BYTE = np.array([byte_to_length(byte) for byte in range(256)], np.float32)


@dataclass(frozen=True, slots=True)
class Arrays:
    """What is kept of a segment. Texts are UTF-8, separated by newlines; d, t, p and f number its
    documents, terms, postings and fields.

    A posting is a term and a document that holds it, whatever the field; they are sorted by term,
    then by document. A part is what a posting has in one field, a posting's parts stand together.
    """

    keys: NDArray[np.uint8]  # texts, d
    boosts: NDArray[np.float32]  # d
    lengths: NDArray[np.float32]  # f × d, as Whoosh knows them: exact up to 40 or so
    totals: NDArray[np.uint32]  # f × d, exact
    sections: NDArray[np.uint32]  # places where sections begin, of all documents
    section_counts: NDArray[np.uint32]  # d, how many of `sections`
    terms: NDArray[np.uint8]  # texts, t, sorted
    term: NDArray[np.uint32]  # p
    document: NDArray[np.uint32]  # p
    first_part: NDArray[np.int64]  # p
    first_place: NDArray[np.int64]  # p
    place_count: NDArray[np.uint32]  # p
    part_field: NDArray[np.uint8]
    part_count: NDArray[np.uint32]  # how often the term stands in the field
    part_length: NDArray[np.float32]  # the field's length
    places: NDArray[np.uint32]  # rising within a posting
    words: NDArray[np.uint8]  # texts: unstemmed words
    word: NDArray[np.uint32]  # of each pair of a word and a document that holds it
    word_document: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Segment:
    """`alive` says which of its documents are not deleted."""

    arrays: Arrays
    alive: NDArray[np.bool_]


def texts(packed: NDArray[np.uint8]) -> list[str]:
    return bytes(packed).decode().split("\n") if len(packed) else []


def read_segments(index: FileIndex, workshop: Path) -> list[Segment]:
    """The segments of the index in a folder; those that are gone lose their arrays there."""
    found, known = [], set()
    reader = index.reader()
    try:
        for leaf, _ in reader.leaf_readers():
            documents = leaf.doc_count_all()
            if not documents:
                continue
            arrays = arrays_of(leaf, workshop)
            known.add(leaf.segment().segment_id())
            alive = np.ones(documents, bool)
            alive[list(leaf._perdoc.deleted_docs())] = False
            found.append(Segment(arrays, alive))
    finally:
        reader.close()
    for folder in (workshop / ARRAYS).glob("*"):
        if folder.name not in known:
            shutil.rmtree(folder)
    return found


def arrays_of(leaf: SegmentReader, workshop: Path) -> Arrays:
    """A segment's arrays: those that are kept in the workshop, or read, and kept from now on."""
    folder = workshop / ARRAYS / leaf.segment().segment_id()
    return _load(folder) or _save(_read(leaf), folder)


def _load(folder: Path) -> Arrays | None:
    """None when a file is not the one that was written."""
    try:
        if json.loads((folder / STATE).read_bytes()) != _files(folder):
            return None
        return Arrays(
            *(np.load(folder / f"{field.name}.npy", mmap_mode="r") for field in fields(Arrays))
        )
    except (OSError, ValueError, EOFError):
        return None


def _files(folder: Path) -> dict[str, list[int]]:
    """Name -> size and date. Reading them all again would take longer than an edit may."""
    stats = {path.name: path.stat() for path in sorted(folder.glob("*.npy"))}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}


def _save(arrays: Arrays, folder: Path) -> Arrays:
    """In one step: what a killed build leaves is not taken for the whole."""
    unfinished = folder.with_name(f".{folder.name}")
    for leftover in (unfinished, folder):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for field in fields(Arrays):
        np.save(unfinished / f"{field.name}.npy", getattr(arrays, field.name))
    (unfinished / STATE).write_text(json.dumps(_files(unfinished)))
    unfinished.rename(folder)
    return arrays


def _read(leaf: SegmentReader) -> Arrays:
    stored = [leaf.stored_fields(n) for n in range(leaf.doc_count_all())]
    lengths = np.stack([_lengths(leaf, name) for name in FIELDS])
    found = _postings(leaf, lengths)
    words, word, holders = _words([document["words"].split() for document in stored])
    return Arrays(
        keys=_packed([document["key"].encode() for document in stored]),
        boosts=np.array([document["boost"] for document in stored], np.float32),
        lengths=lengths,
        sections=np.frombuffer(b"".join(d["sections"] for d in stored), np.uint32),
        section_counts=np.array([len(d["sections"]) // 4 for d in stored], np.uint32),
        words=_packed([word.encode() for word in words]),
        word=word,
        word_document=holders,
        **found,
    )


def _words(
    of_document: list[list[str]],
) -> tuple[list[str], NDArray[np.uint32], NDArray[np.uint32]]:
    """The different words; of each word that a document has its number, and the document's."""
    numbers: dict[str, int] = {}
    sizes = [len(words) for words in of_document]
    found = (numbers.setdefault(word, len(numbers)) for words in of_document for word in words)
    word = np.fromiter(found, np.uint32, sum(sizes))
    return list(numbers), word, np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)


def _lengths(leaf: SegmentReader, name: str) -> NDArray[np.float32]:
    documents = leaf.doc_count_all()
    reader = leaf._perdoc  # a column at once; the public way is a call a document
    column = f"_{name}_len"
    if not reader.has_column(column):
        return np.zeros(documents, np.float32)
    values = reader.column_reader(column, LENGTHS_COLUMN)
    return _LENGTH_OF_BYTE[np.fromiter((values[n] for n in range(documents)), np.uint8, documents)]


def _postings(leaf: SegmentReader, lengths: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Whoosh's postings, a field each, sorted and put together."""
    terms, term, document, field, count, places = _occurrences(leaf)
    order = np.lexsort((field, document, term))
    moved = places[items(starts(count)[:-1][order], count[order])]
    term, document = term[order], document[order]
    field, count = field[order], count[order]
    pair = term.astype(np.int64) * max(1, lengths.shape[1]) + document
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    totals = np.zeros(lengths.shape, np.uint32)
    np.add.at(totals, (field, document), count)
    return {
        "terms": _packed(terms),
        "term": term[first],
        "document": document[first],
        "first_part": first,
        "first_place": starts(count)[:-1][first],
        "place_count": np.add.reduceat(count, first, dtype=np.uint32) if len(first) else count,
        "part_field": field,
        "part_count": count,
        "part_length": lengths[field, document],
        "places": moved | np.repeat(field.astype(np.uint32) << FIELD_SHIFT, count),
        "totals": totals,
    }


class _Occurrences(NamedTuple):
    """The sorted terms; of each posting its term, document, field and count; the
    places of all."""

    terms: list[bytes]
    term: NDArray[np.uint32]
    document: NDArray[np.uint32]
    field: NDArray[np.uint8]
    counts: NDArray[np.uint32]
    places: NDArray[np.uint32]


def _occurrences(leaf: SegmentReader) -> _Occurrences:
    term, field, sizes = [], [], []
    documents: list[list[int]] = []
    payload: list[bytes] = []
    numbers: dict[bytes, int] = {}
    for name, text, ids, values in _terms(leaf):
        term.append(numbers.setdefault(text, len(numbers)))
        field.append(FIELDS.index(name))
        sizes.append(len(ids))
        documents.append(ids)
        payload += values
    ordered = sorted(numbers)
    rank = np.zeros(len(ordered), np.uint32)
    rank[[numbers[text] for text in ordered]] = np.arange(len(ordered), dtype=np.uint32)
    total = sum(sizes)
    return _Occurrences(
        ordered,
        np.repeat(rank[np.array(term, np.int64)], sizes),
        np.fromiter(chain.from_iterable(documents), np.uint32, total),
        np.repeat(np.array(field, np.uint8), sizes),
        np.fromiter(map(len, payload), np.uint32, len(payload)) // 4,
        np.frombuffer(b"".join(payload), np.uint32),
    )


def _terms(leaf: SegmentReader) -> Iterator[tuple[str, bytes, list[int], list[bytes]]]:
    """Every field and term with its documents' numbers and its values, a block at a time."""
    terms = leaf._terms
    formats = {name: leaf.schema[name].format for name in FIELDS}
    for (name, term), info in terms.items():
        if name not in formats:
            continue
        if info.is_inlined():
            ids, _, values = info.inlined_postings()
            yield name, term, list(ids), list(values)
            continue
        matcher = terms.matcher(name, term, formats[name])
        ids, values = [], []
        while matcher.is_active():
            matcher._read_ids()
            ids += matcher._ids
            matcher._read_values()
            values += matcher._values
            matcher._next_block()
        yield name, term, ids, values


def _packed(some: list[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"\n".join(some), np.uint8)

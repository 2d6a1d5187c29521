"""Writers: documents -> Whoosh segments, many documents in several processes at once.

Whoosh would sort all postings of a build together, by way of files as soon as memory is short, and
merge segments by their number. Here a segment has at most `MOST` documents, is sorted in memory,
and only tiny segments are merged: what a build costs grows with the articles, and no faster.
"""

from __future__ import annotations

import os
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pebble import ProcessPool
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import FileIndex, open_dir
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from kb.processes import forkserver
from kb.search.analysis import Placed
from kb.search.segments import arrays_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from whoosh.codec.base import Segment

    from kb.search.documents import Document

    Posting = tuple[str, bytes, int, float, bytes]

MOST = 2_500  # documents of a segment
FEWEST = 400  # documents that are worth a process of their own
TINY, TINIES = 64, 8  # segments of fewer documents are merged when there are more than so many


class Entry(NamedTuple):
    """What a process has to know of a document."""

    key: str
    boost: float
    lang: str
    fields: Mapping[str, tuple[str, ...]]


class Writer(SegmentWriter):  # type: ignore[misc]
    """Sorts in memory, and does not ask the disk for the length of each posting's field."""

    def __init__(self, index: FileIndex, *, alone: bool = True) -> None:
        """`alone`: locks the index; without, another writer does and takes the segment over."""
        codec = W3Codec(compression=0)  # that costs more than reading blocks once
        codec.length_stats = False
        super().__init__(index, codec=codec, _lk=alone)
        self.pool = _Postings()

    def add(self, entry: Entry) -> None:
        placed = {name: Placed(parts, entry.lang) for name, parts in entry.fields.items()}
        begins = placed["headings"].begins + placed["body"].begins[1:]
        words: set[str] = set().union(*(one.words for one in placed.values()))
        self.add_document(
            key=entry.key,
            boost=entry.boost,
            words=" ".join(words),
            sections=array("I", begins).tobytes(),
            **{name: one.terms for name, one in placed.items() if one.terms},
        )

    def finish(self) -> Segment:
        """The new segment, for the writer that is not alone."""
        return self._finalize_segment()


class _Postings(list["Posting"]):
    """Whoosh's pool of postings, in memory."""

    add = list.append

    def iter_postings(self) -> Iterator[Posting]:
        self.sort()
        return iter(self)

    def cleanup(self) -> None:
        self.clear()


def write(
    index: FileIndex,
    folder: Path,
    gone: Sequence[str],
    new: Sequence[Document],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Delete documents by their keys and add new ones; all or nothing.

    `progress` gets done and total: after each document, or after each segment when there are
    several.
    """
    entries = [Entry(d.key, d.boost, d.lang, d.fields) for d in new]
    writer = Writer(index)
    try:
        for key in gone:
            writer.delete_by_term("key", key)
        batches = _batches(entries)
        written = _written(folder, batches, progress) if len(batches) > 1 else []
        for done, entry in enumerate([] if written else entries, 1):
            writer.add(entry)
            if progress:
                progress(done, len(entries))
        writer.commit(mergetype=lambda writer, old: _merged(writer, old) + written)
    except BaseException:
        writer.cancel()  # else its lock stays
        raise


def _batches(entries: list[Entry]) -> list[list[Entry]]:
    """Of equal size: a segment each, and each processor busy where that is worth it."""
    parts = max(-(-len(entries) // MOST), min(_processors(), len(entries) // FEWEST), 1)
    return [entries[part::parts] for part in range(parts)]


def _processors() -> int:
    return min(8, os.cpu_count() or 1)


def _written(
    folder: Path, batches: list[list[Entry]], progress: Callable[[int, int], None] | None
) -> list[Segment]:
    """A segment of each batch, made in processes that end with this build."""
    segments = []
    total, done = sum(map(len, batches)), 0
    pool = ProcessPool(max_workers=min(len(batches), _processors()), context=forkserver())
    try:
        futures = [pool.schedule(_segment, args=[str(folder), batch]) for batch in batches]
        for future, batch in zip(futures, batches, strict=True):
            segments.append(future.result())
            done += len(batch)
            if progress:
                progress(done, total)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()
    return segments


def _segment(folder: str, batch: list[Entry]) -> Segment:
    index = open_dir(folder)
    writer = Writer(index, alone=False)
    for entry in batch:
        writer.add(entry)
    segment = writer.finish()
    reader = SegmentReader(writer.storage, writer.schema, segment)
    arrays_of(reader, Path(folder))  # kept for who compiles them
    reader.close()
    index.close()
    return segment


def _merged(writer: Writer, segments: list[Segment]) -> list[Segment]:
    """The segments that stay: the others' living documents are added to what is written.

    Of edits one by one the tiny segments go, when they are many, and of any size those with more
    dead documents than living ones.
    """
    tiny = [one for one in segments if one.doc_count_all() < TINY]
    merged = {
        *(one.segment_id() for one in (tiny if len(tiny) > TINIES else ())),
        *(one.segment_id() for one in segments if one.deleted_count() * 2 > one.doc_count_all()),
    }
    for one in segments:
        if one.segment_id() in merged and one.doc_count():
            reader = SegmentReader(writer.storage, writer.schema, one)
            writer.add_reader(reader)
            reader.close()
    return [one for one in segments if one.segment_id() not in merged]

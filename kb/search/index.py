"""Index: documents -> a Whoosh index on disk, changing only the documents that changed.

The builder alone reads and writes it, in its own folder; what a generation holds is compiled
from it. It can be deleted at any time: the next build makes it anew.
"""

from __future__ import annotations

import json
import shutil
from array import array
from typing import TYPE_CHECKING

from whoosh import fields, formats
from whoosh.index import FileIndex, create_in, open_dir

from kb.search.documents import FIELDS
from kb.search.writers import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kb.search.documents import Document

    Progress = Callable[[int, int], None]

FORMAT = "9"  # another number makes every index and every generation anew
STATE = "state.json"
LAST_PLACE = 2**24 - 1  # places beyond are as good as the last


class Places(formats.Format):  # type: ignore[misc]
    """Postings that hold a term's places in a field: uint32, packed; the weight is their number."""

    def word_values(
        self, value: dict[str, list[int]], analyzer: object, **options: object
    ) -> Iterator[tuple[str, int, float, bytes]]:
        for term, places in value.items():
            where = array("I", places)
            if places[-1] > LAST_PLACE:
                where = array("I", [min(place, LAST_PLACE) for place in places])
            yield term, len(where), float(len(where)), where.tobytes()

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 4

    decode_weight = decode_frequency


class Terms(fields.FieldType):  # type: ignore[misc]
    """A field of analysed terms with their places."""

    def __init__(self) -> None:
        self.format = Places()
        self.scorable = True
        self.stored = False
        self.analyzer = None

    def index(
        self, value: dict[str, list[int]], **options: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, count, weight, where in self.format.word_values(value, None):
            yield term.encode(), count, weight, where


def schema() -> fields.Schema:
    """The fields of the ranking, `words`: the unstemmed words, for spelling, with spaces between,
    and `sections`: the places where each section's heading begins, then where its text begins,
    packed uint32."""
    return fields.Schema(
        key=fields.ID(unique=True, stored=True),
        boost=fields.STORED,
        sections=fields.STORED,
        words=fields.STORED,
        **{name: Terms() for name in FIELDS},
    )


def update_index(
    folder: Path, documents: Sequence[Document], progress: Progress | None = None
) -> FileIndex:
    """The index of just these documents (all of one language) in `folder`, opened.

    Starts from what is there, or anew when that is of another format or damaged.
    """
    wanted = {document.key: document for document in documents}
    digests = {key: document.digest for key, document in wanted.items()}
    index, old = _open(folder)
    gone = [key for key, digest in old.items() if digests.get(key) != digest]
    new = [wanted[key] for key, digest in digests.items() if old.get(key) != digest]
    if gone or new:
        (folder / STATE).unlink(missing_ok=True)  # until all is written: a kill starts anew
        write(index, folder, gone, new, progress)
    state = {"format": FORMAT, "documents": digests, "files": _files(folder)}
    (folder / STATE).write_text(json.dumps(state))
    return index


def _open(folder: Path) -> tuple[FileIndex, dict[str, str]]:
    """The index with its documents' digests. Opening unpickles: only files that are known."""
    try:
        state = json.loads((folder / STATE).read_bytes())
        if state["format"] == FORMAT and state["files"] == _files(folder):
            return open_dir(str(folder)), state["documents"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return create_in(str(folder), schema()), {}


def _files(folder: Path) -> dict[str, list[int]]:
    """Name -> size and date of Whoosh's own files. Reading them all would take longer than an
    edit may."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in (".seg", ".toc"):
            stat = path.stat()
            found[path.name] = [stat.st_size, stat.st_mtime_ns]
    return found

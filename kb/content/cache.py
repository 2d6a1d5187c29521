"""RenderCache: what was rendered before, by content digest, and each path's last good version.

It only saves time: deleting it, or finding it damaged, costs one full rendering (and the last
good version of an article that is broken at that moment).
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from kb.content.markdown import RENDERER_VERSION
from kb.content.parsing import Parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ADAPTER = TypeAdapter(Parsed)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS parsed (digest TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS good (path TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
"""


class _Unusable(Exception):
    """Nothing can be read or kept now: the caller goes without."""


class RenderCache:
    """A SQLite file. Several processes may use it: `kb check` beside `kb serve`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, digests: Iterable[str]) -> dict[str, Parsed]:
        """The parsed files among these content digests."""
        found: dict[str, Parsed] = {}
        with contextlib.suppress(_Unusable), self._open() as db:
            for digest in digests:
                row = db.execute("SELECT body FROM parsed WHERE digest = ?", (_key(digest),))
                if body := row.fetchone():
                    found[digest] = _ADAPTER.validate_json(body[0])
        return found

    def last_good(self, paths: Iterable[str]) -> dict[str, Parsed]:
        """The last version of these files that could be rendered."""
        found: dict[str, Parsed] = {}
        query = "SELECT body FROM good JOIN parsed USING (digest) WHERE path = ? AND digest GLOB ?"
        with contextlib.suppress(_Unusable), self._open() as db:
            for path in paths:
                if body := db.execute(query, (path, f"{_CODE}-*")).fetchone():
                    found[path] = _ADAPTER.validate_json(body[0])
        return found

    def keep(self, parsed: Mapping[str, Parsed]) -> None:
        """Keep new results by content digest."""
        bodies = [(_key(d), _ADAPTER.dump_json(p)) for d, p in parsed.items() if p.final]
        with contextlib.suppress(_Unusable), self._open() as db:
            db.executemany("INSERT OR REPLACE INTO parsed VALUES (?, ?)", bodies)

    def keep_good(self, digests: Mapping[str, str]) -> None:
        """Keep which content is each path's last good one, and drop what nobody needs."""
        keys = [(path, _key(digest)) for path, digest in digests.items()]
        changed = (
            "INSERT INTO good VALUES (?, ?) ON CONFLICT DO UPDATE"
            " SET digest = excluded.digest WHERE digest != excluded.digest"
        )
        with contextlib.suppress(_Unusable), self._open() as db:
            db.executemany(changed, keys)
            count = db.execute("SELECT count(*) FROM parsed").fetchone()[0]
            if count > 2 * len(digests) + 1000:
                db.execute("DELETE FROM parsed WHERE digest NOT IN (SELECT digest FROM good)")

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(self._connect()) as db, db:
                yield db
        except sqlite3.OperationalError:
            raise _Unusable from None  # busy, or a full disk: the next time may go better
        except (sqlite3.DatabaseError, ValidationError):
            self._remove()
            raise _Unusable from None

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=1)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(_SCHEMA)
        return db


def _key(digest: str) -> str:
    return f"{_CODE}-{digest}"


# Other code makes other articles: the code that decides on the result is part of the key.
_CODE = hashlib.sha256(
    RENDERER_VERSION.encode()
    + b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
).hexdigest()[:16]

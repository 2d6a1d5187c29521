"""One SQLite file or PostgreSQL database: connections, transactions, schema, failures."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, exc, make_url
from sqlalchemy.dialects import postgresql, sqlite

from kb.errors import JournalUnavailable, UsageError
from kb.feedback import migrations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection as SqliteConnection

PATIENCE = 5
"""Seconds that a caller waits for a lock, a connection or a pooled slot, at most."""


class Database:
    """Short transactions on one database; its schema is brought up to date at first use.

    Shared by all threads of a process. Open one in each process: none survives a fork.
    """

    def __init__(self, url: str) -> None:
        """Connects to nothing yet. Raises UsageError when no database can be at `url`."""
        self.url = _supported(url)
        self._engine = _engine(self.url)
        self._writer = self._engine.execution_options(kb_writes=True)
        self._prepared = False
        self._preparing = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database. Raises JournalUnavailable."""
        with _failures_told():
            self.prepare()
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durable when the block is left. Raises JournalUnavailable."""
        with _failures_told():
            self.prepare()
            with self._writer.begin() as connection:
                yield connection

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT, for which SQLAlchemy has no common name."""
        if self.url.get_backend_name() == "sqlite":
            return sqlite.insert(table)
        return postgresql.insert(table)

    def prepare(self) -> None:
        """Create what is missing; cheap when nothing is. Raises JournalUnavailable."""
        if self._prepared:
            return
        with self._preparing, _failures_told():
            if self.url.get_backend_name() == "sqlite":
                _create_file(Path(str(self.url.database)))
                with self._engine.connect() as connection:
                    _use_write_ahead_log(connection)
            with self._engine.connect() as connection:
                current = migrations.is_current(connection)
            if not current:
                with self._writer.begin() as connection:
                    migrations.upgrade(connection)
            self._prepared = True

    def close(self) -> None:
        self._engine.dispose()


def _supported(url: str) -> URL:
    hint = "Use sqlite:///path/to/kb.sqlite or postgresql://user:password@host/name."
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):  # whose text may hold a password
        raise UsageError("database_url is not the address of a database.", hint) from None
    backend = parsed.drivername.partition("+")[0]
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise UsageError(f"database_url: {backend} is not supported.", hint)
    if (parsed.database or ":memory:").startswith((":memory:", "file:")):
        raise UsageError("database_url: SQLite needs a file, votes must outlive kb.", hint)
    return parsed.set(drivername="sqlite+pysqlite")


def _engine(url: URL) -> Engine:
    """Parameters hold what people wrote: they are in no exception, and so in no log."""
    if url.get_backend_name() == "sqlite":
        patient = {"timeout": PATIENCE}
        engine = create_engine(
            url, pool_timeout=PATIENCE, connect_args=patient, hide_parameters=True
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return create_engine(
            url,
            pool_timeout=PATIENCE,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": PATIENCE, "tcp_user_timeout": PATIENCE * 1000},
        )
    except ModuleNotFoundError as error:
        raise UsageError(
            "PostgreSQL needs a driver that is not installed.", "pip install -e '.[postgres]'"
        ) from error


def _set_up_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # sqlite3 must not begin transactions: we do
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # a deleted salt is gone from the file, too


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another one wrote
    # in between, whatever the timeout; taking the write lock at the start waits for it.
    writes = connection.get_execution_options().get("kb_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _create_file(path: Path) -> None:
    """The write-ahead log inherits the file's permissions: votes are nobody else's business."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _use_write_ahead_log(connection: Connection) -> None:
    """The mode stays in the file; a restored backup comes without it."""
    raw: Any = connection.connection.dbapi_connection
    deadline = time.monotonic() + PATIENCE
    while raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except raw.OperationalError:  # SQLite does not wait here for the others who start
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@contextmanager
def _failures_told() -> Iterator[None]:
    """Turn what a driver or the disk says into JournalUnavailable; our own bugs pass."""
    try:
        yield
    except (exc.IntegrityError, exc.DataError):
        raise
    except exc.DBAPIError as error:
        raise _told(error.orig or error) from error
    except (exc.TimeoutError, OSError) as error:
        raise _told(error) from error


_HINTS = {
    "SQLITE_BUSY": "Another process holds the database for too long: is a backup running?",
    "SQLITE_FULL": "Free space on the disk of the database, then try again.",
    "SQLITE_IOERR": "Look at the disk of the database: it is full or failing.",
    "SQLITE_READONLY": "Make the database and its folder writable for the user kb runs as.",
    "SQLITE_CANTOPEN": "Check that the database's folder exists and belongs to kb's user.",
    "SQLITE_CORRUPT": "Restore the database from a backup.",
    "SQLITE_NOTADB": "database_url names a file that is no SQLite database.",
}


def _told(error: BaseException) -> JournalUnavailable:
    name = getattr(error, "sqlite_errorname", "")
    hints = (hint for prefix, hint in _HINTS.items() if name.startswith(prefix))
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return JournalUnavailable(
        f"The database cannot be used: {reason}",
        next(hints, "Check that the database of database_url runs and can be reached."),
    )

"""Real databases for the journal: SQLite in tmp_path, and a PostgreSQL cluster of our own."""

from __future__ import annotations

import importlib.util
import itertools
import multiprocessing
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kb.feedback.database import Database
from kb.feedback.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import ForkServerContext


class Postgres:
    """A private cluster below /tmp, on a free port, run by an unprivileged user."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self._numbers = itertools.count(1)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    def start(self) -> None:
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self, mode: str) -> None:
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def new_database(self) -> str:
        """The URL of an empty database."""
        import psycopg

        name = f"kb{next(self._numbers)}"
        server = f"postgresql://postgres@127.0.0.1:{self._port}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"{server}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*user, str(self._binaries / program), "-D", str(self._folder / "data")]
        subprocess.run(
            [*command, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=self._folder
        )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed: pip install -e '.[postgres]'")
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found += [Path(path).resolve() for path in [shutil.which("initdb")] if path]
    if not found:
        pytest.skip("there is no PostgreSQL server: apt-get install postgresql")
    if os.geteuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        pytest.skip("root may not run PostgreSQL and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="kb-pg-", dir="/tmp"))
    cluster = Postgres(found[0].parent, folder)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop("fast")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes URLs of databases that are still empty."""
    if request.param == "postgresql":
        cluster: Postgres = request.getfixturevalue("postgres")
        return cluster.new_database
    numbers = itertools.count(1)
    return lambda: f"sqlite:///{tmp_path}/data{next(numbers)}/kb.sqlite"


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    return new_url()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/kb.sqlite"


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    journal = Journal(url)
    yield journal
    journal.close()


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    """Starts processes in milliseconds, without the threads and connections of this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["alembic.command", "psycopg", "vote_workers"])
    return context

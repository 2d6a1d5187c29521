"""Races, crashes, full disks and lost servers: what was acknowledged is there, once."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from vote_workers import a_vote, received, vote_together, vote_until_killed

from kb.errors import JournalUnavailable
from kb.feedback.database import Database
from kb.feedback.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from conftest import Postgres


def _together(url: str, processes: ForkServerContext, jobs: list[list[str]]) -> list[object]:
    """Each job's visitors vote in a process of their own; what each answered."""
    start = processes.Barrier(len(jobs))
    results, answers = processes.Pipe(duplex=False)
    workers = [
        processes.Process(target=vote_together, args=(url, start, job, answers)) for job in jobs
    ]
    for worker in workers:
        worker.start()
    found = received(results, len(workers))
    for worker in workers:
        worker.join()
    return found


def test_fifty_parallel_votes_of_one_visitor_are_one_vote(journal: Journal) -> None:
    def vote(number: int) -> int:
        return journal.vote(a_vote(helpful=number % 2 == 0))

    with ThreadPoolExecutor(50) as threads:
        ids = set(threads.map(vote, range(50)))
    assert len(ids) == 1
    assert len(list(journal.votes())) == 1


def test_parallel_votes_of_one_visitor_from_processes_are_one_vote(
    url: str, processes: ForkServerContext
) -> None:
    answers = _together(url, processes, [["visitor-1"] * 7] * 7)
    assert all(isinstance(answer, float) for answer in answers), answers
    journal = Journal(url)
    assert list(journal.votes()) == [a_vote(reason="other")]
    journal.close()


def test_eight_writing_processes_never_find_the_database_busy(
    url: str, processes: ForkServerContext
) -> None:
    jobs = [[f"visitor-{worker}-{number}" for number in range(60)] for worker in range(8)]
    answers = _together(url, processes, jobs)
    assert all(isinstance(answer, float) for answer in answers), answers
    journal = Journal(url)
    assert {vote.visitor for vote in journal.votes()} == {name for job in jobs for name in job}
    journal.close()


@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_no_acknowledged_vote_is_lost_when_workers_are_killed(
    url: str, processes: ForkServerContext, tmp_path: Path
) -> None:
    acknowledged = _killed_writers(url, processes, rounds=20)
    _assert_all_there(url, acknowledged)
    _assert_intact(tmp_path / "data1" / "kb.sqlite")


@pytest.mark.parametrize("new_url", ["postgresql"], indirect=True)
def test_no_acknowledged_vote_is_lost_on_postgresql_when_workers_are_killed(
    url: str, processes: ForkServerContext
) -> None:
    _assert_all_there(url, _killed_writers(url, processes, rounds=6))


def _killed_writers(url: str, processes: ForkServerContext, rounds: int) -> list[str]:
    """The visitors whose votes were acknowledged before their worker was killed.

    How long the workers write is told by what they wrote, not by a clock: a busy machine
    takes longer, and the test sees as many votes.
    """
    acknowledged = []
    moments = random.Random(7)
    for number in range(rounds):
        pairs = [_writer(url, processes, f"visitor-{number}-{each}") for each in range(4)]
        for _, results in pairs:  # all are voting by then, and the last ones in mid-write
            acknowledged += received(results, moments.randint(1, 40))
        for worker, _ in pairs:
            worker.kill()
        for worker, results in pairs:
            worker.join()
            acknowledged += _drained(results)
    return acknowledged


def _writer(url: str, processes: ForkServerContext, name: str) -> tuple[BaseProcess, Connection]:
    results, acknowledge = processes.Pipe(duplex=False)
    worker = processes.Process(target=vote_until_killed, args=(url, name, acknowledge))
    worker.start()
    acknowledge.close()  # or the end of the worker would not end the pipe
    return worker, results


def _drained(results: Connection) -> Iterator[str]:
    try:
        while True:
            yield results.recv()
    except (EOFError, OSError):  # OSError: killed in the middle of a message
        results.close()


def _assert_all_there(url: str, acknowledged: list[str]) -> None:
    journal = Journal(url)
    stored = [vote.visitor for vote in journal.votes()]
    journal.close()
    assert len(acknowledged) > 100
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root and its capabilities")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_refuses_votes_but_serves_and_loses_none(small_disk: Path) -> None:
    journal = Journal(f"sqlite:///{small_disk}/kb.sqlite")
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(400_000))
    stored = _vote_until_full(journal)
    assert [vote.visitor for vote in journal.votes()] == stored
    assert journal.ready()
    ballast.unlink()
    journal.vote(a_vote(visitor="visitor-after"))
    assert [vote.visitor for vote in journal.votes()] == [*stored, "visitor-after"]
    journal.close()
    _assert_intact(small_disk / "kb.sqlite")


def test_a_database_that_may_not_grow_refuses_votes_and_loses_none(sqlite_url: str) -> None:
    Database(sqlite_url).prepare()
    journal = Journal(sqlite_url)
    event.listen(
        journal.database._engine,
        "connect",
        lambda connection, _: connection.execute("PRAGMA max_page_count = 30"),
    )
    journal.close()  # the next connections are limited
    stored = _vote_until_full(journal)
    assert [vote.visitor for vote in journal.votes()] == stored
    journal.close()


def _assert_intact(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def _vote_until_full(journal: Journal) -> list[str]:
    """Who has voted when five votes in a row were refused."""
    stored, hints = [], []
    for number in range(5_000):
        visitor = f"visitor-{number}"
        try:
            journal.vote(a_vote(visitor=visitor, text="This did not help. " * 100))
            stored.append(visitor)
        except JournalUnavailable as error:
            hints.append(error.hint)
        if len(hints) == 5:
            break
    assert ["disk" in hint for hint in hints] == [True] * 5
    return stored


def test_a_lost_postgresql_refuses_votes_and_comes_back(postgres: Postgres) -> None:
    url = postgres.new_database()
    journal, idle = Journal(url), Journal(url)
    journal.vote(a_vote())
    assert idle.ready()
    postgres.stop("immediate")  # no goodbye to anybody, as after kill -9
    try:
        with pytest.raises(JournalUnavailable):
            journal.vote(a_vote(visitor="visitor-2"))
        assert not journal.ready()
        late = Journal(url)  # a worker that starts meanwhile
        assert not late.ready()
    finally:
        postgres.start()
    for opened in (idle, journal, late):
        opened.vote(a_vote())
        assert list(opened.votes()) == [a_vote()]
        opened.close()

"""Leases: one holder at a time, and never longer than it lives."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
import time

import pytest

from kb.feedback import leases as module
from kb.feedback.database import Database
from kb.feedback.leases import LIFE, Leases

NOW = dt.datetime(2026, 5, 29, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
HOLDER = """
import sys, time
from kb.feedback.database import Database
from kb.feedback.leases import Leases
with Leases(Database(sys.argv[1])).held("survey") as mine:
    print(mine, flush=True)
    time.sleep(60)
"""


def test_a_lease_has_one_holder_and_ends_by_itself(database: Database) -> None:
    one, other = Leases(database), Leases(database)
    assert one.take("a", NOW, holder="one")
    assert not other.take("a", NOW + LIFE - SECOND, holder="other")
    assert not one.is_free("a", NOW + LIFE - SECOND)
    assert other.take("b", NOW, holder="other")
    assert one.is_free("a", NOW + LIFE)
    assert other.take("a", NOW + LIFE, holder="other")


def test_who_has_it_may_renew_it(database: Database) -> None:
    mine = Leases(database)
    assert mine.take("a", NOW, holder="me")
    assert mine.take("a", NOW + LIFE / 2, holder="me")
    assert not mine.take("a", NOW + LIFE, holder="you")


def test_without_a_holder_it_is_taken_once_in_a_time(database: Database) -> None:
    every = dt.timedelta(minutes=5)
    taken = [Leases(database).take("a", NOW + n * SECOND, every) for n in (0, 0, 299, 300, 301)]
    assert taken == [True, False, False, True, False]


def test_of_many_who_ask_at_once_one_gets_it(database: Database) -> None:
    taken: list[bool] = []
    start = threading.Barrier(8)

    def ask(name: str) -> None:
        start.wait()
        taken.append(Leases(database).take("a", NOW, holder=name))

    threads = [threading.Thread(target=ask, args=(f"holder {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 7 + [True]


def test_it_is_held_for_as_long_as_the_block_takes_and_then_given_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LIFE", SECOND)
    monkeypatch.setattr(module, "_RENEWED", SECOND / 4)
    leases = Leases(database)
    with leases.held("a") as mine:
        assert mine
        time.sleep(1.5)
        with leases.held("a") as other:
            assert not other
    with leases.held("a") as mine:
        assert mine


def test_another_process_waits_and_a_killed_holder_is_outlived(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases = Leases(database)
    database.prepare()
    command = [sys.executable, "-W", "ignore", "-c", HOLDER, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        with leases.held("survey", patience=0.5) as mine:
            assert not mine
        holder.kill()
    later = dt.datetime.now(dt.UTC) + LIFE
    assert not leases.is_free("survey", later - 10 * SECOND)
    monkeypatch.setattr(module, "_now", lambda: later)
    with leases.held("survey") as mine:
        assert mine

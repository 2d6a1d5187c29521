"""Figures worked out in the background: when they are due, by whom, and what happens when not."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sample_site import Site, make_site

from kb import surveying
from kb.feedback.events import Search
from kb.feedback.leases import Leases
from kb.feedback.register import Register
from kb.feedback.surveys import Stamp
from kb.helpdesk.courier import Courier
from kb.knowledge_base import KnowledgeBase
from kb.ledger import SURVEY
from kb.search.query import normal_form
from kb.surveying import Surveyor
from kb.web.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBERS = itertools.count(1)
NOW = dt.datetime(2026, 5, 29, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
MINUTE = 60 * SECOND


@pytest.fixture
def kb(site: Site) -> KnowledgeBase:
    return KnowledgeBase(site.settings)


def searched(kb: KnowledgeBase, text: str, count: int, at: dt.datetime | None = None) -> None:
    moment = at or dt.datetime.now(dt.UTC) - 90 * MINUTE
    for number in itertools.islice(NUMBERS, count):
        kb.signals.write([
            Search(f"t{number}", f"v{number}", moment, text, normal_form(text, "en"), "en", "page",
                   0, network=f"n{number}")
        ])  # fmt: skip


def stored(kb: KnowledgeBase, at: dt.datetime, seconds: float = 0.0, generation: str = "") -> None:
    """As if somebody had worked them out then."""
    with kb.journal.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM surveys")
    kb.ledger.surveys.keep(Stamp(generation or kb.edition.generation, at, seconds), "{}")


class Runs:
    """Counts instead of starting processes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: str = "") -> None:
        self.count, self.error = 0, error
        monkeypatch.setattr(surveying, "run", self)

    def __call__(self, settings: object) -> str:
        self.count += 1
        return self.error


def asked(surveyor: Surveyor, way: str) -> None:
    getattr(surveyor, way)()
    surveyor.wait()


# ── The process ─────────────────────────────────────────────────────────


def test_another_process_works_them_out(kb: KnowledgeBase) -> None:
    searched(kb, "dark mode", 4)
    surveyor = Surveyor(kb)
    assert surveyor.look()
    surveyor.wait()
    survey = kb.ledger.surveyed()
    assert survey is not None
    assert [row.gap.label for row in survey.rows] == ["dark mode"]
    assert not surveyor.look()  # they are fresh


def test_one_that_fails_leaves_the_old_figures_and_is_logged(
    kb: KnowledgeBase, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched(kb, "dark mode", 4)
    before = kb.ledger.survey()
    monkeypatch.setattr(surveying, "FRESH", 0 * SECOND)
    monkeypatch.setattr(surveying, "REST", 0)
    (kb.settings.data_dir / "current").write_text("000000-none")  # nothing can be opened
    for generation in kb.generations.folder.iterdir():
        (generation / "manifest.json").unlink()
    surveyor = Surveyor(kb)
    with caplog.at_level(logging.ERROR):
        asked(surveyor, "look")
    assert "Nothing has been published yet" in caplog.text
    assert kb.ledger.surveyed() == before
    assert not surveyor.look()  # not again at once


def child_of(pid: int) -> int:
    """The first one, when it is there."""
    for _ in range(1000):
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if found:
            return int(found[0])
        time.sleep(0.01)
    raise AssertionError("no child")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def waits_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_it_ends_with_the_process_that_started_it(kb: KnowledgeBase) -> None:
    told = "import sys; from kb.settings import Settings; from kb.surveying import run;"
    told += "run(Settings.model_validate_json(sys.argv[1]))"
    command = [sys.executable, "-W", "ignore", "-c", told, kb.settings.model_dump_json()]
    lock = sqlite3.connect(kb.settings.data_dir / "kb.sqlite", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")  # the child waits for five seconds
    with subprocess.Popen(command) as parent:
        child = child_of(parent.pid)
        time.sleep(1.0)
        assert is_alive(child)
        parent.kill()
    assert waits_for(lambda: not is_alive(child), 2)
    lock.execute("ROLLBACK")
    lock.close()


def test_one_that_is_killed_half_way_changes_nothing_and_the_next_one_works(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched(kb, "dark mode", 4)
    before = kb.ledger.survey()
    started: list[Any] = []
    popen = subprocess.Popen

    def starting(*arguments: Any, **options: Any) -> Any:
        started.append(popen(*arguments, **options))
        return started[0]

    monkeypatch.setattr(surveying.subprocess, "Popen", starting)
    searched(kb, "webhooks", 4)
    leases, now = Leases(kb.journal.database), lambda: dt.datetime.now(dt.UTC)
    monkeypatch.setattr(surveying, "FRESH", 0 * SECOND)
    monkeypatch.setattr(surveying, "REST", 0)
    surveyor = Surveyor(kb)
    assert surveyor.look()
    assert waits_for(lambda: not leases.is_free(SURVEY, now()))
    os.kill(started[0].pid, signal.SIGKILL)
    surveyor.wait()
    assert kb.ledger.surveyed() == before
    assert not leases.is_free(SURVEY, now())
    with kb.journal.database.writing() as connection:  # a minute later
        connection.exec_driver_sql("DELETE FROM leases")
    after = kb.ledger.survey()
    assert after is not None
    assert {row.gap.label for row in after.rows} == {"dark mode", "webhooks"}


# ── When they are due ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("age", "seconds", "way", "due"),
    [
        (59, 0.1, "look", False),
        (61, 0.1, "look", True),
        (61, 100, "look", False),
        (2001, 100, "look", True),
        (3599, 0.1, "round", False),
        (3600, 0.1, "round", True),
        (3600, 1000, "round", True),
    ],
)
def test_they_are_due_when_somebody_looks_and_every_hour(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, age: int, seconds: float, way: str, due: bool
) -> None:  # fmt: skip
    runs = Runs(monkeypatch)
    stored(kb, NOW - age * SECOND, seconds)
    asked(Surveyor(kb, lambda: NOW), way)
    assert runs.count == due


def test_a_new_generation_is_a_reason_once(
    site: Site, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, now = Runs(monkeypatch), [NOW]
    stored(kb, NOW - MINUTE)
    surveyor = Surveyor(kb, lambda: now[0])
    asked(surveyor, "round")
    assert runs.count == 0
    site.write({"account/dark.md": "---\ntitle: Dark mode\n---\nUnder Appearance.\n"})
    site.build()
    kb.refresh()
    asked(surveyor, "round")
    assert runs.count == 1
    now[0] += MINUTE
    stored(kb, NOW + SECOND, generation="that of another server, which builds for itself")
    asked(surveyor, "round")
    assert runs.count == 1


def test_nobody_starts_while_another_process_is_at_it(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Runs(monkeypatch)
    Leases(kb.journal.database).take(SURVEY, NOW, holder="another server")
    asked(Surveyor(kb, lambda: NOW + SECOND), "look")
    assert runs.count == 0
    asked(Surveyor(kb, lambda: NOW + 61 * SECOND), "look")
    assert runs.count == 1


def test_after_a_failure_it_waits(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    runs, now = Runs(monkeypatch, "no space left"), [NOW]
    surveyor = Surveyor(kb, lambda: now[0])
    for minutes, count in ((0, 1), (4, 1), (5, 2)):
        now[0] = NOW + minutes * MINUTE
        asked(surveyor, "look")
        assert runs.count == count


def test_a_journal_without_searches_is_left_alone_until_somebody_looks(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Runs(monkeypatch)
    surveyor = Surveyor(kb)
    asked(surveyor, "round")
    assert runs.count == 0
    asked(surveyor, "look")
    searched(kb, "dark mode", 1)
    asked(surveyor, "round")
    assert runs.count == 2


def test_two_who_ask_at_once_get_one_survey(kb: KnowledgeBase) -> None:
    from concurrent.futures import ThreadPoolExecutor

    searched(kb, "dark mode", 4)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: kb.ledger.survey(patience=20), range(2)))
    assert None not in made
    assert made[0] == made[1]


# ── The rounds of a server ──────────────────────────────────────────────


def outcomes(kb: KnowledgeBase) -> list[str]:
    with kb.journal.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT outcome FROM searches ORDER BY id")
        return [row[0] for row in rows]


def test_outcomes_are_known_every_five_minutes_without_anybody_looking(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    Runs(monkeypatch)
    rounds = [Rounds(kb, Surveyor(kb), Courier(kb.delivery)) for _ in range(2)]  # two processes
    searched(kb, "dark mode", 1, NOW - 31 * MINUTE)
    searched(kb, "webhooks", 1, NOW - 28 * MINUTE)
    for minutes, expected in (
        (0, ["no_result", ""]),
        (4, ["no_result", ""]),
        (5, ["no_result", "no_result"]),
    ):
        for each in rounds:
            each.go(NOW + minutes * MINUTE)
        assert outcomes(kb) == expected, minutes


def test_of_many_who_wait_the_first_are_judged(kb: KnowledgeBase) -> None:
    for number in range(4):
        searched(kb, "dark mode", 1, NOW - (40 - number) * MINUTE)
    assert kb.ledger.judge(NOW, 3) == 3
    assert outcomes(kb) == ["no_result"] * 3 + [""]


def test_an_answer_is_noticed_without_anybody_looking(site: Site, kb: KnowledgeBase) -> None:
    searched(kb, "dark mode", 6)
    kb.ledger.survey()
    register = Register(kb.journal.database)
    assert register.entries()[1].state == "open"
    site.write({"account/dark.md": "---\ntitle: Dark mode\n---\nUnder Appearance.\n"})
    site.build()
    kb.refresh()
    surveyor = Surveyor(kb, lambda: dt.datetime.now(dt.UTC) + MINUTE)
    Rounds(kb, surveyor, Courier(kb.delivery)).go(dt.datetime.now(dt.UTC))
    surveyor.wait()
    entry = register.entries()[1]
    assert (entry.state, entry.change) == ("documented", kb.edition.generation)


def test_a_server_goes_round(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    app = site.app()
    searched(app.extensions["kb"], "dark mode", 4)
    app.extensions["pages"].watch()
    assert waits_for(lambda: app.extensions["kb"].ledger.surveys.stamp() is not None, 30)
    assert set(outcomes(app.extensions["kb"])) == {"no_result"}

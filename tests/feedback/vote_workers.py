"""What the tests of races and crashes run in other processes, and the votes they cast."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from typing import TYPE_CHECKING, Any

from kb.errors import JournalUnavailable
from kb.feedback.events import Vote
from kb.feedback.journal import Journal
from kb.feedback.privacy import Visitors
from kb.feedback.secret import secret

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


def a_vote(**changes: Any) -> Vote:
    """A No to the article on passwords by the first visitor, but for `changes`."""
    given: dict[str, Any] = {
        "article": "reset-your-password",
        "revision": "r1",
        "visitor": "visitor-1",
        "helpful": False,
        "at": NOON,
    }
    return Vote(**{**given, **changes})


def received(answers: Connection, count: int) -> list[Any]:
    """What `count` workers sent; fails rather than waits for one that is dead."""
    found: list[Any] = []
    while len(found) < count:
        assert answers.poll(20), f"{count - len(found)} of {count} workers never answered"
        found.append(answers.recv())
    return found


def vote_together(url: str, start: Barrier, visitors: list[str], answers: Connection) -> None:
    """Vote for each visitor as soon as all workers are there; send the slowest or the error."""
    journal = Journal(url)
    start.wait(30)
    slowest = 0.0
    try:
        for visitor in visitors:
            began = time.perf_counter()
            vote_id = journal.vote(a_vote(visitor=visitor))
            journal.explain(vote_id, visitor, "other", "")
            slowest = max(slowest, time.perf_counter() - began)
        answers.send(slowest)
    except JournalUnavailable as error:
        answers.send(error.message)


def open_together(url: str, start: Barrier, answers: Connection) -> None:
    start.wait(30)
    answers.send(Journal(url).ready())


def salt_together(url: str, start: Barrier, answers: Connection) -> None:
    journal = Journal(url)
    start.wait(30)
    answers.send(Visitors(journal).token("192.0.2.7", "browser", NOON))


def secret_together(folder: Path, start: Barrier, answers: Connection) -> None:
    start.wait(30)
    answers.send(secret(folder))


def vote_until_killed(url: str, worker: str, acknowledged: Connection) -> None:
    """Votes for ever new visitors; sends each visitor's name once the journal has thanked."""
    journal = Journal(url)
    for number in itertools.count():
        visitor = f"{worker}-{number}"
        journal.vote(a_vote(visitor=visitor))
        acknowledged.send(visitor)

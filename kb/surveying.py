"""Surveying: the figures of the staff pages worked out in a process of their own.

Its memory is given back, and requests do not wait for its interpreter. It has low priority, and
ends when the process that started it does.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase
from kb.ledger import SURVEY
from kb.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.feedback.surveys import Stamp

log = logging.getLogger(__name__)

FRESH = dt.timedelta(seconds=60)
REST = 20
"""Times as long as a survey took pass before the next one: 5 % of one processor at most."""

SOON = dt.timedelta(minutes=5)
"""A new generation waits no longer than that."""

HOURLY = dt.timedelta(hours=1)
AGAIN = dt.timedelta(minutes=5)
"""After one that failed."""

NICE = 10


class Surveyor:
    """Starts a survey when one is due; one at a time in all processes. Nothing here waits."""

    def __init__(
        self,
        kb: KnowledgeBase,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._kb, self._clock = kb, clock
        self._working = threading.Lock()
        self._thread: threading.Thread | None = None
        self._seen = ("", clock())  # the newest generation, and since when it is
        self._failed: dt.datetime | None = None

    def look(self) -> bool:
        """Somebody looks at the figures: whether newer ones are on their way."""
        return self._start_if(looked=True)

    def round(self) -> bool:
        """Nobody looks; new generations and time go by."""
        return self._start_if(looked=False)

    def wait(self) -> None:
        """Until what is going on has ended."""
        if self._thread:
            self._thread.join()

    def _start_if(self, looked: bool) -> bool:
        if self._working.locked():
            return True
        kb, now = self._kb, self._clock()
        if kb.live is None or not self._is_due(kb.ledger.surveys.stamp(), now, looked):
            return False
        if kb.leases.is_free(SURVEY, now) and self._working.acquire(blocking=False):
            self._thread = threading.Thread(target=self._run, daemon=True, name="kb-survey")
            self._thread.start()
        return True

    def _is_due(self, stamp: Stamp | None, now: dt.datetime, looked: bool) -> bool:
        generation = self._kb.edition.generation
        if generation != self._seen[0]:
            self._seen = (generation, now)
        if self._failed and now - self._failed < AGAIN:
            return False
        if stamp is None:
            return looked or not self._kb.ledger.has_few_searches(0)
        age, rest = now - stamp.at, dt.timedelta(seconds=REST * stamp.seconds)
        # Servers that build for themselves have names of their own: each asks once.
        new = stamp.generation != generation and stamp.at < self._seen[1]
        by_hand = looked and self._kb.ledger.surveys.is_overtaken(stamp.at)
        return (
            age >= HOURLY
            or (looked and age > max(FRESH, rest))
            or (new and age > min(rest, SOON))
            or by_hand
        )

    def _run(self) -> None:
        """In a thread of its own, which has the lock already."""
        try:
            error = run(self._kb.settings)
        except OSError as problem:
            error = str(problem)
        self._failed = self._clock() if error else None
        if error:
            log.error("The figures of the staff pages stay as they were: %s", error)
        self._working.release()


def run(settings: Settings) -> str:
    """Work in a process of its own and wait for it -> what went wrong, "" nothing."""
    command = [sys.executable, "-m", "kb.surveying"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(settings.model_dump_json().encode() + b"\n")
        process.stdin.flush()  # and stays open: it ends when this process does
        said = process.stderr.read().decode(errors="replace").strip()
        code = process.wait()
    return (said.splitlines() or [f"exit code {code}"])[-1] if code else ""


def main() -> int:
    """What the process does. Its settings come as a line of JSON."""
    os.nice(NICE)
    settings = Settings.model_validate_json(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        KnowledgeBase(settings).ledger.survey()
    except KbError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())

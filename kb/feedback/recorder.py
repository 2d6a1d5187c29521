"""Recorder: signals on their way to the database, so that no visitor waits for it.

A full or locked database loses statistics and never a request. Votes, comments and whatever else a
person was thanked for do not come this way: see `journal`.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections import deque
from typing import TYPE_CHECKING

from kb.errors import JournalUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.feedback.signals import Signal, Signals

    Making = Callable[[], Signal]

log = logging.getLogger(__name__)

WAITING = 20_000
"""Signals kept in memory while the database cannot take them; then the oldest are dropped."""

TOGETHER = 500
PAUSE = 0.5
"""Seconds in which signals gather for one transaction."""

RETRY = 5.0
ATTEMPTS = 12


class Recorder:
    """One a process; its thread starts with the first signal, also after a fork."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._waiting: deque[Making] = deque(maxlen=WAITING)
        self._come = threading.Event()
        self._writing = threading.Lock()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._failed = 0
        self.lost = 0

    def record(self, signal: Making) -> None:
        """Take a function that makes the signal; costs microseconds and raises nothing."""
        if len(self._waiting) == WAITING:
            self.lost += 1
        self._waiting.append(signal)
        self._come.set()
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True, name="kb-signals")
                self._thread.start()
                atexit.register(self.close)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._come.wait()
            self._stopping.wait(PAUSE if not self._failed else RETRY)
            self._come.clear()
            self.flush()

    def flush(self) -> None:
        """Write what is waiting, now. What the database refuses is kept for some later tries."""
        with self._writing:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(TOGETHER, len(self._waiting)))]
                if not self._write(batch):
                    self._come.set()
                    return

    def _write(self, batch: list[Making]) -> bool:
        try:
            self._signals.write([make() for make in batch])
        except JournalUnavailable as error:
            self._failed += 1
            if self._failed == 1:
                log.warning("Statistics wait: %s %s", error.message, error.hint)
            if self._failed <= ATTEMPTS:
                self._waiting.extendleft(reversed(batch))
            else:
                self.lost += len(batch)
            return False
        except Exception:  # one that cannot be stored must not take the others with it
            if len(batch) == 1:
                log.exception("A signal could not be stored.")
                self.lost += 1
            else:
                for signal in batch:
                    self._write([signal])
        self._failed = 0
        return True

    def close(self) -> None:
        """Write what is left and stop."""
        self._stopping.set()
        self._come.set()
        self.flush()
        atexit.unregister(self.close)

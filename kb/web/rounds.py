"""Rounds: what a server does by itself, whether anybody looks or not.

Outcomes every five minutes, retention once an hour, and the figures of the staff pages when they
are due. Messages to support have a thread of their own: a helpdesk that hangs holds nothing up. Of
several servers and processes with one database one does each.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from typing import TYPE_CHECKING

from kb.errors import KbError

if TYPE_CHECKING:
    from kb.helpdesk.courier import Courier
    from kb.knowledge_base import KnowledgeBase
    from kb.surveying import Surveyor

log = logging.getLogger(__name__)

PAUSE = 5.0
OUTCOMES = dt.timedelta(minutes=5)
RETENTION = dt.timedelta(hours=1)
MOST_VISITORS = 5_000
"""Judged in one turn: requests wait for the interpreter meanwhile. The next survey judges all."""


class Rounds:
    """One for each process that serves."""

    def __init__(self, kb: KnowledgeBase, surveyor: Surveyor, courier: Courier) -> None:
        self._kb, self._surveyor, self._courier = kb, surveyor, courier
        self._thread: threading.Thread | None = None

    def watch(self) -> None:
        """Go round, in a thread, for as long as the process lives."""
        self._courier.watch()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="kb-rounds")
            self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                self.go(dt.datetime.now(dt.UTC))
            except KbError as error:
                log.error("Not done now: %s", error)
            except Exception:
                log.exception("Not done now")
            time.sleep(PAUSE)

    def go(self, now: dt.datetime) -> None:
        """Do what is due. Raises JournalUnavailable."""
        if self._kb.leases.take("outcomes", now, OUTCOMES):
            self._kb.ledger.judge(now, MOST_VISITORS)
        if self._kb.leases.take("retention", now, RETENTION):
            self._kb.forget(now)
        self._surveyor.round()

"""Courier: the thread that brings messages to the helpdesk. No request ever waits for one."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from typing import TYPE_CHECKING

from kb.errors import KbError

if TYPE_CHECKING:
    from kb.helpdesk.delivery import Delivery

log = logging.getLogger(__name__)

PAUSE = 3.0


class Courier:
    """One for each process that serves; a lease lets one of them all work at a time."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._thread: threading.Thread | None = None

    def watch(self) -> None:
        """Go round for as long as the process lives, if there is a helpdesk at all."""
        if self._thread is None and self._delivery.sender:
            self._thread = threading.Thread(target=self._run, daemon=True, name="kb-outbox")
            self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                self._delivery.deliver(dt.datetime.now(dt.UTC))
            except KbError as error:
                log.error("Messages wait: %s", error)
            except Exception as error:  # its text may hold some of a message
                log.error("Messages wait: %s", type(error).__name__)
            time.sleep(PAUSE)

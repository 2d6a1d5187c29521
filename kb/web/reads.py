"""Reads: how much each address has read and searched, and may still.

They are counted in memory: a write for each search would cost more than the search. So each process
counts its own, and what is told never promises more than is kept. Nothing is counted of addresses
that are nobody's on the internet: a proxy that the settings do not know of would make all readers
one.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import math
import threading
import time
from typing import TYPE_CHECKING

from flask import current_app, request

from kb.accounts.allowances import Allowance
from kb.errors import TooMany
from kb.feedback.privacy import household
from kb.phrase import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

MINUTE = 60.0
MOST_READS = 1_200
"""Of one address. Suggestions are reads, too, and an office may share an address."""

MOST_READERS = 100_000
"""Addresses that are counted at once; who comes on top of them is not."""


class Reads:
    """What each address has read in this minute, in this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = 0.0
        self._counts: dict[str, int] = {}
        self._counting = threading.Lock()

    def count(self, address: str, cost: int) -> Allowance:
        who = household(address)
        with self._counting:
            now = self._clock()
            if now >= self._end:
                self._counts, self._end = {}, now + MINUTE
            count = self._counts.get(who, 0) + cost
            if who in self._counts or len(self._counts) < MOST_READERS:
                self._counts[who] = count
            return Allowance(MOST_READS, MOST_READS - count, math.ceil(self._end - now))


def register(app: Flask) -> None:
    """Pages that search are counted apart from what programs read."""
    app.extensions["reads"] = Reads()
    app.extensions["page_reads"] = Reads()


def counted(cost: int) -> Allowance | None:
    """What a program may still read after this; None where nothing is counted."""
    return _count("reads", cost)


def count_page(cost: int) -> None:
    """Counts a page that searches. Raises TooMany."""
    allowance = _count("page_reads", cost)
    if allowance and allowance.left < 0:
        hint = N_("Try again in %(time)s.", time=dt.timedelta(seconds=allowance.seconds))
        message = N_("There were very many searches from your network.")
        raise TooMany(message, hint, allowance.seconds)


def may_search() -> bool:
    """Counts a page that searches by the way, and can do without."""
    allowance = _count("page_reads", 1)
    return allowance is None or allowance.left >= 0


def _count(kind: str, cost: int) -> Allowance | None:
    address = request.remote_addr or ""
    if not _is_public(address):
        return None
    reads: Reads = current_app.extensions[kind]
    return reads.count(address, cost)


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False

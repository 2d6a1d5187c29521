"""Access: which program asks, by its token, and how much each may ask for.

With a token all workers and servers count together, in the database that the request writes to
anyway. Who only reads is counted in memory: a write for each search would cost more than the
search. So each process counts its own, and the headers never promise more than is kept. Nothing
is counted of addresses that are nobody's on the internet: a proxy that the settings do not know of
would make all readers one.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import math
import threading
import time
from typing import TYPE_CHECKING

from flask import current_app, g, request

from kb.accounts.allowances import Allowance, Allowances
from kb.accounts.tokens import SCOPES, Tokens
from kb.errors import NotAllowed, TooMany, Unidentified
from kb.feedback.privacy import household
from kb.phrase import N_
from kb.web.current import current_kb

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from kb.accounts.tokens import Token

WINDOW = dt.timedelta(minutes=1)
MOST_OF_TOKEN = 300
MOST_READS = 1_200
"""Of one address. Suggestions are reads, too, and an office may share an address."""

MOST_READERS = 100_000
"""Addresses that are counted at once; who comes on top of them is not."""

HEADERS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


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
                self._counts, self._end = {}, now + WINDOW.total_seconds()
            count = self._counts.get(who, 0) + cost
            if who in self._counts or len(self._counts) < MOST_READERS:
                self._counts[who] = count
            return Allowance(MOST_READS, MOST_READS - count, math.ceil(self._end - now))


def token_for(scope: str) -> Token:
    """The token that the request shows, if it is for this.

    Raises Unidentified, NotAllowed, TooMany and JournalUnavailable.
    """
    database, now = current_kb().journal.database, dt.datetime.now(dt.UTC)
    token = Tokens(database).shown(_given(), now)
    if token is None:
        hint = "It is not known here, was revoked, or its time is over. See kb staff token list."
        raise Unidentified("This token does not count.", hint)
    _allow(Allowances(database).count(f"token {token.id}", MOST_OF_TOKEN, WINDOW, now))
    if scope not in token.scopes:
        hint = f"It is for {', '.join(token.scopes)}. kb staff token add makes another one."
        raise NotAllowed(f"This takes a token with the scope {scope}.", hint)
    if not token.may(scope):
        hint = f"{token.account.name} has the role {token.account.role}."
        raise NotAllowed(f"The scope {scope} takes the role {SCOPES[scope]}.", hint)
    return token


def count_read(cost: int) -> None:
    """Raises TooMany."""
    address = request.remote_addr or ""
    if _is_public(address):
        _allow(current_app.extensions["reads"].count(address, cost))


def count_page(cost: int) -> None:
    """The same for pages that search, apart from what programs read. Raises TooMany."""
    allowance = _of_pages(cost)
    if allowance and allowance.left < 0:
        hint = N_("Try again in %(time)s.", time=dt.timedelta(seconds=allowance.seconds))
        message = N_("There were very many searches from your network.")
        raise TooMany(message, hint, allowance.seconds)


def may_search() -> bool:
    """Counts a page that searches by the way, and can do without."""
    allowance = _of_pages(1)
    return allowance is None or allowance.left >= 0


def _of_pages(cost: int) -> Allowance | None:
    address = request.remote_addr or ""
    if not _is_public(address):
        return None
    found: Allowance = current_app.extensions["page_reads"].count(address, cost)
    return found


def tell_allowance(response: Response) -> None:
    """Say in the headers what is left."""
    allowance: Allowance | None = g.get("allowance")
    if allowance:
        told = (allowance.most, max(0, allowance.left), allowance.seconds)
        for name, value in zip(HEADERS, told, strict=True):
            response.headers[name] = str(value)


def _given() -> str:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        hint = "Send it as Authorization: Bearer kb_… See kb staff token."
        raise Unidentified("This takes a token.", hint)
    return given.token


def _allow(allowance: Allowance) -> None:
    g.allowance = allowance
    if allowance.left < 0:
        hint = f"{allowance.most} a minute are possible. Wait {allowance.seconds} seconds."
        raise TooMany("That were too many requests.", hint, allowance.seconds)


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False

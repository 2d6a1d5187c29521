"""Attempts: how often somebody tried to sign in, counted once for all workers and servers.

An attempt counts before it is looked at, so a hundred at once are a hundred. No address is stored:
its digest is, for a quarter of an hour and until the next round of retention. `allowances` counts
in the same way what programs do.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import math
from typing import TYPE_CHECKING

from sqlalchemy import case, delete, update

from kb.accounts.tables import attempts
from kb.errors import TooMany
from kb.feedback.privacy import household
from kb.phrase import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.sql.dml import ReturningInsert

    from kb.feedback.database import Database

WINDOW = dt.timedelta(minutes=15)
MOST_OF_ACCOUNT = 10
MOST_OF_ADDRESS = 30


def forget_attempts(database: Database, now: dt.datetime) -> None:
    """Delete those that count no more. Raises JournalUnavailable."""
    with database.writing() as connection:
        connection.execute(delete(attempts).where(attempts.c.until <= now))


def one_more(
    database: Database, key: str, now: dt.datetime, window: dt.timedelta
) -> ReturningInsert[int, dt.datetime]:
    """Count one for a key -> the count, and until when it goes on; then it starts over."""
    c = attempts.c
    new = database.insert(attempts).values(name=key, count=1, until=now + window)
    over = c.until <= now
    change = {
        "count": case((over, 1), else_=c.count + 1),
        "until": case((over, now + window), else_=c.until),
    }
    return new.on_conflict_do_update(index_elements=[c.name], set_=change).returning(
        c.count, c.until
    )


def count_each(
    database: Database,
    most: Mapping[str, int],
    window: dt.timedelta,
    now: dt.datetime,
    refusal: str,
) -> None:
    """Count one for each key. Raises TooMany, saying `refusal`, above what is allowed."""
    waits = []
    with database.writing() as connection:
        for key in sorted(most):  # always in the same order: no two wait for each other
            count, until = connection.execute(one_more(database, key, now, window)).one()
            if count > most[key]:
                waits.append(math.ceil((until - now).total_seconds()))
    if waits:
        hint = N_("Try again in %(time)s.", time=dt.timedelta(minutes=math.ceil(max(waits) / 60)))
        raise TooMany(refusal, hint, max(waits))


class Attempts:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database, key: bytes) -> None:
        """`key` keeps the digests from being guessed."""
        self._database, self._key = database, key

    def count(self, name: str, address: str, now: dt.datetime) -> None:
        """Count one for an account, known or not, and one for an address. Raises TooMany."""
        most = {self._of_name(name): MOST_OF_ACCOUNT, self._of_address(address): MOST_OF_ADDRESS}
        self._count(most, now)

    def count_address(self, address: str, now: dt.datetime) -> None:
        """Count one for an address alone, where no account is named. Raises TooMany."""
        self._count({self._of_address(address): MOST_OF_ADDRESS}, now)

    def _count(self, most: dict[str, int], now: dt.datetime) -> None:
        refusal = N_("There were too many attempts to sign in.")
        count_each(self._database, most, WINDOW, now, refusal)

    def give_back(self, name: str, address: str) -> None:
        """The attempt was no guess: it does not count, and neither do the account's before it."""
        of_address = attempts.c.name == self._of_address(address)
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.name == self._of_name(name)))
            fewer = update(attempts).where(of_address, attempts.c.count > 0)
            connection.execute(fewer.values(count=attempts.c.count - 1))

    def take_back(self, address: str, name: str | None = None) -> None:
        """The attempt does not count. Those before it do."""
        keys = [self._of_address(address)] + ([self._of_name(name)] if name is not None else [])
        with self._database.writing() as connection:
            fewer = update(attempts).where(attempts.c.name.in_(keys), attempts.c.count > 0)
            connection.execute(fewer.values(count=attempts.c.count - 1))

    def forget(self, name: str) -> None:
        """Let an account sign in again at once."""
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.name == self._of_name(name)))

    def _of_name(self, name: str) -> str:
        return self._digest(f"account {name}")

    def _of_address(self, address: str) -> str:
        return self._digest(f"address {household(address)}")

    def _digest(self, text: str) -> str:
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()

"""Leases: what only one process of all app servers does at a time, and never longer than it lives.

A lease ends by itself when its holder was killed. Clocks of app servers may differ by some seconds.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select

from kb.errors import JournalUnavailable
from kb.feedback.tables import leases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.feedback.database import Database

LIFE = dt.timedelta(seconds=60)
"""How long a lease outlives its holder, at most."""

_RENEWED = LIFE / 4
_ASKED = 0.2  # seconds between two looks of whoever waits


class Leases:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self, name: str, now: dt.datetime, life: dt.timedelta = LIFE, holder: str = ""
    ) -> bool:
        """Take a lease that is free, or renew one's own; False: somebody else has it.

        One without a holder cannot be renewed: something is done once in that time.
        """
        row = {"name": name, "holder": holder, "until": now + life}
        new = self._database.insert(leases).values(**row)
        free = leases.c.until <= now
        if holder:
            free = or_(free, leases.c.holder == holder)
        taken = new.on_conflict_do_update(index_elements=[leases.c.name], set_=row, where=free)
        with self._database.writing() as connection:
            return connection.execute(taken.returning(leases.c.name)).first() is not None

    def is_free(self, name: str, now: dt.datetime) -> bool:
        query = select(leases.c.until).where(leases.c.name == name)
        with self._database.reading() as connection:
            until = connection.execute(query).scalar()
        return until is None or until <= now

    @contextlib.contextmanager
    def held(self, name: str, patience: float = 0.0) -> Iterator[bool]:
        """The lease, renewed until the block is left; False when it was not free for so many
        seconds."""
        holder, deadline = secrets.token_hex(16), time.monotonic() + patience
        while not self.take(name, _now(), holder=holder):
            if time.monotonic() >= deadline:
                yield False
                return
            time.sleep(_ASKED)
        done = threading.Event()
        threading.Thread(target=self._renew, args=(name, holder, done), daemon=True).start()
        try:
            yield True
        finally:
            done.set()
            self._give_back(name, holder)

    def _renew(self, name: str, holder: str, done: threading.Event) -> None:
        while not done.wait(_RENEWED.total_seconds()):
            with contextlib.suppress(JournalUnavailable):  # the next time comes before it ends
                self.take(name, _now(), holder=holder)

    def _give_back(self, name: str, holder: str) -> None:
        mine = (leases.c.name == name) & (leases.c.holder == holder)
        with self._database.writing() as connection:
            connection.execute(delete(leases).where(mine))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)

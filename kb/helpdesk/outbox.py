"""Outbox: the way of each message to the helpdesk: when it is tried, how often, and how it ended.

    waiting   tried when it is due, again and again with longer pauses
    sent      the helpdesk has it
    failed    nobody tries any more: somebody has to look
    kept      there is no helpdesk: it is read at the staff pages
    closed    done by hand

A message is sent at least once. When a server is killed between the helpdesk's answer and its
note of it, the next one sends it again, with the same reference.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from kb.errors import NotFound
from kb.feedback.redaction import redact
from kb.helpdesk.tables import outbox
from kb.phrase import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.feedback.database import Database

STATES = ("waiting", "failed", "kept", "sent", "closed")
TODO = ("waiting", "failed", "kept")
DONE = ("sent", "closed")
PAUSES = tuple(
    dt.timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240, 480, 720, 720, 720)
)
"""Before the next try; after the last one, two days later, a message has failed."""

LONGEST = dt.timedelta(days=1)
ERROR_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Way:
    message: int
    state: str
    tries: int
    due: dt.datetime
    error: str
    external: str
    who: str
    at: dt.datetime


class Outbox:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: dt.datetime, most: int) -> Sequence[int]:
        """Messages to try now, those that wait longest first."""
        c = outbox.c
        query = select(c.message).where(c.state == "waiting", c.due <= now)
        with self._database.reading() as connection:
            return connection.execute(query.order_by(c.due, c.message).limit(most)).scalars().all()

    def sent(self, message: int, external: str, now: dt.datetime) -> None:
        """The helpdesk has it, by the name `external`."""
        self._change(message, TODO, state="sent", external=external[:200], error="", at=now)

    def not_sent(
        self, message: int, error: str, now: dt.datetime, *, final: bool, after: int = 0
    ) -> None:
        """A try was in vain. `final`: no other one makes sense; else not before `after` seconds."""
        tries = self.way(message).tries + 1
        over = final or tries > len(PAUSES)
        pause = PAUSES[min(tries, len(PAUSES)) - 1]
        wait = min(max(pause, dt.timedelta(seconds=after)), LONGEST)
        told = redact(error)[:ERROR_LIMIT]
        state = "failed" if over else "waiting"
        change = {"state": state, "tries": tries, "due": now + wait, "error": told, "at": now}
        self._change(message, ("waiting",), **change)

    def again(self, message: int, now: dt.datetime) -> None:
        """Try it at once, from the beginning. Raises NotFound."""
        self.way(message)
        self._change(message, STATES, state="waiting", tries=0, due=now, who="", at=now)

    def close(self, message: int, who: str, now: dt.datetime) -> None:
        """Done by hand. Raises NotFound."""
        self.way(message)
        self._change(message, TODO, state="closed", who=who, at=now)

    def way(self, message: int) -> Way:
        """Raises NotFound."""
        with self._database.reading() as connection:
            row = connection.execute(select(outbox).where(outbox.c.message == message)).first()
        if row is None:
            raise NotFound(N_("There is no such message."))
        return Way(*row)

    def ways(self, states: Sequence[str], most: int) -> list[Way]:
        """The newest first."""
        c = outbox.c
        query = select(outbox).where(c.state.in_(states)).order_by(c.message.desc()).limit(most)
        with self._database.reading() as connection:
            return [Way(*row) for row in connection.execute(query)]

    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        with self._database.reading() as connection:
            found = {str(row[0]): int(row[1]) for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in STATES}

    def _change(self, message: int, states: Sequence[str], **values: Any) -> None:
        """What came to another state meanwhile stays there."""
        mine = (outbox.c.message == message) & outbox.c.state.in_(states)
        with self._database.writing() as connection:
            connection.execute(update(outbox).where(mine).values(**values))

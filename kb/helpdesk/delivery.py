"""Delivery: stored messages on their way to the helpdesk, until their words are forgotten."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from kb.errors import JournalUnavailable
from kb.helpdesk.letter import Letter, Named, Undelivered
from kb.helpdesk.messages import Messages
from kb.helpdesk.outbox import DONE, Outbox
from kb.helpdesk.senders import sender_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.feedback.database import Database
    from kb.feedback.leases import Leases
    from kb.helpdesk.messages import Listed
    from kb.settings import Settings

    Naming = Callable[[str], Named | None]

log = logging.getLogger(__name__)

LEASE = "outbox"
TOGETHER = 20
"""Messages of one round; what is more waits for the next one."""


class Delivery:
    """`named` tells an article's title and address by its id, None for one that is gone.

    Every method raises JournalUnavailable.
    """

    def __init__(
        self, settings: Settings, database: Database, leases: Leases, named: Naming
    ) -> None:
        self._settings, self._leases, self._named = settings, leases, named
        self.messages, self.outbox = Messages(database), Outbox(database)
        self.sender = sender_of(settings)

    @property
    def begin(self) -> str:
        """The state of a new message."""
        return "waiting" if self.sender else "kept"

    def deliver(self, now: dt.datetime) -> int:
        """Send what is due -> how many arrived. Of all processes one does at a time."""
        if self.sender is None or not self.outbox.due(now, 1):
            return 0
        with self._leases.held(LEASE) as mine:
            due = self.outbox.due(now, TOGETHER) if mine else ()
            return sum(self._deliver(message) for message in due)

    def _deliver(self, message: int) -> bool:
        assert self.sender
        if self.outbox.way(message).state != "waiting":
            return False  # somebody answered it meanwhile
        stored = self.messages.one(message)
        try:
            external = self.sender.send(self.letter(stored))
        except Undelivered as error:
            self._not_sent(message, stored.reference, error)
            return False
        except JournalUnavailable:
            raise
        except Exception as error:  # its text may hold some of the message: it is not logged
            name = type(error).__name__
            self._not_sent(message, stored.reference, Undelivered(f"kb failed: {name}"))
            return False
        self.outbox.sent(message, external, dt.datetime.now(dt.UTC))
        return True

    def _not_sent(self, message: int, reference: str, error: Undelivered) -> None:
        log.warning("Message %s did not reach the helpdesk; see /staff/messages.", reference)
        now = dt.datetime.now(dt.UTC)
        self.outbox.not_sent(message, error.reason, now, final=error.final, after=error.after)

    def letter(self, stored: Listed) -> Letter:
        message, page = stored.message, stored.message.page
        named = {id_: self._named(id_) for id_ in (*message.shown, *message.opened)}
        return Letter(
            stored.reference,
            stored.at,
            self._settings.title,
            message,
            self._settings.base_url + page
            if page.startswith("/")
            else page,  # a program's is whole
            self._named(message.article) if message.article else None,
            tuple(one for id_ in message.shown if (one := named[id_])),
            tuple(one for id_ in message.opened if (one := named[id_])),
            self.messages.files(stored.id),
        )

    def clear(self, now: dt.datetime) -> int:
        """Delete the words of messages that were done so long ago -> how many."""
        return self.messages.clear(now, dt.timedelta(days=self._settings.contact_days), DONE)

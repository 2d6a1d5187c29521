"""Limits: how many messages one visitor and one network may send, counted once for all workers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from kb.accounts.attempts import count_each
from kb.phrase import N_

if TYPE_CHECKING:
    from kb.feedback.database import Database

WINDOW = dt.timedelta(hours=1)
MOST_OF_VISITOR = 5
MOST_OF_NETWORK = 30


class Limits:
    """Counts stand beside those of attempts to sign in, and are deleted with them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, visitor: str, network: str, now: dt.datetime) -> None:
        """Count a message of these tokens of `privacy.Visitors`, "" for an unknown network.

        Raises TooMany and JournalUnavailable.
        """
        most = {f"message {visitor}": MOST_OF_VISITOR}
        if network:
            most[f"messages {network}"] = MOST_OF_NETWORK
        refusal = N_("There were many messages from here in a short time.")
        count_each(self._database, most, WINDOW, now, refusal)

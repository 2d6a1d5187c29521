"""Reach: whether anybody will read what customers write, for `kb doctor`."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from kb.accounts.accounts import Accounts
from kb.feedback.database import Database
from kb.helpdesk.outbox import Outbox

if TYPE_CHECKING:
    from kb.settings import Settings


def unread(settings: Settings) -> str:
    """What keeps messages from being read, "" for nothing. Raises JournalUnavailable."""
    with contextlib.closing(Database(settings.database)) as database:
        counts = Outbox(database).counts()
        if counts["failed"]:
            return f"{counts['failed']} did not reach the helpdesk"
        if not settings.helpdesk and counts["kept"] and not Accounts(database).any():
            return f"{counts['kept']} wait at /staff/messages, and there is no account to read them"
    return ""

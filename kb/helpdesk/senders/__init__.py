"""Senders: one module for each kind of helpdesk, all with `letter.Sender`'s one method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.helpdesk.senders.freshdesk import Freshdesk
from kb.helpdesk.senders.help_scout import HelpScout
from kb.helpdesk.senders.smtp import Smtp
from kb.helpdesk.senders.webhook import SignedWebhook
from kb.helpdesk.senders.zammad import Zammad
from kb.helpdesk.senders.zendesk import Zendesk

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.helpdesk.letter import Sender
    from kb.settings import Settings

_SENDERS: dict[str, Callable[[Settings], Sender]] = {
    "smtp": Smtp,
    "webhook": SignedWebhook,
    "zammad": Zammad,
    "zendesk": Zendesk,
    "freshdesk": Freshdesk,
    "helpscout": HelpScout,
}


def sender_of(settings: Settings) -> Sender | None:
    """None without a helpdesk: messages are read at the staff pages then."""
    return _SENDERS[settings.helpdesk](settings) if settings.helpdesk else None

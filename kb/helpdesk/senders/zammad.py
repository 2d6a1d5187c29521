"""Zammad: a message as a ticket, `POST /api/v1/tickets`."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from kb.helpdesk.http import post_json, ticket

if TYPE_CHECKING:
    from kb.helpdesk.letter import Letter
    from kb.settings import Settings


class Zammad:
    """The token needs the permission `ticket.agent`; `guess:` makes the customer when needed."""

    def __init__(self, settings: Settings) -> None:
        self._url = f"{settings.helpdesk_url.rstrip('/')}/api/v1/tickets"
        self._private, self._group = settings.helpdesk_private, settings.helpdesk_queue
        self._headers = {"Authorization": f"Token token={settings.secret}"}

    def send(self, letter: Letter) -> str:
        answer = post_json(self._url, self._ticket(letter), self._headers, private=self._private)
        return ticket(answer.value("number") or answer.value("id"))

    def _ticket(self, letter: Letter) -> dict[str, Any]:
        article = {
            "subject": letter.message.subject,
            "body": letter.text,
            "content_type": "text/plain",
            "type": "web",
            "sender": "Customer",
            "internal": False,
            "attachments": [
                {
                    "filename": file.name,
                    "mime-type": file.media_type,
                    "data": base64.b64encode(file.content).decode(),
                }
                for file in letter.files
            ],
        }
        return {
            "title": letter.message.subject,
            "group": self._group,
            "customer_id": f"guess:{letter.message.email}",
            "article": article,
        }

"""Freshdesk: a message as a ticket, `POST /api/v2/tickets`."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Any

from kb.helpdesk.http import post, post_json, ticket

if TYPE_CHECKING:
    from kb.helpdesk.attachment import Attachment
    from kb.helpdesk.letter import Letter
    from kb.settings import Settings

OPEN, LOW, PORTAL = 2, 1, 2
"""Freshdesk's numbers for a ticket's status, priority and source."""


class Freshdesk:
    """The key of an agent is the name of its sign-in; the password may be anything."""

    def __init__(self, settings: Settings) -> None:
        self._url = f"{settings.helpdesk_url.rstrip('/')}/api/v2/tickets"
        self._private = settings.helpdesk_private
        key = base64.b64encode(f"{settings.secret}:X".encode()).decode()
        self._headers = {"Authorization": f"Basic {key}"}

    def send(self, letter: Letter) -> str:
        fields = {
            "subject": letter.message.subject,
            "description": letter.html,
            "email": letter.message.email,
            "status": OPEN,
            "priority": LOW,
            "source": PORTAL,
        }
        if letter.files:
            boundary = secrets.token_hex(16)
            body = _form(fields, letter.files, boundary)
            kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
            answer = post(self._url, body, self._headers | kind, private=self._private)
        else:
            answer = post_json(self._url, fields, self._headers, private=self._private)
        return ticket(answer.value("id"))


def _form(fields: dict[str, Any], files: tuple[Attachment, ...], boundary: str) -> bytes:
    """Files go with a form only."""
    parts = [(f'name="{name}"', "", str(value).encode()) for name, value in fields.items()]
    parts += [
        (f'name="attachments[]"; filename="{one.name}"', one.media_type, one.content)
        for one in files
    ]
    body = b""
    for name, kind, content in parts:
        head = f"--{boundary}\r\nContent-Disposition: form-data; {name}\r\n"
        head += f"Content-Type: {kind}\r\n\r\n" if kind else "\r\n"
        body += head.encode() + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()

"""Zendesk: a message as a request of its customer, `POST /api/v2/requests.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kb.helpdesk.http import post, post_json, ticket

if TYPE_CHECKING:
    from kb.helpdesk.attachment import Attachment
    from kb.helpdesk.letter import Letter
    from kb.settings import Settings


class Zendesk:
    """Requests of anonymous customers take no token; an account may switch them off."""

    def __init__(self, settings: Settings) -> None:
        self._base = f"{settings.helpdesk_url.rstrip('/')}/api/v2"
        self._private = settings.helpdesk_private

    def send(self, letter: Letter) -> str:
        message = letter.message
        comment: dict[str, object] = {"body": letter.text}
        if letter.files:
            comment["uploads"] = [self._uploaded(file) for file in letter.files]
        request = {
            "requester": {"name": message.email.partition("@")[0], "email": message.email},
            "subject": message.subject,
            "comment": comment,
        }
        url = f"{self._base}/requests.json"
        answer = post_json(url, {"request": request}, {}, private=self._private)
        return ticket(answer.value("request", "id"))

    def _uploaded(self, file: Attachment) -> str:
        """The token by which a comment names a file."""
        url = f"{self._base}/uploads.json?{urlencode({'filename': file.name})}"
        headers = {"Content-Type": file.media_type}
        return post(url, file.content, headers, private=self._private).value("upload", "token")

"""Help Scout: a message as a conversation, `POST /v2/conversations`, with OAuth 2."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from kb.helpdesk.http import post, post_json, ticket
from kb.helpdesk.letter import Undelivered

if TYPE_CHECKING:
    from kb.helpdesk.letter import Letter
    from kb.settings import Settings

HOST = "https://api.helpscout.net"


class HelpScout:
    """A token of the app's id and secret is good for two days; one is asked for with each letter:
    nothing has to be kept, and one that was revoked is never used."""

    def __init__(self, settings: Settings) -> None:
        self._base = f"{(settings.helpdesk_url or HOST).rstrip('/')}/v2"
        self._private = settings.helpdesk_private
        self._app, self._secret = settings.helpdesk_user, settings.secret
        self._mailbox = int(settings.helpdesk_queue)

    def send(self, letter: Letter) -> str:
        headers = {"Authorization": f"Bearer {self._token()}"}
        url = f"{self._base}/conversations"
        answer = post_json(url, self._conversation(letter), headers, private=self._private)
        return ticket(answer.headers.get("Resource-ID", ""))

    def _token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._app,
            "client_secret": self._secret,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        url = f"{self._base}/oauth2/token"
        answer = post(url, urlencode(form).encode(), headers, private=self._private)
        token = answer.value("access_token")
        if not token:
            raise Undelivered("Help Scout gave no token.")
        return token

    def _conversation(self, letter: Letter) -> dict[str, Any]:
        customer = {"email": letter.message.email}
        thread = {
            "type": "customer",
            "customer": customer,
            "text": letter.html,
            "attachments": [
                {
                    "fileName": file.name,
                    "mimeType": file.media_type,
                    "data": base64.b64encode(file.content).decode(),
                }
                for file in letter.files
            ],
        }
        return {
            "subject": letter.message.subject,
            "customer": customer,
            "mailboxId": self._mailbox,
            "type": "email",
            "status": "active",
            "threads": [thread],
        }

"""Signed webhook: a message as JSON to any address, signed as Standard Webhooks describes it."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook

from kb.helpdesk.http import post

if TYPE_CHECKING:
    from kb.helpdesk.letter import Letter
    from kb.settings import Settings

KIND = "contact.created"


class SignedWebhook:
    """`webhook-id` is made of the reference: a second copy of a message has the same one."""

    def __init__(self, settings: Settings) -> None:
        self._url, self._private = settings.helpdesk_url, settings.helpdesk_private
        self._webhook = Webhook(settings.secret)

    def send(self, letter: Letter) -> str:
        name, now = f"msg_{letter.reference}", dt.datetime.now(dt.UTC)
        body = json.dumps(_payload(letter))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(name, now, body),
        }
        post(self._url, body.encode(), headers, private=self._private)
        return name


def _payload(letter: Letter) -> dict[str, Any]:
    message = letter.message
    return {
        "type": KIND,
        "timestamp": letter.at.isoformat(),
        "data": {
            "reference": letter.reference,
            "site": letter.site,
            "subject": message.subject,
            "text": message.text,
            "email": message.email,
            "page": letter.page,
            "lang": message.lang,
            "source": message.source,
            "article": asdict(letter.article) if letter.article else None,
            "searches": list(message.searches),
            "shown": [asdict(one) for one in letter.shown],
            "opened": [asdict(one) for one in letter.opened],
            "attachments": [
                {
                    "name": one.name,
                    "media_type": one.media_type,
                    "content": base64.b64encode(one.content).decode(),
                }
                for one in letter.files
            ],
        },
    }

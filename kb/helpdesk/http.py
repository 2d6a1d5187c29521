"""HTTP: one request to a helpdesk, to an address that was looked at; redirects are not followed."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kb import __version__
from kb.helpdesk.letter import Undelivered
from kb.helpdesk.targets import target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message

    from kb.helpdesk.targets import Target

PATIENCE = 5.0
"""Seconds of silence after which the other side is given up."""

LONGEST = 20.0
"""Seconds of one request in all: who sends a byte now and then is given up, too."""

MOST_READ = 256 * 1024
NEVER = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
         HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY)  # fmt: skip
"""What is wrong with the message itself; whatever else is wrong may be mended."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    def value(self, *names: str) -> str:
        """What stands in a JSON answer below these names, "" when it does not."""
        with contextlib.suppress(ValueError, RecursionError):
            found: Any = json.loads(self.body)
            for name in names:
                found = found.get(name) if isinstance(found, dict) else None
            return str(found) if isinstance(found, str | int) else ""
        return ""


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> Answer:
    """Post -> an answer that says that it was taken. Raises Undelivered for every other one."""
    where = target(url, private=private)
    connection = _Connection(where)
    timer = threading.Timer(LONGEST, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        sent = {"User-Agent": f"kb/{__version__}", "Accept": "application/json", **headers}
        connection.request("POST", where.path, body, sent)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read(MOST_READ))
        if connection.is_cut:
            raise TimeoutError
    except (OSError, http.client.HTTPException) as error:
        raise Undelivered(f"{where.host}: {_told(error)}") from None
    finally:
        timer.cancel()
        connection.close()
    return _taken(where, answer)


def post_json(url: str, value: Any, headers: Mapping[str, str], *, private: bool) -> Answer:
    """Raises Undelivered."""
    body = json.dumps(value).encode()
    return post(url, body, {"Content-Type": "application/json", **headers}, private=private)


def ticket(name: str) -> str:
    """What the helpdesk calls what it made. Raises Undelivered without a name: any page may answer
    200, and a message that nobody has must not count as sent."""
    if not name:
        raise Undelivered("The answer names no ticket. Does helpdesk_url lead to the helpdesk?")
    return name


class _Connection(http.client.HTTPConnection):
    """To the address that was looked at: a second look-up could find another one."""

    def __init__(self, where: Target) -> None:
        super().__init__(where.host, where.port, timeout=PATIENCE)
        self._where, self.is_cut = where, False
        self.default_port = 443 if where.secure else 80

    def connect(self) -> None:
        self.sock = self._connected()
        if self._where.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._where.host)

    def _connected(self) -> socket.socket:
        """To the first address that answers. Raises OSError."""
        *others, last = self._where.addresses
        for address in others:
            with contextlib.suppress(OSError):
                return socket.create_connection((address, self.port), PATIENCE / len(others))
        return socket.create_connection((last, self.port), PATIENCE)

    def cut(self) -> None:
        self.is_cut = True
        if self.sock:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def _taken(where: Target, answer: Answer) -> Answer:
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return answer
    if answer.status < HTTPStatus.BAD_REQUEST:
        raise Undelivered(f"{where.host} answered {answer.status}: redirects are not followed.")
    wait = answer.headers.get("Retry-After") or answer.headers.get("X-RateLimit-Retry-After") or ""
    after = int(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 7 else 0
    said = answer.body[:200].decode("utf-8", "replace")
    reason = f"{where.host} answered {answer.status}. {said}".strip()
    raise Undelivered(reason, final=answer.status in NEVER, after=after)


def _told(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    return getattr(error, "strerror", None) or type(error).__name__

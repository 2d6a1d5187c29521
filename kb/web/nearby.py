"""Nearby: whether a person at this machine asks, for what is nobody else's business."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import request

FORWARDED = ("Forwarded", "Via", "X-Real-IP")
OLD_PROTOCOLS = ("HTTP/1.0", "HTTP/1")  # the latter is Granian's name for it


def is_nearby() -> bool:
    """Whether a person at this machine asks, and no proxy for somebody else.

    nginx, told nothing else, passes requests on with a local host name and without a word about
    for whom, but as HTTP/1.0, which no browser speaks.
    """
    names = {name.lower() for name, _ in request.headers}
    forwarded = any(name.startswith("x-forwarded-") for name in names)
    forwarded |= request.environ.get("SERVER_PROTOCOL") in OLD_PROTOCOLS
    if forwarded or names.intersection(name.lower() for name in FORWARDED):
        return False
    host = urlsplit(f"//{request.host}").hostname or ""
    return _is_loopback(request.remote_addr or "") and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

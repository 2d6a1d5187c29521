"""Security: headers on every answer, which hosts are served, which posts are refused."""

from __future__ import annotations

import ipaddress
import re
import socket
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import abort, request

from kb.phrase import N_
from kb.web.current import current_kb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flask import Flask, Response

    from kb.settings import Settings

_RULES = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' https: data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    )
)
POLICY = f"{_RULES}; frame-ancestors 'none'"
# A file that a writer put beside an article may be anything: it must not act as this site.
FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
API = "/api/v1/"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FRAMED = "widget"  # the blueprint whose pages may stand in frames of other sites


def register(app: Flask) -> None:
    app.before_request(_refuse_foreign_posts)
    app.after_request(_add_headers)


def framed_by(*origins: str) -> str:
    """The policy of a page that these sites may show in a frame."""
    return f"{_RULES}; frame-ancestors {' '.join(origins)}"


def _add_headers(response: Response) -> Response:
    for name, value in _headers().items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _headers() -> Mapping[str, str]:
    """X-Frame-Options cannot name other sites, so pages for them go without it."""
    origins: tuple[str, ...] = current_kb().settings.widget_origins
    if request.blueprint != FRAMED or not origins:
        return HEADERS
    rest = {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"}
    return {**rest, "Content-Security-Policy": framed_by("'self'", *origins)}


def _refuse_foreign_posts() -> None:
    """A form on another site must not vote here (DESIGN: Sec-Fetch-Site, then Origin).

    Every browser of the last ten years sends one of the two with a post. The API believes no
    cookie and no address, only a token, which no foreign form can send.
    """
    if request.method in ("GET", "HEAD", "OPTIONS") or request.path.startswith(API):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        allowed = site in ("same-origin", "none")
    else:
        allowed = origin is not None and urlsplit(origin).netloc == request.host
    if not allowed:
        hint = N_("Open the page on this site and use its own buttons.")
        abort(HTTPStatus.FORBIDDEN, description=hint)


def trusted_host(settings: Settings) -> Callable[[str], bool]:
    """Whether a Host header names this site.

    Without base_url the site is on a private network or on the writer's own machine: then an
    address in figures is accepted too, which no foreign page can make point here.
    """
    names = {"localhost", socket.gethostname().lower(), *map(str.lower, settings.trusted_hosts)}
    if settings.base_url:
        names.add(urlsplit(settings.base_url).hostname or "")

    def trusted(host: str) -> bool:
        found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:/@\s]+)(?::\d{1,5})?", host)
        if not found:
            return False
        name = found[1].lower().rstrip(".")
        return name in names or _is_own_address(name, settings)

    return trusted


def _is_own_address(name: str, settings: Settings) -> bool:
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return address.is_loopback or (address.is_private and not settings.base_url)


def refuse_host(start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The answer to a host that is not served; nothing of it is repeated."""
    text = b"This host name is not served here. See base_url and trusted_hosts in the settings.\n"
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
    headers += [*HEADERS.items(), ("Cache-Control", "no-store")]
    start_response("400 BAD REQUEST", headers)
    return (text,)

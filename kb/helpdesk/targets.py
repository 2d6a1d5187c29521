"""Targets: where messages may be sent. An address that the settings name is still looked at.

https to a public address is always allowed. A helpdesk in one's own network, or on this machine,
is when `helpdesk_private` says so, and only there may it be http. Link-local addresses, where cloud
machines keep their credentials, IPv4 dressed as IPv6 and the like are refused in any case.
The connection goes to the very addresses that were looked at, and no answer can lead it elsewhere.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from kb.helpdesk.letter import Undelivered

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    host: str
    port: int
    secure: bool
    addresses: tuple[str, ...]
    path: str


def target(url: str, *, private: bool) -> Target:
    """Where `url` leads. Raises Undelivered for what is not allowed or not found."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Undelivered("helpdesk_url is not an address.") from None
    if parts.scheme not in ("https", "http") or not host or parts.username is not None:
        raise Undelivered("helpdesk_url must begin with https:// and name a host.")
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    found = _resolved(host, port)
    for address in found:
        _allow(address, secure=secure, private=private)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, secure, tuple(map(str, found)), path)


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    except (OSError, UnicodeError, ValueError):
        raise Undelivered(f"{host} is not known: no address was found.") from None


def _allow(address: Address, *, secure: bool, private: bool) -> None:
    """Raises Undelivered."""
    if address.is_global and not address.is_multicast and _is_plain(address):
        if not secure:
            raise Undelivered("Messages leave this network by https only.")
        return
    if not (_is_near(address) and _is_plain(address)):
        raise Undelivered(f"{address} is no address of a helpdesk.")
    if not private:
        raise Undelivered(
            f"{address} is in a private network. If the helpdesk is there, set helpdesk_private."
        )


def _is_near(address: Address) -> bool:
    """On this machine or in a private network. Python counts much more as private."""
    special = address.is_link_local or address.is_unspecified or address.is_reserved
    return address.is_loopback or (address.is_private and not special)


def _is_plain(address: Address) -> bool:
    """Not another address in disguise: IPv4-mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return True
    nat64 = address in ipaddress.ip_network("64:ff9b::/96")
    return not (address.ipv4_mapped or address.sixtofour or address.teredo or nat64)

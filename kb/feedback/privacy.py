"""Visitor and network tokens: enough to count people once, too little to find them again."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
import secrets
import threading
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from kb.feedback.tables import salts

if TYPE_CHECKING:
    from kb.feedback.journal import Journal

_DAY = dt.timedelta(days=1)


class Visitors:
    """Tokens of a day (UTC), the same in all workers and app servers of one database.

    A token is 32 hexadecimal digits of an HMAC-SHA-256 keyed with the day's random salt.
    Without the salt, deleted the day after, it leads to nobody. A visitor who votes before
    midnight and explains after it is recognised by asking for the token of the vote's time.
    """

    def __init__(self, journal: Journal) -> None:
        self._database = journal.database
        self._salts: dict[dt.date, bytes] = {}
        self._finding = threading.Lock()

    def token(self, address: str, agent: str, now: dt.datetime) -> str:
        """Who votes: the address (IPv6: its /64, a household) with the browser's agent."""
        return self._hmac(now, "visitor", household(address), agent)

    def network(self, address: str, now: dt.datetime) -> str:
        """Where from: IPv4 /24, IPv6 /48, whatever the agent; "" when that is unknown."""
        network = _network(address)
        return self._hmac(now, "network", network) if network else ""

    def search(self, visitor: str, text: str, lang: str, now: dt.datetime) -> str:
        """A visitor's search for a text, the same all day: its pages, filters and repetitions."""
        return self._hmac(now, "search", visitor, text.casefold(), lang)

    def forget(self, now: dt.datetime) -> None:
        """Delete the salts of all days before yesterday, here and in the database."""
        oldest = _day(now) - _DAY
        self._salts = {day: salt for day, salt in self._salts.items() if day >= oldest}
        with self._database.writing() as connection:
            connection.execute(delete(salts).where(salts.c.day < oldest))

    def _hmac(self, now: dt.datetime, *parts: str) -> str:
        # Parts are hashed one by one: joining them would let "a" + "bc" pass for "ab" + "c".
        message = b"".join(
            hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest() for part in parts
        )
        return hmac.digest(self._salt(now), message, "sha256")[:16].hex()

    def _salt(self, now: dt.datetime) -> bytes:
        day = _day(now)
        if salt := self._salts.get(day):
            return salt
        with self._finding:
            self._salts[day] = self._find_salt(day) or self._make_salt(day)
            self.forget(now)
            return self._salts[day]

    def _find_salt(self, day: dt.date) -> bytes | None:
        with self._database.reading() as connection:
            return connection.execute(select(salts.c.secret).where(salts.c.day == day)).scalar()

    def _make_salt(self, day: dt.date) -> bytes:
        """Whoever inserts first wins; the others read the winner's."""
        with self._database.writing() as connection:
            new = {"day": day, "secret": secrets.token_bytes(32)}
            connection.execute(self._database.insert(salts).values(new).on_conflict_do_nothing())
            found = connection.execute(select(salts.c.secret).where(salts.c.day == day))
            return bytes(found.scalar_one())


def _day(now: dt.datetime) -> dt.date:
    return now.astimezone(dt.UTC).date()


def household(address: str) -> str:
    """The address, IPv6 cut to /64: one subscriber changes the rest of it at will."""
    ip = _parsed(address)
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(ip), 64), strict=False))
    return str(ip or address)


def _network(address: str) -> str:
    ip = _parsed(address)
    if ip is None:
        return ""
    return str(ipaddress.ip_network((int(ip), 24 if ip.version == 4 else 48), strict=False))


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0].strip())
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip

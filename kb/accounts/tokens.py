"""Tokens: what programs show instead of a password, each of one account and for some scopes.

A token is 256 random bits and stored as its SHA-256. Argon2 makes guessing dear where people choose
words; nobody guesses random bits, and a program shows its token with every request.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from kb.accounts.account import Account
from kb.accounts.accounts import SHOWN, Accounts
from kb.accounts.tables import accounts, api_tokens
from kb.errors import BadInput, JournalUnavailable, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement

    from kb.feedback.database import Database

PREFIX = "kb_"
"""So that people, redaction and scanners of secrets know one when they see it."""

SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "votes": "agent",
        "contacts": "agent",
        "links": "agent",
        "gaps": "agent",
        "gaps:write": "writer",
    }
)
"""What a token may be for -> the role that its account needs, each time the token is shown."""

NOTE_LIMIT = 80

_SHOWN = tuple(
    api_tokens.c[name] for name in ("id", "scopes", "note", "at", "until", "used")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """`until` is None for one that lasts, `used` the day of its last use, None: never."""

    id: int
    account: Account
    scopes: tuple[str, ...]
    note: str
    at: dt.datetime
    until: dt.datetime | None
    used: dt.date | None

    def may(self, scope: str) -> bool:
        """Whether it has this scope, and its account still the role for it."""
        return scope in self.scopes and self.account.may(SCOPES[scope])


class Tokens:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self,
        name: str,
        scopes: Iterable[str],
        now: dt.datetime,
        until: dt.datetime | None = None,
        note: str = "",
    ) -> tuple[Token, str]:
        """A token of an account, and what it looks like: nobody can tell that again.

        Raises NotFound, and BadInput for scopes that cannot be.
        """
        account = Accounts(self._database).named(name)
        chosen = _scopes_of(account, scopes)
        if len(note) > NOTE_LIMIT:
            raise BadInput("The note is too long.", f"At most {NOTE_LIMIT} characters.")
        secret = PREFIX + secrets.token_hex(32)
        row = {
            "account": account.id, "digest": _digest(secret), "scopes": " ".join(chosen),
            "note": note, "at": now, "until": until, "used": None,
        }  # fmt: skip
        with self._database.writing() as connection:
            made = connection.execute(insert(api_tokens).values(**row).returning(api_tokens.c.id))
            number = int(made.scalar_one())
        return Token(number, account, chosen, note, now, until, None), secret

    def all(self) -> list[Token]:
        """All tokens, also those whose time is over, oldest first."""
        return self._find(api_tokens.c.id > 0)

    def revoke(self, number: int) -> Token:
        """It counts no more, and is gone. Raises NotFound."""
        found = self._find(api_tokens.c.id == number) if 0 < number < 2**63 else []
        if not found:
            raise NotFound(f"There is no token {number}.", "See kb staff token list.")
        with self._database.writing() as connection:
            connection.execute(delete(api_tokens).where(api_tokens.c.id == number))
        return found[0]

    def shown(self, secret: str, now: dt.datetime) -> Token | None:
        """The token that looks like this, while it counts; its day of last use is kept."""
        c = api_tokens.c
        counts = c.until.is_(None) | (c.until > now)
        found = self._find((c.digest == _digest(secret)) & counts & ~accounts.c.disabled)
        if not found:
            return None
        if found[0].used != now.astimezone(dt.UTC).date():
            self._remember(found[0].id, now)
        return found[0]

    def _find(self, which: ColumnElement[bool]) -> list[Token]:
        query = select(*_SHOWN, *SHOWN).join(accounts, accounts.c.id == api_tokens.c.account)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(which).order_by(api_tokens.c.id)).all()
        return [
            Token(number, Account(*account), tuple(scopes.split()), note, at, until, used)
            for number, scopes, note, at, until, used, *account in rows
        ]

    def _remember(self, number: int, now: dt.datetime) -> None:
        """What a program asks for does not fail because the day cannot be written down."""
        this = update(api_tokens).where(api_tokens.c.id == number)
        with contextlib.suppress(JournalUnavailable), self._database.writing() as connection:
            connection.execute(this.values(used=now.astimezone(dt.UTC).date()))


def _scopes_of(account: Account, given: Iterable[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(given))
    if not chosen or not set(chosen) <= SCOPES.keys():
        unknown = ", ".join(scope for scope in chosen if scope not in SCOPES)
        message = f"{unknown} is no scope." if unknown else "A token needs a scope."
        raise BadInput(message, f"Some of: {', '.join(SCOPES)}.")
    for scope in chosen:
        if not account.may(SCOPES[scope]):
            hint = f"kb staff role {account.name} {SCOPES[scope]} changes that."
            raise BadInput(f"The scope {scope} takes the role {SCOPES[scope]}.", hint)
    return chosen


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

"""Accounts: the staff's accounts in the database, and everything that changes one.

Whatever should end an account's sessions gives it a new session word, in the same transaction.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from kb.accounts import passwords
from kb.accounts.account import Account, name_of, role_of
from kb.accounts.second_factor import digest
from kb.accounts.tables import accounts, api_tokens, recovery_codes
from kb.errors import BadInput, NotFound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection

    from kb.feedback.database import Database

SHOWN = (
    accounts.c.id, accounts.c.name, accounts.c.role, accounts.c.session, accounts.c.disabled,
    (accounts.c.totp != "").label("second"), accounts.c.at,
)  # fmt: skip


class Accounts:
    """Every method raises JournalUnavailable; those with a name NotFound for an unknown one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: str, password: str, now: dt.datetime) -> Account:
        """Raises BadInput for a name, role or password that cannot be, or a name in use."""
        name, role = name_of(name), role_of(role)
        kept = passwords.stored(password, name)
        row = {"name": name, "role": role, "password": kept, "session": word(), "at": now}
        try:
            with self._database.writing() as connection:
                connection.execute(insert(accounts).values(**row))
        except IntegrityError:
            hint = f"Give {name} a new password: kb staff password {name}"
            raise BadInput(f"There is an account {name} already.", hint) from None
        return self.named(name)

    def all(self) -> list[Account]:
        """All accounts by name."""
        query = select(*SHOWN).order_by(accounts.c.name)
        with self._database.reading() as connection:
            return [Account(*row) for row in connection.execute(query)]

    def any(self) -> bool:
        with self._database.reading() as connection:
            return connection.execute(select(accounts.c.id).limit(1)).first() is not None

    def named(self, name: str) -> Account:
        found = self._find(accounts.c.name == name_of(name))
        if found is None:
            raise NotFound(f"There is no account {name}.", "See kb staff list.")
        return found

    def of_session(self, number: int, session: str) -> Account | None:
        """The account that a session is of, while it lasts."""
        c = accounts.c
        return self._find((c.id == number) & (c.session == session) & ~c.disabled)

    def set_role(self, name: str, role: str) -> None:
        """Holds from the next request on."""
        self._change(name, role=role_of(role))

    def set_password(self, name: str, password: str) -> None:
        """Ends all sessions. Raises BadInput for one that cannot be."""
        self._change(name, password=passwords.stored(password, name_of(name)), session=word())

    def disable(self, name: str) -> None:
        """Ends all sessions and revokes all tokens, and lets nobody sign in."""
        account = self.named(name)
        with self._database.writing() as connection:
            _change(connection, account.id, disabled=True, session=word())
            connection.execute(delete(api_tokens).where(api_tokens.c.account == account.id))

    def enable(self, name: str) -> None:
        self._change(name, disabled=False)

    def end_sessions(self, name: str) -> None:
        self._change(name, session=word())

    def set_second(self, name: str, seed: str, step: int, codes: Iterable[str]) -> None:
        """A second factor from now on, with the recovery codes that it comes with; ends all
        sessions. `seed` is what its key is made of, `step` the half minute whose code proved it."""
        account = self.named(name)
        rows = [{"account": account.id, "digest": digest(code)} for code in codes]
        with self._database.writing() as connection:
            _change(connection, account.id, totp=seed, totp_step=step, session=word())
            connection.execute(_codes_of(account.id))
            connection.execute(insert(recovery_codes), rows)

    def drop_second(self, name: str) -> None:
        """The password alone is enough again; ends all sessions."""
        account = self.named(name)
        with self._database.writing() as connection:
            _change(connection, account.id, totp="", session=word())
            connection.execute(_codes_of(account.id))

    def has_password(self, account: Account) -> bool:
        """Whether it can sign in without a provider."""
        query = select(accounts.c.password).where(accounts.c.id == account.id)
        with self._database.reading() as connection:
            return connection.execute(query).scalar() != passwords.NONE

    def codes_left(self, account: Account) -> int:
        """How many recovery codes are not used yet."""
        query = select(func.count()).where(recovery_codes.c.account == account.id)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def _find(self, which: ColumnElement[bool]) -> Account | None:
        with self._database.reading() as connection:
            row = connection.execute(select(*SHOWN).where(which)).first()
        return Account(*row) if row else None

    def _change(self, name: str, **values: Any) -> None:
        account = self.named(name)
        with self._database.writing() as connection:
            _change(connection, account.id, **values)


def _change(connection: Connection, number: int, **values: Any) -> None:
    connection.execute(update(accounts).where(accounts.c.id == number).values(**values))


def _codes_of(number: int) -> Any:
    return delete(recovery_codes).where(recovery_codes.c.account == number)


def word() -> str:
    """Another session word: no session has it yet."""
    return secrets.token_hex(16)

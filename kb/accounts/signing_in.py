"""Signing in: a name, a password, perhaps a code -> the account; all faults are answered alike."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  (a parameter's type)
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from kb.accounts import passwords
from kb.accounts.account import Account, name_of
from kb.accounts.accounts import SHOWN, Accounts
from kb.accounts.attempts import Attempts
from kb.accounts.second_factor import digest, key_of, new_seed, step_of
from kb.accounts.tables import accounts, recovery_codes
from kb.errors import BadInput, TooMany

if TYPE_CHECKING:
    from sqlalchemy import Delete, Update

    from kb.feedback.database import Database

_NOBODYS_SEED = new_seed()


@dataclass(frozen=True, slots=True)
class _Known:
    """What a sign-in is compared with."""

    account: Account
    password: str
    totp: str
    codes: frozenset[str]


class SigningIn:
    """Every attempt costs the same time, whether there is such an account or not."""

    def __init__(self, database: Database, key: bytes) -> None:
        """`key` is the installation's secret."""
        self._database, self._secret = database, key
        self.accounts, self.attempts = Accounts(database), Attempts(database, key)

    def sign_in(
        self, name: str, password: str, code: str, address: str, now: dt.datetime
    ) -> Account | None:
        """The account; None for a wrong name, password or code, and for one that is disabled.

        `code` is of the phone or a recovery code. Raises TooMany and JournalUnavailable.
        """
        name = _readable(name)
        self.attempts.count(name, address, now)
        known = self._known(name)
        fits = self._fits(known, password, name, address)
        step, spare = self._codes(known, code, now)
        if not (known and fits and not known.account.disabled):
            return None
        if known.totp and not self._use(known, step, spare):
            return None
        self.attempts.give_back(name, address)
        return known.account  # with the session word of before: what ended meanwhile has ended

    def knows(self, account: Account, password: str, address: str, now: dt.datetime) -> bool:
        """Whether somebody who is signed in knows the password; a guess counts like any other.

        Raises TooMany and JournalUnavailable.
        """
        self.attempts.count(account.name, address, now)
        known = self._known(account.name)
        if not self._fits(known, password, account.name, address):
            return False
        self.attempts.give_back(account.name, address)
        return True

    def key_of(self, seed: str) -> str:
        """The key of a second factor: for the phone, and to compare its codes with."""
        return key_of(seed, self._secret)

    def _fits(self, known: _Known | None, password: str, name: str, address: str) -> bool:
        try:
            return passwords.fits(known.password if known else None, password)
        except TooMany:
            self.attempts.take_back(address, name)
            raise

    def _codes(self, known: _Known | None, code: str, now: dt.datetime) -> tuple[int, str]:
        """The half minute and the recovery code that a code is of, 0 and "" for none."""
        key = self.key_of(known.totp if known and known.totp else _NOBODYS_SEED)
        step, spare = step_of(key, code, now), digest(code)
        return step, spare if known and spare in known.codes else ""

    def _known(self, name: str) -> _Known | None:
        c = accounts.c
        query = select(c.password, c.totp, *SHOWN).where(c.name == name)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            theirs = select(recovery_codes.c.digest)
            theirs = theirs.where(recovery_codes.c.account == (row.id if row else 0))
            codes = frozenset(connection.execute(theirs).scalars())
        return _Known(Account(*row[2:]), row[0], row[1], codes) if row else None

    def _use(self, known: _Known, step: int, spare: str) -> bool:
        """Whether the code counts; it does so once, for whoever comes first."""
        c, r, number = accounts.c, recovery_codes.c, known.account.id
        used: Update | Delete
        if step:
            used = update(accounts).where(c.id == number, c.totp_step < step)
            used = used.values(totp_step=step)
        elif spare:
            used = delete(recovery_codes).where(r.account == number, r.digest == spare)
        else:
            return False
        with self._database.writing() as connection:
            return connection.execute(used).rowcount == 1


def _readable(name: str) -> str:
    """A name that no account can have stays what it is: it is counted like the others."""
    try:
        return name_of(name)
    except BadInput:
        return "".join(letter for letter in name[:80] if letter.isprintable()) + " "

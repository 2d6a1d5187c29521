"""Identities: which account a person has whom an OpenID provider vouches for.

A person is an issuer and a subject, which stay when a name or an e-mail address changes hands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from kb.accounts.account import Account, name_of, role_of
from kb.accounts.accounts import SHOWN, Accounts, word
from kb.accounts.passwords import NONE
from kb.accounts.tables import accounts, identities
from kb.errors import BadInput, NotAllowed
from kb.phrase import N_

if TYPE_CHECKING:
    import datetime as dt

    from kb.feedback.database import Database

LONGEST = 255
"""Characters of an issuer and of a subject, as OpenID Connect limits the latter."""


class Identities:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database, self._accounts = database, Accounts(database)

    def sign_in(self, issuer: str, subject: str, name: str, role: str, now: dt.datetime) -> Account:
        """The account of this person, with the role that the provider gives now.

        At their first login one is made, with a name like `name`. Raises NotAllowed for one that
        is disabled, and where another account has the name already: that is not theirs by it.
        """
        found = self.find(issuer, subject) or self._make(issuer, subject, name, role, now)
        if found.disabled:
            raise NotAllowed(
                N_("This account is disabled."), N_("Whoever runs this site can change that.")
            )
        if found.role != role:
            self._accounts.set_role(found.name, role)
        return self._accounts.named(found.name)

    def find(self, issuer: str, subject: str) -> Account | None:
        c = identities.c
        query = select(*SHOWN).join(identities, c.account == accounts.c.id)
        query = query.where(c.issuer == issuer, c.subject == subject)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return Account(*row) if row else None

    def link(self, name: str, issuer: str, subject: str) -> Account:
        """Let a person into an account that is there. Raises NotFound, and BadInput when they have
        another one."""
        account = self._accounts.named(name)
        if not 0 < len(subject) <= LONGEST:
            raise BadInput("That is no subject.", "The provider's page on this person shows it.")
        try:
            with self._database.writing() as connection:
                row = {"issuer": issuer, "subject": subject, "account": account.id}
                connection.execute(insert(identities).values(**row))
        except IntegrityError:
            other = self.find(issuer, subject)
            hint = f"They sign in as {other.name}." if other else ""
            raise BadInput("This person has an account already.", hint) from None
        return account

    def _make(self, issuer: str, subject: str, name: str, role: str, now: dt.datetime) -> Account:
        name = _readable(name, subject)
        row = {"name": name, "role": role_of(role), "password": NONE, "session": word(), "at": now}
        try:
            with self._database.writing() as connection:
                made = connection.execute(insert(accounts).values(**row).returning(accounts.c.id))
                person = {"issuer": issuer, "subject": subject, "account": made.scalar_one()}
                connection.execute(insert(identities).values(**person))
        except IntegrityError:
            if found := self.find(issuer, subject):
                return found  # two windows at once
            hint = N_(
                "If it is yours, whoever runs this site links it: %(command)s",
                command=f"kb staff link {name} {subject}",
            )
            message = N_("There is an account %(name)s already.", name=name)
            raise NotAllowed(message, hint) from None
        return self._accounts.named(name)


def _readable(name: str, subject: str) -> str:
    """The name of an account that is like what a provider calls somebody."""
    for given in (name, subject):
        if plain := re.sub(r"[^\w.@+-]+", "-", given).strip("-")[:80]:
            return name_of(plain)
    raise NotAllowed(N_("The provider does not say who this is."), N_("It must give a subject."))

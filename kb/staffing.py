"""Staffing: `kb staff`, the accounts of the support team from the command line."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kb.accounts.account import name_of
from kb.accounts.identities import Identities
from kb.accounts.passwords import SHORTEST
from kb.accounts.signing_in import SigningIn
from kb.errors import UsageError
from kb.feedback.database import Database
from kb.feedback.secret import secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kb.accounts.account import Account
    from kb.settings import Settings

NONE_YET = "No accounts yet. Make the first one: kb staff add NAME --role admin"


def add(settings: Settings, name: str, role: str) -> None:
    """Raises BadInput for a name in use and a password that is too easy."""
    name = name_of(name)
    with _opened(settings) as staff:
        account = staff.accounts.add(name, role, _password(), dt.datetime.now(dt.UTC))
        where = f"{settings.base_url}/staff/" if settings.base_url else "/staff/"
        click.echo(f"{account.name} is {_an(account.role)} and signs in at {where}")


def list_accounts(settings: Settings) -> None:
    with _opened(settings) as staff:
        found = staff.accounts.all()
    if not found:
        click.echo(NONE_YET)
        return
    print_table(("Name", "Role", "State", "Code", "Since"), [_row(one) for one in found])


def set_password(settings: Settings, name: str) -> None:
    """Raises NotFound, and BadInput for a password that is too easy."""
    with _opened(settings) as staff:
        account = staff.accounts.named(name)
        staff.accounts.set_password(name, _password())
        staff.attempts.forget(account.name)
        click.echo(f"{account.name} has a new password. All sessions have ended.")


def set_role(settings: Settings, name: str, role: str) -> None:
    """Raises NotFound."""
    with _opened(settings) as staff:
        staff.accounts.set_role(name, role)
        click.echo(f"{name_of(name)} is {_an(role)} now.")


def disable(settings: Settings, name: str) -> None:
    """Raises NotFound."""
    with _opened(settings) as staff:
        staff.accounts.disable(name)
        ended = "All sessions have ended, and its tokens are revoked."
        click.echo(f"{name_of(name)} cannot sign in any more. {ended}")


def enable(settings: Settings, name: str) -> None:
    """Raises NotFound."""
    with _opened(settings) as staff:
        staff.accounts.enable(name)
        staff.attempts.forget(name_of(name))
        click.echo(f"{name_of(name)} can sign in.")


def drop_code(settings: Settings, name: str) -> None:
    """Raises NotFound."""
    with _opened(settings) as staff:
        staff.accounts.drop_second(name)
        click.echo(f"{name_of(name)} signs in with the password alone. All sessions have ended.")


def print_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title)
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


@contextlib.contextmanager
def opened_database(settings: Settings) -> Iterator[Database]:
    with contextlib.closing(Database(settings.database)) as database:
        yield database


def link(settings: Settings, name: str, subject: str) -> None:
    """Raises UsageError without a provider, NotFound, and BadInput."""
    if not settings.oidc_issuer:
        hint = "Set oidc_issuer and what belongs to it; see the handbook on single sign-on."
        raise UsageError("There is no single sign-on here.", hint)
    with opened_database(settings) as database:
        account = Identities(database).link(name, settings.oidc_issuer, subject)
        click.echo(f"{account.name} signs in at {settings.oidc_issuer} as {subject}, too.")


@contextlib.contextmanager
def _opened(settings: Settings) -> Iterator[SigningIn]:
    with opened_database(settings) as database:
        yield SigningIn(database, secret(settings.data_dir))


def _row(one: Account) -> tuple[str, ...]:
    state, code = "disabled" if one.disabled else "active", "asked" if one.second else ""
    return one.name, one.role, state, code, f"{one.at:%Y-%m-%d}"


def _password() -> str:
    """Typed twice at a terminal, else the first line of the input. Never an argument: other people
    on the machine see those, and a shell keeps them."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            hint = "Give it in the first line of the input, or run the command in a terminal."
            raise UsageError("There is no password.", hint)
        return line
    click.echo(f"At least {SHORTEST} characters. Nothing is shown while you type.", err=True)
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    return typed


def _an(role: str) -> str:
    return f"a {role}" if role == "writer" else f"an {role}"

"""Staff tokens: `kb staff token`, the tokens of programs from the command line."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from kb.configuring import read_settings

if TYPE_CHECKING:
    from kb.accounts.tokens import Token


@click.group("token")
def token() -> None:
    """Let programs ask the API in the name of an account.

    \b
    kb staff token add ada --scope votes --scope contacts --days 365
    kb staff token list             all tokens, with the day of their last use
    kb staff token revoke 3         the number is in the first column
    """


@token.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="SCOPE",
    help="What it is for: votes, contacts, links, gaps or gaps:write; more than once.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="How long it counts; else for good.")
@click.option("--note", default="", help="Which program uses it.")  # fmt: skip
def token_add(name: str, scopes: tuple[str, ...], days: int | None, note: str) -> None:
    """Make a token of the account NAME; it is shown this once."""
    from kb.accounts.tokens import Tokens
    from kb.staffing import opened_database

    now = dt.datetime.now(dt.UTC)
    until = now + dt.timedelta(days=days) if days else None
    with opened_database(read_settings()) as database:
        made, secret = Tokens(database).make(name, scopes, now, until, note)
    click.echo(secret)
    told = f"Token {made.id} of {made.account.name}: {', '.join(made.scopes)}."
    click.echo(f"{told} Keep it now: it is not shown again.", err=True)


@token.command("list")
def token_list() -> None:
    """Print all tokens, not what they look like."""
    from kb.accounts.tokens import Tokens
    from kb.staffing import opened_database, print_table

    with opened_database(read_settings()) as database:
        found = Tokens(database).all()
    if not found:
        click.echo("No tokens yet. Make one: kb staff token add NAME --scope SCOPE")
        return
    titles = ("Token", "Account", "Scopes", "Made", "Ends", "Last used", "Note")
    print_table(titles, [_row(one) for one in found])


@token.command("revoke")
@click.argument("number", type=click.IntRange(1))
def token_revoke(number: int) -> None:
    """Let a token count no more, at once."""
    from kb.accounts.tokens import Tokens
    from kb.staffing import opened_database

    with opened_database(read_settings()) as database:
        gone = Tokens(database).revoke(number)
    click.echo(f"Token {gone.id} of {gone.account.name} counts no more.")


def _row(one: Token) -> tuple[str, ...]:
    return (
        str(one.id),
        one.account.name,
        " ".join(one.scopes),
        f"{one.at:%Y-%m-%d}",
        f"{one.until:%Y-%m-%d}" if one.until else "",
        str(one.used or ""),
        one.note,
    )

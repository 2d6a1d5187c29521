"""Staff: `kb staff`, who may sign in, from the command line."""

from __future__ import annotations

import click

from kb.commands.tokens import token
from kb.configuring import read_settings

NAME = click.argument("name")
ROLE = click.Choice(["agent", "writer", "admin"])


@click.group()
def staff() -> None:
    """Say who may sign in to the staff pages, and what each may do.

    \b
    kb staff add ada --role admin   asks for a password at the terminal
    kb staff list                   all accounts

    A password is never an argument. Without a terminal it is the first line of the input.
    """


@staff.command("add")
@NAME
@click.option("--role", type=ROLE, default="agent", show_default=True, help="What it may do.")
def staff_add(name: str, role: str) -> None:
    """Make an account."""
    from kb.staffing import add

    add(read_settings(), name, role)


@staff.command("list")
def staff_list() -> None:
    """Print all accounts."""
    from kb.staffing import list_accounts

    list_accounts(read_settings())


@staff.command("password")
@NAME
def staff_password(name: str) -> None:
    """Give an account a new password; ends its sessions."""
    from kb.staffing import set_password

    set_password(read_settings(), name)


@staff.command("role")
@NAME
@click.argument("role", type=ROLE)
def staff_role(name: str, role: str) -> None:
    """Let an account do more or less, from its next click on."""
    from kb.staffing import set_role

    set_role(read_settings(), name, role)


@staff.command("disable")
@NAME
def staff_disable(name: str) -> None:
    """Let nobody sign in with an account; ends its sessions at once."""
    from kb.staffing import disable

    disable(read_settings(), name)


@staff.command("enable")
@NAME
def staff_enable(name: str) -> None:
    """Undo disable, and forget attempts to sign in that failed."""
    from kb.staffing import enable

    enable(read_settings(), name)


@staff.command("link")
@NAME
@click.argument("subject")
def staff_link(name: str, subject: str) -> None:
    """Let a person whom the OpenID provider calls SUBJECT into an account that is there."""
    from kb.staffing import link

    link(read_settings(), name, subject)


@staff.command("drop-code")
@NAME
def staff_drop_code(name: str) -> None:
    """Ask for no code any more, when the phone and the recovery codes are lost."""
    from kb.staffing import drop_code

    drop_code(read_settings(), name)


staff.add_command(token)

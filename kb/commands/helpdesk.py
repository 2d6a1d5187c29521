"""Dispatching: `kb helpdesk`, the way to the helpdesk from the command line."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from kb.configuring import read_settings
from kb.errors import KbError

if TYPE_CHECKING:
    from kb.helpdesk.letter import Letter
    from kb.settings import Settings


@click.group()
def helpdesk() -> None:
    """See whether messages to support arrive where they should.

    \b
    kb helpdesk test   send a trial message
    """


@helpdesk.command("test")
@click.option("--email", default="trial@example.com", show_default=True, help="The customer.")
def helpdesk_test(email: str) -> None:
    """Send a trial message to the helpdesk of the settings, and say what happened.

    The exit code is 1 when it did not arrive.
    """
    from kb.helpdesk.letter import Undelivered
    from kb.helpdesk.senders import sender_of

    settings = read_settings()
    sender, letter = sender_of(settings), _trial(settings, email)
    if sender is None:
        hint = "The setting helpdesk names one. Without it messages are read at /staff/messages."
        raise KbError("There is no helpdesk in the settings.", hint)
    try:
        external = sender.send(letter)
    except Undelivered as error:
        hint = "See the article on connecting a helpdesk for what it needs."
        raise KbError(f"The trial message did not arrive. {error.reason}", hint) from None
    name = f" It is {external} there." if external else ""
    click.echo(f"The trial message {letter.reference} was taken by {settings.helpdesk}.{name}")


def _trial(settings: Settings, email: str) -> Letter:
    from kb.helpdesk.letter import Letter
    from kb.helpdesk.message import Message, checked

    text = "This is a trial message of kb helpdesk test. You can close it."
    message = checked(Message("Trial message", text, email, lang=settings.lang))
    now = dt.datetime.now(dt.UTC)
    return Letter(f"TRIAL-{now:%H%M%S}", now, settings.title, message, settings.base_url)

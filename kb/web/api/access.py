"""Access: which program asks, by its token, and how much each may ask for.

With a token all workers and servers count together, in the database that the request writes to
anyway. Who only reads is counted by `kb.web.reads`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from flask import g, request

from kb.accounts.allowances import Allowances
from kb.accounts.tokens import SCOPES, Tokens
from kb.errors import NotAllowed, TooMany, Unidentified
from kb.web.current import current_kb
from kb.web.reads import counted

if TYPE_CHECKING:
    from flask import Response

    from kb.accounts.allowances import Allowance
    from kb.accounts.tokens import Token

MOST_OF_TOKEN = 300
WINDOW = dt.timedelta(minutes=1)
HEADERS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def token_for(scope: str) -> Token:
    """The token that the request shows, if it is for this.

    Raises Unidentified, NotAllowed, TooMany and JournalUnavailable.
    """
    database, now = current_kb().journal.database, dt.datetime.now(dt.UTC)
    token = Tokens(database).shown(_given(), now)
    if token is None:
        hint = "It is not known here, was revoked, or its time is over. See kb staff token list."
        raise Unidentified("This token does not count.", hint)
    _allow(Allowances(database).count(f"token {token.id}", MOST_OF_TOKEN, WINDOW, now))
    if scope not in token.scopes:
        hint = f"It is for {', '.join(token.scopes)}. kb staff token add makes another one."
        raise NotAllowed(f"This takes a token with the scope {scope}.", hint)
    if not token.may(scope):
        hint = f"{token.account.name} has the role {token.account.role}."
        raise NotAllowed(f"The scope {scope} takes the role {SCOPES[scope]}.", hint)
    return token


def count_read(cost: int) -> None:
    """Raises TooMany."""
    if allowance := counted(cost):
        _allow(allowance)


def tell_allowance(response: Response) -> None:
    """Say in the headers what is left."""
    allowance: Allowance | None = g.get("allowance")
    if allowance:
        told = (allowance.most, max(0, allowance.left), allowance.seconds)
        for name, value in zip(HEADERS, told, strict=True):
            response.headers[name] = str(value)


def _given() -> str:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        hint = "Send it as Authorization: Bearer kb_… See kb staff token."
        raise Unidentified("This takes a token.", hint)
    return given.token


def _allow(allowance: Allowance) -> None:
    g.allowance = allowance
    if allowance.left < 0:
        hint = f"{allowance.most} a minute are possible. Wait {allowance.seconds} seconds."
        raise TooMany("That were too many requests.", hint, allowance.seconds)

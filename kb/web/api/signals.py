"""API for signals: what programs tell of their people: votes, and messages to support."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint

from kb.errors import NotFound
from kb.helpdesk.message import Message
from kb.observing import Visit
from kb.web.api.answers import ContactTaken, VoteTaken
from kb.web.api.contract import Contract, keeps
from kb.web.api.requests import ContactGiven, VoteGiven
from kb.web.current import current_kb

if TYPE_CHECKING:
    from kb.accounts.tokens import Token

blueprint = Blueprint("signals", __name__)


@blueprint.post("/votes")
@keeps(Contract(VoteTaken, body=VoteGiven, scope="votes", status=HTTPStatus.CREATED))
def vote(token: Token, body: VoteGiven) -> VoteTaken:
    """Say whether an article was helpful to somebody.

    Each visitor counts once a day, for each revision; a later vote replaces the earlier one.
    """
    visit = _visit(token, body.visitor)
    own = current_kb().vote(body.article, body.revision, body.helpful, visit, body.query)
    if body.reason or body.text:
        current_kb().explain(own, body.reason, body.text)
    return VoteTaken(article=body.article, helpful=body.helpful)


@blueprint.post("/contacts")
@keeps(Contract(ContactTaken, body=ContactGiven, scope="contacts", status=HTTPStatus.CREATED))
def contact(token: Token, body: ContactGiven) -> ContactTaken:
    """Bring a message to support.

    It is on disk when this answers, and goes to the helpdesk from there.
    """
    if not current_kb().settings.has_form:
        raise NotFound("Customers write to support elsewhere.", "See the setting contact_url.")
    article = current_kb().edition.article(body.article).id if body.article else ""
    message = Message(
        subject=body.subject,
        text=body.text,
        email=body.email,
        page=body.page,
        article=article,
        searches=tuple(body.searches),
        shown=tuple(body.shown),
        opened=tuple(body.opened),
        lang=body.lang,
        source="api",
    )
    visit = _visit(token, body.visitor or body.email)
    once = _digest(f"{token.id} {body.once}") if body.once else ""
    return ContactTaken(reference=current_kb().write_to_support(message, (), visit, once))


def _visit(token: Token, visitor: str) -> Visit:
    """A program's people are told apart by what it calls them: they all come from its address.
    In figures, so that nobody is taken for a robot by name."""
    return Visit(f"token {token.id}", _digest(visitor))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""API for links: a link of its own for each reply that a program writes."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint

from kb.web.api.answers import LinkMade
from kb.web.api.contract import Contract, keeps
from kb.web.api.requests import LinkAsked
from kb.web.current import current_kb, current_linking

if TYPE_CHECKING:
    from kb.accounts.tokens import Token

blueprint = Blueprint("replies", __name__)


@blueprint.post("/links")
@keeps(Contract(LinkMade, body=LinkAsked, scope="links", status=HTTPStatus.CREATED))
def link(token: Token, body: LinkAsked) -> LinkMade:
    """Make a link for a reply, in the name of the token's account.

    It leads to the article for as long as there is one, and tells how many people followed it.
    """
    linking = current_linking()
    code = linking.make(body.article, body.section, token.account.name, body.reference)
    base = current_kb().settings.base_url
    return LinkMade(code=code, url=f"{base}/r/{code}")

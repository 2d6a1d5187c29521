"""API for links: a link of its own for each reply that a program writes."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, current_app

from kb.web.api_answers import LinkMade
from kb.web.api_contract import Contract, keeps
from kb.web.api_requests import LinkAsked

if TYPE_CHECKING:
    from kb.accounts.tokens import Token
    from kb.linking import Linking

blueprint = Blueprint("replies", __name__)


@blueprint.post("/links")
@keeps(Contract(LinkMade, body=LinkAsked, scope="links", status=HTTPStatus.CREATED))
def link(token: Token, body: LinkAsked) -> LinkMade:
    """Make a link for a reply, in the name of the token's account.

    It leads to the article for as long as there is one, and tells how many people followed it.
    """
    linking: Linking = current_app.extensions["linking"]
    code = linking.make(body.article, body.section, token.account.name, body.reference)
    base = current_app.extensions["kb"].settings.base_url
    return LinkMade(code=code, url=f"{base}/r/{code}")

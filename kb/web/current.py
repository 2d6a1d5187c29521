"""Current: what the views ask of the application that the request came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from kb.accounts.signing_in import SigningIn
    from kb.knowledge_base import KnowledgeBase
    from kb.linking import Linking
    from kb.web.desk import Desk


def current_kb() -> KnowledgeBase:
    kb: KnowledgeBase = current_app.extensions["kb"]
    return kb


def current_desk() -> Desk:
    desk: Desk = current_app.extensions["desk"]
    return desk


def current_linking() -> Linking:
    linking: Linking = current_app.extensions["linking"]
    return linking


def current_staff() -> SigningIn:
    staff: SigningIn = current_app.extensions["staff"]
    return staff

"""Single sign-on: members of staff come in through their company's OpenID provider."""

from __future__ import annotations

import datetime as dt
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, current_app, request, session, url_for
from flask_babel import gettext as _

from kb.accounts.identities import Identities
from kb.errors import NotAllowed, TooMany
from kb.web.current import current_kb, current_staff
from kb.web.errors import status_of
from kb.web.login import entrance, inside, within
from kb.web.provider import Provider, Unreachable
from kb.web.sessions import begin, forget, member

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kb.accounts.account import Account
    from kb.accounts.attempts import Attempts

blueprint = Blueprint("single_sign_on", __name__, url_prefix="/staff/login")
log = logging.getLogger(__name__)

TARGET = "next"


def register(app: Flask) -> None:
    app.extensions["provider"] = Provider(app, app.extensions["kb"].settings)
    app.extensions["identities"] = Identities(app.extensions["kb"].journal.database)
    app.register_blueprint(blueprint)


@blueprint.get("/provider")
def leave() -> ResponseReturnValue:
    """To the provider. A link, not a form: from here browsers let no form lead to another site."""
    target = inside(request.args.get("next", ""))
    if member():
        return within(target)
    session.clear()
    try:
        answer = _provider().ask(_back())
    except Unreachable as error:
        return _unreachable(error, target)
    session[TARGET] = target
    return answer


@blueprint.get("/callback")
def come_back() -> ResponseReturnValue:
    """From the provider, with a code that is worth something in this browser only, and once."""
    target = inside(session.get(TARGET, ""))
    try:
        account = _vouched_for(request.remote_addr or "")
    except Unreachable as error:
        return _unreachable(error, target)
    except (NotAllowed, TooMany) as error:
        forget()
        return entrance(target, message=error.message, hint=error.hint), status_of(error)
    begin(account)
    return within(target)


def _vouched_for(address: str) -> Account:
    """Raises NotAllowed, TooMany and Unreachable."""
    now, identities = dt.datetime.now(dt.UTC), _identities()
    _attempts().count_address(address, now)
    person = _provider().answer()
    if not person.role:
        hint = _(
            "There you are %(subject)s. Whoever runs this site can change that.",
            subject=person.subject,
        )
        raise NotAllowed(_("Your account there gives you no role here."), hint)
    account = identities.sign_in(person.issuer, person.subject, person.name, person.role, now)
    _attempts().take_back(address)
    return account


def _unreachable(error: Unreachable, target: str) -> ResponseReturnValue:
    log.error("Single sign-on: %s", error.message)
    forget()
    message = _("%(provider)s does not answer as it should.", provider=_provider().title)
    hint = _("Try again in a moment. It has been noted.")
    page = entrance(target, message=message, hint=hint)
    return page, HTTPStatus.SERVICE_UNAVAILABLE


def _back() -> str:
    """Where the provider sends people: the address that it was told beforehand."""
    base = current_kb().settings.base_url
    path = url_for("single_sign_on.come_back")
    return base + path if base else url_for("single_sign_on.come_back", _external=True)


def _provider() -> Provider:
    provider: Provider = current_app.extensions["provider"]
    return provider


def _identities() -> Identities:
    identities: Identities = current_app.extensions["identities"]
    return identities


def _attempts() -> Attempts:
    return current_staff().attempts

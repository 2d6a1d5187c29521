"""Account: the page on which a member of staff changes the password and sets up a second step."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import TYPE_CHECKING

import segno
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup

from kb.accounts.passwords import SHORTEST
from kb.accounts.second_factor import new_codes, new_seed, step_of, uri
from kb.errors import BadInput, NotFound, TooMany
from kb.web.current import current_kb, current_staff
from kb.web.errors import status_of
from kb.web.sessions import begin, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kb.accounts.account import Account

blueprint = Blueprint("account", __name__, url_prefix="/staff/account")

HALF_AN_HOUR = 1800


@blueprint.before_request
def _own_accounts_only() -> None:
    """The guest of a demo has none."""
    if not signed_in().id:
        raise NotFound(_("There is no such page."))


@blueprint.get("/")
def page() -> ResponseReturnValue:
    return _page(done=request.args.get("done", ""))


@blueprint.post("/password")
def password() -> ResponseReturnValue:
    """Ends all sessions; this browser gets a new one."""
    account, new = signed_in(), request.form.get("new", "")
    try:
        _confirm(account)
        current_staff().accounts.set_password(account.name, new)
    except (BadInput, TooMany) as error:
        return _page(fault=error), status_of(error)
    return _again(account, "password")


@blueprint.get("/second")
def second() -> ResponseReturnValue:
    return _offer(signed_in(), new_seed())


@blueprint.post("/second")
def add_second() -> ResponseReturnValue:
    """Only once the phone has shown a right code: a key that arrived nowhere would lock out."""
    account, now = signed_in(), dt.datetime.now(dt.UTC)
    seed = _read(account, request.form.get("key", ""))
    try:
        _confirm(account)
        step = step_of(current_staff().key_of(seed), request.form.get("code", ""), now)
        if not step:
            hint = _("Type the digits that the phone shows now.")
            raise BadInput(_("That is not the code."), hint)
    except (BadInput, TooMany) as error:
        return _offer(account, seed, error), status_of(error)
    codes = new_codes()
    current_staff().accounts.set_second(account.name, seed, step, codes)
    begin(current_staff().accounts.named(account.name))
    return render_template("account/codes.html", age=None, codes=codes)


@blueprint.post("/second/removal")
def drop_second() -> ResponseReturnValue:
    account = signed_in()
    try:
        _confirm(account)
    except (BadInput, TooMany) as error:
        return _page(fault=error), status_of(error)
    current_staff().accounts.drop_second(account.name)
    return _again(account, "removed")


def _confirm(account: Account) -> None:
    """That it is the owner, not somebody at a desk that was left. Raises BadInput and TooMany."""
    typed, address = request.form.get("password", ""), request.remote_addr or ""
    if not current_staff().knows(account, typed, address, dt.datetime.now(dt.UTC)):
        raise BadInput(_("That is not your password."), _("Nothing was changed."))


def _again(account: Account, done: str) -> ResponseReturnValue:
    begin(current_staff().accounts.named(account.name))
    return redirect(url_for("account.page", done=done), HTTPStatus.SEE_OTHER)


def _page(done: str = "", fault: BadInput | TooMany | None = None) -> str:
    account = signed_in()
    left = current_staff().accounts.codes_left(account) if account.second else 0
    provider = current_app.extensions.get("provider")
    return render_template(
        "account/page.html", age=None, account=account, left=left, done=done, fault=fault,
        shortest=SHORTEST, has_password=current_staff().accounts.has_password(account),
        provider=provider.title if provider else "",
    )  # fmt: skip


def _offer(account: Account, seed: str, fault: BadInput | TooMany | None = None) -> str:
    """The key as a picture and in letters; its seed is signed, so that no other comes back."""
    key = current_staff().key_of(seed)
    address = uri(key, account.name, current_kb().settings.title)
    picture = segno.make(address, micro=False).svg_inline(scale=5, border=3, light="#fff")
    signed = _signer().dumps([account.session, seed])
    return render_template(
        "account/second.html", age=None, key=key, signed=signed, fault=fault,
        picture=Markup(picture),  # noqa: S704  (black squares and nothing else)
    )  # fmt: skip


def _read(account: Account, signed: str) -> str:
    try:
        session, seed = _signer().loads(signed, max_age=HALF_AN_HOUR)
    except (BadData, ValueError, TypeError):
        session, seed = "", ""
    if session != account.session:
        message = _("This took too long, or the page is an old one.")
        raise BadInput(message, _("Set it up once more."))
    return str(seed)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="second factor")

"""Login: the way into the staff pages and out of them, and the guard in front of them all."""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kb.errors import TooMany
from kb.web.current import current_staff
from kb.web.sessions import begin, forget, is_staff_path, member, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


blueprint = Blueprint("login", __name__, url_prefix="/staff")

OPEN = ("login.form", "login.sign_in", "single_sign_on.leave", "single_sign_on.come_back")


@blueprint.before_app_request
def _members_only() -> ResponseReturnValue | None:
    """Whoever is not signed in learns nothing, not even whether there is such a page."""
    if not is_staff_path(request.path) or request.endpoint in OPEN or member():
        return None
    wanted = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else ""
    target = inside(wanted)
    query = f"?{urlencode({'next': target})}" if target not in ("", _home()) else ""
    return redirect(url_for("login.form") + query, HTTPStatus.SEE_OTHER)


@blueprint.after_app_request
def _for_this_reader_only(response: Response) -> Response:
    if is_staff_path(request.path):
        response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/login")
def form() -> ResponseReturnValue:
    target = inside(request.args.get("next", ""))
    if member():
        return within(target)
    if not current_staff().accounts.any() and not current_app.extensions.get("provider"):
        return render_template("login/first.html")
    return entrance(target)


@blueprint.post("/login")
def sign_in() -> ResponseReturnValue:
    given, address = request.form, request.remote_addr or ""
    name, password, code = (given.get(field, "") for field in ("name", "password", "code"))
    try:
        account = current_staff().sign_in(name, password, code, address, dt.datetime.now(dt.UTC))
    except TooMany as error:
        page = _again(error.message, error.hint)
        return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(error.seconds)}
    if account is None:
        message = _("This name, password or code is not right, or the account is disabled.")
        return _again(message, _("See that the caps lock is off.")), HTTPStatus.FORBIDDEN
    begin(account)
    return within(inside(given.get("next", "")))


@blueprint.post("/logout")
def sign_out() -> ResponseReturnValue:
    """Ends all sessions of the account: whoever holds a copy of the cookie is out, too."""
    account = signed_in()
    if account.id:
        current_staff().accounts.end_sessions(account.name)
    forget()
    return redirect(url_for("login.form"), HTTPStatus.SEE_OTHER)


def _again(message: str, hint: str) -> str:
    name = request.form.get("name", "")[:80]
    return entrance(inside(request.form.get("next", "")), name, message, hint)


def entrance(target: str, name: str = "", message: str = "", hint: str = "") -> str:
    """The page to sign in at, with what was wrong before; `target` is where to go then."""
    provider = current_app.extensions.get("provider")
    return render_template(
        "login/form.html", target=target, name=name, message=message, hint=hint,
        provider=provider.title if provider else "",
    )  # fmt: skip


def within(target: str) -> ResponseReturnValue:
    """To this page of the staff, the first one by default."""
    return redirect(target or _home(), HTTPStatus.SEE_OTHER)


def inside(target: str) -> str:
    """An address of the staff pages as it is, "" for any other: nobody is led elsewhere."""
    inside = re.fullmatch(r"/staff/[A-Za-z0-9_.~/?=&%+-]{0,500}", target)
    return target if inside and "//" not in target and ".." not in target else ""


def _home() -> str:
    return url_for("staff.home")

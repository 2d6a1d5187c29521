"""Sessions: who is signed in. The cookie of the staff pages, and what it is worth.

Only addresses below /staff/ have a session at all: no other page can read its cookie, set one, or
depend on it.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import flask_login
from flask import request, session
from flask.sessions import SecureCookieSessionInterface
from flask_babel import gettext as _

from kb.accounts.account import Account
from kb.errors import NotAllowed
from kb.feedback.secret import secret
from kb.web import terms
from kb.web.current import current_kb, current_staff
from kb.web.nearby import is_nearby

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Request
    from flask.sessions import SecureCookieSession
    from flask.typing import ResponseReturnValue


LONGEST = dt.timedelta(hours=12)
"""A working day, counted from signing in."""


def register(app: Flask) -> None:
    app.secret_key = secret(app.extensions["kb"].settings.data_dir).hex()
    app.config["SESSION_COOKIE_NAME"] = "kb"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["PERMANENT_SESSION_LIFETIME"] = LONGEST
    app.session_interface = _StaffSessions()
    manager = flask_login.LoginManager()
    manager.session_protection = None  # a phone's address changes; the session word protects
    manager.user_loader(_member_of)
    manager.request_loader(_guest_of_demo)
    # Not init_app: it looks at the session after every answer, to keep a cookie that kb has not.
    app.login_manager = manager  # type: ignore[attr-defined]


def is_staff_path(path: str) -> bool:
    """Whether an address is of the staff pages, however many slashes it is written with."""
    return [part for part in path.split("/") if part][:1] == ["staff"]


def member() -> Account | None:
    """Whose session this request belongs to; None: nobody's. Raises JournalUnavailable."""
    user: Any = flask_login.current_user
    return user.account if user.is_authenticated else None


def signed_in() -> Account:
    """The same where only members come."""
    account = member()
    if account is None:
        raise NotAllowed(_("Nobody is signed in."), _("Sign in at /staff/login."))
    return account


def begin(account: Account) -> None:
    """Start a session of this account. Nothing of what was there before stays."""
    session.clear()
    flask_login.login_user(_Member(account))


def forget() -> None:
    """Take the cookie away; ending the session is up to the account."""
    session.clear()


def needs(role: str) -> Callable[[Callable[..., ResponseReturnValue]], Any]:
    """A view for this role and those above. Others get NotAllowed."""

    def decorate(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            account = signed_in()
            if not account.may(role):
                hint = _(
                    "You are signed in as %(name)s, with the role %(role)s. "
                    "Whoever runs this site can change that.",
                    name=account.name,
                    role=terms.ROLES[account.role],
                )
                raise NotAllowed(_("This takes the role %(role)s.", role=terms.ROLES[role]), hint)
            return view(*args, **kwargs)

        return guarded

    return decorate


@dataclass(frozen=True)
class _Member:
    """An account as Flask-Login wants it."""

    account: Account
    is_authenticated = is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return f"{self.account.id}.{self.account.session}"


def _member_of(session_id: str) -> _Member | None:
    staff = current_staff()
    number, _, word = session_id.partition(".")
    account = staff.accounts.of_session(int(number), word)
    return _Member(account) if account else None


def _guest_of_demo(_request: Request) -> _Member | None:
    """`kb demo` shows its made-up figures to whoever sits at the machine, without an account."""
    staff = current_staff()
    made_up = current_kb().settings.made_up
    if not (made_up and is_staff_path(request.path) and is_nearby()) or staff.accounts.any():
        return None
    return _Member(Account(0, "demo", "writer", "", False, False, dt.datetime.now(dt.UTC)))


class _StaffSessions(SecureCookieSessionInterface):
    """With TLS the cookie has the prefix that binds it to this host; none without counts there."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if is_staff_path(request.path) else None

    def get_cookie_name(self, app: Flask) -> str:
        name: str = app.config["SESSION_COOKIE_NAME"]
        return f"__Host-{name}" if self.get_cookie_secure(app) else name

    def get_cookie_secure(self, app: Flask) -> bool:
        """A proxy that ends TLS may not say so, but then base_url does."""
        base = urlsplit(app.extensions["kb"].settings.base_url)
        host = urlsplit(f"//{request.host}").hostname
        return request.is_secure or (base.scheme == "https" and base.hostname == host)

"""Provider: the OpenID provider at which staff sign in, as a client of it sees it (Authlib).

Authorization code with PKCE; state, nonce and verifier wait in the session of the staff pages.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import request
from flask_babel import gettext as _
from joserfc.errors import JoseError

from kb.accounts.account import ROLES
from kb.errors import KbError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from kb.settings import Settings

log = logging.getLogger(__name__)

PATIENCE = 4
"""Seconds that the provider has for an answer."""

PAUSE = 10
"""Seconds in which a provider that did not answer is not asked again."""

DISCOVERY = "/.well-known/openid-configuration"
_STRANGE = (
    requests.RequestException, AttributeError, KeyError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What Authlib makes of an answer that is none."""

NAMES = ("preferred_username", "email", "name")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for. `role` is "" where it gives none here."""

    issuer: str
    subject: str
    name: str
    role: str


class Unreachable(KbError):
    """The provider does not answer, or not as one."""


class Provider:
    """One for all threads: what it learns about the provider stays for as long as the process."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._settings = settings
        self._down_until = 0.0
        self._client: Any = OAuth(app).register(
            "kb_oidc",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value() or None,
            server_metadata_url=settings.oidc_issuer.rstrip("/") + DISCOVERY,
            client_kwargs={
                "scope": settings.oidc_scope,
                "code_challenge_method": "S256",
                "default_timeout": PATIENCE,
            },
        )

    @property
    def title(self) -> str:
        return urlsplit(self._settings.oidc_issuer).hostname or ""

    def ask(self, back: str) -> ResponseReturnValue:
        """Send the browser to the provider, which sends it `back`. Raises Unreachable."""
        with self._patiently():
            self._look()
            answer: ResponseReturnValue = self._client.authorize_redirect(back)
        return answer

    def answer(self) -> Person:
        """Who came back. Raises NotAllowed unless all fits, and Unreachable."""
        issuer = self._settings.oidc_issuer
        if request.args.get("iss", issuer) != issuer:
            raise NotAllowed(_("This comes from another provider."), _("Sign in once more."))
        with self._patiently():
            self._look()
            token = self._client.authorize_access_token(claims_options=self._expected())
            claims = token.get("userinfo")
            if not claims:
                raise NotAllowed(
                    _("The provider did not say who this is."), _("Sign in once more.")
                )
            return self._person(self._with_roles(claims, token))

    def _look(self) -> None:
        """What the provider says about itself, at the first time: it must be the one we mean."""
        metadata = self._client.load_server_metadata()
        if metadata.get("issuer") != self._settings.oidc_issuer:
            told, wanted = metadata.get("issuer"), self._settings.oidc_issuer
            raise Unreachable(f"The provider calls itself {told!r}, and oidc_issuer is {wanted!r}.")

    def _expected(self) -> dict[str, Any]:
        settings = self._settings
        return {
            "iss": {"essential": True, "value": settings.oidc_issuer},
            "aud": {"essential": True, "value": settings.oidc_client_id},
        }

    def _with_roles(self, claims: Mapping[str, Any], token: Any) -> Mapping[str, Any]:
        """Some providers keep the token small and tell the rest when they are asked."""
        where = self._client.server_metadata.get("userinfo_endpoint")
        if _values(claims, self._settings.oidc_role_claim) or not where:
            return claims
        more = self._client.userinfo(token=token)
        return {**more, **claims} if more.get("sub") == claims["sub"] else claims

    def _person(self, claims: Mapping[str, Any]) -> Person:
        settings = self._settings
        given = {settings.oidc_roles.get(v) for v in _values(claims, settings.oidc_role_claim)}
        role = next((role for role in reversed(ROLES) if role in given), "")
        names = (claims.get(claim) for claim in NAMES)
        name = next((str(name) for name in names if name), "")
        return Person(settings.oidc_issuer, str(claims["sub"]), name, role)

    @contextmanager
    def _patiently(self) -> Iterator[None]:
        """Faults of the provider and of what came back, told in our own words."""
        if time.monotonic() < self._down_until:
            raise Unreachable("The provider did not answer a moment ago.")
        try:
            yield
        except (requests.ConnectionError, requests.Timeout) as error:
            self._down_until = time.monotonic() + PAUSE
            raise Unreachable(str(error)) from error
        except (AuthlibBaseError, JoseError) as error:
            log.warning("A sign-in at the provider was refused: %r", str(error)[:200])
            hint = _("It may have taken too long, or been used already. Sign in once more.")
            raise NotAllowed(_("This sign-in could not be confirmed."), hint) from error
        except _STRANGE as error:
            raise Unreachable(f"The provider answers strangely: {error!r}") from error


def _values(claims: Mapping[str, Any], name: str) -> list[str]:
    """What a claim says, one or several; `a.b` is b inside a, unless a claim is called so."""
    found: Any = claims.get(name)
    if found is None and "." in name:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    several = found if isinstance(found, list) else [found]
    return [one for one in several if one and isinstance(one, str)]

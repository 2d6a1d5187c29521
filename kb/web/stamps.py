"""Stamps: the time at which a form was made, signed, and a word that no other form has."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import TYPE_CHECKING, Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from kb.errors import BadInput, NotFound
from kb.phrase import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

QUICKEST, SLOWEST = 3, 24 * 3600
"""Seconds in which somebody fills in a form: programs are faster, and a copy of a page is older."""

_STAMP, _THANKS = "contact", "thanks"
"""What is signed for one is worth nothing as the other."""


def new_stamp() -> str:
    return _signed(_STAMP, secrets.token_urlsafe(12))


def is_fresh(stamp: str) -> bool:
    return _age(stamp) is not None


def refuse_haste(stamp: str) -> None:
    """Raises BadInput for a form that is not ours or too old, and for one that came too quickly.

    The page that says so can be sent: it holds all that was written.
    """
    age = _age(stamp)
    if age is None:
        hint = N_("What you wrote is still here. Look at it once more and send it.")
        raise BadInput(N_("This form was open for a long time."), hint)
    if age < QUICKEST:
        raise BadInput(N_("This came very quickly."), N_("Look at it once more and send it."))


def once(stamp: str, *words: str, files: Iterable[bytes] = ()) -> str:
    """The same form with the same words and files is the same message, however often it is sent.
    Two people may have the same form, where somebody keeps copies of pages."""
    parts = [*(part.encode("utf-8", "replace") for part in (stamp, *words)), *files]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def signed(reference: str) -> str:
    """What the page after sending is called."""
    return _signed(_THANKS, reference)


def read(token: str) -> str:
    """The reference that was signed, for a day. Raises NotFound."""
    try:
        return str(_signer(_THANKS).loads(token, max_age=SLOWEST))
    except BadData:
        raise NotFound(N_("This link to your message is not valid any more.")) from None


def _age(stamp: str) -> float | None:
    try:
        made: Any = _signer(_STAMP).loads(stamp, max_age=SLOWEST, return_timestamp=True)[1]
    except BadData:
        return None
    return float(time.time() - made.timestamp())


def _signed(purpose: str, text: str) -> str:
    made = _signer(purpose).dumps(text)
    return made if isinstance(made, str) else made.decode()


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=purpose)

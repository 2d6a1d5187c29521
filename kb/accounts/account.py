"""Account: one person of the support team, as everybody else may see them; names and roles."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  (a field's type)
import re
import unicodedata
from dataclasses import dataclass

from kb.errors import BadInput

ROLES = ("agent", "writer", "admin")
"""Each may do what those before it may."""


@dataclass(frozen=True, slots=True)
class Account:
    """`session` is the word that its sessions carry, `second` whether it asks for a code, too."""

    id: int
    name: str
    role: str
    session: str
    disabled: bool
    second: bool
    at: dt.datetime

    def may(self, role: str) -> bool:
        """Whether it has this role or one above."""
        return ROLES.index(self.role) >= ROLES.index(role)


def name_of(given: str) -> str:
    """How a name is written: `Ada` and `ada` are one account. Raises BadInput."""
    name = unicodedata.normalize("NFKC", given).strip().casefold()
    if not re.fullmatch(r"[\w.@+-]{1,80}", name):
        hint = "Letters, digits and . _ - + @ are possible; an e-mail address is one, too."
        raise BadInput("This is no name of an account.", hint)
    return name


def role_of(given: str) -> str:
    """Raises BadInput."""
    if given not in ROLES:
        raise BadInput(f"{given} is no role.", f"One of: {', '.join(ROLES)}.")
    return given

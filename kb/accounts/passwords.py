"""Passwords: which are accepted, and how they are stored and compared (argon2id)."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from kb.errors import BadInput

SHORTEST, LONGEST = 12, 1_000

# OWASP's figures for a server that has other things to do: 19 MiB and about 30 ms each time.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _hasher.hash("nobody has this password")


def stored(password: str) -> str:
    """What is kept of a password. Raises BadInput for one that is too easily guessed."""
    if len(password) < SHORTEST:
        hint = f"Take at least {SHORTEST} characters: four words that nobody would put together."
        raise BadInput("This password is too short.", hint)
    if len(password) > LONGEST:
        raise BadInput("This password is too long.", f"At most {LONGEST:,} characters.")
    return _hasher.hash(_written(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether it is the password; False, after the same time, where there is no account."""
    try:
        fitting = _hasher.verify(kept or _NOBODYS, _written(password[: LONGEST + 1]))
    except (Argon2Error, InvalidHashError):
        return False
    return fitting and kept is not None


def _written(password: str) -> bytes:
    """Keyboards write the same letter in different ways, and terminals what is no letter at all."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")

"""Passwords: which are accepted, and how they are stored and compared (argon2id)."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import threading
import unicodedata
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from kb.errors import BadInput, TooMany
from kb.phrase import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

NONE = "-"
"""What is kept where there is no password: nothing that is typed is it."""

SHORTEST, LONGEST = 12, 1_000
GUESSABLE = 10**8
"""Guesses after which an attacker would have a password that is not accepted."""

LOOKED_AT = 72  # characters: zxcvbn takes no more, and nobody guesses so many
AT_ONCE, PATIENCE, AGAIN = 2, 1.0, 5
"""Passwords looked at at the same time in a process, and the seconds that others wait, and are told
to wait."""

# OWASP's figures for a server that has other things to do: 19 MiB and about 30 ms each time.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _hasher.hash("nobody has this password")
_turns = threading.BoundedSemaphore(AT_ONCE)


def stored(password: str, name: str) -> str:
    """What is kept of the password of an account with this name.

    Raises BadInput for one that is too easily guessed, and TooMany.
    """
    if len(password) < SHORTEST:
        hint = N_(
            "Take at least %(count)s characters: four words that nobody would put together.",
            count=SHORTEST,
        )
        raise BadInput(N_("This password is too short."), hint)
    if len(password) > LONGEST:
        hint = N_("At most %(count)s characters.", count=LONGEST)
        raise BadInput(N_("This password is too long."), hint)
    if _guesses(password, name) < GUESSABLE:
        hint = N_("Take four words that nobody would put together, without the account's name.")
        raise BadInput(N_("This password is among the first that somebody would try."), hint)
    with _turn():
        return _hasher.hash(_written(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether it is the password; False, after the same time, where there is none, or no account.

    Raises TooMany.
    """
    kept = None if kept == NONE else kept
    with _turn():
        try:
            fitting = _hasher.verify(kept or _NOBODYS, _written(password[: LONGEST + 1]))
        except (Argon2Error, InvalidHashError):
            return False
    return fitting and kept is not None


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    """Each takes 19 MiB: a crowd at the door must not take the memory of those who read."""
    if not _turns.acquire(timeout=PATIENCE):
        hint = N_("Try again in %(time)s.", time=dt.timedelta(seconds=AGAIN))
        raise TooMany(N_("Many sign in at this moment."), hint, AGAIN)
    try:
        yield
    finally:
        _turns.release()


def _guesses(password: str, name: str) -> float:
    """How many guesses it takes: common passwords, names, words, dates, keys side by side."""
    from zxcvbn import zxcvbn  # noqa: PLC0415  (its lists are 10 MB, for the day of a new password)

    known = [part for part in re.split(r"[\W_]+", name) if part]
    return float(zxcvbn(password[:LOOKED_AT], user_inputs=[name, *known])["guesses"])


def _written(password: str) -> bytes:
    """Keyboards write the same letter in different ways, and terminals what is no letter at all."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")

"""KbError and its few children: what went wrong, where, and what to do next.

They become a page, a JSON answer or an exit code in exactly one place each
(`kb.web.errors`, `kb.cli`).
"""

from __future__ import annotations


class KbError(Exception):
    """Something a person can act on. `message` says what, `hint` what to do next."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(KbError):
    """The command or the settings ask for something that cannot be: exit code 2."""

    exit_code = 2


class NotFound(KbError):
    """There is no such thing, or none that this audience may know of."""


class BadInput(KbError):
    """What a visitor sent cannot be accepted; `field` is what is wrong in a form, if anything."""

    def __init__(self, message: str, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint)
        self.field = field


class Unidentified(KbError):
    """Who asks is not known, and would have to be."""


class NotAllowed(KbError):
    """Who asks is known, and may not do this."""


class TooMany(KbError):
    """Tried too often: `seconds` until the next try."""

    def __init__(self, message: str, hint: str, seconds: int) -> None:
        super().__init__(message, hint)
        self.seconds = seconds


class JournalUnavailable(KbError):
    """The database cannot take what a person wrote; nothing was acknowledged."""


class NotPublished(KbError):
    """Nothing has been built yet that could be shown."""


class NoRoom(KbError):
    """What somebody sent has no room here; nothing of it was kept."""


class GenerationDamaged(KbError):
    """A generation's files are not the ones its manifest lists."""

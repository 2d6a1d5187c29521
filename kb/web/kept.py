"""Kept: what takes long to work out, kept for a minute; one computation at a time."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.editions import Edition

log = logging.getLogger(__name__)
T = TypeVar("T")

FRESH = dt.timedelta(seconds=60)
OLD = dt.timedelta(minutes=10)
"""What is older than that helps nobody: who asks waits."""


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """Something that was worked out, when, and of which generation."""

    value: T
    at: dt.datetime
    generation: str


class Kept(Generic[T]):
    """Whoever comes first waits, and whoever comes first after a new generation; all others get
    what is there, and when that is older than a minute it is worked out again meanwhile."""

    def __init__(
        self, make: Callable[[Edition, dt.datetime], T], fresh: dt.timedelta = FRESH
    ) -> None:
        self._make, self._fresh = make, fresh
        self._made: Made[T] | None = None
        self._forgotten = 0
        self._making = threading.Lock()

    def get(self, edition: Edition) -> Made[T]:
        """Raises what making raises."""
        made = self._usable(edition)
        if made is None:
            with self._making:
                made = self._usable(edition) or self._again(edition)
        elif _age(made) > self._fresh and self._making.acquire(blocking=False):
            threading.Thread(target=self._behind, args=(edition,), daemon=True).start()
        return made

    def forget(self) -> None:
        """It is not true any more, and neither is what is being worked out now."""
        self._forgotten += 1
        self._made = None

    def _usable(self, edition: Edition) -> Made[T] | None:
        made = self._made
        if made is None or made.generation != edition.generation or _age(made) > OLD:
            return None
        return made

    def _again(self, edition: Edition) -> Made[T]:
        now, before = dt.datetime.now(dt.UTC), self._forgotten
        made = Made(self._make(edition, now), now, edition.generation)
        if self._forgotten == before:
            self._made = made
        return made

    def _behind(self, edition: Edition) -> None:
        """In a thread of its own, which holds the lock already."""
        try:
            self._again(edition)
        except Exception:
            log.exception("The staff pages keep showing what they have")
        finally:
            self._making.release()


def _age(made: Made[T]) -> dt.timedelta:
    return dt.datetime.now(dt.UTC) - made.at

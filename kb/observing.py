"""Observing: what a visitor does at the pages and programs -> signals for the recorder.

Everything that takes time (redaction, the visitor's token, the words' normal form) happens in the
recorder's thread: a request only says what it saw.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, NamedTuple

from kb.feedback.events import Click, Contact, LinkOpen, Read, Search
from kb.feedback.redaction import redact
from kb.feedback.robots import is_robot
from kb.search.query import normal_form, tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.feedback.privacy import Visitors
    from kb.feedback.recorder import Recorder


_READ = 1_000
"""Characters of a typed text that are looked at; what is kept of them is shorter."""

# An address or a card's number that is still being typed has no end to be recognised by.
_UNFINISHED = re.compile(r"@|(?:\d[ .-]?){9}")


def keepable(text: str) -> str:
    """What may be kept of a typed text. Redacted before it is cut: half an address is one too."""
    return tidy(redact(text[:_READ]))


class Visit(NamedTuple):
    """Where a request came from. `private`: by `Sec-GPC` or DNT it asks for no text to be kept."""

    address: str
    agent: str
    private: bool = False


class Observer:
    """Robots are not seen, and nobody by one that is not `seeing`.

    No method raises, waits, or touches the database.
    """

    def __init__(
        self,
        recorder: Recorder,
        visitors: Visitors,
        seeing: bool = True,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._recorder = recorder
        self._visitors = visitors
        self._seeing = seeing
        self._clock = clock

    def searched(  # noqa: PLR0913, PLR0917
        self,
        visit: Visit,
        text: str,
        lang: str,
        source: str,
        total: int,
        found: Sequence[str],
        seconds: float | None = None,
        picked: bool = False,
    ) -> None:
        """`found` are the ids of the first articles; `source` one of `events.SOURCES`.

        What is only typed, source `suggestion`, may go on, unless an article of the list was
        `picked`; `seconds` its list was in view.
        """
        typed, now = tidy(text), self._clock()
        if not typed or self.ignores(visit):
            return
        if source == "suggestion" and not picked and _UNFINISHED.search(typed):
            return
        text = text[:_READ]

        def search() -> Search:
            visitor, network = self._who(visit, now)
            told = "" if visit.private else keepable(text)
            return Search(
                self._visitors.search(visitor, typed, lang, now), visitor, now, told,
                normal_form(told, lang), lang, source, total, tuple(found), network,
                source != "suggestion" or picked, seconds,
            )  # fmt: skip

        self._recorder.record(search)

    def clicked(
        self, visit: Visit, text: str, lang: str, article: str, rank: int, total: int
    ) -> None:
        """A result was opened: `article` is its id, `rank` counts from 1."""
        text, now = tidy(text), self._clock()
        if not text or self.ignores(visit):
            return

        def click() -> Click:
            visitor, _ = self._who(visit, now)
            token = self._visitors.search(visitor, text, lang, now)
            return Click(token, visitor, article, rank, total, now)

        self._recorder.record(click)

    def read(
        self,
        visit: Visit,
        article: str,
        revision: str,
        seconds: int,
        depth: int,
        text: str = "",
        lang: str = "",
    ) -> None:
        """An article was in view; `text` is the search that led there."""
        text, now = tidy(text), self._clock()
        if self.ignores(visit):
            return

        def read() -> Read:
            visitor, network = self._who(visit, now)
            token = self._visitors.search(visitor, text, lang, now) if text else ""
            return Read(visitor, article, revision, now, seconds, depth, network, token)

        self._recorder.record(read)

    def contacted(
        self, visit: Visit, article: str, text: str, lang: str, message: str = ""
    ) -> None:
        """The way to support was taken: from which article ("" none), after which search."""
        text, now = tidy(text), self._clock()
        if self.ignores(visit):
            return

        def contact() -> Contact:
            visitor, network = self._who(visit, now)
            token = self._visitors.search(visitor, text, lang, now) if text else ""
            said = "" if visit.private else redact(message)
            return Contact(visitor, now, article, token, said, lang, network)

        self._recorder.record(contact)

    def opened(self, visit: Visit, code: str) -> None:
        """A link of a reply was followed."""
        now = self._clock()
        if not self.ignores(visit):
            self._recorder.record(lambda: LinkOpen(code, self._who(visit, now)[0], now))

    def ignores(self, visit: Visit) -> bool:
        """Whether nothing is recorded of a visit: a robot's, or one that this site must not see."""
        return not self._seeing or is_robot(visit.agent)

    def _who(self, visit: Visit, now: dt.datetime) -> tuple[str, str]:
        visitors = self._visitors
        return visitors.token(visit.address, visit.agent, now), visitors.network(visit.address, now)

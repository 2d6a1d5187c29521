"""Letter: a message with all that a helpdesk is told of it, and what keeps one from arriving."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt

    from kb.helpdesk.attachment import Attachment
    from kb.helpdesk.message import Message


@dataclass(frozen=True, slots=True)
class Named:
    """An article in a letter: `url` is absolute when the site knows its own address."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """`reference` is the same at every try: a helpdesk can tell a second copy by it."""

    reference: str
    at: dt.datetime
    site: str
    message: Message
    page: str
    article: Named | None = None
    shown: tuple[Named, ...] = ()
    opened: tuple[Named, ...] = ()
    files: tuple[Attachment, ...] = ()

    @property
    def text(self) -> str:
        """What the customer wrote, and below it where they came from."""
        return "\n".join([self.message.text, "", "-- ", *self._origin()])

    @property
    def html(self) -> str:
        """The same for helpdesks that take text as HTML."""
        return html.escape(self.text).replace("\n", "<br>\n")

    def _origin(self) -> list[str]:
        lines = [f"Sent from {self.site}, reference {self.reference}"]
        if self.page:
            lines.append(f"Written at: {self.page}")
        if self.article:
            lines.append(f"About: {_line(self.article)}")
        if self.message.searches:
            lines.append(f"Searched for: {'; '.join(self.message.searches)}")
        opened = set(self.opened)
        for one in self.shown:
            lines.append(f"{'Read' if one in opened else 'Shown'} before: {_line(one)}")
        return lines


class Undelivered(Exception):
    """A try in vain; `reason` holds nothing of the message.

    `final`: the helpdesk will never take it. `after`: seconds in which it wants to be left alone.
    """

    def __init__(self, reason: str, *, final: bool = False, after: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.final, self.after = reason, final, after


class Sender(Protocol):
    """A way to one helpdesk."""

    def send(self, letter: Letter) -> str:
        """Hand it over -> the helpdesk's own name for it, "" none. Raises Undelivered.

        Takes seconds at most, whatever the other side does.
        """


def _line(article: Named) -> str:
    return f"{article.title} ({article.url})" if article.url else article.title

"""Team: what made-up staff do: work on gaps, send links in replies, flag articles, read letters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kb.demo.needs import (
    BACKUP,
    DOCKER,
    EVERYDAY,
    IMPORT,
    NGINX,
    PDF,
    SLACK,
    SSO,
    UPDATE,
    WORDPRESS,
    Need,
)  # fmt: skip
from kb.demo.visitors import DAY, LANG, Person
from kb.feedback.events import NothingFits
from kb.feedback.flags import Flags
from kb.feedback.missing import Missing
from kb.feedback.register import Register
from kb.feedback.reply_links import ReplyLinks
from kb.helpdesk.outbox import TODO, Outbox
from kb.search.query import normal_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kb.demo.visitors import World

    Event = tuple[dt.datetime, Callable[[], None]]

HOUR = dt.timedelta(hours=1)
MINUTES = dt.timedelta(minutes=8)  # in which the last visit ends
WRITERS, LEAD = "Docs team", "Support lead"
GUEST = "demo"  # whoever looks at the demo: see `kb.web.sessions`
SUPPORT, SHARES = (GUEST, "Support, first shift", "Support, second shift"), (5, 4, 3)
FIRST_SHIFT = SUPPORT[1]
OFFICE = range(8, 17)
REPLIES, REPLY_DAYS = 40, 27
SENT = (*EVERYDAY, BACKUP, IMPORT, UPDATE, NGINX, UPDATE, NGINX)
"""What can be answered with a link; who reads the last two is most likely to ask."""

WITHOUT_TICKET, AGAIN = 0.1, 0.2  # that a reply has no number, that it is not the last of a ticket
OPENERS, OPEN_SHARES = (0, 1, 2), (25, 60, 15)
A_DAY = 20.0  # hours in which a link is opened
ANSWERS = 0.15  # that a message is answered and closed on a morning
TICKETS = 10_000
WIDGET = "put-help-on-your-site"


@dataclass(slots=True)
class Reply:
    """Of `who` to somebody with a need, in which ticket; `code` is its link's, once it is sent."""

    who: str
    need: Need
    reference: str = ""
    code: str = ""


class Team:
    """Some weeks of work that end with the world; two articles are edited at `edits`."""

    def __init__(self, world: World, edits: dt.datetime) -> None:
        self._world, self._dice, self._edits = world, world.dice, edits
        self._days = (world.end - world.now).days
        database = world.journal.database
        self._register, self._missing = Register(database), Missing(database)
        self._links, self._flags = ReplyLinks(database), Flags(database)
        self._outbox = Outbox(database)

    def events(self) -> Iterator[Event]:
        yield from self._about_gaps()
        yield from self._replies()
        yield from self._replies_of_before()
        yield from self._about_articles()
        yield from self._mornings()

    # Gaps

    def _about_gaps(self) -> Iterator[Event]:
        done, end = partial(partial, self._change), self._world.end
        told, why = "The widget works there, too", "Readers need no accounts"
        yield self._edits + 2 * HOUR, done(WORDPRESS, "documented", WRITERS, told, WIDGET)
        yield end - 5 * DAY, done(SLACK, "claimed", WRITERS, "Webhooks come first")
        yield end - 2 * DAY, done(SSO, "ignored", LEAD, why)
        for days, need in ((16, DOCKER), (9, DOCKER), (3, DOCKER), (6, SLACK)):
            yield end - days * DAY, partial(self._report, need, FIRST_SHIFT)
        note = "Asked for before every audit"
        yield end - 4 * DAY, partial(self._report, PDF, GUEST, note)

    def _change(self, need: Need, state: str, who: str, note: str, article: str = "") -> None:
        """What somebody does with the gap of a need, once there is one."""
        members = self._register.members()
        found = (members.get((LANG, normal_form(text, LANG))) for text in need.wordings)
        gap = next(filter(None, found), None)
        if gap is None:
            return
        edition = self._world.edition
        more: dict[str, str | float] = {"article": edition.article(article).id} if article else {}
        if state == "ignored":
            more["demand"] = float(need.a_week)
        self._register.change(gap, state, self._world.now, who, note, **more)

    def _report(self, need: Need, who: str, note: str = "") -> None:
        text = need.wordings[0]
        normal = normal_form(text, LANG)
        self._missing.report(NothingFits(text, normal, LANG, who, self._world.now, note))

    # Replies

    def _replies(self) -> Iterator[Event]:
        weights = [need.a_week for need in SENT]
        for at in self._times(REPLIES):
            (need,), (who,) = self._dice.choices(SENT, weights), self._dice.choices(SUPPORT, SHARES)
            reference = "" if self._happens(WITHOUT_TICKET) else self._ticket(at)
            yield from self._reply(at, Reply(who, need, reference))
            if reference and self._happens(AGAIN):
                again = self._dice.choice(SENT)
                yield from self._reply(at + DAY, Reply(who, again, reference))

    def _replies_of_before(self) -> Iterator[Event]:
        """Whoever looks sent the text that was edited then."""
        for hours, known in ((51, True), (45, True), (28, False)):
            at = self._edits - hours * HOUR
            yield from self._reply(at, Reply(GUEST, UPDATE, self._ticket(at) if known else ""))

    def _reply(self, at: dt.datetime, reply: Reply) -> Iterator[Event]:
        """Sent, and opened by those whom it was for and those whom they sent it on."""
        last = self._world.end - MINUTES
        if at < last:
            yield at, partial(self._send, reply)
        for _ in range(self._dice.choices(OPENERS, OPEN_SHARES)[0]):
            opened = at + self._dice.uniform(0.3, A_DAY) * HOUR
            if opened < last:
                yield opened, partial(self._open, reply)

    def _send(self, reply: Reply) -> None:
        world, need = self._world, reply.need
        article = world.edition.library.by_slug.get(need.answer)
        if article:
            section = self._section(need)
            reply.code = self._links.make(article, section, reply.who, world.now, reply.reference)

    def _section(self, need: Need) -> str:
        """The one that answers, as the real search finds it."""
        if not need.wordings:
            return ""
        hits = self._world.edition.searcher.search(self._world.usual(need.wordings), LANG).hits
        return next((hit.anchor for hit in hits if hit.article.slug == need.answer), "")

    def _open(self, reply: Reply) -> None:
        article = self._world.edition.library.by_slug.get(reply.need.answer)
        if reply.code and article:
            Person(self._world, reply.need).follow(reply.code, article)

    def _ticket(self, at: dt.datetime) -> str:
        """A later one has a larger number."""
        return f"#{TICKETS - (self._world.end - at) // HOUR}"

    # Articles, and what people write

    def _about_articles(self) -> Iterator[Event]:
        end, flag = self._world.end, partial(partial, self._flag)
        old = "sites-enabled is not there on newer systems, as two customers wrote"
        yield end - 9 * DAY, flag(NGINX, "out-of-date", old, FIRST_SHIFT)
        hard = "Nobody knows what the brackets are for"
        yield end - 3 * DAY, flag(UPDATE, "unclear", hard, GUEST)

    def _flag(self, need: Need, kind: str, note: str, who: str) -> None:
        article = self._world.edition.article(need.answer)
        self._flags.add(article, kind, note, who, self._world.now)

    def _mornings(self) -> Iterator[Event]:
        end = self._world.end
        for days in range(1, self._days):
            morning = (end - days * DAY).replace(hour=OFFICE[0], minute=20)
            if _is_workday(morning):
                yield morning, self._answer_messages

    def _answer_messages(self) -> None:
        """Those for whom there is time."""
        for way in self._outbox.ways(TODO, REPLIES):
            if self._happens(ANSWERS):
                who = self._dice.choices(SUPPORT, SHARES)[0]
                self._world.wait(60, 400)
                self._outbox.close(way.message, who, self._world.now)

    # Dice

    def _happens(self, share: float) -> bool:
        return self._world.happens(share)

    def _times(self, many: int) -> list[dt.datetime]:
        """Different hours of work, at some minute of each."""
        end = self._world.end
        hours = [end - n * HOUR for n in range(1, REPLY_DAYS * 24)]
        at_work = [hour for hour in hours if _is_workday(hour) and hour.hour in OFFICE]
        return [hour - self._dice.random() * HOUR for hour in self._dice.sample(at_work, many)]


def _is_workday(day: dt.datetime) -> bool:
    return day.weekday() < 5

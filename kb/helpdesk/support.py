"""Support: what visitors do before and when they write, from the form to a stored message."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.feedback.deflections import Deflections
from kb.feedback.events import Deflection
from kb.feedback.signals import Signals
from kb.feedback.visits import QUIET
from kb.helpdesk.attachment import refuse_many
from kb.helpdesk.limits import Limits
from kb.helpdesk.message import MOST_SEARCHES, checked
from kb.search.query import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.content.article import Article
    from kb.content.library import Library
    from kb.feedback.database import Database
    from kb.feedback.privacy import Visitors
    from kb.helpdesk.attachment import Attachment
    from kb.helpdesk.delivery import Delivery
    from kb.helpdesk.message import Message
    from kb.observing import Observer, Visit
    from kb.settings import Settings


class Support:
    """Every method raises JournalUnavailable."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        visitors: Visitors,
        observer: Observer,
        delivery: Delivery,
    ) -> None:
        self._settings, self._visitors, self._observer = settings, visitors, observer
        self._signals, self._deflections = Signals(database), Deflections(database)
        self._limits, self._delivery = Limits(database), delivery

    def write(
        self,
        message: Message,
        files: Sequence[Attachment],
        visit: Visit,
        library: Library,
        once: str = "",
    ) -> str:
        """Store a message durably -> its reference; ids of articles that are not in `library` are
        left out. It is evidence of a gap. Sent again, it counts no more.
        Raises BadInput, TooMany, NoRoom.
        """
        stored = self._delivery.messages
        if once and (known := stored.known(once)):
            return known
        asked = message.searches[0] if message.searches else ""
        message = self._completed(checked(message), visit, library)
        refuse_many(files, self._settings.contact_attachments)
        now = dt.datetime.now(dt.UTC)
        self._limits.count(*self._tokens(visit, now), now)
        kept = stored.keep(message, files, self._delivery.begin, now, once)
        if not kept.again:
            self._tell(message, visit, asked)
        return kept.reference

    def deflected(
        self, article: Article, found: Sequence[str], visit: Visit, text: str, lang: str
    ) -> None:
        """An article answered it: `text` is what was asked, `found` are the ids that were shown."""
        text, now = tidy(text), dt.datetime.now(dt.UTC)
        if not text or self._observer.ignores(visit):
            return
        visitor, network = self._tokens(visit, now)
        search = self._visitors.search(visitor, text, lang, now)
        self._deflections.record(Deflection(visitor, now, article.id, search, lang, network))
        rank = found.index(article.id) + 1 if article.id in found else 1
        total = max(len(found), 1)
        self._observer.searched(visit, text, lang, "contact", total, found)
        self._observer.clicked(visit, text, lang, article.id, rank, total)

    def last_searches(self, visit: Visit) -> tuple[str, ...]:
        """What somebody searched for in this visit, redacted; nothing of a private one.

        Not of the whole day: people behind one address with the same browser are one visitor.
        """
        if visit.private:
            return ()
        now = dt.datetime.now(dt.UTC)
        visitor, _ = self._tokens(visit, now)
        return self._signals.last_texts(visitor, now - QUIET, MOST_SEARCHES)

    def _completed(self, message: Message, visit: Visit, library: Library) -> Message:
        """With the last searches of the visit, unless a program wrote: its searches are others'."""
        known, searches = library.by_id, message.searches
        if message.source != "api":
            searches = (*searches, *self.last_searches(visit))
        return replace(
            message,
            lang=message.lang or self._settings.lang,
            article=message.article if message.article in known else "",
            searches=tuple(dict.fromkeys(searches))[:MOST_SEARCHES],
            shown=tuple(one for one in message.shown if one in known),
            opened=tuple(one for one in message.opened if one in known),
        )

    def _tell(self, message: Message, visit: Visit, asked: str) -> None:
        """The journal's part of it, redacted. Without a search that led here the subject is one."""
        if not asked:
            asked, shown = message.subject, message.shown
            self._observer.searched(visit, asked, message.lang, "contact", len(shown), shown)
        said = f"{message.subject}\n{message.text}"
        self._observer.contacted(visit, message.article, asked, message.lang, said)

    def _tokens(self, visit: Visit, now: dt.datetime) -> tuple[str, str]:
        visitors = self._visitors
        return visitors.token(visit.address, visit.agent, now), visitors.network(visit.address, now)

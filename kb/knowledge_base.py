"""KnowledgeBase: the one facade. The live generation to read and search, the journal to write."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from typing import TYPE_CHECKING, TypeVar

from itsdangerous import BadData, URLSafeTimedSerializer

from kb.accounts.attempts import forget_attempts
from kb.errors import GenerationDamaged, NotFound, NotPublished
from kb.feedback.answers import Answers
from kb.feedback.events import Answer, Vote
from kb.feedback.journal import Journal
from kb.feedback.leases import Leases
from kb.feedback.privacy import Visitors
from kb.feedback.recorder import Recorder
from kb.feedback.retention import retain
from kb.feedback.secret import secret
from kb.feedback.signals import Signals
from kb.generations import Generations
from kb.helpdesk.delivery import Delivery
from kb.helpdesk.letter import Named
from kb.helpdesk.support import Support
from kb.insights.helpfulness import helpfulness
from kb.ledger import Ledger
from kb.observing import Observer, keepable
from kb.phrase import N_
from kb.search.query import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.content.article import Article, Audience
    from kb.editions import Edition
    from kb.feedback.retention import Kept
    from kb.helpdesk.attachment import Attachment
    from kb.helpdesk.message import Message
    from kb.insights.helpfulness import ArticleHelpfulness
    from kb.observing import Visit
    from kb.settings import Settings

log = logging.getLogger(__name__)
TOKEN_SECONDS = 24 * 3600


class KnowledgeBase:
    """What the web and the commands ask.

    A request that asks more than once takes `edition` first and asks that: the live generation
    may be replaced between two questions.
    """

    def __init__(
        self, settings: Settings, audience: Audience = "public", edition: Edition | None = None
    ) -> None:
        """Of the live generation, or of just this `edition` while it is being published."""
        self.settings, self.audience = settings, audience
        self.generations = Generations(settings.data_dir)
        self.journal = Journal(settings.database)
        self._visitors = Visitors(self.journal)
        self.signals = Signals(self.journal.database)
        self.recorder = Recorder(self.signals)
        seeing = audience == "public" and edition is None  # not staff, and not while publishing
        self.observer = Observer(self.recorder, self._visitors, seeing)
        self._signer = URLSafeTimedSerializer(secret(settings.data_dir).hex(), salt="vote")
        self._edition = edition
        self._seen = ""
        self._staff: Edition | None = None
        self._opening = threading.Lock()
        self._read_before: dict[str, str] = {}
        self._refreshing = threading.Lock()
        self.leases = Leases(self.journal.database)
        self.ledger = Ledger(
            self.journal.database,
            self.leases,
            settings.articles,
            lambda: self.edition,
            self.staff_edition,
        )
        self.delivery = Delivery(settings, self.journal.database, self.leases, self._named)
        self.support = Support(
            settings, self.journal.database, self._visitors, self.observer, self.delivery
        )
        if edition is None:
            self.refresh()

    @property
    def live(self) -> Edition | None:
        """The edition served now; None before the first build."""
        return self._edition

    @property
    def edition(self) -> Edition:
        """The live generation as this audience sees it; before the first build: NotPublished."""
        if self._edition is None:
            raise NotPublished(
                N_("Nothing has been published yet."), N_("Run kb build, or kb serve.")
            )
        return self._edition

    def staff_edition(self) -> Edition | None:
        """The live generation as staff see it, opened when the first of them asks.

        None before the first build. Raises GenerationDamaged.
        """
        live = self._edition
        if live is None or live.audience == "staff":
            return live
        with self._opening:
            staff = self._staff
            if staff is None or staff.generation != live.generation:
                self._staff = staff = self._open_staff(live)
            return staff

    def _open_staff(self, live: Edition) -> Edition:
        """Shares with the live edition what is the same; it is that one where nothing is hidden."""
        generation = self.generations.named(live.generation)
        if not generation.hides:
            return live
        return generation.open("staff", live, semantic=self.settings.semantic)

    def refresh(self) -> bool:
        """Take over a new generation; True: done. Costs one small file read when there is none.

        A damaged generation is left out: the newest whole one before it serves. One that is
        served already was read whole into memory, so damage to its files cannot reach a reader.
        """
        with self._refreshing:
            live = self.generations.current_name()
            if live == self._seen:
                return False
            for generation in self.generations.candidates():
                try:
                    edition = generation.open(
                        self.audience, self._edition, semantic=self.settings.semantic
                    )
                except GenerationDamaged as error:
                    log.error("Not served: %s", error)
                    continue
                self._take_over(edition)
                break
            self._seen = live
            return True

    def _take_over(self, edition: Edition) -> None:
        if self._edition:
            for article in self._edition.library.articles:
                self._read_before[article.slug] = article.revision
        self._edition, self._staff = edition, None

    def shown(self, article: Article, revision: str) -> str:
        """The revision that a visitor read: this one if it was shown, else the current one.

        So nobody can vote or read once for every revision they make up.
        """
        return revision if revision == self._read_before.get(article.slug) else article.revision

    def vote(self, slug: str, revision: str, helpful: bool, visit: Visit, query: str = "") -> str:
        """Record a vote durably -> a token that lets this visitor explain it within a day.

        `revision` is the one they read, and `query` the search that led there; a private visit
        leaves the link to that search and none of its words.
        Raises NotFound, BadInput, JournalUnavailable.
        """
        article = self.edition.article(slug)
        revision, now = self.shown(article, revision), dt.datetime.now(dt.UTC)
        visitor = self._visitors.token(visit.address, visit.agent, now)
        network = self._visitors.network(visit.address, now)
        typed = tidy(query)
        search = self._visitors.search(visitor, typed, self.settings.lang, now) if typed else ""
        told = "" if visit.private else keepable(query)
        vote = Vote(
            article.id, revision, visitor, helpful, now, query=told, network=network, search=search
        )
        return self._token(self.journal.vote(vote), visitor, slug)

    def answer(
        self, question: str, score: int, visit: Visit, slug: str = "", query: str = ""
    ) -> bool:
        """Record durably what a visitor thinks: see `kb.feedback.events.Answer`. False: not kept.

        Nothing is kept of robots, staff and private visits. Raises JournalUnavailable.
        """
        if visit.private or self.observer.ignores(visit):
            return False
        now, article = dt.datetime.now(dt.UTC), self.edition.library.by_slug.get(slug)
        visitor = self._visitors.token(visit.address, visit.agent, now)
        network = self._visitors.network(visit.address, now)
        typed = tidy(query)
        search = self._visitors.search(visitor, typed, self.settings.lang, now) if typed else ""
        where = article.id if article else ""
        given = Answer(question, score, visitor, now, where, search, network)
        Answers(self.journal.database).record(given)
        return True

    def write_to_support(
        self, message: Message, attachments: Sequence[Attachment], visit: Visit, once: str = ""
    ) -> str:
        """Take a message durably -> its reference. The same `once` again is the same message.

        Raises BadInput, TooMany, NoRoom, JournalUnavailable.
        """
        return self.support.write(message, attachments, visit, self.edition.library, once)

    def deflected(
        self, article: Article, found: Sequence[str], visit: Visit, text: str, lang: str
    ) -> None:
        """An article answered what somebody wanted to write to support, and it was not sent."""
        self.support.deflected(article, found, visit, text, lang)

    def _named(self, article: str) -> Named | None:
        found = self._edition.library.by_id.get(article) if self._edition else None
        return Named(found.title, self.settings.base_url + found.url) if found else None

    def forget(self, now: dt.datetime | None = None) -> Kept:
        """Delete what may not be kept any longer: visitors' salts, within 48 hours, and old facts.

        Whoever is quiet gets their outcomes first. Raises JournalUnavailable.
        """
        now = now or dt.datetime.now(dt.UTC)
        self._visitors.forget(now)
        forget_attempts(self.journal.database, now)
        self.delivery.clear(now)
        self.ledger.judge(now)
        return retain(self.journal.database, now)

    def _token(self, vote_id: int, visitor: str, slug: str) -> str:
        token = self._signer.dumps([vote_id, visitor, slug])
        return token if isinstance(token, str) else token.decode()

    def own_vote(self, token: str) -> tuple[Vote, str]:
        """The vote that a token belongs to, and its article's slug. Raises NotFound."""
        vote_id, visitor, slug = self._read_token(token)
        return _found(self.journal.find_vote(vote_id, visitor)), slug

    def explain(self, token: str, reason: str, text: str) -> None:
        """Add why. Raises NotFound, BadInput, JournalUnavailable."""
        vote_id, visitor, _ = self._read_token(token)
        self.journal.explain(vote_id, visitor, reason, text)

    def _read_token(self, token: str) -> tuple[int, str, str]:
        try:
            vote_id, visitor, slug = self._signer.loads(token, max_age=TOKEN_SECONDS)
        except (BadData, ValueError, TypeError):
            raise NotFound(N_("This link to your answer is not valid any more.")) from None
        return vote_id, visitor, slug

    def helpfulness(self) -> list[ArticleHelpfulness]:
        """Votes per article, those that need attention first."""
        library = self.edition.library
        current = {article.id: article.revision for article in library.articles}
        return helpfulness(self.journal.votes(), current)


T = TypeVar("T")


def _found(thing: T | None) -> T:
    if thing is None:
        raise NotFound(N_("There is no such page."))
    return thing

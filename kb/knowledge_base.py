"""KnowledgeBase: the one facade. The live generation to read and search, the journal to write."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from typing import TYPE_CHECKING, TypeVar

from itsdangerous import BadData, URLSafeTimedSerializer

from kb.accounts.attempts import forget_attempts
from kb.errors import GenerationDamaged, KbError, NotFound, NotPublished
from kb.feedback.answers import Answers
from kb.feedback.events import Answer, Vote
from kb.feedback.figures import Figures
from kb.feedback.journal import Journal
from kb.feedback.leases import Leases
from kb.feedback.privacy import Visitors
from kb.feedback.recorder import Recorder
from kb.feedback.register import Register
from kb.feedback.retention import retain
from kb.feedback.secret import secret
from kb.feedback.signals import Signals
from kb.feedback.surveys import Stamp, Surveys
from kb.feedback.visits import Visits
from kb.generations import Generations
from kb.helpdesk.delivery import Delivery
from kb.helpdesk.letter import Named
from kb.helpdesk.support import Support
from kb.insights.gaps import WINDOW
from kb.insights.helpfulness import helpfulness
from kb.insights.outcomes import judge
from kb.insights.patches import stub
from kb.insights.queue import Queue
from kb.insights.survey import Survey, decode, encode, make_survey
from kb.observing import Observer, keepable
from kb.phrase import N_
from kb.search.query import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.content.article import Article, Audience
    from kb.editions import Edition
    from kb.feedback.register import Change, Entry
    from kb.feedback.retention import Kept
    from kb.helpdesk.attachment import Attachment
    from kb.helpdesk.message import Message
    from kb.insights.helpfulness import ArticleHelpfulness
    from kb.insights.queue import Row
    from kb.observing import Visit
    from kb.search.searcher import Searcher
    from kb.settings import Settings

log = logging.getLogger(__name__)
TOKEN_SECONDS = 24 * 3600
SURVEY = "survey"
"""The lease of whoever works out a survey."""

LONG = 5.0
"""Seconds of a survey that is not worked out again for everybody who asks for the latest."""

FRESH = dt.timedelta(seconds=60)
WAITING = 300.0
"""Seconds that a command waits for another process that works out a survey."""


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
        self.leases, self.surveys = Leases(self.journal.database), Surveys(self.journal.database)
        self.delivery = Delivery(settings, self.journal.database, self.leases, self._named)
        self.support = Support(
            settings, self.journal.database, self._visitors, self.observer, self.delivery
        )
        self._survey: tuple[Stamp | None, Survey | None] = (None, None)
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
        judge(Visits(self.journal.database), now)
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

    # What it all means

    def surveyed(self) -> Survey | None:
        """The figures that were worked out last, wherever that was. Raises JournalUnavailable."""
        stamp = self.surveys.stamp()
        if stamp != self._survey[0]:
            self._survey = (stamp, decode(self.surveys.content()) if stamp else None)
        return self._survey[1]

    def survey(self, patience: float = 0.0) -> Survey | None:
        """Work out all figures and store them; one process at a time does.

        None: another one has been at it for longer than `patience` seconds.
        Raises JournalUnavailable.
        """
        asked = dt.datetime.now(dt.UTC)
        with self.leases.held(SURVEY, patience) as mine:
            if not mine:
                return None
            stamp, now = self.surveys.stamp(), dt.datetime.now(dt.UTC)
            if stamp and stamp.at >= asked and stamp.generation == self.edition.generation:
                return self.surveyed()  # whoever was waited for has done it
            queue, edition = self._queue(), self.edition
            made = make_survey(
                self.journal.database, edition.library, queue, edition.generation, now
            )
            self.surveys.keep(Stamp(made.generation, made.at, made.seconds), encode(made))
            return made

    def latest_survey(self) -> Survey:
        """All figures as they are now; what takes long may be a minute old.

        Raises JournalUnavailable, and KbError while another process is at it.
        """
        found = self._latest() or self.survey(WAITING) or self.surveyed()
        if found is None:
            raise KbError("Another process works the figures out.", "Try again in a minute.")
        return found

    def has_few_searches(self, most: int) -> bool:
        """Whether the journal has no more than that."""
        return Figures(self.journal.database).has_few(most)

    def judge(self, now: dt.datetime, most: int | None = None) -> int:
        """Give searches of visitors who are quiet their outcome, of so many visitors at most."""
        return judge(Visits(self.journal.database), now, most)

    # Gaps

    def gaps(self, window: dt.timedelta = WINDOW) -> list[Row]:
        """What to write next, most wanted first. Raises as `latest_survey` does."""
        if window != WINDOW:
            with self.leases.held(SURVEY, WAITING):  # two at once would number new gaps twice
                return self._queue().rows(dt.datetime.now(dt.UTC), window)
        return list(self.latest_survey().rows)

    def _latest(self) -> Survey | None:
        """The stored survey if nobody wants to wait for a newer one."""
        stamp = self.surveys.stamp()
        if stamp is None or stamp.seconds < LONG or stamp.generation != self.edition.generation:
            return None
        old = dt.datetime.now(dt.UTC) - stamp.at > FRESH + dt.timedelta(seconds=stamp.seconds)
        return None if old or self.surveys.is_overtaken(stamp.at) else self.surveyed()

    def gap_history(self, gap: int) -> list[Change]:
        """What happened to a gap, oldest first."""
        return self._queue().history(gap)

    def gap_patch(self, row: Row) -> str:
        """What is proposed for a gap, as a diff of the articles folder; "" for nothing."""
        return self._queue().patch(row, self.settings.articles)

    def gap_article(self, row: Row) -> tuple[Path, str]:
        """Where the missing article would stand, and its stub. Raises KbError."""
        path, text = stub(row.gap, self.edition.library)
        return self.settings.articles / path, text

    def change_gap(
        self, gap: int, state: str, who: str = "", note: str = "", article: str = ""
    ) -> Entry:
        """Bring a gap into a state. Raises NotFound, BadInput and JournalUnavailable."""
        register, now = Register(self.journal.database), dt.datetime.now(dt.UTC)
        more: dict[str, str | float] = {}
        if article:
            more["article"] = self.edition.article(article).id
        if state == "ignored":
            more["demand"] = next((r.gap.demand for r in self.gaps() if r.id == gap), 0.0)
        return register.change(gap, state, now, who, note, **more)

    def _queue(self) -> Queue:
        staff, edition = self._staff_searcher(), self.edition
        database, articles = self.journal.database, self.settings.articles
        return Queue(database, edition.searcher, staff, edition.generation, articles)

    def _staff_searcher(self) -> Searcher | None:
        """What finds drafts and staff articles; None where none are, or none whole."""
        with contextlib.suppress(GenerationDamaged):
            staff = self.staff_edition()
            if staff and staff is not self._edition:
                return staff.searcher
        return None


T = TypeVar("T")


def _found(thing: T | None) -> T:
    if thing is None:
        raise NotFound(N_("There is no such page."))
    return thing

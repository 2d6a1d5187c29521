"""KnowledgeBase: the one facade. The live generation to read and search, the journal to write."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from typing import TYPE_CHECKING, TypeVar

from itsdangerous import BadData, URLSafeTimedSerializer

from kb.errors import GenerationDamaged, KbError, NotFound
from kb.feedback.events import Vote
from kb.feedback.journal import Journal
from kb.feedback.privacy import Visitors
from kb.feedback.recorder import Recorder
from kb.feedback.secret import secret
from kb.feedback.signals import Signals
from kb.generations import Generations
from kb.insights.helpfulness import helpfulness
from kb.observing import Observer
from kb.search.query import tidy

if TYPE_CHECKING:
    from kb.content.article import Audience
    from kb.editions import Edition
    from kb.insights.helpfulness import ArticleHelpfulness
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
        self.observer = Observer(self.recorder, self._visitors)
        self._signer = URLSafeTimedSerializer(secret(settings.data_dir).hex(), salt="vote")
        self._edition = edition
        self._seen = ""
        self._read_before: dict[str, str] = {}
        self._refreshing = threading.Lock()
        if edition is None:
            self.refresh()

    @property
    def live(self) -> Edition | None:
        """The edition served now; None before the first build."""
        return self._edition

    @property
    def edition(self) -> Edition:
        """The live generation as this audience sees it. Raises KbError before the first build."""
        if self._edition is None:
            raise KbError("Nothing has been published yet.", "Run kb build, or kb serve.")
        return self._edition

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
        self._edition = edition

    def vote(
        self, slug: str, revision: str, helpful: bool, address: str, agent: str, query: str = ""
    ) -> str:
        """Record a vote durably -> a token that lets this visitor explain it within a day.

        `revision` is the one the visitor read; one that was never shown counts for the current
        one, so that nobody can vote once for every revision they make up.
        Raises NotFound, BadInput, JournalUnavailable.
        """
        article = self.edition.article(slug)
        if revision != self._read_before.get(slug):
            revision = article.revision
        now = dt.datetime.now(dt.UTC)
        visitor = self._visitors.token(address, agent, now)
        network = self._visitors.network(address, now)
        query = tidy(query)
        search = self._visitors.search(visitor, query, article.lang, now) if query else ""
        vote = Vote(
            article.id, revision, visitor, helpful, now, query=query, network=network, search=search
        )
        return self._token(self.journal.vote(vote), visitor, slug)

    def forget(self) -> None:
        """Delete what may not be kept any longer: visitors' salts, within 48 hours."""
        self._visitors.forget(dt.datetime.now(dt.UTC))

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
            raise NotFound("This link to your answer is not valid any more.") from None
        return vote_id, visitor, slug

    def helpfulness(self) -> list[ArticleHelpfulness]:
        """Votes per article, those that need attention first."""
        library = self.edition.library
        current = {article.id: article.revision for article in library.articles}
        return helpfulness(self.journal.votes(), current)


T = TypeVar("T")


def _found(thing: T | None) -> T:
    if thing is None:
        raise NotFound("There is no such page.")
    return thing

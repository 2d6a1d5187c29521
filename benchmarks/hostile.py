"""Hostile traffic: programs with a browser's name, and an attacker who stuffs votes and searches.

Programs that tell who they are never get into the journal, so they are not made here.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from people import token
from truth import NOBODY, Asked, Event

from kb.feedback.events import FOUND_LIMIT, Search, Vote
from kb.search.query import normal_form

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from kb.content.article import Article
    from kb.content.library import Library
    from kb.search.searcher import Searcher

LANG = "en"
STUFFED = 10_000  # searches, and as many votes
SCRAPERS, SCRAPED = 3, 400
PROBES = (
    "1' OR '1'='1", "../../etc/passwd", "<script>alert(1)</script>", "wp-login.php", "${jndi:ldap}",
    "admin.php", "union select null", "%00", ".env", "phpinfo()",
)  # fmt: skip
PROBED = 30  # times each
WATCHED = "login"
ADVERTS = ("cheap designer watches outlet", "win money online casino bonus")


class Hostile:
    """Everything of some weeks from `start` on, made of the same chance."""

    def __init__(
        self, library: Library, searcher: Searcher, start: dt.datetime, chance: random.Random
    ) -> None:
        self.articles = [article for article in library.articles if article.searchable]
        self.searcher, self.start, self.chance = searcher, start, chance

    def programs(self, weeks: int) -> Iterator[Search]:
        """Scrapers that walk through the titles, a monitor and a search for holes."""
        for scraper in range(SCRAPERS):
            yield from self._scraper(f"scraper {scraper}")
        for hour in range(24 * 7 * weeks):
            at = self.start + dt.timedelta(hours=hour, minutes=7)
            yield self._search("monitor", "monitor", WATCHED, at)
        at = self._night()
        for n, probe in enumerate(PROBED * PROBES):
            agent = f"prober {n % PROBED}"
            yield self._search(agent, "prober", probe, at + dt.timedelta(seconds=0.4 * n))

    def _scraper(self, name: str) -> Iterator[Search]:
        at = self._night()
        for article in self.chance.choices(self.articles, k=SCRAPED):
            at += dt.timedelta(seconds=self.chance.uniform(1, 3))
            yield self._search(name, name, article.title.lower(), at)

    def attack(self) -> Iterator[Event]:
        """Of one network that gives a new browser's name to each search and each vote.

        The searches are adverts and one article's title, to have it rewritten; the votes are No.
        """
        target, victim = self.chance.sample(self.articles, 2)
        texts = (*ADVERTS, target.title.lower())
        at = self._night()
        for n in range(STUFFED):
            when = at + dt.timedelta(seconds=0.9 * n)
            yield self._search(f"stuffer {n}", "attacker", self.chance.choice(texts), when)
        at = self._night()
        for n in range(STUFFED):
            yield self._vote(f"stuffer {n}", victim, at + dt.timedelta(seconds=0.9 * n))

    def _vote(self, name: str, article: Article, at: dt.datetime) -> Vote:
        return Vote(
            article.id, article.revision, token("visitor", name, at.date()), False, at,
            "out-of-date", network=token("network", "attacker", at.date()),
        )  # fmt: skip

    def _search(self, name: str, network: str, text: str, at: dt.datetime) -> Search:
        visitor = token("visitor", name, at.date())
        results = self.searcher.search(text, LANG)
        return Search(
            token=token("search", visitor, text), visitor=visitor, at=at, text=text,
            normal=normal_form(text, LANG), lang=LANG, source="page", total=results.total,
            found=tuple(hit.article.id for hit in results.hits[:FOUND_LIMIT]),
            network=token("network", network, at.date()),
        )  # fmt: skip

    def _night(self) -> dt.datetime:
        return self.start + dt.timedelta(days=self.chance.randrange(5, 15), hours=1)


def truth_of(event: Event) -> Iterator[Asked]:
    """A hostile search wants nothing; all of a network are in truth one visitor."""
    if isinstance(event, Search):
        yield Asked(event.token, event.network, event.normal, NOBODY, answered=False)

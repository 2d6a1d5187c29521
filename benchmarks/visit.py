"""Visit: one person with one need: searches, clicks, reads, says it in other words, gives up.

Nobody in it knows that an article was removed: they look at the results there are, from the top,
and stop when they have read what they came for or when their patience ends.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from people import token
from truth import Asked, Event

from kb.feedback.events import FOUND_LIMIT, Click, Contact, Read, Search, Vote
from kb.search.query import normal_form

if TYPE_CHECKING:
    import random

    from needs import Likeness, Need
    from people import Person

    from kb.content.article import Article
    from kb.search.results import Hit
    from kb.search.searcher import Searcher

LANG = "en"
NEXT = 0.8  # that the result below is looked at, too: the tenth by one in seven
KNOWN = 0.9  # that the article that answers is opened when it is looked at
LOOKS_RIGHT = 0.55  # times the likeness: that another one is opened
CURIOUS = 0.03  # that any is
SEEN_IN_LIST = 0.04  # that the text below the result is enough
ANSWERS = 0.95  # that the right article answers
NEARLY = 0.5  # likeness from which on another article may answer
BACK = 0.5  # that a reader without an answer returns to the results
STUCK = 0.35  # that it takes long to see that an article does not answer
AGAIN = (0.5, 0.3)  # that it is said in other words, after the first search and the second
EMPTY_AGAIN = 0.65  # the same when nothing was found
WRITES, OPENS = 0.08, 0.04  # who has no answer: that they write to support, or only look there
VOTES_YES, VOTES_NO = 0.12, 0.18  # readers with and without an answer
NOISE = 0.1  # of the votes say the opposite
TELLS, SAYS_WHY = 0.3, 0.7  # No votes with a text, with a reason
TYPES = 0.07  # searches that are seen while they are typed
REASONS = ("couldnt-find", "out-of-date", "hard-to-follow", "didnt-work", "other")
REASON_WEIGHTS = (60, 8, 10, 15, 7)


@dataclass(slots=True)
class World:
    """What all visitors have in common: the site as it is now, and what is like what."""

    searcher: Searcher
    likeness: Likeness
    chance: random.Random


@dataclass(slots=True)
class Visit:
    """`events` and `asked` grow as the clock `at` moves on."""

    world: World
    person: Person
    need: Need
    at: dt.datetime
    visitor: str = ""
    network: str = ""
    events: list[Event] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    last: tuple[str, str, str] = ("", "", "")  # the last search, its text, the last article read

    def run(self) -> None:
        # A visit around midnight keeps the tokens that it began with.
        self.visitor = self.person.visitor(self.at)
        self.network = self.person.network_token(self.at)
        for again in (*AGAIN, 0.0):
            answered, anything = self._search()
            if answered:
                return
            if not self._happens(again if anything else again and EMPTY_AGAIN):
                break
            self._wait(4, 40)
        self._turn_to_support()

    def _search(self) -> tuple[bool, bool]:
        """Whether it brought the answer, and whether it found anything."""
        text = self.need.search(self.world.chance)
        if self._happens(TYPES):
            self._type(text)
        results = self.world.searcher.search(text, LANG)
        search = self._searched(text, results.total, results.hits, finished=True)
        answered = self._look_through(search, results.hits, results.total)
        self._learn(search.token, search.normal, answered)
        return answered, bool(results.hits)

    def _type(self, text: str) -> None:
        """The list below the field is looked at before Enter."""
        begin = text[: self.world.chance.randrange(3, len(text) + 1)] if len(text) > 3 else text
        results = self.world.searcher.search(begin, LANG)
        seconds = round(self.world.chance.uniform(0.3, 5), 1)
        search = self._searched(begin, results.total, results.hits, finished=False, seconds=seconds)
        self._learn(search.token, search.normal, answered=True)  # nobody had asked yet
        self._wait(1, 8)

    def _searched(
        self, text: str, total: int, hits: tuple[Hit, ...], *, finished: bool,
        seconds: float | None = None,
    ) -> Search:  # fmt: skip
        search = Search(
            token=token("search", self.visitor, text.casefold()),
            visitor=self.visitor, at=self.at, text=text, normal=normal_form(text, LANG), lang=LANG,
            source="page" if finished else "suggestion", total=total,
            found=tuple(hit.article.id for hit in hits[:FOUND_LIMIT]),
            network=self.network, finished=finished, seconds=seconds,
        )  # fmt: skip
        self.events.append(search)
        self.last = (search.token, text, "")
        return search

    def _look_through(self, search: Search, hits: tuple[Hit, ...], total: int) -> bool:
        """From the top, perhaps opening some; whether one of them answered."""
        opened: set[str] = set()
        for rank, hit in enumerate(hits, 1):
            self._wait(1, 4)
            article = hit.article
            if article.id == self.need.article and self._happens(SEEN_IN_LIST):
                return True
            if article.id not in opened and self._happens(self._attraction(article)):
                opened.add(article.id)
                click = Click(search.token, self.visitor, article.id, rank, total, self.at)
                self.events.append(click)
                if self._read(article, search):
                    return True
                if not self._happens(BACK):
                    return False
            if not self._happens(NEXT):
                return False
        return False

    def _attraction(self, article: Article) -> float:
        if article.id == self.need.article:
            return KNOWN
        return CURIOUS + LOOKS_RIGHT * self._like(article)

    def _like(self, article: Article) -> float:
        return self.world.likeness.between(self.need.article, article.id)

    def _read(self, article: Article, search: Search) -> bool:
        """Whether it answers; it may take long to see that it does not."""
        answered = self._happens(self._answers(article))
        if answered or self._happens(STUCK):
            seconds, depth = self._about(90), self.world.chance.randint(45, 100)
        else:
            seconds, depth = self._about(12), self.world.chance.randint(5, 60)
        self._wait(seconds, seconds)
        self.events.append(
            Read(
                self.visitor, article.id, article.revision, self.at, seconds, depth,
                self.network, search.token,
            )
        )  # fmt: skip
        self.last = (search.token, search.text, article.id)
        self._vote(article, search, answered)
        return answered

    def _answers(self, article: Article) -> float:
        if article.id == self.need.article:
            return ANSWERS
        return max(0.0, self._like(article) - NEARLY)

    def _vote(self, article: Article, search: Search, answered: bool) -> None:
        if not self._happens(VOTES_YES if answered else VOTES_NO):
            return
        helpful = answered != self._happens(NOISE)
        self._wait(1, 5)
        reason, text = ("", "") if helpful else self._explanation()
        self.events.append(
            Vote(
                article.id, article.revision, self.visitor, helpful, self.at, reason, text,
                search.text, self.network, search.token,
            )
        )  # fmt: skip
        if text:
            self._learn("", normal_form(text, LANG), answered)

    def _explanation(self) -> tuple[str, str]:
        chance = self.world.chance
        reason = chance.choices(REASONS, REASON_WEIGHTS)[0] if self._happens(SAYS_WHY) else ""
        return reason, self.need.letter(chance) if self._happens(TELLS) else ""

    def _turn_to_support(self) -> None:
        what = self.world.chance.random()
        if what >= WRITES + OPENS:
            return
        self._wait(20, 240)
        text = self.need.letter(self.world.chance) if what < WRITES else ""
        search, _, article = self.last
        self.events.append(
            Contact(self.visitor, self.at, article, search, text, LANG, self.network)
        )
        if text:
            self._learn("", normal_form(text, LANG), answered=False)

    def _learn(self, search: str, normal: str, answered: bool) -> None:
        self.asked.append(Asked(search, self.visitor, normal, self.need.article, answered))

    def _happens(self, probability: float) -> bool:
        return self.world.chance.random() < probability

    def _wait(self, least: float, most: float) -> None:
        self.at += dt.timedelta(seconds=self.world.chance.uniform(least, most))

    def _about(self, seconds: float) -> int:
        return max(1, round(self.world.chance.lognormvariate(0, 0.6) * seconds))

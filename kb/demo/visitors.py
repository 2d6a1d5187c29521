"""Visitors: made-up people who search, look, open, read, vote, say it in other words or write.

What they find is what the real search finds, and what they do goes the way of all signals.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb.feedback.answers import Answers
from kb.feedback.deflections import Deflections
from kb.feedback.events import FOUND_LIMIT, QUESTIONS, Answer, Deflection, Vote
from kb.helpdesk.attachment import Attachment
from kb.helpdesk.message import Message, checked
from kb.helpdesk.messages import Messages
from kb.observing import Visit

if TYPE_CHECKING:
    import random

    from kb.content.article import Article
    from kb.demo.letters import Letter
    from kb.demo.needs import Need
    from kb.editions import Edition
    from kb.feedback.journal import Journal
    from kb.feedback.privacy import Visitors
    from kb.observing import Observer
    from kb.search.results import Results

LANG = "en"
DAY = dt.timedelta(days=1)
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1 Safari/604.1",
)
SOURCES, SHARES = ("page", "widget", "contact", "api"), (90, 4, 4, 2)
PLACES, PATIENCE = (3, 5, 8), (70, 20, 10)  # how many results people look at
TYPES, PICKS, LEAVES = 0.25, 0.3, 0.04  # the list while typing: seen, opened from, enough
PEEKS = 0.3  # that the first result is opened although it does not look right
REWORDS, AGAIN = 0.4, 0.4  # that it is said in other words: those who know some, others
WRITES, OPENS = 0.12, 0.05  # who has no answer: that they write to support, or only look there
WRITES_AGAIN = 0.6  # whom a link from support does not help
OFFERED = 3  # articles beside the form of a message
SAYS_SO = 0.7  # that an article answered it, at the form of a message that is not sent then
VOTES_YES, VOTES_NO, TELLS = 0.25, 0.7, 0.2
VOTES_NO_QUIETLY = 0.15  # who has nothing to say
ANSWERS = 0.4  # who is asked how it went
CONTENT, ANNOYED = (0, 1, 2, 7, 10), (4, 5, 4, 2, 1)  # weights of one to five points


@dataclass(slots=True)
class World:
    """What all visitors have in common. `now` moves on with the one who is there, up to `end`;
    `edited`: the articles are those after the edits. Nothing is `told` twice in the same words."""

    edition: Edition
    journal: Journal
    visitors: Visitors
    dice: random.Random
    now: dt.datetime
    end: dt.datetime
    observer: Observer
    edited: bool = False
    told: set[str] = field(default_factory=set)

    def happens(self, share: float) -> bool:
        return self.dice.random() < share

    def wait(self, least: float, most: float) -> None:
        self.now += dt.timedelta(seconds=self.dice.uniform(least, most))

    def somebody(self) -> Visit:
        """A person at an address and in a network of their own, most likely."""
        numbers = [str(self.dice.randrange(1, 255)) for _ in range(3)]
        return Visit(".".join(["10", *numbers]), self.dice.choice(AGENTS))

    def once(self, text: str) -> str:
        """The text, "" when somebody has said so already."""
        if text in self.told:
            return ""
        self.told.add(text)
        return text

    def usual(self, texts: tuple[str, ...]) -> str:
        """One of them, the first most often."""
        return self.dice.choices(texts, [1 / n for n in range(1, len(texts) + 1)])[0]


class Person:
    """One visit with one need."""

    def __init__(self, world: World, need: Need) -> None:
        self._world, self._need = world, need
        self._visit = world.somebody()
        self._text = self._source = ""
        self._shown: list[Article] = []
        self._opened: list[Article] = []

    def come(self) -> None:
        if not self._need.wordings:
            self._read(self._world.edition.article(self._need.answer))
            return
        texts = self._texts()
        for number, text in enumerate(texts, 1):
            if self._search(text, last=number == len(texts)):
                return
            self._world.wait(6, 40)
        self._turn_to_support()

    def follow(self, code: str, article: Article) -> None:
        """A link in what support wrote to them."""
        self._world.observer.opened(self._visit, code)
        self._read(article, writes=WRITES_AGAIN)

    def _texts(self) -> list[str]:
        need, world = self._need, self._world
        texts = [world.usual(need.wordings)]
        if need.reworded and world.happens(REWORDS):
            texts.append(world.usual(need.reworded))
        elif not need.reworded and world.happens(AGAIN):
            texts.append(world.dice.choice(need.wordings))
        return list(dict.fromkeys(texts))

    def _search(self, text: str, *, last: bool) -> bool:
        """Whether nothing more is searched."""
        world, self._text = self._world, text
        results = world.edition.searcher.search(text, LANG)
        if world.happens(TYPES) and self._typed(text):
            return True
        self._source = world.dice.choices(SOURCES, SHARES)[0]
        self._searched(text, self._source, results)
        world.wait(2, 12)
        places = world.dice.choices(PLACES, PATIENCE)[0]
        seen = [hit.article for hit in results.hits[:places]]
        self._shown = seen[:OFFERED]
        for rank, article in enumerate(seen, 1):
            if self._takes(article):
                self._open(article, rank, results.total)
                return True
        if seen and not last and world.happens(PEEKS):
            self._open(seen[0], 1, results.total, peeks=True)
        return False

    def _typed(self, text: str) -> bool:
        """The list below the field, while it is typed; True: that was all."""
        world, begin = self._world, text[: max(3, len(text) * 2 // 3)]
        results = world.edition.searcher.search(begin, LANG)
        seconds = round(world.dice.uniform(0.4, 4), 1)
        first = next((hit.article for hit in results.hits[:3] if self._takes(hit.article)), None)
        picked = first is not None and world.happens(PICKS)
        self._searched(begin, "suggestion", results, seconds, picked=picked)
        world.wait(1, 3)
        if first and picked:
            self._text = begin
            self._open(first, 1, results.total)
        return picked or world.happens(LEAVES)

    def _searched(
        self, text: str, source: str, results: Results, seconds: float | None = None,
        *, picked: bool = False,
    ) -> None:  # fmt: skip
        found = [hit.article.id for hit in results.hits[:FOUND_LIMIT]]
        observer = self._world.observer
        observer.searched(
            self._visit, text, LANG, source, results.total, found, seconds, picked=picked
        )

    def _takes(self, article: Article) -> bool:
        return article.slug == self._need.answer

    def _open(self, article: Article, rank: int, total: int, *, peeks: bool = False) -> None:
        self._world.observer.clicked(self._visit, self._text, LANG, article.id, rank, total)
        self._read(article, peeks=peeks)

    def _read(self, article: Article, *, peeks: bool = False, writes: float = WRITES) -> None:
        world, need = self._world, self._need
        self._opened.append(article)
        least, most = (3, 12) if peeks else (35, 190)
        begin = world.now
        world.wait(least, most)
        seconds = round((world.now - begin).total_seconds())
        depth = world.dice.randint(5, 30) if peeks else world.dice.randint(45, 100)
        world.observer.read(
            self._visit, article.id, article.revision, seconds, depth, self._text, LANG
        )
        if peeks:
            return
        helped = world.happens(need.helps if world.edited or not need.before else need.before)
        if world.happens(self._votes(helped)):
            world.wait(1, 6)
            self._vote(article, helped)
        if helped and self._source == "contact" and world.happens(SAYS_SO):
            self._deflected(article)
        if not helped and world.happens(writes):
            self._write(article.id)

    def _votes(self, helped: bool) -> float:
        if helped:
            return VOTES_YES if self._need.wordings else 2 * VOTES_YES
        return VOTES_NO if self._need.why else VOTES_NO_QUIETLY

    def _vote(self, article: Article, helpful: bool) -> None:
        world, visit, text = self._world, self._visit, self._text
        visitor = world.visitors.token(visit.address, visit.agent, world.now)
        search = world.visitors.search(visitor, text, LANG, world.now) if text else ""
        reason, said = ("", "") if helpful or not self._need.why else self._why()
        network = world.visitors.network(visit.address, world.now)
        world.journal.vote(
            Vote(
                article.id, article.revision, visitor, helpful, world.now, reason, said, text,
                network, search,
            )
        )  # fmt: skip
        if helpful and text:
            self._answer(article.id, CONTENT)

    def _answer(self, article: str, weights: tuple[int, ...]) -> None:
        """Both questions, as they are asked after a search that ended well and after a contact."""
        world, visit = self._world, self._visit
        if not world.happens(ANSWERS):
            return
        visitor = world.visitors.token(visit.address, visit.agent, world.now)
        network = world.visitors.network(visit.address, world.now)
        for question in QUESTIONS:
            score = world.dice.choices(range(1, 6), weights)[0]
            Answers(world.journal.database).record(
                Answer(question, score, visitor, world.now, article, "", network)
            )

    def _why(self) -> tuple[str, str]:
        reason, said = self._world.dice.choice(self._need.why)
        return reason, self._world.once(said) if self._world.happens(TELLS) else ""

    def _turn_to_support(self) -> None:
        if self._world.happens(WRITES + OPENS):
            self._write("")

    def _deflected(self, article: Article) -> None:
        world, visit = self._world, self._visit
        visitor = world.visitors.token(visit.address, visit.agent, world.now)
        network = world.visitors.network(visit.address, world.now)
        search = world.visitors.search(visitor, self._text, LANG, world.now)
        deflection = Deflection(visitor, world.now, article.id, search, LANG, network)
        Deflections(world.journal.database).record(deflection)

    def _write(self, article: str) -> None:
        world, letters = self._world, self._need.letters
        world.wait(20, 200)
        wrote = letters and world.happens(WRITES / (WRITES + OPENS))
        letter = world.dice.choice(letters) if wrote else None
        said = ""
        if letter and world.now > world.end - letter.days * DAY and world.once(letter.text):
            self._send(letter, article)
            said = f"{letter.subject}\n{letter.text}"
        world.observer.contacted(self._visit, article, self._text, LANG, said)
        self._answer(article, ANNOYED)

    def _send(self, letter: Letter, article: str) -> None:
        """There is no helpdesk: it is kept."""
        world, shown, opened = self._world, self._shown, self._opened
        message = Message(
            letter.subject, letter.text, letter.sender, article=article, lang=LANG,
            page=opened[-1].url if opened else "/search",
            searches=(self._text,),
            shown=tuple(one.id for one in shown),
            opened=tuple(one.id for one in opened if one in shown),
        )  # fmt: skip
        files = [Attachment(name, "text/plain", text.encode()) for name, text in letter.files]
        Messages(world.journal.database).keep(checked(message), files, "kept", world.now)

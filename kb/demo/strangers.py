"""Strangers: a robot and an attacker, who change nothing that staff see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.demo.visitors import AGENTS, LANG
from kb.feedback.events import Vote
from kb.observing import Visit

if TYPE_CHECKING:
    from kb.demo.visitors import World

CRAWLED, SEARCHES, VOTES = 150, 60, 40
VICTIM = "what-kb-is"


def crawl(world: World) -> None:
    """A program with a browser's name tries all titles, faster than anybody reads; another one
    says what it is."""
    articles = world.edition.library.articles
    pretends = Visit("10.7.7.7", AGENTS[0])
    tells = Visit("10.8.8.8", "ExampleBot/2.0 (+https://example.com/bot)")
    for number in range(CRAWLED):
        world.wait(0.5, 2)
        text = f"{articles[number % len(articles)].title} {number}"
        for visit in (pretends, tells):
            world.observer.searched(visit, text, LANG, "page", 0, ())


def attack(world: World) -> None:
    """Somebody in one network wants another article, and this one gone."""
    article = world.edition.article(VICTIM)
    for number in range(max(SEARCHES, VOTES)):
        world.wait(2, 9)
        visit = Visit(f"10.9.9.{number + 1}", AGENTS[number % len(AGENTS)])
        if number < SEARCHES:
            world.observer.searched(visit, "win at the casino", LANG, "page", 0, ())
        if number < VOTES:
            visitor = world.visitors.token(visit.address, visit.agent, world.now)
            network = world.visitors.network(visit.address, world.now)
            vote = Vote(article.id, article.revision, visitor, False, world.now, network=network)
            world.journal.vote(vote)

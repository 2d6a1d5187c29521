"""Visitors: weeks of them on one library, with the real results of the real searcher.

Nothing here knows how gaps are found: the product gets a journal, the measures get the truth.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

from hostile import Hostile, truth_of
from needs import Likeness, Needs
from people import moments, people
from truth import Traffic
from visit import Visit, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from needs import Need

    from kb.content.article import Article
    from kb.content.library import Library
    from kb.search.searcher import Searcher

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)  # a Monday
RETURN = 0.7  # people for each visit: some come more than once


class Simulation:
    """Needs and people stay the same while time goes on and the articles change."""

    def __init__(
        self, articles: Sequence[Article], likeness: Likeness, seed: int, visits: int, weeks: int
    ) -> None:
        """`articles` are all that anybody needs, those that are not there included."""
        self.chance = random.Random(f"visitors {seed}")
        self.likeness = likeness
        self.needs = Needs(articles, likeness.rarity, self.chance)
        self.visits, self.weeks, self.now = visits, weeks, START
        self.people = people(max(1, round(visits * RETURN)), self.chance)

    def begin(self, library: Library, searcher: Searcher, *, hostile: bool = True) -> Traffic:
        """The first weeks, with programs and an attacker."""
        return self._weeks(library, searcher, hostile)

    def continue_with(self, library: Library, searcher: Searcher) -> Traffic:
        """As many weeks again, on other articles; the programs are there, the attacker is not."""
        return self._weeks(library, searcher, attacked=False)

    def _weeks(self, library: Library, searcher: Searcher, attacked: bool) -> Traffic:
        world = World(searcher, self.likeness, self.chance)
        visits = [
            self._visit(world, need, at)
            for need, at in zip(
                self.needs.drawn(self.visits, self.chance),
                moments(self.visits, self.now, self.weeks, self.chance),
                strict=True,
            )
        ]
        events = [event for visit in visits for event in visit.events]
        asked = [one for visit in visits for one in visit.asked]
        hostile = Hostile(library, searcher, self.now, self.chance)
        unwanted = [*hostile.programs(self.weeks), *(hostile.attack() if attacked else ())]
        asked += [one for event in unwanted for one in truth_of(event)]
        self.now += dt.timedelta(weeks=self.weeks)
        events = sorted([*events, *unwanted], key=lambda event: event.at)
        return Traffic(tuple(events), tuple(asked), len(visits))

    def _visit(self, world: World, need: Need, at: dt.datetime) -> Visit:
        visit = Visit(world, self.chance.choice(self.people), need, at)
        visit.run()
        return visit

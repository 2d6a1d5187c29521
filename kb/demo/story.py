"""The story: some weeks of the made-up help center, told in the order of time.

Visitors come by the hour and the weekday, articles are added and edited, staff work, a robot and an
attacker pass by, and once a week kb works everything out, as it does in life.
"""

from __future__ import annotations

import datetime as dt
import random
from functools import partial
from typing import TYPE_CHECKING

from kb.demo.handbook import FIRST, LAST, SECOND, write_stage
from kb.demo.needs import BY_LINK, EVERYDAY, FAQ, INSTALL_FAILS, TROUBLES, Need
from kb.demo.strangers import attack, crawl
from kb.demo.team import HOUR, MINUTES, Team
from kb.demo.visitors import DAY, Person, World
from kb.feedback.privacy import Visitors
from kb.feedback.tables import salts
from kb.insights.queue import Queue
from kb.observing import Observer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kb.building import Builder
    from kb.demo.team import Event
    from kb.knowledge_base import KnowledgeBase

    Progress = Callable[[int, int], None]

WEEK = dt.timedelta(weeks=1)
WEEKDAYS = (10, 11, 11, 10, 8, 3, 3)
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 9, 11, 12, 11, 9, 7, 5, 4, 4, 3, 2, 1)
GROWTH = 0.35  # how many more people come in the last week than in the first
SINCE_EDITS = dt.timedelta(days=25)  # or half of the story, where that is less
SINCE_LAST = dt.timedelta(hours=20)
INCIDENT = 14  # people of the last two hours


class Story:
    """Told once, into one journal, up to `now`. The same seed and moment tell the same.

    `builder` builds the copy of the handbook that `kb` reads.
    """

    def __init__(
        self, kb: KnowledgeBase, builder: Builder, now: dt.datetime, weeks: int, seed: int
    ) -> None:
        self._kb, self._builder = kb, builder
        self._now, self._weeks = now, weeks
        self._begin = now - weeks * WEEK
        self._edits = now - min(SINCE_EDITS, weeks * WEEK / 2)
        self._dice = random.Random(seed)  # noqa: S311  (a story needs no secrets)
        self._stage(FIRST)
        visitors = Visitors(kb.journal)
        observer = Observer(kb.recorder, visitors, clock=lambda: self._world.now)
        self._world = World(
            kb.edition, kb.journal, visitors, self._dice, self._begin, now, observer
        )

    def tell(self, progress: Progress) -> None:
        """Raises JournalUnavailable."""
        self._keep_salts()
        events = sorted([*self._visits(), *self._happenings()], key=lambda event: event[0])
        day = self._begin.date()
        for number, (at, happen) in enumerate(events):
            if at.date() != day:  # the salts of days that are over are deleted
                self._kb.recorder.flush()
                day = at.date()
                progress(number, len(events))
            self._world.now = at
            happen()
        self._work_out(self._now)

    def _keep_salts(self) -> None:
        """Visitors' tokens come from random salts: these are the seed's, to be repeatable."""
        days = [self._begin.date() + n * DAY for n in range(-1, self._weeks * 7 + 2)]
        rows = [{"day": day, "secret": self._dice.randbytes(32)} for day in days]
        with self._kb.journal.database.writing() as connection:
            connection.execute(salts.insert(), rows)

    # Visitors

    def _visits(self) -> Iterator[Event]:
        for need in (*EVERYDAY, *BY_LINK, *TROUBLES):
            for week in range(self._weeks):
                growth = 1 + GROWTH * week / max(1, self._weeks - 1)
                yield from self._of_week(need, week, round(need.a_week * growth))
        for _ in range(INCIDENT):
            at = self._now - dt.timedelta(minutes=self._dice.uniform(45, 130))
            yield at, partial(self._come, INSTALL_FAILS)

    def _of_week(self, need: Need, week: int, people: int) -> Iterator[Event]:
        """When people work; nobody has looked yet for what was added last."""
        begin, last = self._begin + week * WEEK, self._now - SINCE_LAST
        hours = [begin + n * HOUR for n in range(7 * 24)]
        weights = [WEEKDAYS[hour.weekday()] * HOURS[hour.hour] for hour in hours]
        for hour in self._dice.choices(hours, weights, k=people):
            at = hour + self._dice.random() * HOUR
            if at < (last if need is FAQ else self._now - MINUTES):
                yield at, partial(self._come, need)

    def _come(self, need: Need) -> None:
        Person(self._world, need).come()

    # What else happens

    def _happenings(self) -> Iterator[Event]:
        for week in range(1, self._weeks):
            at = self._begin + week * WEEK
            yield at, partial(self._work_out, at)
        yield from self._new_articles()
        yield from Team(self._world, self._edits).events()
        early = self._begin + (self._now - self._begin) / 4
        yield early, partial(crawl, self._world)
        yield early + DAY, partial(attack, self._world)

    def _new_articles(self) -> Iterator[Event]:
        """kb notices an hour after."""
        for at, stage in ((self._edits, SECOND), (self._now - SINCE_LAST, LAST)):
            yield at, partial(self._publish, stage)
            yield at + HOUR, partial(self._work_out, at + HOUR)

    def _stage(self, stage: int) -> None:
        write_stage(self._kb.settings.articles, stage)
        self._builder.build()
        self._kb.refresh()

    def _publish(self, stage: int) -> None:
        self._stage(stage)
        self._world.edition, self._world.edited = self._kb.edition, True

    def _work_out(self, at: dt.datetime) -> None:
        self._kb.recorder.flush()
        edition = self._kb.edition
        Queue(self._kb.journal.database, edition.searcher, None, edition.generation).rows(at)

"""The story: some weeks of the made-up help center, told in the order of time.

Visitors come by the hour and the weekday, articles are added and edited, staff work on gaps, a
robot and an attacker pass by, and once a week kb works everything out, as it does in life.
"""

from __future__ import annotations

import datetime as dt
import random
from functools import partial
from typing import TYPE_CHECKING

from kb.demo.handbook import FIRST, LAST, SECOND, write_stage
from kb.demo.needs import (
    BY_LINK,
    DOCKER,
    EVERYDAY,
    FAQ,
    INSTALL_FAILS,
    SLACK,
    SSO,
    TROUBLES,
    WIDGET,
    Need,
)  # fmt: skip
from kb.demo.strangers import attack, crawl
from kb.demo.visitors import LANG, Person, World
from kb.feedback.events import NothingFits
from kb.feedback.privacy import Visitors
from kb.feedback.register import Register
from kb.feedback.tables import salts
from kb.insights.queue import Queue
from kb.observing import Observer
from kb.search.query import normal_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kb.building import Builder
    from kb.knowledge_base import KnowledgeBase

    Event = tuple[dt.datetime, Callable[[], None]]
    Progress = Callable[[int, int], None]

DAY, HOUR, WEEK = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(weeks=1)
WEEKDAYS = (10, 11, 11, 10, 8, 3, 3)
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 9, 11, 12, 11, 9, 7, 5, 4, 4, 3, 2, 1)
GROWTH = 0.35  # how many more people come in the last week than in the first
SINCE_EDITS = dt.timedelta(days=25)  # or half of the story, where that is less
SINCE_LAST = dt.timedelta(hours=20)
MINUTES = dt.timedelta(minutes=5)  # in which the last visit ends
INCIDENT = 14  # people of the last two hours
TEAM, SHIFT = "Docs team", "Support, first shift"


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
        self._register = Register(kb.journal.database)
        self._stage(FIRST)
        visitors = Visitors(kb.journal)
        observer = Observer(kb.recorder, visitors, clock=lambda: self._world.now)
        self._world = World(kb.edition, kb.journal, visitors, self._dice, self._begin, observer)

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
        yield from self._of_staff()
        early = self._begin + (self._now - self._begin) / 4
        yield early, partial(crawl, self._world)
        yield early + DAY, partial(attack, self._world)

    def _new_articles(self) -> Iterator[Event]:
        """kb notices an hour after."""
        for at, stage in ((self._edits, SECOND), (self._now - SINCE_LAST, LAST)):
            yield at, partial(self._publish, stage)
            yield at + HOUR, partial(self._work_out, at + HOUR)

    def _of_staff(self) -> Iterator[Event]:
        done = partial(partial, self._change)
        told, why = "The JSON API can do it", "Readers need no accounts"
        yield self._edits + 2 * HOUR, done(WIDGET, "documented", TEAM, told, "json-api")
        yield self._now - 5 * DAY, done(SLACK, "claimed", TEAM, "Webhooks come first")
        yield self._now - 2 * DAY, done(SSO, "ignored", "Support lead", why)
        for days, need in ((16, DOCKER), (9, DOCKER), (3, DOCKER), (6, SLACK)):
            yield self._now - days * DAY, partial(self._report, need)

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

    def _change(self, need: Need, state: str, who: str, note: str, article: str = "") -> None:
        """What somebody does with the gap of a need, once there is one."""
        members = self._register.members()
        found = (members.get((LANG, normal_form(text, LANG))) for text in need.wordings)
        gap = next(filter(None, found), None)
        if gap is None:
            return
        more: dict[str, str | float] = {"article": self._id(article)} if article else {}
        if state == "ignored":
            more["demand"] = float(need.a_week)
        self._register.change(gap, state, self._world.now, who, note, **more)

    def _id(self, slug: str) -> str:
        return self._kb.edition.article(slug).id

    def _report(self, need: Need) -> None:
        text = need.wordings[0]
        normal = normal_form(text, LANG)
        self._kb.signals.write([NothingFits(text, normal, LANG, SHIFT, self._world.now)])

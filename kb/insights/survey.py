"""Survey: everything that the staff pages show, worked out at once, to be stored and shared."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from kb.feedback.figures import Figures, Query, Searched
from kb.insights.demand import WEEK
from kb.insights.health import Health, health
from kb.insights.labels import ENOUGH
from kb.insights.outcomes import OUTCOMES
from kb.insights.queue import MOST, Row
from kb.insights.week import Week, week

if TYPE_CHECKING:
    from kb.content.library import Library
    from kb.feedback.database import Database
    from kb.insights.queue import Queue

MOST_TEXTS = 500
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Texts:
    """What several visitors searched for in the week; `others` counts all other searches."""

    rows: tuple[Query, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Survey:
    """The figures of `at`, seen with the articles of a generation.

    `rows` are the first gaps; `full`: there may be more. `day` are the searches of the last 24
    hours by outcome. `parts` tells how many seconds each part took.
    """

    generation: str
    at: dt.datetime
    week: Week
    day: tuple[Searched, ...]
    rows: tuple[Row, ...]
    full: bool
    texts: Texts
    articles: tuple[Health, ...]
    parts: tuple[tuple[str, float], ...]

    @property
    def seconds(self) -> float:
        return sum(seconds for _, seconds in self.parts)


def make_survey(
    database: Database, library: Library, queue: Queue, generation: str, now: dt.datetime
) -> Survey:
    """Raises JournalUnavailable."""
    clock = _Clock()
    queue.judge(now)
    clock.tell("outcomes")
    rows = queue.judged_rows(now)
    clock.tell("gaps")
    figures, last = week(database, now), Figures(database).searches(now - DAY, now)
    clock.tell("week")
    texts = _texts(database, now)
    clock.tell("searches")
    articles = tuple(health(database, library, now))
    clock.tell("articles")
    return Survey(
        generation=generation,
        at=now,
        week=figures,
        day=tuple(last),
        rows=tuple(rows),
        full=len(rows) == MOST,
        texts=texts,
        articles=articles,
        parts=tuple(clock.told),
    )


def _texts(database: Database, now: dt.datetime) -> Texts:
    figures, begin = Figures(database), now - WEEK
    rows = figures.queries(begin, now, OUTCOMES, ENOUGH, MOST_TEXTS)
    every = sum(one.count for one in figures.searches(begin, now))
    return Texts(tuple(rows), every - sum(row.count for row in rows))


class _Clock:
    """Seconds of each part."""

    def __init__(self) -> None:
        self._begin = time.perf_counter()
        self.told: list[tuple[str, float]] = []

    def tell(self, part: str) -> None:
        now = time.perf_counter()
        self.told.append((part, now - self._begin))
        self._begin = now


_CODEC = TypeAdapter(Survey)


def encode(survey: Survey) -> str:
    return _CODEC.dump_json(survey).decode()


def decode(text: str) -> Survey | None:
    """None for what another version of kb has written."""
    try:
        return _CODEC.validate_json(text)
    except ValidationError:
        return None

"""Figures: sums and counts of the journal, added up by the database, however long that is.

Of whole days that are over the daily sums are read, of the hours before and after them the facts:
see `retention`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping  # noqa: TC003  (pydantic reads it)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select, union

from kb.feedback.tables import contacts, daily, reads, searches, votes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Select, Table

    from kb.feedback.database import Database


@dataclass(frozen=True, slots=True)
class Searched:
    """How many searches of a day (UTC) had an outcome, "" for those not judged yet. `failed`: they
    count as failures; what is neither failed nor settled nobody could act on."""

    day: dt.date
    outcome: str
    failed: bool
    count: int


@dataclass(frozen=True, slots=True)
class Voted:
    """The votes on one revision of an article; `first` is when the first one was given."""

    article: str
    revision: str
    yes: int
    no: int
    first: dt.datetime


@dataclass(frozen=True, slots=True)
class Query:
    """One text that several visitors typed, capitals aside. `results` are the most that it found,
    `outcomes` counts by name."""

    text: str
    lang: str
    visitors: int
    count: int
    results: int
    failed: int
    outcomes: Mapping[str, int]


class Figures:
    """All times are from `begin` on and before `end`. Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def searches(self, begin: dt.datetime, end: dt.datetime) -> list[Searched]:
        """Of people, day by day."""
        c, day = searches.c, self._day(searches)
        days, rest = self._parts(begin, end)
        found = list(self._summed_searches(days))
        for part in rest:
            query = select(day, c.outcome, c.failed, func.count()).where(_of_people(*part))
            rows = self._all(query.group_by(day, c.outcome, c.failed))
            found += [Searched(dt.date.fromisoformat(row[0]), *row[1:]) for row in rows]
        return sorted(found, key=lambda one: (one.day, one.outcome, one.failed))

    def _summed_searches(self, days: Sequence[dt.date]) -> Iterator[Searched]:
        c = daily.c
        query = select(c.day, c.key, c.name, c.count).where(c.name.in_(("outcome", "failed")))
        sums = {tuple(row[:3]): row[3] for row in self._all(query.where(c.day.in_(days)))}
        for (day, outcome, name), count in sums.items():
            if name == "outcome":
                failed = sums.get((day, outcome, "failed"), 0)
                parts = ((False, count - failed), (True, failed))
                yield from (Searched(day, outcome, bad, n) for bad, n in parts if n)

    def has_few(self, most: int) -> bool:
        """Whether there are no more searches than that."""
        some = select(searches.c.id).limit(most + 1).subquery()
        return int(self._all(select(func.count()).select_from(some))[0][0]) <= most

    def visitors(self, begin: dt.datetime, end: dt.datetime) -> int:
        """Who searched or read; a visitor is a new one each day."""
        days, rest = self._parts(begin, end)
        either = select(func.sum(daily.c.count)).where(_EITHER, daily.c.day.in_(days))
        count = int(self._all(either)[0][0] or 0)
        return count + sum(int(self._all(visitors_between(*part))[0][0]) for part in rest)

    def reads(self, begin: dt.datetime, end: dt.datetime) -> int:
        query = select(func.count()).select_from(reads).where(_during(reads, begin, end))
        return int(self._all(query)[0][0])

    def contacts(self, begin: dt.datetime, end: dt.datetime) -> dict[dt.date, int]:
        """Visitors who turned to support, by day."""
        day = self._day(contacts)
        people = func.count(contacts.c.visitor.distinct())
        query = select(day, people).where(_during(contacts, begin, end)).group_by(day)
        return {dt.date.fromisoformat(row[0]): row[1] for row in self._all(query.order_by(day))}

    def votes(self, begin: dt.datetime, end: dt.datetime, per_network: int) -> list[Voted]:
        """By article and revision, the oldest first. Of one network so many votes on a revision
        count in a day (UTC), the first ones."""
        c = votes.c
        source = (c.article, c.revision, c.network, self._day(votes))
        place = func.row_number().over(partition_by=source, order_by=c.id)
        every = select(c.article, c.revision, c.network, c.helpful, c.at, place.label("place"))
        ranked = every.where(_during(votes, begin, end)).subquery()
        r, first = ranked.c, func.min(ranked.c.at)
        query = (
            select(r.article, r.revision, _sum(r.helpful), _sum(~r.helpful), first)
            .where(or_(r.network == "", r.place <= per_network))
            .group_by(r.article, r.revision)
            .order_by(first, r.article, r.revision)
        )
        return [Voted(*row) for row in self._all(query)]

    def readers(self, begin: dt.datetime, end: dt.datetime) -> dict[str, int]:
        """Article -> visitors who read it; who read it before and after an edit is two of them."""
        days, rest = self._parts(begin, end)
        summed = select(daily.c.key, func.sum(daily.c.count)).group_by(daily.c.key)
        queries = [summed.where(daily.c.name == "reads", daily.c.day.in_(days))]
        each = select(reads.c.article, func.count()).group_by(reads.c.article)
        queries += [each.where(_during(reads, *part)) for part in rest]
        found: Counter[str] = Counter()
        for query in queries:
            found.update({article: int(count) for article, count in self._all(query)})
        return dict(found)

    def turned_to_support(self, begin: dt.datetime, end: dt.datetime) -> dict[str, int]:
        """Article -> visitors who read it and on that day wrote to support: from it, or from no
        article in particular."""
        c, r = contacts.c, reads.c
        later = and_(r.visitor == c.visitor, r.at <= c.at, c.article.in_((r.article, "")))
        query = (
            select(r.article, func.count(r.visitor.distinct()))
            .select_from(contacts.join(reads, later))
            .where(_during(contacts, begin, end))
            .group_by(r.article)
        )
        return {row[0]: row[1] for row in self._all(query)}

    def queries(
        self,
        begin: dt.datetime,
        end: dt.datetime,
        outcomes: Sequence[str],
        least: int,
        most: int,
    ) -> list[Query]:
        """Texts that at least so many visitors typed, those that failed most often first."""
        c, text = searches.c, func.lower(searches.c.text)
        people, failed, count = func.count(c.visitor.distinct()), _sum(c.failed), func.count()
        of_each = [_sum(c.outcome == outcome) for outcome in outcomes]
        query = (
            select(text, c.lang, people, count, func.max(c.total), failed, *of_each)
            .where(_of_people(begin, end), c.text != "")
            .group_by(text, c.lang)
            .having(people >= least)
            .order_by(failed.desc(), count.desc(), text)
            .limit(most)
        )
        return [_query(row, outcomes) for row in self._all(query)]

    def _parts(
        self, begin: dt.datetime, end: dt.datetime
    ) -> tuple[list[dt.date], list[tuple[dt.datetime, dt.datetime]]]:
        """The days in a time that were summed, and what is left of it before, between and after."""
        first = dt.datetime.combine(begin.astimezone(dt.UTC), dt.time(), dt.UTC)
        first += _DAY if first < begin else dt.timedelta(0)
        c = daily.c
        within = and_(_EITHER, c.day >= first.date(), c.day < end.astimezone(dt.UTC).date())
        days = [row[0] for row in self._all(select(c.day).where(within).order_by(c.day))]
        rest, reached = [], begin
        for day in days:
            midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
            rest.append((reached, midnight))
            reached = midnight + _DAY
        rest.append((reached, end))
        return days, [part for part in rest if part[0] < part[1]]

    def _all(self, query: Any) -> Sequence[Any]:
        with self._database.reading() as connection:
            return connection.execute(query).all()

    def _day(self, table: Table) -> ColumnElement[str]:
        """The day in UTC as YYYY-MM-DD."""
        if self._database.url.get_backend_name() == "sqlite":
            return func.substr(table.c.at, 1, 10)  # as SQLAlchemy writes it there
        return func.to_char(func.timezone("UTC", table.c.at), "YYYY-MM-DD")


_DAY = dt.timedelta(days=1)
_EITHER = and_(daily.c.name == "visitors", daily.c.key == "either")
"""The sum that every summed day has on which anybody came."""


def visitors_between(begin: dt.datetime, end: dt.datetime) -> Select[Any]:
    """How many searched or read."""
    both = union(
        select(searches.c.visitor).where(_of_people(begin, end)),
        select(reads.c.visitor).where(_during(reads, begin, end)),
    ).subquery()
    return select(func.count()).select_from(both)


def _query(row: Sequence[Any], outcomes: Sequence[str]) -> Query:
    said, lang, visitors, count, results, failed, *of_each = row
    named = dict(zip(outcomes, of_each, strict=True))
    return Query(said, lang, visitors, count, results, failed, named)


def _during(table: Table, begin: dt.datetime, end: dt.datetime) -> ColumnElement[bool]:
    return and_(table.c.at >= begin, table.c.at < end)


def _of_people(begin: dt.datetime, end: dt.datetime) -> ColumnElement[bool]:
    return and_(_during(searches, begin, end), searches.c.source != "robot")


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows it is true of."""
    return func.sum(case((condition, 1), else_=0))

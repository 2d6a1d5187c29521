"""Retention: facts are kept for 90 days; of what is older only daily sums, for 25 months.

Votes stay: they say nothing of who gave them, since the day's salt is gone, and an article's
history is made of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, delete, exists, func, literal, select

from kb.feedback.figures import visitors_between
from kb.feedback.link_tables import link_opens
from kb.feedback.reply_links import forget_people
from kb.feedback.tables import (
    answers,
    clicks,
    contacts,
    daily,
    deflections,
    gap_members,
    nothing_fits,
    reads,
    searches,
    votes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Select

    from kb.feedback.database import Database

RAW = dt.timedelta(days=90)
SUMS = dt.timedelta(days=761)  # 25 months
SETTLING = dt.timedelta(days=2)  # a day is summed when its last visit has its outcome
TOGETHER = 10_000
_DAY = dt.timedelta(days=1)
FACTS = (searches, clicks, reads, contacts, deflections, nothing_fits, answers)


@dataclass(frozen=True, slots=True)
class Kept:
    """`summed` days were added to the sums, `deleted` facts and `forgotten` sums are gone."""

    summed: int
    deleted: int
    forgotten: int


def retain(database: Database, now: dt.datetime) -> Kept:
    """Sum up what is missing, then delete what is too old. May be run at any time, by anybody.

    Raises JournalUnavailable; what is done until then stays done.
    """
    summed = sum(_sum_up(database, day) for day in _unsummed(database, now))
    deleted = sum(_delete_facts(database, table, now - RAW) for table in (*FACTS, link_opens))
    forget_people(database, now - RAW)
    with database.writing() as connection:
        connection.execute(delete(gap_members).where(_nobodys_words()))
        old = delete(daily).where(daily.c.day < (now - SUMS).date())
        forgotten = connection.execute(old).rowcount
    return Kept(summed, deleted, forgotten)


def sums(database: Database, since: dt.date) -> dict[tuple[dt.date, str, str], int]:
    """Day, name and key -> count. See `_sums_of` for the names."""
    query = select(daily).where(daily.c.day >= since)
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return {(day, name, key): count for day, name, key, count in rows}


def _unsummed(database: Database, now: dt.datetime) -> list[dt.date]:
    """Days from the last that was summed, or the first that there is, to the day before yesterday.

    A day without facts has no sums and is looked at again, but none after the last fact.
    """
    with database.reading() as connection:
        last = connection.execute(select(func.max(daily.c.day))).scalar()
        moments = [
            moment.astimezone(dt.UTC).date()
            for table in FACTS
            for edge in (func.min, func.max)
            if (moment := connection.execute(select(edge(table.c.at))).scalar())
        ]
    if not moments:
        return []
    day = last + _DAY if last else min(moments)
    end = min((now - SETTLING).astimezone(dt.UTC).date(), max(moments))
    return [day + n * _DAY for n in range((end - day).days + 1)]


def _sum_up(database: Database, day: dt.date) -> int:
    begin = dt.datetime.combine(day, dt.time(), dt.UTC)
    with database.reading() as connection:  # it may take seconds, in which others write
        rows = [
            {"day": day, "name": name, "key": key or "", "count": count}
            for name, key, count in _sums_of(connection, begin, begin + _DAY)
            if count
        ]
    if rows:
        with database.writing() as connection:
            connection.execute(database.insert(daily).on_conflict_do_nothing(), rows)
    return bool(rows)


def _sums_of(
    connection: Connection, begin: dt.datetime, end: dt.datetime
) -> Iterator[tuple[str, str, int]]:
    """`searches`, `outcome` and `failed` leave machines out; `reads` are by article, `answers` by
    question and score."""
    c = searches.c
    answer = answers.c.question + " " + cast(answers.c.score, String)
    people = c.source != "robot"
    queries: list[tuple[str, Any, Select[Any]]] = [
        ("searches", searches, select(c.source, func.count()).where(people).group_by(c.source)),
        ("outcome", searches, select(c.outcome, func.count()).where(people).group_by(c.outcome)),
        (
            "failed",
            searches,
            select(c.outcome, func.count()).where(people, c.failed).group_by(c.outcome),
        ),
        ("visitors", searches, _of("searched", func.count(c.visitor.distinct()))),
        ("visitors", reads, _of("read", func.count(reads.c.visitor.distinct()))),
        ("clicks", clicks, _of("", func.count())),
        ("contacts", contacts, _of("", func.count(contacts.c.visitor.distinct()))),
        ("deflections", deflections, _of("", func.count())),
        ("nothing_fits", nothing_fits, _of("", func.count())),
        ("reads", reads, select(reads.c.article, func.count()).group_by(reads.c.article)),
        ("answers", answers, select(answer, func.count()).group_by(answer)),
        ("votes", votes, select(votes.c.helpful, func.count()).group_by(votes.c.helpful)),
    ]
    for name, table, query in queries:
        some = query.select_from(table).where(table.c.at >= begin, table.c.at < end)
        for key, count in connection.execute(some):
            told = {True: "yes", False: "no"}.get(key, key) if name == "votes" else key
            yield name, str(told), int(count)
    yield "visitors", "either", int(connection.execute(visitors_between(begin, end)).scalar_one())


def _of(key: str, count: Any) -> Select[Any]:
    return select(literal(key), count)


def _delete_facts(database: Database, table: Any, before: dt.datetime) -> int:
    """In parts: other writers want their turn."""
    deleted = 0
    while True:
        old = select(table.c.id).where(table.c.at < before).limit(TOGETHER)
        with database.writing() as connection:
            done = connection.execute(delete(table).where(table.c.id.in_(old))).rowcount
        deleted += done
        if done < TOGETHER:
            return deleted


def _nobodys_words() -> Any:
    """Wordings that no fact has any more, unless somebody put them where they are."""
    c = gap_members.c
    used = [
        exists().where(table.c.normal == c.normal, table.c.lang == c.lang)
        for table in (searches, nothing_fits)
    ]
    return ~c.by_hand & ~used[0] & ~used[1]

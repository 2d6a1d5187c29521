"""Visits: the searches that nobody has judged yet, with what else their visitors did; the verdicts.

An outcome is worked out by `kb.insights.outcomes`, and kept beside its search.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from kb.feedback.events import Click, Contact, Read, Search, Vote
from kb.feedback.signals import columns_of, row_value
from kb.feedback.tables import clicks, contacts, reads, searches, votes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Table

    from kb.feedback.database import Database

QUIET = dt.timedelta(minutes=30)
"""Without an event a visit is over after so long."""

TOGETHER, MANY = 500, 5_000  # visitors, and outcomes, of one transaction


@dataclass(frozen=True, slots=True)
class Outcome:
    """`next` is the token of the search that replaced it, "" for none. `failed`: somebody could
    have acted on it and was not helped by it."""

    search: str
    outcome: str
    next: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """All that one visitor did on a day, each kind in the order of time."""

    searches: list[Search] = field(default_factory=list)
    clicks: list[Click] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    @property
    def last(self) -> dt.datetime:
        """When something happened for the last time; there is at least one search."""
        kinds = (self.searches, self.clicks, self.reads, self.votes, self.contacts)
        return max(one.at for kind in kinds for one in kind)


class Visits:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def quiet(self, now: dt.datetime, most: int | None = None) -> Iterator[list[Activity]]:
        """Visitors with a search that has no outcome, who did nothing in the last half hour.

        Some hundred at a time, those who wait longest first, `most` in all.
        """
        waiting = self._waiting(now, most)
        for begin in range(0, len(waiting), TOGETHER):
            found = self._activities(waiting[begin : begin + TOGETHER])
            yield [one for one in found if one.last <= now - QUIET]

    def _waiting(self, now: dt.datetime, most: int | None) -> Sequence[str]:
        """Their names alone: those of a million visitors are some 100 MB."""
        c = searches.c
        query = (
            select(c.visitor)
            .where(c.outcome == "", c.last <= now - QUIET)
            .group_by(c.visitor)
            .order_by(func.min(c.last), c.visitor)
            .limit(most)
        )
        with self._database.reading() as connection:
            return connection.execute(query).scalars().all()

    def _activities(self, visitors: Sequence[str]) -> Iterator[Activity]:
        found = {visitor: Activity() for visitor in visitors}
        with self._database.reading() as connection:
            for name, table, kind in _KINDS:
                for one in _of(connection, table, kind, visitors):
                    getattr(found[one.visitor], name).append(one)
        yield from found.values()

    def judge(self, outcomes: Sequence[Outcome]) -> None:
        """Keep the outcomes; a later verdict replaces an earlier one."""
        change = (
            update(searches)
            .where(searches.c.token == bindparam("key"))
            .values(outcome=bindparam("said"), next=bindparam("then"), failed=bindparam("bad"))
        )
        rows = [
            {"key": one.search, "said": one.outcome, "then": one.next, "bad": one.failed}
            for one in outcomes
        ]
        for begin in range(0, len(rows), MANY):
            with self._database.writing() as connection:
                connection.execute(change, rows[begin : begin + MANY])

    def leave_out(self, visitors: Sequence[str]) -> None:
        """These visitors are machines: their searches are nobody's."""
        for begin in range(0, len(visitors), TOGETHER):
            theirs = searches.c.visitor.in_(visitors[begin : begin + TOGETHER])
            change = update(searches).where(theirs).values(source="robot", failed=False)
            with self._database.writing() as connection:
                connection.execute(change)

    def leave_out_restless(self, begin: dt.datetime, span: dt.timedelta) -> None:
        """Visitors whose same search came again after such a time, since `begin`, are machines."""
        c = searches.c
        long: ColumnElement[bool] = c.last - c.at >= span
        if self._database.url.get_backend_name() == "sqlite":
            days = func.julianday(c.last) - func.julianday(c.at)
            long = days >= span / dt.timedelta(days=1)
        query = select(c.visitor).where(c.at >= begin, long)  # with DISTINCT SQLite reads them all
        with self._database.reading() as connection:
            found = set(connection.execute(query).scalars())
        self.leave_out(sorted(found))


_KINDS: tuple[tuple[str, Table, type], ...] = (
    ("searches", searches, Search),
    ("clicks", clicks, Click),
    ("reads", reads, Read),
    ("votes", votes, Vote),
    ("contacts", contacts, Contact),
)


def _of(connection: Connection, table: Table, kind: type, visitors: Sequence[str]) -> Iterator[Any]:
    theirs = table.c.visitor.in_(visitors)
    query = select(*columns_of(table, kind)).where(theirs).order_by(table.c.at)
    for row in connection.execute(query):
        yield row_value(kind, row)

"""Answers: what visitors think of their visit, durably, because they are thanked for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import case, exists, func, or_, select

from kb.feedback.events import Answer
from kb.feedback.signals import columns_of, row_value
from kb.feedback.tables import answers, searches

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from kb.feedback.database import Database


class Answers:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, answer: Answer) -> None:
        """Store an answer; another one of the same visitor to the same question replaces it."""
        new = self._database.insert(answers).values(**asdict(answer))
        once = [answers.c.question, answers.c.visitor]
        change = {"score": new.excluded.score}
        with self._database.writing() as connection:
            connection.execute(new.on_conflict_do_update(index_elements=once, set_=change))

    def all(self) -> Iterator[Answer]:
        """In the order in which they were first given, streamed: read them to the end soon."""
        query = select(*columns_of(answers, Answer)).order_by(answers.c.id)
        with self._database.reading() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield row_value(Answer, row)

    def counts(
        self, begin: dt.datetime, end: dt.datetime, good: int, per_network: int
    ) -> dict[str, tuple[int, int]]:
        """Question -> how many answered with at least `good`, and how many answered at all.

        Of one network so many count, the first ones; its token is one of a day. Who searched
        like a machine is left out.
        """
        c = answers.c
        place = func.row_number().over(partition_by=(c.question, c.network), order_by=c.id)
        machine = exists().where(searches.c.visitor == c.visitor, searches.c.source == "robot")
        ranked = (
            select(c.question, c.score, c.network, place.label("place"))
            .where(c.at >= begin, c.at < end, ~machine)
            .subquery()
        )
        r = ranked.c
        query = (
            select(r.question, func.sum(case((r.score >= good, 1), else_=0)), func.count())
            .where(or_(r.network == "", r.place <= per_network))
            .group_by(r.question)
        )
        with self._database.reading() as connection:
            return {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}

"""Retention: old facts become daily sums, old sums go, and votes stay."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from kb.feedback.answers import Answers
from kb.feedback.database import Database
from kb.feedback.deflections import Deflections
from kb.feedback.events import Answer, Click, Contact, Deflection, NothingFits, Read, Search, Vote
from kb.feedback.journal import Journal
from kb.feedback.register import Register
from kb.feedback.retention import FACTS, Kept, retain, sums
from kb.feedback.signals import Signals
from kb.feedback.tables import daily, votes

NOW = dt.datetime(2026, 5, 29, 12, tzinfo=dt.UTC)
OLD = NOW - dt.timedelta(days=100)


def a_day(database: Database, at: dt.datetime) -> None:
    """Two visitors: one searches and reads, one searches and writes to support."""
    name = f"{at:%d}"
    one = Search(f"a{name}", f"ann{name}", at, "dark mode", "dark mode", "en", "page", 3)
    other = Search(f"b{name}", f"bob{name}", at, "dark", "dark", "en", "api", 0)
    Signals(database).write(
        [
            one, other, Click(one.token, one.visitor, "reset", 1, 3, at),
            Read(one.visitor, "reset", "r", at, 30, 90),
            Contact(other.visitor, at), NothingFits("dark mode", "dark mode", "en", "sam", at),
        ]
    )  # fmt: skip
    Deflections(database).record(Deflection(one.visitor, at, "reset", one.token))
    Answers(database).record(Answer("effort", 4, other.visitor, at))


def counts(database: Database) -> list[int]:
    with database.reading() as connection:
        query = [select(func.count()).select_from(table) for table in FACTS]
        return [connection.execute(one).scalar_one() for one in query]


def test_old_facts_become_daily_sums(database: Database) -> None:
    a_day(database, OLD)
    a_day(database, NOW - dt.timedelta(days=10))
    kept = retain(database, NOW)
    assert (kept.summed, kept.deleted) == (2, 8)
    assert counts(database) == [2, 1, 1, 1, 1, 1, 1]
    found = sums(database, OLD.date())
    assert {(name, key): n for (day, name, key), n in found.items() if day == OLD.date()} == {
        ("searches", "page"): 1, ("searches", "api"): 1, ("outcome", ""): 2,
        ("visitors", "searched"): 2, ("visitors", "either"): 2, ("visitors", "read"): 1, ("clicks", ""): 1,
        ("contacts", ""): 1, ("deflections", ""): 1, ("nothing_fits", ""): 1, ("reads", "reset"): 1,
        ("answers", "effort 4"): 1,
    }  # fmt: skip
    assert retain(database, NOW) == Kept(0, 0, 0)


def test_a_day_is_summed_when_it_is_over(database: Database) -> None:
    a_day(database, NOW)
    assert retain(database, NOW).summed == 0
    assert retain(database, NOW + dt.timedelta(days=2)).summed == 1


def test_sums_are_kept_for_25_months(database: Database) -> None:
    a_day(database, OLD)
    retain(database, NOW)
    later = OLD + dt.timedelta(days=760)
    assert retain(database, later).forgotten == 0
    assert retain(database, later + dt.timedelta(days=2)).forgotten == 12
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(daily)).scalar_one() == 0


def test_votes_stay(database: Database, url: str) -> None:
    journal = Journal(url)
    journal.vote(Vote("a", "r", "v", True, OLD))
    retain(database, NOW)
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(votes)).scalar_one() == 1
    journal.close()


def test_words_that_nobody_uses_any_more_are_forgotten(database: Database) -> None:
    a_day(database, OLD)
    register = Register(database)
    register.grow({("en", "dark mode"): -1}, {-1: "dark mode"}, OLD)
    by_hand = register.move([("en", "night theme")], 1, OLD, "sam")
    retain(database, OLD + dt.timedelta(days=5))
    assert len(register.members_of(by_hand)) == 2
    retain(database, NOW)
    assert register.members_of(by_hand) == [("en", "night theme")]

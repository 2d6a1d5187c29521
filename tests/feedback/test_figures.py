"""Figures: what the database adds up is what a person would count, on both databases."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

from kb.feedback.database import Database
from kb.feedback.events import Contact, Read, Search, Vote
from kb.feedback.figures import Figures, Query, Searched
from kb.feedback.journal import Journal
from kb.feedback.retention import retain
from kb.feedback.signals import Signals
from kb.feedback.tables import reads, searches
from kb.feedback.visits import Outcome, Visits

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
MONDAY, TUESDAY = NOON.date(), NOON.date() + dt.timedelta(days=1)
BEGIN, END = NOON - dt.timedelta(days=1), NOON + dt.timedelta(days=3)
DAY = dt.timedelta(days=1)
NUMBERS = itertools.count(1)


def search(text: str = "plan", visitor: str = "", **more: Any) -> Search:
    token = f"token {next(NUMBERS)}"
    values = {"at": NOON, "lang": "en", "source": "page", "total": 2} | more
    return Search(token, visitor or token, text=text, normal=text, **values)


def judged(database: Database, searches: list[Search], outcome: str) -> None:
    Signals(database).write(searches)
    bad = outcome != "settled"
    Visits(database).judge([Outcome(one.token, outcome, "", bad) for one in searches])


def test_searches_are_counted_by_day_and_outcome(database: Database) -> None:
    judged(database, [search(), search(), search(at=NOON + DAY)], "settled")
    judged(database, [search()], "no_click")
    Signals(database).write([search(), search(at=END), search(at=BEGIN - DAY)])
    assert Figures(database).searches(BEGIN, END) == [
        Searched(MONDAY, "", False, 1),
        Searched(MONDAY, "no_click", True, 1),
        Searched(MONDAY, "settled", False, 2),
        Searched(TUESDAY, "settled", False, 1),
    ]


def test_days_are_those_of_utc(database: Database) -> None:
    late = dt.datetime(2026, 5, 4, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-2)))
    Signals(database).write([search(at=late), Contact("ann", late)])
    assert [one.day for one in Figures(database).searches(BEGIN, END)] == [TUESDAY]
    assert Figures(database).contacts(BEGIN, END) == {TUESDAY: 1}


def test_searches_of_machines_are_nobodys(database: Database) -> None:
    Signals(database).write([search(visitor="bot"), search(visitor="ann")])
    Visits(database).leave_out(["bot"])
    figures = Figures(database)
    assert [one.count for one in figures.searches(BEGIN, END)] == [1]
    assert figures.visitors(BEGIN, END) == 1
    assert figures.queries(BEGIN, END, (), 1, 10)[0].count == 1


def test_who_searches_and_reads_is_one_visitor(database: Database) -> None:
    reads = [Read("ann", name, "r", NOON, 9, 9) for name in ("a", "b")]
    reads.append(Read("bob", "a", "r", NOON, 9, 9))
    searches = [search("plan", "ann"), search("refund", "ann", at=NOON + DAY / 4)]
    Signals(database).write([*searches, *reads])
    figures = Figures(database)
    assert figures.visitors(BEGIN, END) == 2
    assert figures.reads(BEGIN, END) == 3
    assert figures.readers(BEGIN, END) == {"a": 2, "b": 1}


def test_a_visitor_counts_once_among_the_contacts_of_a_day(database: Database) -> None:
    Signals(database).write([Contact("ann", NOON), Contact("ann", NOON), Contact("bob", NOON)])
    assert Figures(database).contacts(BEGIN, END) == {MONDAY: 2}


def test_votes_are_counted_by_revision_and_of_one_network_only_some(url: str) -> None:
    journal = Journal(url)
    vote = Vote("a", "new", "ann", True, NOON, network="home")
    for number in range(8):
        journal.vote(replace(vote, visitor=f"v{number}", helpful=number > 0))
    journal.vote(replace(vote, visitor="bob", network=""))
    journal.vote(replace(vote, visitor="cy", at=NOON + DAY))
    journal.vote(replace(vote, revision="old", at=NOON - DAY / 2))
    found = Figures(journal.database).votes(BEGIN, END, 5)
    assert [(one.revision, one.yes, one.no) for one in found] == [("old", 1, 0), ("new", 6, 1)]
    assert found[0].first == NOON - DAY / 2
    journal.close()


def test_a_read_counts_that_support_was_asked_after(database: Database) -> None:
    hour = DAY / 24
    Signals(database).write([
        Read("ann", "a", "r", NOON, 9, 9), Read("ann", "b", "r", NOON, 9, 9),
        Contact("ann", NOON + hour, article="a"),
        Read("bob", "b", "r", NOON, 9, 9), Contact("bob", NOON + hour),
        Read("cy", "b", "r", NOON + 2 * hour, 9, 9), Contact("cy", NOON + hour),
    ])  # fmt: skip
    assert Figures(database).turned_to_support(BEGIN, END) == {"a": 1, "b": 1}


def test_texts_of_few_visitors_are_not_told(database: Database) -> None:
    judged(database, [search("Dark mode"), search("dark mode"), search("dark mode")], "no_result")
    judged(database, [search("refund") for _ in range(4)], "settled")
    Signals(database).write([search("my secret"), search("my secret")])
    Signals(database).write([search("alone", "ann", at=NOON + n * DAY / 8) for n in range(4)])
    found = Figures(database).queries(BEGIN, END, ("settled", "no_result"), 3, 10)
    assert found == [
        Query("dark mode", "en", 3, 3, 2, 3, {"settled": 0, "no_result": 3}),
        Query("refund", "en", 4, 4, 2, 0, {"settled": 4, "no_result": 0}),
    ]


def test_an_empty_journal_has_no_figures(database: Database) -> None:
    figures = Figures(database)
    assert figures.searches(BEGIN, END) == figures.votes(BEGIN, END, 5) == []
    assert figures.visitors(BEGIN, END) == figures.reads(BEGIN, END) == 0
    assert figures.contacts(BEGIN, END) == figures.readers(BEGIN, END) == {}
    assert figures.queries(BEGIN, END, ("settled",), 3, 10) == []


def test_days_that_were_summed_give_the_same_figures(database: Database) -> None:
    now, begin = NOON + 9 * DAY, NOON - DAY / 3
    for number in range(9):
        at = NOON + number * DAY - DAY / 4
        judged(database, [search(at=at), search(at=at + DAY / 2)], "settled")
        judged(database, [search(at=at), search(at=at, visitor=f"robot {number}")], "no_click")
        Visits(database).leave_out([f"robot {number}"])
        judged(database, [search(at=at, source="suggestion")], "no_result")
        name = f"reader {number}"
        Visits(database).judge([Outcome(f"token {next(NUMBERS) - 1}", "no_click", "", False)])
        Signals(database).write(
            [search(at=at, visitor=name), *(Read(name, a, "r", at, 1, 1) for a in "ab")]
        )

    def told() -> list[Any]:
        figures = Figures(database)
        ends = (now, now - DAY, now - DAY / 2, begin + DAY / 9, begin)
        return [
            (
                figures.searches(begin, end),
                figures.visitors(begin, end),
                figures.readers(begin, end),
            )
            for end in ends
        ]

    midnight = NOON - DAY / 2
    before, whole = told(), Figures(database).searches(midnight + DAY, midnight + 5 * DAY)
    assert retain(database, now).summed == 8
    assert told() == before
    with database.writing() as connection:  # the sums are what is read
        connection.execute(searches.delete().where(searches.c.at < NOON + 5 * DAY))
        connection.execute(reads.delete().where(reads.c.at < NOON + 5 * DAY))
    assert Figures(database).searches(midnight + DAY, midnight + 5 * DAY) == whole != []

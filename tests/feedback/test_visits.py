"""Visits: who is quiet is judged, once, on both databases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import select

from kb.feedback.database import Database
from kb.feedback.events import Click, Contact, Read, Search, Vote
from kb.feedback.failures import Failures
from kb.feedback.journal import Journal
from kb.feedback.signals import Signals
from kb.feedback.tables import searches
from kb.feedback.visits import QUIET, Visits
from kb.insights.outcomes import MACHINE, judge

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(hours=2)


def search(text: str, second: float = 0, visitor: str = "ann") -> Search:
    at = NOON + dt.timedelta(seconds=second)
    return Search(f"{visitor} {text}", visitor, at, text, text, "en", "page", 3)


def outcomes(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        rows = connection.execute(select(searches.c.text, searches.c.outcome).order_by("text"))
        return dict([tuple(row) for row in rows])


def test_who_is_quiet_is_judged_and_nobody_else(database: Database) -> None:
    Signals(database).write([search("a"), search("b", visitor="bob"), search("c", 1200, "bob")])
    assert judge(Visits(database), NOON + QUIET) == 1
    assert outcomes(database) == {"a": "no_click", "b": "", "c": ""}
    assert judge(Visits(database), LATER) == 2
    assert judge(Visits(database), LATER) == 0


def test_a_read_keeps_a_visit_open(database: Database) -> None:
    late = Read("ann", "reset", "r", NOON + dt.timedelta(minutes=20), 60, 90)
    Signals(database).write([search("a"), late])
    assert judge(Visits(database), NOON + QUIET) == 0


def test_a_chain_of_wordings_ends_where_its_visitor_did(database: Database) -> None:
    chain = [search(text, 60 * n) for n, text in enumerate(("reset code", "reset it", "reset key"))]
    vain = [replace(one, token=f"bob {one.text}", visitor="bob") for one in chain]
    end = Click(chain[-1].token, "ann", "reset", 1, 3, NOON + dt.timedelta(minutes=3))
    Signals(database).write([*chain, *vain, end])
    judge(Visits(database), LATER)
    found = Failures(database).attempts(NOON)
    assert {one.article for one in found if one.visitor == "ann"} == {"reset"}
    assert {one.article for one in found if one.visitor == "bob"} == {""}


def test_what_a_visitor_did_decides(database: Database, url: str) -> None:
    settled, voted, asked = search("a"), search("b", visitor="bob"), search("c", visitor="cy")
    Signals(database).write(
        [
            settled, Click(settled.token, "ann", "reset", 1, 3, NOON),
            voted, Click(voted.token, "bob", "reset", 1, 3, NOON),
            asked, Contact("cy", NOON, "reset", asked.token),
            search("d", visitor="di"),
        ]
    )  # fmt: skip
    journal = Journal(url)
    journal.vote(Vote("reset", "r", "bob", False, NOON, search=voted.token))
    journal.close()
    assert judge(Visits(database), LATER) == 4
    wanted = {"a": "settled", "b": "read_voted_no", "c": "contacted", "d": "no_click"}
    assert outcomes(database) == wanted


def test_searches_of_a_machine_are_nobodys(database: Database) -> None:
    Signals(database).write([search(f"text {n}", n) for n in range(MACHINE + 2)])
    judge(Visits(database), LATER)
    with database.reading() as connection:
        found = connection.execute(select(searches.c.source, searches.c.failed).distinct()).all()
    assert [tuple(row) for row in found] == [("robot", False)]


def test_many_visitors_are_judged(database: Database) -> None:
    Signals(database).write(search("a", n, visitor=f"visitor {n}") for n in range(1_203))
    assert judge(Visits(database), LATER) == 1_203


def test_the_same_search_around_the_clock_is_nobodys(database: Database) -> None:
    signals, hours = Signals(database), dt.timedelta(hours=1)
    morning = replace(search("login", visitor="monitor"), at=NOON - 12 * hours)
    early = replace(search("invoice", visitor="early"), at=NOON - 5 * hours)
    for n in range(24):
        signals.write([replace(morning, at=morning.at + n * hours)])
        judge(Visits(database), morning.at + n * hours)
    signals.write([early])
    signals.write([replace(early, at=NOON + 10 * hours)])
    judge(Visits(database), NOON + 13 * hours)
    with database.reading() as connection:
        query = select(searches.c.text, searches.c.source, searches.c.failed).order_by("text")
        found = connection.execute(query).all()
    assert [tuple(row) for row in found] == [("invoice", "page", True), ("login", "robot", False)]

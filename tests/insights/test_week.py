"""Week: two weeks side by side, and no share made up from nothing."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING

import pytest

from kb.feedback.answers import Answers
from kb.feedback.events import Answer, Contact, Read, Search, Vote
from kb.feedback.journal import Journal
from kb.feedback.signals import Signals
from kb.feedback.visits import Outcome, Visits
from kb.insights.outcomes import OUTCOMES
from kb.insights.week import Share, week

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = dt.datetime(2026, 5, 29, 12, tzinfo=dt.UTC)
NUMBERS = itertools.count(1)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(f"sqlite:///{tmp_path}/kb.sqlite")
    yield journal
    journal.close()


def searched(
    journal: Journal, days: float, outcome: str = "", count: int = 1, failed: bool | None = None
) -> None:
    at = NOW - dt.timedelta(days=days)
    numbers = [str(next(NUMBERS)) for _ in range(count)]
    Signals(journal.database).write(
        Search(number, number, at, "plan", "plan", "en", "page", 1) for number in numbers
    )
    bad = outcome != "settled" if failed is None else failed
    found = [Outcome(number, outcome, "", bad) for number in numbers] if outcome else []
    Visits(journal.database).judge(found)


def test_this_week_and_the_one_before_are_told_apart(journal: Journal) -> None:
    searched(journal, 0.1, "settled", 3)
    searched(journal, 6.9, "no_click")
    searched(journal, 7.1, "no_result", 2)
    searched(journal, 14.1, "settled", 9)
    found = week(journal.database, NOW)
    assert (found.now.searches, found.before.searches) == (4, 2)
    assert found.now.settled == Share(3, 4)
    assert dict(found.before.outcomes)["no_result"].value == 1.0
    assert [name for name, _ in found.now.outcomes] == list(OUTCOMES)


def test_what_is_not_judged_yet_is_in_no_share(journal: Journal) -> None:
    searched(journal, 1, "settled", 2)
    searched(journal, 0.01, "", 5)
    searched(journal, 1, "no_click", 4, failed=False)  # glanced at suggestions
    now = week(journal.database, NOW).now
    assert (now.searches, now.waiting, now.settled) == (11, 5, Share(2, 2))


def test_the_score_is_visits_for_each_contact(journal: Journal) -> None:
    at = NOW - dt.timedelta(days=1)
    reads = [Read(f"v{n}", "a", "r", at, 5, 5) for n in range(8)]
    Signals(journal.database).write([*reads, Contact("v1", at), Contact("v2", at)])
    found = week(journal.database, NOW)
    assert (found.now.visitors, found.now.contacts, found.now.score) == (8, 2, 4.0)
    assert found.now.reads == 8
    assert found.before.score is None


def test_helpfulness_comes_with_its_bounds(journal: Journal) -> None:
    for number in range(10):
        at = NOW - dt.timedelta(days=1)
        journal.vote(Vote("a", "r", f"v{number}", number < 8, at))
    helpful = week(journal.database, NOW).now.helpful
    low, high = helpful.bounds
    assert helpful.value == 0.8
    assert low < 0.5 < 0.8 < high


def test_satisfaction_and_effort_are_told_apart_and_by_week(journal: Journal) -> None:
    answers = Answers(journal.database)
    for number, (score, days) in enumerate([(5, 1), (4, 1), (3, 6.9), (1, 7.1), (5, 14.1)]):
        at = NOW - dt.timedelta(days=days)
        answers.record(Answer("satisfaction", score, f"v{number}", at))
    answers.record(Answer("effort", 2, "v1", NOW - dt.timedelta(days=1)))
    found = week(journal.database, NOW)
    assert (found.now.satisfied, found.before.satisfied) == (Share(2, 3), Share(0, 1))
    assert (found.now.easy, found.before.easy) == (Share(0, 1), Share(0, 0))


def test_every_day_has_a_row(journal: Journal) -> None:
    searched(journal, 2, "settled", 2)
    searched(journal, 2, "no_result", 2)
    Signals(journal.database).write([Contact("ann", NOW - dt.timedelta(days=9))])
    days = {day.day: day for day in week(journal.database, NOW).days}
    assert len(days) == 15
    busy = days[NOW.date() - dt.timedelta(days=2)]
    assert (busy.searches, busy.settled.value) == (4, 0.5)
    assert days[NOW.date() - dt.timedelta(days=9)].contacts == 1
    assert days[NOW.date()].settled.value is None


def test_a_day_of_both_weeks_is_one_row(journal: Journal) -> None:
    searched(journal, 6.9, "settled")
    searched(journal, 7.1, "settled")
    (day,) = [day for day in week(journal.database, NOW).days if day.searches]
    assert day.searches == 2

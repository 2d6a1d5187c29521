"""Answers: one a question and visitor, the last one, and no network or machine decides."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError

from kb.feedback.answers import Answers
from kb.feedback.database import Database
from kb.feedback.events import Answer, Search
from kb.feedback.signals import Signals
from kb.feedback.visits import Visits
from kb.insights.satisfaction import answered

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def say(database: Database, scores: str, network: str = "", who: str = "v", **more: object) -> None:
    """An answer of somebody new for each digit."""
    values: dict[str, object] = {"question": "satisfaction", "at": NOON} | more
    for number, score in enumerate(scores):
        given = Answer(score=int(score), visitor=f"{who}{number}", network=network, **values)  # type: ignore[arg-type]
        Answers(database).record(given)


def shares(database: Database) -> dict[str, tuple[int, int]]:
    return answered(database, NOON - DAY, NOON + DAY)


def test_an_answer_is_stored_as_it_was_given(database: Database) -> None:
    given = Answer("effort", 2, "ann", NOON, "reset", "search", "network")
    Answers(database).record(given)
    assert [*Answers(database).all()] == [given]


def test_a_visitor_answers_each_question_once_and_may_change_their_mind(database: Database) -> None:
    say(database, "1")
    say(database, "5", at=NOON + DAY / 24)
    say(database, "3", question="effort")
    assert [(one.question, one.score) for one in Answers(database).all()] == [
        ("satisfaction", 5), ("effort", 3),
    ]  # fmt: skip


def test_a_figure_is_the_share_of_the_two_best(database: Database) -> None:
    say(database, "543215")
    say(database, "44", question="effort")
    assert shares(database) == {"satisfaction": (3, 6), "effort": (2, 2)}


def test_without_answers_there_is_no_share(database: Database) -> None:
    assert shares(database) == {"satisfaction": (0, 0), "effort": (0, 0)}


def test_only_answers_of_the_time_count(database: Database) -> None:
    say(database, "5", who="early", at=NOON - DAY)
    say(database, "55", who="late", at=NOON + DAY)
    assert shares(database)["satisfaction"] == (1, 1)


def test_of_one_network_the_first_three_count(database: Database) -> None:
    say(database, "55", "a", who="ann")
    say(database, "1" * 50, "evil", who="evil")
    say(database, "1", "evil", who="evil", question="effort")
    assert shares(database) == {"satisfaction": (2, 5), "effort": (0, 1)}


def test_people_whose_network_is_unknown_all_count(database: Database) -> None:
    say(database, "55555")
    assert shares(database)["satisfaction"] == (5, 5)


def test_machines_do_not_count_and_take_no_place_of_people(database: Database) -> None:
    say(database, "111", "home", who="robot")
    say(database, "5", "home", who="ann")
    for who in ("robot0", "robot1", "robot2", "ann0"):
        search = Search(who, who, NOON, "plan", "plan", "en", "page", 1)
        Signals(database).write([search])
    Visits(database).leave_out(["robot0", "robot1", "robot2"])
    assert shares(database)["satisfaction"] == (1, 1)


@pytest.mark.parametrize("score", [0, 6, -1])
def test_no_score_beyond_the_five_is_stored(database: Database, score: int) -> None:
    with pytest.raises(IntegrityError):
        Answers(database).record(Answer("effort", score, "ann", NOON))
    assert [*Answers(database).all()] == []

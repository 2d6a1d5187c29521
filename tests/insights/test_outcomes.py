"""Outcomes: every search ends in exactly one, and in the right one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.feedback.events import Click, Contact, Read, Search, Vote
from kb.feedback.visits import Activity, Outcome
from kb.insights.outcomes import (
    MACHINE,
    OUTCOMES,
    is_machine,
    outcomes,
)

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


def at(minute: float) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minute)


def search(text: str, minute: float = 0, total: int = 3, **more: Any) -> Search:
    return Search(
        text, "ann", at(minute), text, text, "en", more.pop("source", "page"), total, **more
    )


def click(of: str, article: str = "reset", minute: float = 0.5) -> Click:
    return Click(of, "ann", article, 1, 3, at(minute))


def read(article: str, seconds: int, minute: float = 1) -> Read:
    return Read("ann", article, "r", at(minute), seconds, 50)


def vote(helpful: bool, article: str = "reset", minute: float = 2, of: str = "") -> Vote:
    return Vote(article, "r", "ann", helpful, at(minute), search=of)


def of(*events: object) -> dict[str, Outcome]:
    kinds = (Search, Click, Read, Vote, Contact)
    sorts = [[one for one in events if isinstance(one, kind)] for kind in kinds]
    return {one.search: one for one in outcomes(Activity(*sorts))}  # type: ignore[arg-type]


def told(*events: object) -> list[str]:
    return [one.outcome for one in of(*events).values()]


def test_a_result_that_is_opened_settles_a_search() -> None:
    assert told(search("a"), click("a")) == ["settled"]
    assert told(search("a"), click("a"), read("reset", 3)) == ["settled"]
    assert not of(search("a"), click("a"))["a"].failed


def test_nothing_found_is_no_result() -> None:
    assert of(search("a", total=0))["a"] == Outcome("a", "no_result", "", True)


def test_nothing_opened_is_no_click() -> None:
    assert of(search("a"))["a"] == Outcome("a", "no_click", "", True)


def test_other_words_for_the_same_are_linked() -> None:
    found = of(
        search("reset pasword", total=0), search("reset password", 1), click("reset password")
    )
    assert found["reset pasword"] == Outcome(
        "reset pasword", "reformulated", "reset password", True
    )
    assert found["reset password"].outcome == "settled"


def test_a_glance_at_an_article_and_other_words_is_a_failure() -> None:
    events = (search("reset code"), click("reset code"), search("reset password", 2))
    assert told(*events, read("reset", 4)) == ["reformulated", "no_click"]


def test_who_read_an_article_asks_another_question() -> None:
    events = (search("reset code"), click("reset code"), search("reset password", 4))
    assert told(*events, read("reset", 40)) == ["settled", "no_click"]
    assert told(*events, vote(True)) == ["settled", "no_click"]


@pytest.mark.parametrize("later", [search("invoices", 1), search("reset password", 11)])
def test_another_question_or_much_later_replaces_nothing(later: Search) -> None:
    assert told(search("reset code"), later)[0] == "no_click"


def test_a_no_is_told_of_the_search_that_led_there() -> None:
    assert told(search("a"), click("a"), vote(False)) == ["read_voted_no"]
    assert told(search("a"), click("a"), vote(False, "other")) == ["settled"]
    assert told(search("a"), vote(False, "other", of="a")) == ["read_voted_no"]


def test_a_contact_counts_for_the_search_before_it() -> None:
    contact = Contact("ann", at(3))
    assert told(search("a"), click("a"), contact) == ["contacted"]
    assert told(search("a"), search("invoice", 2), contact) == ["no_click", "contacted"]
    assert told(search("a"), Contact("ann", at(45))) == ["no_click"]
    assert told(search("a"), Contact("ann", at(45), search="a")) == ["contacted"]


@pytest.mark.parametrize(("seconds", "failed"), [(None, False), (1.5, False), (2.5, True)])
def test_suggestions_that_nobody_could_act_on_are_no_failure(
    seconds: float | None, failed: bool
) -> None:
    one = search("a", source="suggestion", finished=False, seconds=seconds)
    assert of(one)["a"] == Outcome("a", "no_click", "", failed)


def test_words_that_are_not_kept_replace_nothing() -> None:
    first, second = (
        Search(name, "ann", at(minute), "", "", "en", "page", 0)
        for name, minute in (("a", 0), ("b", 1))
    )
    assert told(first, second) == ["no_result", "no_result"]


def test_a_machine_is_known_by_its_pace() -> None:
    many = [search(f"text {n}", n * 0.1) for n in range(MACHINE + 1)]
    assert is_machine(many)
    assert not is_machine(many[:-1])
    assert not is_machine([search(f"text {n}", n) for n in range(200)])


TEXTS = st.sampled_from(["a", "a b", "b", "b c", "c d e", ""])
MINUTES = st.integers(0, 90).map(float)
EVENTS = st.lists(
    st.one_of(
        st.builds(lambda token, text, minute, total, source, seconds: Search(
            f"s{token}", "ann", at(minute), text, text, "en", source, total, seconds=seconds),
            st.integers(0, 5), TEXTS, MINUTES, st.integers(0, 3),
            st.sampled_from(["page", "suggestion"]), st.none() | st.floats(0, 9)),
        st.builds(lambda token, minute: click(f"s{token}", minute=minute), st.integers(0, 6), MINUTES),
        st.builds(lambda seconds, minute: read("reset", seconds, minute), st.integers(0, 99), MINUTES),
        st.builds(lambda yes, minute, token: vote(yes, minute=minute, of=token), st.booleans(),
                  MINUTES, st.sampled_from(["", "s1", "s2"])),
        st.builds(lambda minute, token: Contact("ann", at(minute), search=token), MINUTES,
                  st.sampled_from(["", "s1"])),
    ),
    max_size=14,
)  # fmt: skip


@given(EVENTS)
def test_every_search_ends_in_exactly_one_outcome(events: list[object]) -> None:
    unique = {one.token: one for one in events if isinstance(one, Search)}
    others = [one for one in events if not isinstance(one, Search)]
    found = list(outcomes(_activity([*unique.values(), *others])))
    assert sorted(one.search for one in found) == sorted(unique)
    clicked = {one.search for one in others if isinstance(one, Click)}
    for one in found:
        assert one.outcome in OUTCOMES
        assert bool(one.next) == (one.outcome == "reformulated")
        assert one.next == "" or (one.next in unique and one.next != one.search)
        assert one.failed or one.outcome in ("settled", "no_click", "no_result")
        if one.outcome == "no_result":
            assert unique[one.search].total == 0
        if one.outcome in ("no_result", "no_click"):
            assert one.search not in clicked


def _activity(events: list[object]) -> Activity:
    kinds = (Search, Click, Read, Vote, Contact)
    return Activity(*([one for one in events if isinstance(one, kind)] for kind in kinds))  # type: ignore[arg-type]

"""Dates: what people and tools write is understood, what is ambiguous is not guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.dates import parse_date

DAY = dt.date(2026, 5, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-31", "2026-5-31", " 2026-05-31 ", "2026-05-31T10:00:00Z", "2026-05-31 10:00",
        "2026-05-31T10:00:00.123+02:00", "2026/05/31", "2026.05.31", "20260531", "31.05.2026",
        "31.5.2026", "May 31, 2026", "may 31, 2026", "31 May 2026", "Sun, 31 May 2026",
        "Sun, 31 May 2026 10:00:00 GMT", "May 31, 2026 10:00", "31 may 2026",
    ],
)  # fmt: skip
def test_the_usual_forms_are_understood(text: str) -> None:
    assert parse_date(text) == DAY


@pytest.mark.parametrize("text", ["2026-05", "May 2026"])
def test_a_month_is_its_first_day(text: str) -> None:
    assert parse_date(text) == dt.date(2026, 5, 1)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "05/06/2026", "31/05/2026", "2026-13-01", "2026-02-30", "0000-01-01", "2026",
     "2026-05-31x", "99999-01-01", "May", "１２"],
)  # fmt: skip
def test_what_is_none_or_could_be_two_is_refused(text: str) -> None:
    assert parse_date(text) is None


@given(st.text(max_size=40))
def test_no_text_makes_it_raise(text: str) -> None:
    parse_date(text)


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_every_day_is_read_as_itself(day: dt.date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(day.strftime("%d.%m.%Y")) == day

"""Texts of lower rooms: English with their values, and what a catalog knows them by."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.phrase import N_


def test_a_phrase_is_english_with_its_values_in_it() -> None:
    phrase = N_("%(file)s has %(count)s characters.", file="100 %(s", count=20000)
    assert phrase == "100 %(s has 20,000 characters."
    assert phrase.pattern == "%(file)s has %(count)s characters."
    assert phrase.values == {"file": "100 %(s", "count": 20000}


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (3600, "60 minutes"),
    ],
)
def test_a_time_to_wait_is_told_in_seconds_or_minutes(seconds: int, told: str) -> None:
    assert N_("Wait %(time)s.", time=dt.timedelta(seconds=seconds)) == f"Wait {told}."


def test_a_phrase_without_values_is_taken_as_it_is() -> None:
    assert N_("100 %") == "100 %"
    assert N_("100 %").pattern == "100 %"

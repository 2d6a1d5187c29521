"""Signals: what a visitor did becomes one search, one click, one read, whatever the database."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.errors import JournalUnavailable
from kb.feedback import recorder as recorder_module
from kb.feedback.database import Database
from kb.feedback.events import Click, Contact, NothingFits, Read, Search
from kb.feedback.recorder import Recorder
from kb.feedback.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


@pytest.fixture
def signals(url: str) -> Iterator[Signals]:
    database = Database(url)
    yield Signals(database)
    database.close()


def typed(text: str, second: float = 0, visitor: str = "ann", **more: object) -> Search:
    at = NOON + dt.timedelta(seconds=second)
    told = {"source": "suggestion", "finished": False} | more
    return Search(f"{visitor} {text}", visitor, at, text, text, "en", total=3, **told)  # type: ignore[arg-type]


def entered(text: str, second: float = 0, visitor: str = "ann") -> Search:
    return typed(text, second, visitor, source="page", finished=True)


def texts(signals: Signals) -> list[str]:
    return [search.text for search in signals.searches()]


def test_keystrokes_become_one_search(signals: Signals) -> None:
    signals.write([typed("pa"), typed("passw", 2), typed("password", 9)])
    (search,) = signals.searches()
    assert (search.text, search.at, search.token) == ("password", NOON, "ann password")


def test_deleting_letters_is_the_same_search(signals: Signals) -> None:
    signals.write([typed("password"), typed("pass", 3), typed("passport", 6)])
    assert texts(signals) == ["passport"]


def test_other_words_are_another_search(signals: Signals) -> None:
    signals.write([typed("password"), typed("invoice", 3)])
    assert texts(signals) == ["password", "invoice"]


def test_after_ten_seconds_it_is_another_search(signals: Signals) -> None:
    signals.write([typed("pass"), typed("password", 10.5)])
    assert texts(signals) == ["pass", "password"]


def test_enter_finishes_a_search(signals: Signals) -> None:
    signals.write([typed("pass"), entered("pass", 1), typed("password", 2)])
    assert texts(signals) == ["pass", "password"]
    assert [search.source for search in signals.searches()] == ["page", "suggestion"]


def test_a_click_finishes_a_search(signals: Signals) -> None:
    first = typed("pass")
    signals.write([first, Click(first.token, "ann", "reset", 1, 3, NOON), typed("password", 2)])
    assert [search.finished for search in signals.searches()] == [True, False]


def test_searches_of_strangers_never_merge(signals: Signals) -> None:
    signals.write([typed("pass", visitor="ann"), typed("password", 1, visitor="bob")])
    assert len(texts(signals)) == 2


def test_pages_and_repetitions_are_one_search(signals: Signals) -> None:
    signals.write([entered("password"), entered("password", 40), entered("password", 4000)])
    assert texts(signals) == ["password"]


def test_batches_merge_as_one_batch_does(signals: Signals) -> None:
    """Keystrokes may reach several workers."""
    for search in (typed("pa"), typed("passw", 2), typed("password", 9), entered("password", 10)):
        signals.write([search])
    assert [(s.text, s.source, s.finished) for s in signals.searches()] == [
        ("password", "page", True)
    ]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ann", "bob"]), st.text("ab", min_size=1, max_size=4),
                  st.floats(0, 30), st.booleans()), max_size=8
    )
)  # fmt: skip
def test_no_keystroke_is_lost_and_no_stranger_merged(
    tmp_path: Path, events: list[tuple[str, str, float, bool]]
) -> None:
    database = Database(f"sqlite:///{tmp_path}/{time.monotonic_ns()}.sqlite")
    signals = Signals(database)
    events.sort(key=lambda event: event[2])
    signals.write(
        (entered if enter else typed)(text, second, who) for who, text, second, enter in events
    )
    stored = list(signals.searches())
    database.close()
    for who in ("ann", "bob"):
        mine = [text for visitor, text, _, _ in events if visitor == who]
        kept = [search.text for search in stored if search.visitor == who]
        assert len(kept) == len(set(kept)) <= len(mine)
        assert bool(kept) == bool(mine)
        for text in mine:  # each is there, or led to one that is, a key at a time
            assert _led_to(text, mine) & set(kept)
        entered_texts = {text for visitor, text, _, enter in events if visitor == who and enter}
        assert entered_texts <= set(kept)


def _led_to(text: str, texts: list[str]) -> set[str]:
    """What a text may have become: what begins with it or is its beginning, and so on."""
    found, before = {text}, set[str]()
    while found != before:
        before = found
        found = {t for t in texts if any(t.startswith(o) or o.startswith(t) for o in before)}
    return found


def test_a_click_counts_once(signals: Signals) -> None:
    first = entered("pass")
    click = Click(first.token, "ann", "reset", 2, 3, NOON)
    signals.write([first, click, click])
    assert [*signals.clicks()] == [click]


def test_of_a_read_the_most_is_kept(signals: Signals) -> None:
    read = Read("ann", "reset", "r1", NOON, 12, 40)
    signals.write([read, Read("ann", "reset", "r1", NOON, 5, 90, search="s")])
    assert [*signals.reads()] == [Read("ann", "reset", "r1", NOON, 12, 90, search="s")]


def test_whatever_is_said_is_redacted(signals: Signals) -> None:
    address = "ann@example.com"
    signals.write(
        [
            typed(address, finished=True),
            Contact("ann", NOON, text=f"I am {address}"),
            NothingFits(f"{address} asks", address, "en", "sam", NOON, note=f"see {address}"),
        ]
    )
    (search,), (contact,), (unfit,) = signals.searches(), signals.contacts(), signals.nothing_fits()
    told = [search.text, search.normal, contact.text, unfit.text, unfit.normal, unfit.note]
    assert [address in text for text in told] == [False] * 6
    assert all("[email]" in text for text in told)


def test_a_visitor_who_is_not_to_be_tracked_is_counted_without_words(signals: Signals) -> None:
    quiet = typed("", finished=True, source="page")
    signals.write([quiet, typed("", 1)])
    assert [(search.text, search.total) for search in signals.searches()] == [("", 3)]


def test_what_cannot_be_stored_takes_nothing_with_it(signals: Signals) -> None:
    recorder = Recorder(signals)
    wrong = typed("wrong", source="nowhere")
    for search in (entered("one"), wrong, entered("two", 1)):
        recorder.record(lambda search=search: search)
    recorder.flush()
    assert texts(signals) == ["one", "two"]
    assert recorder.lost == 1


def test_a_locked_database_delays_statistics_and_no_request(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "PAUSE", 0.01)
    monkeypatch.setattr(recorder_module, "RETRY", 0.1)
    database = Database(sqlite_url)
    database.prepare()
    recorder = Recorder(Signals(database))
    other = sqlite3.connect(tmp_path / "data" / "kb.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    begin = time.perf_counter()
    for number in range(200):
        recorder.record(lambda number=number: entered(f"text {number}", number))
    assert time.perf_counter() - begin < 4  # the database is waited for five seconds
    other.execute("ROLLBACK")
    other.close()
    for _ in range(100):
        recorder.flush()
        if len(texts(Signals(database))) == 200:
            break
        time.sleep(0.1)
    assert len(texts(Signals(database))) == 200
    recorder.close()
    database.close()


def test_a_database_that_stays_away_loses_statistics_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Away:
        def write(self, signals: object) -> None:
            raise JournalUnavailable("away")

    monkeypatch.setattr(recorder_module, "WAITING", 10)
    recorder = Recorder(Away())  # type: ignore[arg-type]
    for number in range(20):
        recorder.record(lambda number=number: entered(f"text {number}"))
    for _ in range(recorder_module.ATTEMPTS + 2):
        recorder.flush()
    assert recorder.lost >= 10
    recorder.close()

"""Gaps: failures about the same thing are one gap, which keeps its number."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sample_site import make_site

from kb.errors import BadInput, NotFound
from kb.feedback.database import Database
from kb.feedback.events import Click, Contact, NothingFits, Search
from kb.feedback.register import Register
from kb.feedback.signals import Signals
from kb.feedback.visits import Visits
from kb.insights.demand import chance_of, least, surges
from kb.insights.gaps import Gap, find_gaps
from kb.insights.outcomes import judge
from kb.knowledge_base import KnowledgeBase
from kb.search.query import normal_form

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kb.search.searcher import Searcher

NOW = dt.datetime(2026, 5, 29, 12, tzinfo=dt.UTC)
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    site = make_site(tmp_path_factory.mktemp("gaps"))
    return KnowledgeBase(site.settings).edition.searcher


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/kb.sqlite")
    yield database
    database.close()


def asked(text: str, days: float = 1, found: tuple[str, ...] = (), network: str = "") -> Search:
    """A search of somebody new, in a network of their own."""
    number = next(NUMBERS)
    at = NOW - dt.timedelta(days=days)
    return Search(f"token {number}", f"visitor {number}", at, text, normal_form(text, "en"), "en",
                  "page", len(found), found, network or f"network {number}")  # fmt: skip


def gaps(database: Database, searcher: Searcher, now: dt.datetime = NOW) -> list[Gap]:
    judge(Visits(database), now)
    return find_gaps(database, searcher, now)


def test_wordings_of_the_same_are_one_gap(database: Database, searcher: Searcher) -> None:
    texts = ["export my invoices", "invoice export", "exporting invoices to excel",
             "dark mode", "dark mode please", "enable dark mode"]  # fmt: skip
    Signals(database).write(asked(text) for text in texts for _ in range(2))
    found = gaps(database, searcher)
    assert [gap.people for gap in found] == [6, 6]
    assert sorted(gap.label for gap in found) == ["dark mode", "export invoices"]


def test_a_typing_error_joins_what_was_meant(database: Database, searcher: Searcher) -> None:
    Signals(database).write(asked("webhooks") for _ in range(4))
    Signals(database).write([asked("webhoks"), asked("webhooksss")])
    (gap,) = gaps(database, searcher)
    assert gap.people == 5


def test_a_gap_keeps_its_number(database: Database, searcher: Searcher) -> None:
    signals = Signals(database)
    signals.write(asked("dark mode") for _ in range(3))
    (first,) = gaps(database, searcher)
    signals.write(asked("dark mode night theme") for _ in range(9))
    signals.write(asked("webhooks") for _ in range(20))
    later = gaps(database, searcher, NOW + dt.timedelta(hours=1))
    assert {gap.id: gap.people for gap in later}[first.id] == 12
    assert later[0].id != first.id


def test_what_settled_is_no_gap(database: Database, searcher: Searcher) -> None:
    found = [asked("cancel plan", found=("billing/cancel",)) for _ in range(5)]
    clicks = [Click(one.token, one.visitor, "billing/cancel", 1, 1, one.at) for one in found]
    Signals(database).write([*found, *clicks])
    assert gaps(database, searcher) == []


def test_one_person_makes_no_gap_and_one_network_neither(
    database: Database, searcher: Searcher
) -> None:
    Signals(database).write([asked("dark mode")])
    Signals(database).write(asked(f"stuffed {n // 2}", network="one") for n in range(400))
    assert gaps(database, searcher) == []


def test_staff_make_a_gap_by_one_report(database: Database, searcher: Searcher) -> None:
    text = "customer asks for dark mode"
    report = NothingFits(text, normal_form(text, "en"), "en", "sam", NOW - dt.timedelta(days=1))
    Signals(database).write([report])
    (gap,) = gaps(database, searcher)
    assert gap.sources == (("nothing_fits", 1),)
    assert gap.label == text


def test_what_staff_report_in_words_of_visitors_is_the_same_text(
    database: Database, searcher: Searcher
) -> None:
    def report(text: str) -> NothingFits:
        return NothingFits(text, normal_form(text, "en"), "en", "sam", NOW - dt.timedelta(days=1))

    Signals(database).write(asked("dark mode") for _ in range(3))
    Signals(database).write([report("Dark  mode"), report("Mode dark"), report("mode dark")])
    (gap,) = gaps(database, searcher)
    assert gap.samples == (("dark mode", 4), ("Mode dark", 2))


def test_one_network_moves_a_gap_by_three_people_a_day(
    database: Database, searcher: Searcher
) -> None:
    signals = Signals(database)
    signals.write(asked("dark mode") for _ in range(4))
    signals.write(asked("webhooks") for _ in range(9))
    signals.write(asked("dark mode", network="hostile") for _ in range(500))
    webhooks, dark = gaps(database, searcher)
    assert (webhooks.label, webhooks.people) == ("webhooks", 9)
    assert dark.people == 4 + 3


def test_a_text_is_shown_from_its_third_visitor_on(database: Database, searcher: Searcher) -> None:
    Signals(database).write(asked("dark mode") for _ in range(3))
    Signals(database).write([asked("dark mode for jane"), asked("jane dark mode")])
    (gap,) = gaps(database, searcher)
    assert gap.samples == (("dark mode", 3),)
    assert gap.hidden == 2
    assert "jane" not in repr((gap.label, gap.samples))


def test_a_contact_counts_with_the_search_before_it(database: Database, searcher: Searcher) -> None:
    some = [asked("dark mode") for _ in range(3)]
    contact = Contact(some[0].visitor, some[0].at, search=some[0].token)
    Signals(database).write([*some, contact])
    (gap,) = gaps(database, searcher)
    assert dict(gap.sources) == {"search": 3, "contact": 1}
    assert gap.people == 3
    assert gap.contacts == 1


def test_merged_and_split_gaps_stay_as_they_were_made(
    database: Database, searcher: Searcher
) -> None:
    signals, register = Signals(database), Register(database)
    signals.write(asked(text) for text in ("dark mode", "webhooks") for _ in range(4))
    one, other = gaps(database, searcher)
    register.merge(other.id, one.id, NOW, "sam")
    (gap,) = gaps(database, searcher)
    assert (gap.id, gap.people) == (one.id, 8)
    register.move([("en", normal_form("webhooks", "en"))], 0, NOW, "sam")
    signals.write(asked("webhooks") for _ in range(4))
    later = gaps(database, searcher, NOW + dt.timedelta(hours=1))
    assert sorted(gap.people for gap in later) == [4, 8]


def test_a_gap_has_a_life(database: Database, searcher: Searcher) -> None:
    register = Register(database)
    Signals(database).write(asked("dark mode") for _ in range(4))
    (gap,) = gaps(database, searcher)
    assert register.change(gap.id, "claimed", NOW, who="sam").who == "sam"
    assert register.change(gap.id, "documented", NOW, article="dark-mode").who == "sam"
    with pytest.raises(BadInput, match="why"):
        register.change(gap.id, "ignored", NOW, who="sam")
    with pytest.raises(BadInput):
        register.change(gap.id, "lost", NOW)
    with pytest.raises(NotFound):
        register.change(999, "claimed", NOW, who="sam")
    states = [change.state for change in register.changes(gap.id)]
    assert states == ["open", "claimed", "documented"]


def test_a_steady_stream_outranks_luck(database: Database, searcher: Searcher) -> None:
    """Three of three in one day, or twelve of fourteen in four weeks."""
    signals = Signals(database)
    signals.write(asked("webhooks") for _ in range(3))
    stream = [asked("dark mode", 2 * n + 1, ("other",)) for n in range(13)]
    stream.append(asked("dark mode", 9, ("other",)))
    clicks = [Click(one.token, one.visitor, "other", 1, 1, one.at) for one in stream[:2]]
    signals.write([*stream, *clicks])
    assert [gap.label for gap in gaps(database, searcher)] == ["dark mode", "webhooks"]


@pytest.mark.parametrize(
    ("count", "mean", "wanted"), [(1, 1.0, 0.632), (5, 2.0, 0.0527), (0, 1, 1)]
)
def test_chances_are_those_of_poisson(count: int, mean: float, wanted: float) -> None:
    assert chance_of(count, mean) == pytest.approx(wanted, rel=1e-2)


def test_a_surge_stands_out_from_its_own_hours() -> None:
    steady = [NOW - dt.timedelta(hours=hour) for hour in range(0, 24 * 56, 2)]
    begin = NOW - dt.timedelta(weeks=9)
    assert not surges(steady, NOW, begin)
    assert surges([*steady, *[NOW - dt.timedelta(minutes=n) for n in range(20)]], NOW, begin)
    mondays = [NOW - dt.timedelta(weeks=week, minutes=n) for week in range(8) for n in range(20)]
    assert not surges(mondays, NOW, begin)


def test_weeks_before_anything_was_recorded_do_not_make_a_surge() -> None:
    """Two weeks old, and as busy as in each of them at this hour."""
    hours = [NOW - dt.timedelta(weeks=week, minutes=n) for week in range(3) for n in range(12)]
    assert not surges(hours, NOW, NOW - dt.timedelta(weeks=2, hours=4))
    assert surges(hours, NOW, NOW - dt.timedelta(weeks=9))  # six quiet weeks are something else
    days_old = [NOW - dt.timedelta(hours=3 * n) for n in range(24)]
    assert not surges(days_old, NOW, days_old[-1])
    assert surges([*days_old, *[NOW] * 20], NOW, days_old[-1])


def test_a_small_count_says_less_than_a_large_one() -> None:
    assert least(3) < 1.2 < least(12) / 4


def test_who_took_pains_counts_for_more_than_who_only_left(
    database: Database, searcher: Searcher
) -> None:
    left = [asked("dark mode") for _ in range(8)]
    wrote = [asked("export invoices") for _ in range(6)]
    letters = [Contact(s.visitor, s.at + dt.timedelta(minutes=2), search=s.token) for s in wrote]
    Signals(database).write([*left, *wrote, *letters])
    first, second = gaps(database, searcher)
    assert (first.label, first.people) == ("export invoices", 6)
    assert (second.label, second.people) == ("dark mode", 8)
    again = [replace(s, token=f"{s.token} b", at=s.at + dt.timedelta(minutes=1)) for s in left]
    Signals(database).write(replace(s, text="dark theme", normal="dark theme") for s in again)
    assert gaps(database, searcher)[0].label == "dark mode"


def test_of_very_many_visitors_a_part_stands_for_all(
    database: Database, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.insights.gaps.MOST_SEARCHES", 300)
    tokens = [hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(1_200)]
    dark, invoices = tokens[:800], tokens[800:]
    Signals(database).write(replace(asked("dark mode"), visitor=visitor) for visitor in dark)
    Signals(database).write(
        replace(asked("export invoices"), visitor=visitor) for visitor in invoices
    )
    first, second = gaps(database, searcher)
    assert (first.label, second.label, first.part) == ("dark mode", "export invoices", 0.25)
    assert first.people == pytest.approx(800, rel=0.15)
    assert second.people == pytest.approx(400, rel=0.2)
    assert dict(first.sources) == {"search": first.people}
    assert len(first.failures) == first.people / 4

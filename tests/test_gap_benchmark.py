"""The benchmark of gaps: its visitors are the same each time, and its measures measure."""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from gap_journal import record, without_click, without_results  # noqa: E402
from gap_measures import Truth, measure  # noqa: E402
from gaps import Case, afterwards, detected, prepared, queues, statistics, table  # noqa: E402
from hostile import Hostile  # noqa: E402
from judgements import plain_article  # noqa: E402
from needs import Likeness, Needs, chosen_to_go, need_of  # noqa: E402
from people import HOURS, WEEKDAYS, moments  # noqa: E402
from rewording import THESAURUS, mistyped, reworded  # noqa: E402
from truth import NOBODY, Asked, Traffic  # noqa: E402
from visitors import START, Simulation  # noqa: E402

from kb.content.article import Category, Section  # noqa: E402
from kb.content.library import Library  # noqa: E402
from kb.feedback.events import Click, Contact, Read, Search, Vote  # noqa: E402
from kb.feedback.journal import Journal  # noqa: E402
from kb.feedback.signals import Signals  # noqa: E402

if TYPE_CHECKING:
    from kb.content.article import Article

THINGS = {
    "bicycle": "wheel saddle pedal chain brake tyre handlebar spoke rim gear",
    "kettle": "water steam boil lid spout limescale switch element cord jug",
    "piano": "string hammer pedal key tuner octave chord lacquer stool metronome",
    "tent": "pole peg canvas rope zip groundsheet awning ridge fly seam",
    "camera": "lens shutter aperture film tripod flash viewfinder strap sensor focus",
    "oven": "grill tray timer thermostat rack fan hob crumb door gasket",
    "kayak": "paddle hull skirt rudder cockpit current eddy buoyancy deck bow",
    "clock": "pendulum spring dial hand chime escapement winding case second alarm",
}


def article(name: str, words: str, about: str = "repair") -> Article:
    parts = words.split()
    sentences = [f"The {a} of a {name} needs its {b} and then the {c}." for a, b, c in
                 zip(parts, parts[1:] + parts[:1], parts[2:] + parts[:2], strict=True)]  # fmt: skip
    sections = (
        Section("", 1, "", " ".join(sentences[:5])),
        Section("more", 2, f"Worn {parts[0]} and {parts[1]}", " ".join(sentences[5:])),
    )
    made = plain_article(f"{name}-{about}", f"{about.title()} the {name} {parts[0]}", sections)
    return replace(made, revision=f"r-{name}")


@pytest.fixture(scope="module")
def library() -> Library:
    articles = [article(name, words) for name, words in THINGS.items()]
    return Library(tuple(sorted(articles, key=lambda a: a.path)), (Category("more", "More", ""),))


@pytest.fixture(scope="module")
def case(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("case")
    return prepared(library, folder, 2, seed=1, visits=150, weeks=2, semantic=False)


@pytest.fixture(scope="module")
def traffic(case: Case, library: Library) -> Traffic:
    return simulation(case, library).begin(case.site.library, case.site.searcher, hostile=False)


@pytest.fixture(scope="module")
def url(traffic: Traffic, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A journal of that traffic."""
    url = f"sqlite:///{tmp_path_factory.mktemp('journal')}/kb.sqlite"
    record(url, traffic.events)
    return url


def simulation(case: Case, library: Library, seed: int = 1) -> Simulation:
    return Simulation(library.articles, case.simulation.likeness, seed, 150, 2)


def asked(visitor: str, normal: str, need: str, answered: bool = False) -> Asked:
    return Asked(f"{visitor} {normal}", visitor, normal, need, answered)


def failing(normal: str, need: str, count: int, name: str = "v") -> list[Asked]:
    return [asked(f"{name}{n}", normal, need) for n in range(count)]


def gap(*normals: str) -> frozenset[str]:
    return frozenset(normals)


# The measures


def test_a_queue_that_is_the_truth_measures_one() -> None:
    truth = Truth([*failing("tent", "a", 5), *failing("boat", "b", 6)], frozenset("ab"))
    measured = measure([gap("tent"), gap("boat")], truth)
    assert (measured.precision, measured.recall, measured.purity) == (1, 1, 1)
    assert (measured.found, measured.wanted, measured.repeated) == (2, 2, 0)


def test_a_gap_is_what_most_of_its_failing_visitors_needed() -> None:
    told = [*failing("x", "a", 5), *failing("y", "there", 6, "w"), asked("z", "y", "a", True)]
    measured = measure([gap("x", "y")], Truth(told, frozenset("a")))
    assert (measured.precision, measured.recall) == (0, 0)
    assert measured.purity == pytest.approx(6 / 11)


def test_a_visitor_counts_once_in_a_gap() -> None:
    told = [asked("ann", normal, "there") for normal in ("x", "y", "z")]
    truth = Truth([*told, *failing("x", "a", 2)], frozenset("a"))
    assert truth.needs(gap("x", "y", "z")) == Counter({"a": 2, "there": 1})


def test_few_failing_visitors_need_not_be_found() -> None:
    truth = Truth([*failing("x", "a", 5), *failing("y", "b", 4)], frozenset("abc"))
    assert truth.wanted == {"a"}
    assert measure([gap("x")], truth).recall == 1


def test_precision_looks_at_twenty_and_recall_at_sixty() -> None:
    told = [*failing("x", "a", 5)]
    for n in range(60):
        told += failing(f"other {n}", "there", 1)
    truth = Truth(told, frozenset("a"))
    others = [gap(f"other {n}") for n in range(60)]
    assert measure([*others[:19], gap("x")], truth).precision == 1 / 20
    measured = measure([*others[:59], gap("x")], truth)
    assert (measured.precision, measured.recall) == (0, 1)
    assert measure([*others[:60], gap("x")], truth).recall == 0


def test_a_gap_of_programs_is_wrong_and_belongs_to_nobody() -> None:
    told = [*failing("advert", NOBODY, 9), *failing("x", "a", 5)]
    measured = measure([gap("advert"), gap("x"), gap("unknown")], Truth(told, frozenset("a")))
    assert measured.precision == pytest.approx(1 / 3)
    assert measured.purity == pytest.approx(5 / 14)


def test_a_need_in_two_gaps_is_found_once_and_repeated_once() -> None:
    truth = Truth([*failing("x", "a", 5), *failing("y", "a", 5)], frozenset("a"))
    measured = measure([gap("x"), gap("y")], truth)
    assert (measured.found, measured.repeated, measured.recall) == (1, 1, 1)


def test_no_queue_measures_nothing() -> None:
    measured = measure([], Truth(failing("x", "a", 5), frozenset("a")))
    assert (measured.precision, measured.recall, measured.purity) == (0, 0, 0)


# The visitors


def test_the_same_seed_gives_the_same_visitors(
    case: Case, library: Library, traffic: Traffic
) -> None:
    site = case.site.library, case.site.searcher
    assert simulation(case, library).begin(*site, hostile=False) == traffic
    assert simulation(case, library, seed=2).begin(*site, hostile=False) != traffic


def test_the_same_seed_removes_the_same_articles(case: Case, library: Library) -> None:
    likeness = Likeness(library.articles)
    gone = chosen_to_go(library.articles, 2, likeness, random.Random("removed 1"))
    assert gone == case.removed
    assert gone.isdisjoint(case.site.library.by_id)
    assert gone <= set(case.whole.library.by_id)


def test_events_are_in_time_order_and_within_the_weeks(traffic: Traffic) -> None:
    times = [event.at for event in traffic.events]
    assert times == sorted(times)
    assert times[0] >= START
    assert (times[-1] - START).days <= 14
    kinds = {type(event) for event in traffic.events}
    assert kinds == {Search, Click, Read, Contact, Vote}


def test_only_articles_that_are_there_are_found_and_clicked(case: Case, traffic: Traffic) -> None:
    searches = [event for event in traffic.events if isinstance(event, Search)]
    shown = {one for search in searches for one in search.found}
    clicked = {event.article for event in traffic.events if isinstance(event, Click)}
    assert (shown | clicked) <= set(case.site.library.by_id)
    assert all(re.fullmatch("[0-9a-f]{32}", search.token) for search in searches)
    assert max(len(search.found) for search in searches) == 5


def test_who_needs_a_removed_article_fails_and_most_others_do_not(
    case: Case, traffic: Traffic
) -> None:
    told = [one for one in traffic.asked if one.need != NOBODY and one.token]
    gone = [one.answered for one in told if one.need in case.removed]
    there = [one.answered for one in told if one.need not in case.removed]
    assert gone
    assert sum(gone) < 0.2 * len(gone)  # what is only typed is no failure
    assert sum(there) > 0.6 * len(there)


def test_each_search_in_the_journal_has_its_truth(traffic: Traffic, url: str) -> None:
    journal = Journal(url)
    signals = Signals(journal.database)
    kept = list(signals.searches())
    of_token = {one.token: one for one in traffic.asked}
    assert kept
    assert {search.token for search in kept} <= set(of_token)
    assert all(of_token[search.token].normal == search.normal for search in kept)
    for kind, rows in ((Click, signals.clicks()), (Contact, signals.contacts())):
        assert len(list(rows)) == sum(isinstance(event, kind) for event in traffic.events)
    assert 0 < len(list(journal.votes())) <= sum(isinstance(e, Vote) for e in traffic.events)
    journal.close()


def test_the_attacker_is_one_network_by_day_and_wants_nothing(case: Case) -> None:
    hostile = Hostile(case.site.library, case.site.searcher, START, random.Random(3))
    events = list(hostile.attack())
    assert len(events) == 20_000
    assert len({(event.network, event.at.date()) for event in events}) <= 2
    assert len({event.visitor for event in events}) >= 10_000


def test_visits_are_by_day_and_on_weekdays() -> None:
    begun = moments(4_000, START, 4, random.Random(1))
    weekend = sum(moment.weekday() >= 5 for moment in begun)
    night = sum(moment.hour < 5 for moment in begun)
    assert weekend / 4_000 == pytest.approx(sum(WEEKDAYS[5:]) / sum(WEEKDAYS), abs=0.03)
    assert night / 4_000 == pytest.approx(sum(HOURS[:5]) / sum(HOURS), abs=0.03)


def test_needs_have_a_long_tail(library: Library) -> None:
    needs = Needs(library.articles, {}, random.Random(1))
    counts = Counter(need.article for need in needs.drawn(4_000, random.Random(2)))
    most, *_, least = counts.most_common()
    assert most[1] > 4 * least[1]
    assert len(counts) == len(library.articles)


def test_an_article_with_a_twin_leaves_no_gap(library: Library) -> None:
    twin = replace(library.articles[0], id="twin", slug="twin", path="twin.md")
    articles = (*library.articles, twin)
    gone = chosen_to_go(articles, 99, Likeness(articles), random.Random(1))
    assert gone == {one.id for one in library.articles[1:]}


# The words


def test_a_need_is_said_in_many_ways(library: Library) -> None:
    need, chance = need_of(library.articles[0], {}), random.Random(1)
    texts = {need.search(chance) for _ in range(200)}
    assert len(texts) > 50
    assert all(1 <= len(text.split()) <= 20 for text in texts)


def test_the_thesaurus_says_it_in_other_words() -> None:
    words = reworded(["creating", "zebras"], 1.0, random.Random(1))
    assert words[0] in THESAURUS["create"]
    assert words[1] == "zebras"
    assert reworded(["creating"], 0.0, random.Random(1)) == ["creating"]


def test_the_thesaurus_shares_no_pair_with_the_product() -> None:
    lines = (ROOT / "kb/search/synonyms_en.txt").read_text("utf-8").splitlines()
    groups = [{word.strip() for word in line.split(",")} for line in lines]
    pairs = [{word, said} for word, others in THESAURUS.items() for said in others]
    assert len(pairs) > 200
    assert [pair for pair in pairs if any(pair <= group for group in groups)] == []


def test_a_typing_error_changes_one_word() -> None:
    for seed in range(50):
        changed = mistyped("to restore the server", random.Random(seed)).split()
        same = [a == b for a, b in zip(changed, ["to", "restore", "the", "server"], strict=True)]
        assert same.count(False) <= 1
        assert same[0]
        assert same[2]


# The command


def test_what_others_list_is_ranked_by_count(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kb.sqlite"
    found = [("x", 0), ("x", 0), ("y", 0), ("z", 3), ("z", 3), ("w", 3)]
    searches = [
        Search(f"{n:032}", f"v{n}", START, f"{text} {n}", text, "en", "page", total)
        for n, (text, total) in enumerate(found)
    ]
    record(url, [*searches, Click(f"{5:032}", "v5", "a", 1, 3, START)])
    assert without_results(url) == [gap("x"), gap("y")]
    assert without_click(url) == [gap("z")]


def test_the_command_prints_its_tables(
    case: Case, library: Library, traffic: Traffic, url: str
) -> None:
    truth = Truth(traffic.asked, case.removed)
    found = detected(url, case.site.searcher, case.simulation.now)
    lines = [*statistics(case, traffic, truth), *table(queues(found, url), truth)]
    assert "| visits | 150 |" in lines
    assert [line.split(" | ")[0] for line in lines[-5:-1]] == [
        "| kb", "| kb, diagnosed as missing", "| searches without results, by count", "| searches without a click, by count",
    ]  # fmt: skip


def test_the_simulation_goes_on_and_the_articles_help(case: Case, library: Library) -> None:
    going = simulation(case, library)
    first = going.begin(case.site.library, case.site.searcher, hostile=False)
    later = going.continue_with(case.whole.library, case.whole.searcher)
    assert later.visits == first.visits
    assert later.events[0].at > START + timedelta(weeks=2) - timedelta(minutes=1)
    *_, row, _ = afterwards(case, first, later)
    before, after = map(float, re.findall(r"([\d.]+) %", row))
    assert after < before / 2


def test_articles_put_back_are_found_again_and_those_made_answer_nothing(case: Case) -> None:
    assert len(case.irrelevant) == 20
    assert case.irrelevant.isdisjoint(one.article for one in case.simulation.needs.all)
    for one in case.removed:
        title = case.whole.library.by_id[one].title
        hits = case.whole.searcher.search(title, "en").hits
        assert one in [hit.article.id for hit in hits]

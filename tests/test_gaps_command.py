"""`kb gaps`: the queue on paper, for people and programs, and what can be done with a gap."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sample_site import Site, make_site

from kb.cli import main
from kb.feedback.database import Database
from kb.feedback.events import Search
from kb.feedback.signals import Signals
from kb.search.query import normal_form

HOSTILE = "=1+1 [x](http://evil) *b*"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    site = make_site(tmp_path)
    monkeypatch.chdir(tmp_path)
    return site


def fail(site: Site, text: str, people: int, days: float = 1) -> None:
    now = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    database = Database(site.settings.database)
    Signals(database).write(
        Search(f"{text} {days} {n}", f"{text} {days} {n}", now, text, normal_form(text, "en"), "en",
               "page", 0, network=f"{text} {n}")
        for n in range(people)
    )  # fmt: skip
    database.close()


def kb(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["gaps", *arguments], catch_exceptions=False)


def test_without_traffic_it_says_what_will_be_there(site: Site) -> None:
    assert "No gaps yet" in kb().output
    assert json.loads(kb("--json").output) == []


def test_the_queue_shows_what_helps_most_people_first(site: Site) -> None:
    fail(site, "webhooks", 4)
    fail(site, "dark mode", 12)
    told = kb().output
    assert 0 < told.index("dark mode") < told.index("webhooks")
    rows = json.loads(kb("--json").output)
    assert [(row["label"], row["people"], row["diagnosis"]) for row in rows] == [
        ("dark mode", 12, "missing"), ("webhooks", 4, "missing"),
    ]  # fmt: skip


def test_a_longer_time_shows_more(site: Site) -> None:
    fail(site, "dark mode", 5, days=40)
    assert json.loads(kb("--json").output) == []
    (row,) = json.loads(kb("--since", "60d", "--json").output)
    assert row["people"] == 5
    wrong = kb("--since", "soon")
    assert (wrong.exit_code, "--since 30d" in wrong.output) == (2, True)


def test_hostile_words_stay_words_in_spreadsheets_and_chats(site: Site) -> None:
    fail(site, HOSTILE, 4)
    (row,) = csv.DictReader(io.StringIO(kb("--csv").output))
    assert row["label"] == f"'{HOSTILE}".casefold()
    told = kb("--markdown").output
    assert "=1+1 \\[x\\](http:\u200b//evil) \\*b\\*" in told


def test_a_gap_is_shown_with_its_evidence_and_history(site: Site) -> None:
    fail(site, "dark mode", 4)
    fail(site, "dark mode for jane", 1)
    number = json.loads(kb("--json").output)[0]["id"]
    assert "claimed now, by Sam" in kb("set", str(number), "claimed", "--who", "Sam").output
    told = kb("show", str(number)).output
    for wanted in (
        "5 people",
        "Nothing near exists",
        "4  dark mode",
        "claimed by Sam",
        "status: draft",
    ):
        assert wanted in told
    assert "jane" not in told


def test_the_patch_is_taken_by_git(site: Site) -> None:
    fail(site, "dark mode", 4)
    told = kb("patch", "1").output
    subprocess.run(["git", "apply", "-"], input=told, text=True, check=True, cwd=site.articles)
    assert "Dark mode" in (site.articles / "dark-mode.md").read_text()


def test_the_missing_article_is_written_once(site: Site) -> None:
    fail(site, "dark mode", 4)
    assert "dark-mode.md" in kb("new-article", "1").output
    again = kb("new-article", "1")
    assert (again.exit_code, "is there already" in again.output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "9"), "There is no gap 9"),
        (("set", "9", "claimed", "--who", "Sam"), "There is no gap 9"),
        (("set", "1", "ignored"), "Say why"),
        (("set", "1", "claimed"), "Say who"),
        (("merge", "1", "1"), "with itself"),
    ],
)
def test_what_cannot_be_is_told(site: Site, arguments: tuple[str, ...], said: str) -> None:
    fail(site, "dark mode", 4)
    kb()
    done = kb(*arguments)
    assert (done.exit_code, said in done.output) == (1, True)


def test_gaps_can_be_merged(site: Site) -> None:
    fail(site, "dark mode", 4)
    fail(site, "webhooks", 5)
    kb()
    assert "part of gap 1" in kb("merge", "2", "1", "--who", "Sam").output
    (row,) = json.loads(kb("--json").output)
    assert row["people"] == 9


def test_ids_of_gaps_stay(site: Site) -> None:
    for number, text in zip(itertools.count(1), ("dark mode", "webhooks"), strict=False):
        fail(site, text, 3 + number)
        assert number in [row["id"] for row in json.loads(kb("--json").output)]

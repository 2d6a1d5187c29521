"""`kb demo`: a story of made-up visitors that shows all there is, marked, and leaves nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from markupsafe import escape
from sample_site import Visitor
from test_serve import ENVIRONMENT, KB, free_port

from kb.cli import main
from kb.demo import command
from kb.demo.needs import NEEDS
from kb.demo.strangers import VICTIM
from kb.demo.team import GUEST, SUPPORT
from kb.feedback.deflections import Deflections
from kb.feedback.flags import Flags
from kb.feedback.register import STATES
from kb.feedback.reply_links import ReplyLinks, Use
from kb.feedback.tables import metadata
from kb.insights.diagnosis import DIAGNOSES
from kb.insights.health import Health, health
from kb.insights.outcomes import OUTCOMES
from kb.insights.queue import Queue, Row
from kb.insights.week import week
from kb.knowledge_base import KnowledgeBase
from kb.web import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = dt.datetime(2026, 6, 3, 10, 20, tzinfo=dt.UTC)
MARK = "Made-up traffic: nothing here was done by real people"
WEEKS = dt.timedelta(weeks=4)
WHOLE = (
    "searches", "clicks", "reads", "votes", "contacts", "gap_members", "gap_changes",
    "deflections", "nothing_fits", "article_flags", "attachments",
)  # fmt: skip
TABLES = dict.fromkeys(WHOLE, "*") | {
    "gaps": "id, label, state, who, article, note, demand, at, since",
    "messages": "id, at, subject, text, email, article, page, searches, shown, opened",
    "outbox": "message, state, who, at",
    "reply_links": "who, article, section, reference, revision, at",
    "link_opens": "visitor, at",
}
"""All but names that nobody can foresee: of generations, links and messages."""


def kb(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments], catch_exceptions=False)


def fill(name: str) -> Result:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(command, "_now", lambda: NOW)
        return kb("demo", "--weeks", "4", "--no-serve", "--data-dir", name)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of somebody who has a help center already, with a demo in `one`."""
    home = tmp_path_factory.mktemp("home")
    (home / "kb.toml").write_text(
        'title = "Ours"\nlang = "de"\ndatabase_url = "postgresql://nobody@127.0.0.1:1/none"\n'
    )
    (home / "articles").mkdir()
    (home / "articles" / "own.md").write_text("# Ours\n")
    with contextlib.chdir(home):
        assert fill("one").exit_code == 0
    return home


@pytest.fixture
def there(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(home)
    return home


@pytest.fixture(scope="module")
def demo(home: Path) -> KnowledgeBase:
    return KnowledgeBase(command.settings_of(home / "one"))


@pytest.fixture(scope="module")
def rows(demo: KnowledgeBase) -> list[Row]:
    (generation, *_) = demo.generations.candidates()
    staff = generation.open("staff", None, semantic=False).searcher
    edition = demo.edition
    return Queue(demo.journal.database, edition.searcher, staff, edition.generation).rows(NOW)


def row_of(rows: list[Row], word: str) -> Row:
    return max((row for row in rows if word in row.gap.label), key=lambda row: row.gap.people)


def health_of(demo: KnowledgeBase, slug: str) -> Health:
    every = health(demo.journal.database, demo.edition.library, NOW)
    return next(one for one in every if one.article.slug == slug)


def test_gaps_with_every_diagnosis_and_in_every_state_appear(rows: list[Row]) -> None:
    assert {row.diagnosis.kind for row in rows} == set(DIAGNOSES)
    assert {row.gap.entry.state for row in rows} == set(STATES)


@pytest.mark.parametrize(
    ("word", "kind", "slug"),
    [
        ("docker", "missing", None),
        ("pric", "audience", "prices-of-hosting"),
        ("nginx", "article", "run-for-the-public"),
        ("captcha", "words", "how-votes-work"),
        ("dead link", "ranking", "check-your-articles"),
    ],
)
def test_each_story_is_diagnosed_as_it_was_told(
    rows: list[Row], word: str, kind: str, slug: str | None
) -> None:
    found = row_of(rows, word).diagnosis
    assert (found.kind, found.article.slug if found.article else None) == (kind, slug)


@pytest.mark.parametrize(
    ("word", "state", "who"),
    [
        ("docker", "open", ""),
        ("slack", "claimed", "Docs team"),
        ("faq", "documented", ""),
        ("zendesk", "proven", ""),
        ("wordpress", "reopened", ""),
        ("sso", "ignored", "Support lead"),
    ],
)
def test_each_story_ends_in_its_state(rows: list[Row], word: str, state: str, who: str) -> None:
    entry = row_of(rows, word).gap.entry
    assert (entry.state, entry.who) == (state, who)


def test_an_incident_is_happening_now_and_nothing_else(rows: list[Row]) -> None:
    (surge,) = [row for row in rows if row.gap.surge]
    assert "no matching distribution" in surge.gap.label
    assert rows[0] is surge


def test_the_week_has_all_outcomes_and_people_find_most(demo: KnowledgeBase) -> None:
    span = week(demo.journal.database, NOW).now
    counts = {name: share.part for name, share in span.outcomes}
    assert all(counts[name] for name in OUTCOMES)
    assert counts["settled"] > sum(counts.values()) / 2
    assert span.contacts
    assert span.score


def test_one_edit_made_an_article_better_and_another_worse(demo: KnowledgeBase) -> None:
    assert health_of(demo, "data-folder-and-backup").verdict == "better"
    assert health_of(demo, "update-kb").verdict == "worse"


def test_robots_and_an_attacker_change_nothing(demo: KnowledgeBase, rows: list[Row]) -> None:
    texts = [search.text for search in demo.signals.searches()]
    sources = {search.source for search in demo.signals.searches() if search.text[-3:] == "149"}
    assert "win at the casino" in texts
    assert sources == {"robot"}  # and the one that says so is not there at all
    assert not [row for row in rows if "casino" in row.gap.label]
    seen = health_of(demo, VICTIM).now
    assert seen.no <= seen.yes


def test_every_answer_is_an_article_of_the_handbook(demo: KnowledgeBase) -> None:
    slugs = {article.slug for article in demo.edition.library.articles}
    assert {need.answer for need in NEEDS if need.answer} <= slugs


def test_nobody_says_the_same_twice(demo: KnowledgeBase) -> None:
    said = [vote.text for vote in demo.journal.votes() if vote.text]
    assert len(said) > 5
    assert len(said) == len(set(said))


def test_messages_wait_or_are_closed_and_one_has_a_file(demo: KnowledgeBase) -> None:
    outbox, stored = demo.delivery.outbox, demo.delivery.messages
    ways = {way.message: way for way in outbox.ways(("kept", "closed"), 100)}
    messages = stored.some(list(ways))
    assert 6 <= len(messages) <= 15
    assert {way.state for way in ways.values()} == {"kept", "closed"}
    assert {way.who for way in ways.values() if way.state == "closed"} <= set(SUPPORT)
    assert all(one.message.email.endswith("@example.org") for one in messages)
    assert [name for one in messages for _, name, _ in one.files] == ["console.txt"]
    told = [f"{one.message.subject}\n{one.message.text}" for one in messages]
    written = [contact.text for contact in demo.signals.contacts() if contact.text]
    assert sorted(told) == sorted(written)


def test_some_found_their_answer_before_they_wrote(demo: KnowledgeBase) -> None:
    deflected = Deflections(demo.journal.database).count(NOW - WEEKS, NOW)
    assert 5 <= deflected < 50


def uses(demo: KnowledgeBase) -> list[Use]:
    links = ReplyLinks(demo.journal.database)
    with sqlite3.connect(demo.settings.data_dir / "kb.sqlite") as connection:
        who = [name for (name,) in connection.execute("SELECT DISTINCT who FROM reply_links")]
    return [use for name in who for use in links.uses(name, NOW - 2 * WEEKS, 100)]


def test_links_in_replies_end_in_all_ways(demo: KnowledgeBase) -> None:
    sent = uses(demo)
    assert len({use.link.who for use in sent}) == 3
    assert 40 <= len(sent) <= 65
    ends = {
        "solved": [use.solved for use in sent],
        "not opened": [not use.opened for use in sent],
        "voted yes": [use.yes > 0 for use in sent],
        "no help": [use.no + use.contacted > 0 for use in sent],
        "another link": [
            use.opened > 0 and not (use.solved or use.no or use.contacted) for use in sent
        ],
    }
    assert all(map(any, ends.values())), ends
    assert sum(ends["solved"]) > len(sent) / 3


def test_whoever_looks_at_the_demo_has_replies_and_a_notice(
    there: Path, monkeypatch: pytest.MonkeyPatch, demo: KnowledgeBase
) -> None:
    monkeypatch.setenv("KB_DATA_DIR", "one")
    monkeypatch.setenv("KB_DATABASE_URL", "")
    monkeypatch.setenv("KB_LANG", "en")
    for module in ("kb.linking", "kb.web.picker"):  # which look at the last month of today
        monkeypatch.setattr(f"{module}.MONTH", dt.datetime.now(dt.UTC) - NOW + WEEKS)
    visitor = Visitor(create_app())
    page = visitor.get("/staff/links")
    assert "Changed since you sent it" in page
    assert "of its words have changed since you sent it" in page
    assert re.search(r"\d (reply|replies) without a ticket number", page)
    mine = [use.link for use in uses(demo) if use.link.who == GUEST][:8]
    assert len(mine) == 8
    assert any(link.section for link in mine)
    by_id = demo.edition.library.by_id
    for link in mine:
        titles = {section.anchor: section.title for section in by_id[link.article].sections}
        assert link.reference in page
        assert escape(titles[link.section]) in page


def test_two_articles_are_flagged_and_gaps_reported_by_two(demo: KnowledgeBase) -> None:
    flags = Flags(demo.journal.database).open()
    assert [flag.kind for flag in flags] == ["out-of-date", "unclear"]
    reports = list(demo.signals.nothing_fits())
    assert {report.who for report in reports} == {"Support, first shift", GUEST}
    assert any(report.note for report in reports)


def test_nothing_happens_before_the_story_or_after_now(demo: KnowledgeBase) -> None:
    found = {}
    moments = {"at", "last", "due", "since"}
    with sqlite3.connect(demo.settings.data_dir / "kb.sqlite") as connection:
        for table in metadata.sorted_tables:
            for column in moments & set(table.c.keys()):
                query = f"SELECT min({column}), max({column}) FROM {table.name}"
                if table.name not in {"surveys", "leases"}:  # written after the story, in life
                    found[table.name, column] = connection.execute(query).fetchone()
    assert found
    assert not {
        where: times
        for where, times in found.items()
        if times[0] and not f"{NOW - WEEKS:%F %T.%f}" <= times[0] <= times[1] <= f"{NOW:%F %T.%f}"
    }


def test_the_same_seed_and_moment_tell_the_same(there: Path) -> None:
    fill("two")
    assert contents(there / "one") == contents(there / "two")


def contents(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(folder / "kb.sqlite") as connection:
        return {
            name: sorted(connection.execute(f"SELECT {columns} FROM {name}"), key=repr)
            for name, columns in TABLES.items()
        }


def test_your_own_help_center_is_not_touched(there: Path) -> None:
    assert not (there / ".kb").exists()
    assert [path.name for path in (there / "articles").iterdir()] == ["own.md"]


def test_the_mark_stays_with_the_data(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_DATA_DIR", "one")
    monkeypatch.setenv("KB_DATABASE_URL", "")
    monkeypatch.setenv("KB_LANG", "en")
    for command_ in (("gaps",), ("gaps", "--json"), ("report",), ("report", "--csv")):
        result = kb(*command_)
        assert MARK in result.stderr
        assert MARK not in result.stdout
    visitor = Visitor(create_app())
    for page in (
        "/staff/",
        "/staff/gaps",
        "/staff/articles",
        "/staff/searches",
        "/",
        "/search?q=api",
    ):
        assert MARK in visitor.get(page), page


def test_a_real_database_is_not_marked(
    there: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_DATA_DIR", "one")
    monkeypatch.setenv("KB_DATABASE_URL", f"sqlite:///{tmp_path / 'real.sqlite'}")
    assert MARK not in kb("report").stderr
    assert MARK not in Visitor(create_app()).get("/")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--no-serve",), "--no-serve would leave nothing behind"),
        (("--no-serve", "--data-dir", "articles"), "articles is not an empty folder"),
        (("--no-serve", "--data-dir", "kb.toml"), "kb.toml is not an empty folder"),
        (("--no-serve", "--data-dir", "one"), "holds a demo already"),
        (("--no-serve", "--data-dir", "kb.toml/in"), "Cannot write to"),
        (("--host", "0.0.0.0"), "for this machine only"),
        (("--weeks", "3"), "4<=x<=12"),
    ],
)
def test_what_cannot_be_is_told(there: Path, arguments: tuple[str, ...], said: str) -> None:
    result = kb("demo", *arguments)
    assert (result.exit_code, said in result.output) == (2, True), result.output


def test_a_port_in_use_is_told_at_once(there: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = kb("demo", "--port", port)
    assert result.exit_code == 2
    assert f"Cannot listen on 127.0.0.1:{port}" in result.output
    assert "kb demo --port" in result.output


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder with a short name: the sockets of a program's processes are in its TMPDIR, and a
    socket's path has a hundred letters at most. Those of pytest are longer in parallel runs."""
    with tempfile.TemporaryDirectory(prefix="kb-") as folder:
        yield Path(folder)


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    (folder / "tmp").mkdir()
    return subprocess.Popen(
        [*KB, "demo", "--weeks", "4", *arguments],
        cwd=folder,
        env=ENVIRONMENT | {"TMPDIR": str(folder / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_it_serves_the_staff_pages_until_it_is_stopped_and_leaves_nothing(scratch: Path) -> None:
    process = start(scratch, "--port", str(free_port()))
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if "Serving at" in line:
            break
    address = said[-1].removeprefix("Serving at ").split()[0]
    assert address.endswith("/staff/"), "".join(said)
    with urllib.request.urlopen(address, timeout=30) as answer:
        page = answer.read().decode()
    assert MARK in page
    assert "no matching distribution" in page
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, "")
    assert left(scratch) == []


@pytest.mark.parametrize(
    ("number", "kept"),
    [(signal.SIGINT, ()), (signal.SIGHUP, ()), (signal.SIGTERM, ("--data-dir", "tmp/demo"))],
)
def test_stopped_in_the_middle_it_leaves_nothing(
    scratch: Path, number: int, kept: tuple[str, ...]
) -> None:
    process = start(scratch, "--port", str(free_port()), *kept)
    while not list(scratch.glob("tmp/*/kb.sqlite")):
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(0.2)
    process.send_signal(number)
    told, _ = process.communicate(timeout=60)
    # Python itself ends by SIGINT where the interrupt met an exec of its own, after all is cleaned up.
    assert process.returncode in (1, -signal.SIGINT)
    assert "Aborted!" in told
    assert left(scratch) == []


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "tmp").iterdir())

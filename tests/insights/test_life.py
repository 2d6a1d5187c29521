"""Life: a gap is documented when its searches find an article, and proven when people do."""

from __future__ import annotations

import datetime as dt
import subprocess
from typing import TYPE_CHECKING

import pytest
from insights.test_gaps import NOW, asked
from sample_site import ARTICLES, make_site

from kb.content.commits import commit_of
from kb.feedback.database import Database
from kb.feedback.events import Click
from kb.feedback.register import Register
from kb.feedback.signals import Signals
from kb.feedback.visits import Visits
from kb.insights.gaps import Gap, find_gaps
from kb.insights.life import advance
from kb.insights.outcomes import judge
from kb.insights.proof import Proof, Share
from kb.knowledge_base import KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kb.search.searcher import Searcher

WEEK = dt.timedelta(weeks=1)
ANSWER = {"account/dark.md": "# Switch to dark mode\n\nOpen Settings, then Appearance.\n"}
OTHERS = {f"other/o{n}.md": f"# Other thing {n}\n\nThe dark side of topic {n}.\n" for n in range(5)}


@pytest.fixture(scope="module")
def searchers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Searcher]:
    files = {"before": ARTICLES, "answered": ARTICLES | ANSWER, "beside": ARTICLES | OTHERS}
    return {
        name: KnowledgeBase(make_site(tmp_path_factory.mktemp(name), own).settings).edition.searcher
        for name, own in files.items()
    }


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/kb.sqlite")
    yield database
    database.close()


def gaps(database: Database, searcher: Searcher, now: dt.datetime = NOW) -> list[Gap]:
    judge(Visits(database), now)
    return find_gaps(database, searcher, now)


def states(database: Database) -> list[str]:
    return [entry.state for entry in Register(database).entries().values()]


def later(database: Database, settled: int, failed: int) -> dt.datetime:
    """Two weeks later, in which people asked again."""
    some = [asked("dark mode", -10, ("account/dark",)) for _ in range(settled + failed)]
    clicks = [Click(s.token, s.visitor, "account/dark", 1, 1, s.at) for s in some[:settled]]
    Signals(database).write([*some, *clicks])
    now = NOW + 2 * WEEK
    judge(Visits(database), now)
    return now


@pytest.fixture
def documented(database: Database, searchers: dict[str, Searcher]) -> Database:
    Signals(database).write(asked("dark mode") for _ in range(20))
    found = gaps(database, searchers["before"])
    assert advance(database, searchers["before"], found, NOW, "g1") == []
    (entry,) = advance(database, searchers["answered"], found, NOW, "g2")
    assert (entry.state, entry.article, entry.change) == ("documented", "account/dark", "g2")
    return database


def test_an_article_that_answers_is_named(documented: Database) -> None:
    (last,) = [c for c in Register(documented).changes(1) if c.state == "documented"]
    assert "Switch to dark mode" in last.note


def test_fewer_failures_with_confidence_prove_it(
    documented: Database, searchers: dict[str, Searcher]
) -> None:
    now = later(documented, settled=18, failed=2)
    (entry,) = advance(documented, searchers["answered"], [], now, "g3")
    assert (entry.state, entry.note[:32]) == ("proven", "Before, 20 of 20 people did not ")


@pytest.mark.parametrize(("settled", "failed"), [(1, 1), (4, 0)])
def test_few_visitors_prove_nothing(
    documented: Database, searchers: dict[str, Searcher], settled: int, failed: int
) -> None:
    now = later(documented, settled, failed)
    assert advance(documented, searchers["answered"], [], now, "g3") == []


def test_failures_as_before_open_it_again(
    documented: Database, searchers: dict[str, Searcher]
) -> None:
    now = later(documented, settled=2, failed=20)
    (entry,) = advance(documented, searchers["answered"], [], now, "g3")
    assert entry.state == "reopened"


def test_what_failed_seldom_and_now_does_not_is_not_opened_again(
    database: Database, searchers: dict[str, Searcher]
) -> None:
    seldom = [asked("dark mode", found=("account/profile",)) for _ in range(20)]
    clicks = [Click(s.token, s.visitor, "account/profile", 1, 1, s.at) for s in seldom[2:]]
    Signals(database).write([*seldom, *clicks])
    assert [gap.people for gap in gaps(database, searchers["before"])] == [2]
    Register(database).change(1, "documented", NOW, who="sam", article="account/dark")
    now = later(database, settled=20, failed=0)
    assert advance(database, searchers["answered"], [], now, "g3") == []


def test_other_articles_document_nothing(
    database: Database, searchers: dict[str, Searcher]
) -> None:
    Signals(database).write(asked("dark mode") for _ in range(20))
    found = gaps(database, searchers["before"])
    assert advance(database, searchers["beside"], found, NOW, "g2") == []
    assert states(database) == ["open"]


def test_an_article_that_was_there_all_along_is_no_news(
    database: Database, searchers: dict[str, Searcher]
) -> None:
    Signals(database).write(asked("dark mode", found=("account/dark",)) for _ in range(20))
    found = gaps(database, searchers["answered"])
    assert advance(database, searchers["answered"], found, NOW, "g2") == []


def test_an_ignored_gap_comes_back_when_demand_has_doubled(
    database: Database, searchers: dict[str, Searcher]
) -> None:
    register, searcher = Register(database), searchers["before"]
    Signals(database).write(asked("dark mode") for _ in range(10))
    (gap,) = gaps(database, searcher)
    register.change(gap.id, "ignored", NOW, who="sam", note="No plans", demand=gap.demand)
    assert advance(database, searcher, gaps(database, searcher), NOW, "g2") == []
    Signals(database).write(asked("dark mode") for _ in range(15))
    now = NOW + dt.timedelta(hours=1)
    (entry,) = advance(database, searcher, gaps(database, searcher, now), now, "g2")
    assert (entry.state, "No plans" in entry.note) == ("reopened", True)


def test_shares_are_compared_by_their_intervals() -> None:
    assert Proof(Share(18, 20), Share(2, 20)).better
    assert not Proof(Share(18, 20), Share(10, 20)).better
    assert not Proof(Share(18, 20), Share(0, 0)).better
    assert not Proof(Share(3, 3), Share(0, 3)).better


def test_what_documents_a_gap_is_named_by_its_commit(
    database: Database, searchers: dict[str, Searcher], tmp_path: Path
) -> None:
    folder = tmp_path / "repository" / "articles"
    article = folder / "account" / "dark.md"
    article.parent.mkdir(parents=True)
    article.write_text(ANSWER["account/dark.md"])
    assert commit_of(folder, "account/dark.md") == ""  # no repository
    git(folder, "init", "-q")
    assert commit_of(folder, "account/dark.md") == ""  # not committed
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Explain dark mode")
    head = git(folder, "rev-parse", "HEAD")
    (folder / "other.md").write_text("# Another one\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Something else")
    Signals(database).write(asked("dark mode") for _ in range(20))
    found = gaps(database, searchers["before"])
    (entry,) = advance(database, searchers["answered"], found, NOW, "g2", articles=folder)
    assert entry.change == head[:12]
    article.write_text("# Changed\n")
    assert commit_of(folder, "account/dark.md") == ""
    assert commit_of(folder, "../../secret.md") == commit_of(folder, "--version") == ""


def git(folder: Path, *command: str) -> str:
    said = ("-c", "user.name=writer", "-c", "user.email=writer@example.com")
    run = subprocess.run(
        ["git", *said, *command], cwd=folder, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()

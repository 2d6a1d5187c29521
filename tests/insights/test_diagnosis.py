"""Diagnosis: each kind of gap is told by its evidence, and its patch can be applied."""

from __future__ import annotations

import datetime as dt
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sample_site import ARTICLES, Site, make_site

from kb.content.reader import Reader
from kb.feedback.failures import Failure
from kb.feedback.register import Entry
from kb.insights.diagnosis import Diagnosis, diagnose
from kb.insights.gaps import Gap
from kb.insights.patches import new_article, patch, with_pins, with_questions
from kb.knowledge_base import KnowledgeBase
from kb.search.query import normal_form

if TYPE_CHECKING:
    from pathlib import Path

    from kb.search.searcher import Searcher

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
FILLER = {
    f"plans/p{n}.md": f"# Plan number {n}\n\nA plan and its price. Seats for {n} people in the plan.\n"
    for n in range(9)
}
MORE = (
    ARTICLES
    | FILLER
    | {
        "billing/seats.md": "---\ntitle: Team size\nsearch: {boost: 0.1}\n---\n\nHow many people fit into a plan.\n\n## Add seats\n\nAsk us.\n",
        "account/internal.md": (
            "---\ntitle: Impersonate a customer\naudience: staff\n---\nOpen their workspace.\n"
        ),
    }
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("diagnosis"), MORE)


@pytest.fixture(scope="module")
def searcher(site: Site) -> Searcher:
    return KnowledgeBase(site.settings).edition.searcher


@pytest.fixture(scope="module")
def staff(site: Site) -> Searcher:
    return KnowledgeBase(site.settings, "staff").edition.searcher


def failed(text: str, number: int, **more: object) -> Failure:
    told = {"source": "search", "outcome": "no_click"} | more
    return Failure(text=text, normal=normal_form(text, "en"), lang="en", visitor=f"v{number}",
                   network=f"n{number}", at=NOON, **told)  # type: ignore[arg-type]  # fmt: skip


def of(text: str, count: int = 4, **more: object) -> list[Failure]:
    return [failed(text, number, **more) for number in range(count)]


def kind(failures: list[Failure], searcher: Searcher, staff: Searcher) -> tuple[str, str]:
    found = diagnose(failures, searcher, staff)
    return found.kind, found.article.id if found.article else ""


def test_nothing_near_is_a_missing_article(searcher: Searcher, staff: Searcher) -> None:
    assert kind(of("dark mode"), searcher, staff) == ("missing", "")


def test_other_words_that_led_there_in_the_end_are_words(
    searcher: Searcher, staff: Searcher
) -> None:
    some = of("stop paying premium", settled="billing/cancel")
    assert kind(some, searcher, staff) == ("words", "billing/cancel")


def test_an_article_below_the_third_place_is_ranked_too_low(
    searcher: Searcher, staff: Searcher
) -> None:
    found = diagnose(of("add seats to a plan"), searcher, staff)
    assert (found.kind, found.article and found.article.slug) == ("ranking", "seats")
    assert found.rank > 3


def test_an_article_that_is_voted_down_is_the_gap(searcher: Searcher, staff: Searcher) -> None:
    some = of("get a refund", source="vote", outcome="read_voted_no", article="refunds",
              reason="out-of-date", said="It says 14 days", revision="r1")  # fmt: skip
    found = diagnose(some, searcher, staff)
    assert (found.kind, found.article and found.article.id) == ("article", "refunds")
    assert found.reasons == (("out-of-date", 4),)
    assert found.comments == ("It says 14 days",) * 4
    assert found.revisions == ("r1",)


def test_an_article_for_staff_only_is_told(searcher: Searcher, staff: Searcher) -> None:
    some = of("impersonate customer")
    assert kind(some, searcher, staff) == ("audience", "account/internal")
    assert diagnose(some, searcher).kind == "missing"


def gap(label: str, *samples: str) -> Gap:
    entry = Entry(7, label, "en", "open", "", "", "", "", 0.0, NOON, NOON)
    return Gap(entry, label, 1.0, 4, 0, False, (), (), tuple((text, 3) for text in samples), 0,
               (("billing/cancel", 3),), 0, ())  # fmt: skip


def applied(site: Site, diagnosis: Diagnosis, wanted: Gap, tmp_path: Path) -> Path:
    """A copy of the articles with the patch, taken by git itself."""
    folder = tmp_path / "articles"
    subprocess.run(["cp", "-r", str(site.articles), str(folder)], check=True)
    library = KnowledgeBase(site.settings).edition.library
    told = patch(wanted, diagnosis, library, folder)
    subprocess.run(["git", "apply", "-"], input=told, text=True, check=True, cwd=folder)
    return folder


def test_the_patch_of_a_missing_article_is_a_draft(site: Site, tmp_path: Path) -> None:
    wanted = gap("dark: mode", "dark: mode", '"night" theme')
    folder = applied(site, Diagnosis("missing", None, 1.0), wanted, tmp_path)
    (draft,) = [f for f in Reader(folder, "en").read().files if f.path == "billing/dark-mode.md"]
    assert draft.parsed.metadata.title == "Dark: mode"
    assert draft.parsed.metadata.questions == ("dark: mode", '"night" theme')
    assert draft.parsed.metadata.status == "draft"
    assert not draft.parsed.problems


def test_the_patch_of_words_makes_the_article_found(
    site: Site, searcher: Searcher, tmp_path: Path
) -> None:
    article = searcher.library.by_id["billing/cancel"]
    wanted = gap("stop paying premium", "stop paying premium")
    folder = applied(site, Diagnosis("words", article, 0.5), wanted, tmp_path)
    found = Reader(folder, "en").read().public.by_id["billing/cancel"]
    assert sorted(found.questions) == ["How do I unsubscribe?", "stop paying premium"]
    assert replace(article, questions=found.questions).title == found.title


def test_the_patch_of_ranking_pins(site: Site, searcher: Searcher, tmp_path: Path) -> None:
    article = searcher.library.by_slug["seats"]
    wanted = gap("add seats", "add seats")
    folder = applied(site, Diagnosis("ranking", article, 0.5, 5), wanted, tmp_path)
    assert Reader(folder, "en").read().public.pins == {"add seats": ("seats",)}


@pytest.mark.parametrize(
    "text",
    [
        "# No front matter\n\nText.\n",
        "---\ntitle: A\n---\nText\n",
        "---\ntitle: A\nquestions: []\n---\nText\n",
        "---\nquestions: [one, 'two']\ntitle: A\n---\nText\n",
        "---\nquestions:\n  - one\n  - two\ntitle: A\n---\nText\n",
        "---\nquestions:\n- one\ntitle: A\n---\nText\n",
        "---\ntitle: A\nquestions:\n---\nText without an end",
    ],
)
def test_questions_are_added_to_any_front_matter(text: str, tmp_path: Path) -> None:
    before = _questions(text, tmp_path / "a")
    after = _questions(with_questions(text, ['say "this": now', "ja?"]), tmp_path / "b")
    assert sorted(after) == sorted((*before, 'say "this": now', "ja?"))


def _questions(text: str, folder: Path) -> tuple[str, ...]:
    folder.mkdir()
    (folder / "a.md").write_text(text)
    (file,) = Reader(folder, "en").read().files
    assert not file.parsed.problems
    return file.parsed.metadata.questions


def test_a_pin_is_added_to_a_file_without_an_end(searcher: Searcher) -> None:
    article = searcher.library.by_slug["seats"]
    assert with_pins("a: b", ["c"], article) == 'a: b\n"c": "seats"\n'


def test_a_new_article_says_what_to_write() -> None:
    assert "status: draft" in new_article("dark mode", ["dark mode"])

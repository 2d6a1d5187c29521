"""kb search: what a writer gets to read about what is found, and why."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sample_site import Site, make_site, sample, write

from kb.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def here(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The sample site, live, in the folder where commands are run."""
    monkeypatch.chdir(site.root)
    return site


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["search", *arguments])


def told(*arguments: str) -> Any:
    return json.loads(run("--json", *arguments).stdout)


def generations(data: Path) -> list[str]:
    folder = data / "generations"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_the_sections_are_listed_best_first(here: Site) -> None:
    result = run("cancel", "phone")
    rank, score, *rest = result.stdout.splitlines()[0].split("\t")
    assert rank == "1"
    assert float(score) > 0
    assert rest == [
        "Cancel your plan", "Cancel on the phone", "/articles/cancel#cancel-on-the-phone",
    ]  # fmt: skip
    assert (result.stderr, result.exit_code) == ("", 0)


def test_the_scores_fall_and_are_those_of_the_site(here: Site) -> None:
    from kb.knowledge_base import KnowledgeBase

    scores = [float(line.split("\t")[1]) for line in run("your account").stdout.splitlines()]
    hits = KnowledgeBase(here.settings).edition.search("your account", "en").hits
    assert scores == sorted(scores, reverse=True)
    assert scores == [round(hit.score, 2) for hit in hits]


def test_a_limit_is_kept_and_what_is_left_out_is_counted(here: Site) -> None:
    result = run("--limit", "1", "your", "account")
    assert len(result.stdout.splitlines()) == 1
    assert re.fullmatch(r"1 of [2-9] results\.\n", result.stderr)


@pytest.mark.parametrize("limit", ["0", "51", "x"])
def test_a_limit_that_cannot_be_is_wrong_use(here: Site, limit: str) -> None:
    assert run("--limit", limit, "plan").exit_code == 2


def test_no_words_are_wrong_use(here: Site) -> None:
    assert run().exit_code == 2
    assert run(" ").exit_code == 2


def test_a_correction_is_said(here: Site) -> None:
    result = run("pasword")
    assert result.stdout.split("\t")[2] == "Reset your password"
    assert result.stderr == "Showing results for “password”; --literal searches “pasword”.\n"
    assert told("pasword")["correction"] == [["pasword", "password"]]


def test_literal_corrects_nothing(here: Site) -> None:
    result = run("--literal", "pasword")
    assert (result.stdout, result.exit_code) == ("", 1)
    assert "Nothing found for “pasword”." in result.stderr


def test_nothing_found_is_exit_code_1_with_what_was_tried_and_the_nearest(here: Site) -> None:
    result = run('"pasword refund"')
    assert (result.stdout, result.exit_code) == ("", 1)
    lines = result.stderr.splitlines()
    assert lines[:2] == ["Nothing found for “\"pasword refund\"”.", "Tried “\"password refund\"” as well."]  # fmt: skip
    assert "Nearest: Reset your password  /articles/password\n" in result.stderr


def test_what_is_not_public_is_not_found(here: Site) -> None:
    for word in ("canarydraft", "canarystaff"):
        assert run(word).exit_code == 1
        assert told(word)["hits"] == []


def test_json_has_what_the_lines_have(here: Site) -> None:
    first = told("cancel on the phone")["hits"][0]
    assert first.pop("score") > 0
    assert first == {
        "rank": 1, "title": "Cancel your plan", "section": "Cancel on the phone",
        "address": "/articles/cancel#cancel-on-the-phone", "pinned": False,
    }  # fmt: skip


def test_json_explains_the_same_score(here: Site) -> None:
    hits = told("--explain", "how do I cancel my plan")["hits"]
    assert hits
    for hit in hits:
        assert sum(part["value"] for part in hit["parts"]) == pytest.approx(hit["score"], rel=1e-3)
    word = next(part for part in hits[0]["parts"] if part["what"] == "cancel")
    assert (word["kind"], word["where"], word["count"]) == ("word", "title", 1)
    assert word["weight"] == 4


def test_explained_lines_add_up_and_fit_on_the_page(here: Site) -> None:
    result = run("--explain", "how do I cancel my plan")
    blocks = result.stdout.strip().split("\n\n")
    assert blocks[0].splitlines()[0].startswith("1. Cancel your plan › ")
    assert "\n   /articles/cancel#" in blocks[0]
    for block in blocks:
        values = [float(value) for value in re.findall(r" (-?\d+\.\d\d) *$", block, re.M)]
        assert sum(values[:-1]) == pytest.approx(values[-1], abs=0.005 * len(values))
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_a_writer_reads_names_and_not_numbers_of_fields(here: Site) -> None:
    block = run("--explain", "--limit", "1", "how do I cancel my plan abroad").stdout
    assert re.search(
        r"^   cancel +title ×1 +weight 4, rarity \d\.\d\d, 3 words \(average", block, re.M
    )
    assert re.search(r"^ +headings ×3 +weight 2, ", block, re.M)
    assert re.search(r"^   how \(small\) +questions ×1 +weight 4 × 0\.6, ", block, re.M)
    assert re.search(r"^   plan +title ×1", block, re.M)
    assert re.search(r"^   score +\d+\.\d\d$", block, re.M)


def test_other_words_corrections_quotes_and_hidden_pages_are_told(here: Site) -> None:
    told = run("--explain", "pasword").stdout
    assert re.search(r"^   pasword +correction +read as “password”", told, re.M)
    told = run("--explain", '"reset your password"').stdout
    assert re.search(r"^   “reset your password” +in quotes +side by side here", told, re.M)
    told = run("--explain", "change account name").stdout
    assert "FAQ page" in told
    assert "“Account questions” is left out" in told


def test_a_boost_is_told_as_what_it_adds(here: Site) -> None:
    here.write({"boosted.md": "---\ntitle: Boost\nsearch: {boost: 3}\n---\nzebra\n"})
    parts = told("--explain", "--literal", "zebra")["hits"][0]["parts"]
    assert [part["kind"] for part in parts] == ["word", "boost"]
    assert parts[1]["value"] == pytest.approx(2 * parts[0]["value"], rel=1e-4)


def test_the_live_generation_answers_when_it_is_of_this_folder(here: Site) -> None:
    before = generations(here.settings.data_dir)
    assert run("plan").exit_code == 0
    assert generations(here.settings.data_dir) == before
    assert not (here.settings.data_dir / "search").exists()


def test_an_edit_is_found_and_what_is_live_stays(here: Site) -> None:
    live = here.builder.generations.current_name()
    here.write({"new.md": "# Zebra crossing\n"})
    assert told("zebra")["hits"][0]["address"] == "/articles/new"
    assert here.builder.generations.current_name() == live
    aside = generations(here.settings.data_dir / "search")
    assert told("zebra")["total"] == 1
    assert generations(here.settings.data_dir / "search") == aside


def test_a_site_with_its_pages_answers_too(here: Site) -> None:
    from kb.serving import build

    build(here.settings)
    live = here.builder.generations.current_name()
    assert here.builder.is_live()
    assert run("plan").exit_code == 0
    assert here.builder.generations.current_name() == live


def test_another_folder_can_be_searched(here: Site) -> None:
    write(here.root / "docs", {"a.md": "# Giraffes\n"})
    assert run("--folder", "docs", "giraffe").stdout.split("\t")[2:] == ["Giraffes", "", "/articles/a\n"]  # fmt: skip
    assert run("giraffe").exit_code == 1


@pytest.mark.parametrize(
    ("folder", "message"), [("empty", "There is no article"), ("missing", "does not exist")]
)
def test_a_folder_without_articles_is_wrong_use(here: Site, folder: str, message: str) -> None:
    (here.root / "empty").mkdir()
    result = run("--folder", folder, "plan")
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_title_cannot_forge_a_line_or_colour_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = (
        '---\ntitle: "Zebra\\e[31m [bold]{what}\\tx\\ny"\n---\n## a\x1b[31m [red]{count}\n\nzebra\n'
    )
    make_site(tmp_path, {"a.md": title, **sample()})
    monkeypatch.chdir(tmp_path)
    for options in ([], ["--explain"]):
        result = run(*options, "zebra", "\x1b[31m{what}[bold]")
        assert result.exit_code == 0
        assert "\x1b" not in result.stdout + result.stderr
        assert "[bold]{what}" in result.stdout
    assert len(run("zebra").stdout.splitlines()) == 1
    assert run("zebra").stdout.count("\t") == 4


def test_a_terminal_gets_a_table(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    lines = run("cancel phone").stdout.splitlines()
    assert re.search("Score.*Title.*Section.*Address", lines[0])
    assert "Cancel on the phone" in lines[1]


def test_piped_output_is_plain(here: Site) -> None:
    command = [sys.executable, "-c", "from kb.cli import main; main()", "search", "--explain", "plan"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=here.root)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stdout.startswith("1. Cancel your plan")

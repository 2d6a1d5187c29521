"""kb check: what a writer, an editor and a build server get to read."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kb.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

BROKEN = "---\ntitle: T\n---\nText [x](gone.md) <user>\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


def test_problems_are_printed_with_a_place_that_a_terminal_opens(here: Path) -> None:
    (here / "docs" / "a.md").write_text(BROKEN)
    result = run("docs")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("docs/a.md:4:10 broken-link `gone.md` leads nowhere (")
    assert lines[1].startswith("docs/a.md:4:19 unknown-tag `<user>` is shown as text")
    assert result.stderr == "1 error, 1 warning in 1 article.\n"
    assert result.exit_code == 1


def test_a_folder_elsewhere_is_printed_whole(
    here: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "a.md").write_text(BROKEN)
    assert run(str(folder)).stdout.startswith(f"{folder}/a.md:4:10 ")


def test_all_is_well(here: Path) -> None:
    for name in "ab":
        (here / "docs" / f"{name}.md").write_text("# Hello\n")
    result = run("docs")
    assert (result.stdout, result.stderr) == ("", "No problems in 2 articles.\n")
    assert result.exit_code == 0


def test_warnings_alone_are_no_failure(here: Path) -> None:
    (here / "docs" / "a.md").write_text("# T\n\n<user>\n")
    result = run("docs")
    assert (result.stderr, result.exit_code) == ("1 warning in 1 article.\n", 0)


@pytest.mark.parametrize(
    ("arguments", "codes", "exit_code"),
    [
        (["--select", "unknown-tag"], ["unknown-tag"], 0),
        (["--select", "unknown-tag,broken-link"], ["broken-link", "unknown-tag"], 1),
        (["--ignore", "broken-link"], ["unknown-tag"], 0),
        (["--ignore", "broken-link", "--ignore", "unknown-tag"], [], 0),
        (["--select", "broken-link", "--ignore", "broken-link"], [], 0),
    ],
)
def test_codes_can_be_chosen(
    here: Path, arguments: list[str], codes: list[str], exit_code: int
) -> None:
    (here / "docs" / "a.md").write_text(BROKEN)
    result = run("docs", *arguments)
    assert [line.split()[1] for line in result.stdout.splitlines()] == codes
    assert result.exit_code == exit_code


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_code_is_wrong_use_and_its_neighbours_are_named(here: Path, option: str) -> None:
    (here / "docs" / "a.md").write_text(BROKEN)
    result = run("docs", option, "broken-lnk,nonsense")
    assert result.exit_code == 2
    assert "`broken-lnk` (did you mean broken-link" in result.stderr
    assert "`nonsense`" in result.stderr
    assert result.stdout == ""


def test_json_has_everything(here: Path) -> None:
    (here / "docs" / "a.md").write_text(BROKEN)
    first = json.loads(run("docs", "--format", "json").stdout)[0]
    assert first.pop("hint")
    assert first == {
        "path": "docs/a.md", "line": 4, "column": 10, "code": "broken-link", "severity": "error",
        "message": "`gone.md` leads nowhere",
    }  # fmt: skip


def test_json_of_nothing_is_a_list(here: Path) -> None:
    (here / "docs" / "a.md").write_text("# T\n")
    assert json.loads(run("docs", "--format", "json").stdout) == []


def test_github_annotations_are_escaped(here: Path) -> None:
    (here / "docs" / "a, b: 100%.md").write_text("# T\n\n[x](go%25ne%0A::error.md) <user>\n")
    lines = run("docs", "--format", "github").stdout.splitlines()
    start = "::error file=docs/a%2C b%3A 100%25.md,line=3,col=5,title=broken-link::"
    assert lines[0].startswith(f"{start}`go%2525ne%250A::error.md` leads nowhere (")
    assert lines[1].startswith("::warning file=docs/a%2C b%3A 100%25.md,line=3,col=")
    assert len(lines) == 2


def test_a_file_name_cannot_forge_a_line_or_colour_the_terminal(here: Path) -> None:
    (here / "docs" / "a\nb\x1b[31m.md").write_text("[x](gone.md)\n")
    lines = run("docs", "--select", "broken-link").stdout.splitlines()
    assert len(lines) == 1
    assert "\x1b" not in lines[0]
    annotations = run("docs", "--select", "broken-link", "--format", "github").stdout.splitlines()
    assert len(annotations) == 1


@pytest.mark.parametrize(
    ("folder", "message"),
    [("empty", "There is no article"), ("missing", "does not exist"), ("file", "is a file")],
)
def test_a_folder_without_articles_is_wrong_use(here: Path, folder: str, message: str) -> None:
    (here / "empty").mkdir()
    (here / "file").write_text("x")
    result = run(folder)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_data_folder_that_cannot_be_written_is_done_without(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "docs" / "a.md").write_text("# T\n")
    (here / "taken").write_text("a file where the data folder should be")
    monkeypatch.setenv("KB_DATA_DIR", "taken")
    assert run("docs").stderr == "No problems in 1 article.\n"


def test_the_second_run_uses_the_cache_and_says_the_same(here: Path) -> None:
    (here / "docs" / "a.md").write_text(BROKEN)
    assert run("docs").stdout == run("docs").stdout
    assert (here / ".kb" / "cache.sqlite").exists()


LOST = {
    f"card-{n}.md": (
        f"---\ntitle: Lost card {n}\nsearch: {{boost: 5}}\nkeywords: [lost card]\n---\nLost card.\n"
    )
    for n in range(5)
} | {"late.md": "---\ntitle: Lost card\nquestions:\n  - Which lost card?\n---\nText.\n"}


def write_lost(here: Path, searches: str = "") -> None:
    for name, text in LOST.items():
        (here / "docs" / name).write_text(text)
    if searches:
        (here / "docs" / "searches.yml").write_text(searches)


def test_an_article_that_search_does_not_find_is_a_problem_at_its_line(here: Path) -> None:
    write_lost(here)
    result = run("docs")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("docs/late.md:2:8 title-not-found for its own title “Lost card” ")
    assert lines[1].startswith("docs/late.md:4:5 question-not-found for its own question “Which ")
    assert "the article is 6th; “Lost card " in lines[1]
    assert (result.stderr, result.exit_code) == ("1 error, 1 warning in 6 articles.\n", 1)


def test_the_searches_of_the_writer_are_printed_with_their_ranks(here: Path) -> None:
    searches = "lost card 3: card-3\n'[red]lost card[/red]': late\nlost: nobody\n"
    write_lost(here, searches)
    result = run("docs", "--ignore", "title-not-found,question-not-found")
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[0].startswith("docs/searches.yml:2:1 search-rank for “[red]lost card[/red]” the ")
    assert lines[1].startswith("docs/searches.yml:3:1 search-nowhere `nobody` is no article ")
    assert lines[2:] == [
        "Search Expected Rank Worst",
        "lost card 3 card-3 1 3 ok",
        "[red]lost card[/red] late 6 3 too late",
    ]
    assert result.exit_code == 1


def test_searches_that_find_their_article_are_no_problem(here: Path) -> None:
    write_lost(here, "- {query: lost card, slug: late, worst: 6}\n")
    result = run("docs", "--select", "search-rank")
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["Search", "Expected", "Rank", "Worst"],
        ["lost", "card", "late", "6", "6", "ok"],
    ]
    assert (result.stderr, result.exit_code) == ("No problems in 6 articles.\n", 0)


@pytest.mark.parametrize("form", ["json", "github"])
def test_other_forms_have_no_table(here: Path, form: str) -> None:
    write_lost(here, "lost card: late\n")
    result = run("docs", "--select", "search-rank", "--format", form)
    assert "Worst" not in result.stdout
    assert result.stdout.count("search-rank") == 1
    if form == "json":
        assert json.loads(result.stdout)[0]["line"] == 1
    else:
        assert result.stdout.startswith("::error file=docs/searches.yml,line=1,col=1,")


def test_a_long_search_stays_on_one_line_when_it_is_piped(here: Path) -> None:
    write_lost(
        here,
        f'- {{query: {"lost card " * 19}, slug: card-1}}\n- {{query: "\\e[31mlost", slug: card-1}}\n',
    )
    lines = run("docs", "--select", "search-rank").stdout.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("docs/searches.yml:2:1 search-rank for “\\x1b[31mlost” ")
    assert "\x1b" not in "".join(lines)


def test_nothing_is_built_when_nothing_about_search_is_wanted(here: Path) -> None:
    write_lost(here, "lost card: late\n")
    for options in (
        ["--select", "broken-link,search-nowhere"],
        ["--ignore", "question-not-found,title-not-found,search-rank"],
    ):
        assert run("docs", *options).stdout == ""
        assert not (here / ".kb" / "check").exists()
    run("docs", "--select", "title-not-found")
    assert (here / ".kb" / "check" / "en").is_dir()


def test_a_second_check_indexes_nothing_again(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_lost(here)
    first = run("docs").stdout

    def never(*_: object) -> None:
        raise AssertionError("indexed again")

    monkeypatch.setattr("kb.search.index.write", never)
    assert run("docs").stdout == first


def test_a_check_beside_another_one_makes_an_index_of_its_own(here: Path) -> None:
    write_lost(here)
    (here / ".kb").mkdir()
    with (here / ".kb" / "check.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "question-not-found" in run("docs").stdout
    assert list((here / ".kb" / "check").iterdir()) == []


def test_searches_work_without_a_data_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_lost(here)
    (here / "taken").write_text("a file where the data folder should be")
    monkeypatch.setenv("KB_DATA_DIR", "taken")
    assert "question-not-found" in run("docs").stdout


def test_a_full_disk_is_told_with_what_to_do(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_lost(here)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.checking.build_indexes", full)
    result = run("docs")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "kb: The index for the check cannot be made: No space left on device.\n"
        "    Make room, or leave the searches out:"
        " --ignore question-not-found,search-rank,title-not-found\n"
    )


def test_drafts_alone_are_checked_without_a_search(here: Path) -> None:
    (here / "docs" / "a.md").write_text("---\nstatus: draft\n---\n# A\n")
    assert run("docs").stderr == "No problems in 1 article.\n"


def test_piped_output_is_plain(here: Path) -> None:
    (here / "docs" / "a.md").write_text(BROKEN)
    command = [sys.executable, "-c", "from kb.cli import main; main()", "check", "docs"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=here)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr == "1 error, 1 warning in 1 article.\n"

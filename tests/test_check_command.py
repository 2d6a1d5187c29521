"""kb check: what a writer, an editor and a build server get to read."""

from __future__ import annotations

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


def test_piped_output_is_plain(here: Path) -> None:
    (here / "docs" / "a.md").write_text(BROKEN)
    command = [sys.executable, "-c", "from kb.cli import main; main()", "check", "docs"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=here)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr == "1 error, 1 warning in 1 article.\n"

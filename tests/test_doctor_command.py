"""kb doctor: what is wrong around the articles is told in a line each, and never as a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sample_site import make_site

from kb.cli import main

if TYPE_CHECKING:
    from pathlib import Path

SUBJECTS = [
    "kb", "Settings", "Articles", "Data folder", "Live generation", "Database", "Messages",
    "Whoosh", "Extra semantic", "Language en", "git",
]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with articles, built and without a fault."""
    monkeypatch.chdir(tmp_path)
    site = make_site(tmp_path)
    site.app()  # makes the database
    return tmp_path


def run(*arguments: str) -> tuple[dict[str, tuple[str, str]], int]:
    """Subject -> state and text of its line (the last of its name), and the exit code."""
    result = CliRunner().invoke(main, ["doctor", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    found = {}
    for line in result.stdout.splitlines():
        state, rest = line[:8].strip(), line[8:]
        subject, _, text = rest.partition(": ")
        found[subject] = (state, text)
    return found, result.exit_code


def test_all_is_well(here: Path) -> None:
    found, exit_code = run()
    assert list(found) == SUBJECTS
    notes = {subject for subject, (state, _) in found.items() if state != "ok"}
    assert notes <= {"Extra semantic", "git"}  # neither need be installed
    assert found["Articles"] == ("ok", "7 Markdown files in articles")
    assert found["Live generation"][1].endswith("is whole and of the articles as they are")
    assert found["Database"] == ("ok", "it answers")
    assert found["Language en"] == ("ok", "7 articles; stemmer and spelling dictionary")
    assert exit_code == 0


def test_what_is_piped_is_plain(here: Path) -> None:
    command = [sys.executable, "-m", "kb", "doctor"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=here)
    assert (done.returncode, "\x1b" in done.stdout + done.stderr) == (0, False)
    assert [line[:8].strip() in ("ok", "note") for line in done.stdout.splitlines()] == [True] * 11


def test_a_fresh_folder_has_notes_and_no_problem_and_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# A\n")
    found, exit_code = run("docs")
    assert found["Live generation"] == ("note", "nothing has been built (kb build, or kb serve.)")
    assert found["Data folder"] == ("ok", ".kb is not there yet; kb makes it")
    assert found["Database"] == ("ok", "there is none yet; the first start makes it")
    assert exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs"]


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("title = ", "kb.toml: "),
        ("titel = 'x'", "titel: no such setting; did you mean title?"),
        ("accent = 'red'", "accent: must look like #0f6b5c"),
        ("[a", "kb.toml: "),
    ],
)
def test_a_broken_kb_toml_does_not_stop_the_other_checks(here: Path, toml: str, told: str) -> None:
    (here / "kb.toml").write_text(toml)
    found, exit_code = run()
    assert found["Settings"][0] == "problem"
    assert found["Settings"][1].startswith(told)
    assert list(found) == SUBJECTS
    assert [s for s, (state, _) in found.items() if state == "problem"] == ["Settings"]
    assert exit_code == 1


def test_a_kb_toml_that_cannot_be_read_is_a_problem(here: Path) -> None:
    (here / "kb.toml").symlink_to("/proc/self/mem")  # which opens, and fails when it is read
    found, exit_code = run()
    assert found["Settings"][0] == "problem"
    assert found["Settings"][1].startswith("kb.toml: ")
    assert (list(found), exit_code) == (SUBJECTS, 1)


def test_what_is_right_in_a_wrong_kb_toml_still_counts(here: Path) -> None:
    (here / "articles").rename(here / "docs")
    (here / "kb.toml").write_text("articles = 'docs'\nproxies = 77\ntitel = 'x'\n")
    found, _ = run()
    assert found["Articles"] == ("ok", "7 Markdown files in docs")


def test_every_mistake_in_the_settings_has_a_line(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_PROXIES", "many")
    monkeypatch.setenv("KB_TITEL", "x")
    lines = CliRunner().invoke(main, ["doctor"]).stdout.splitlines()
    assert sum(line.startswith("problem Settings: ") for line in lines) == 2


@pytest.mark.parametrize("folder", ["missing", "empty", "file"])
def test_a_folder_without_articles_is_a_problem(here: Path, folder: str) -> None:
    (here / "empty").mkdir()
    (here / "file").write_text("x")
    found, exit_code = run(folder)
    assert found["Articles"][0] == "problem"
    assert exit_code == 1


def test_files_that_cannot_be_read_are_a_note(here: Path) -> None:
    (here / "articles" / "large.md").write_bytes(b"x" * 2_000_001)
    lines = CliRunner().invoke(main, ["doctor"]).stdout
    assert "note    Articles: 1 file in articles could not be read (kb check says which.)" in lines


@pytest.mark.parametrize("data_dir", ["taken", "taken/deeper", "/proc/kb-data"])
def test_a_data_folder_that_cannot_be_written_is_a_problem(
    here: Path, monkeypatch: pytest.MonkeyPatch, data_dir: str
) -> None:
    (here / "taken").write_text("a file where the folder should be")
    monkeypatch.setenv("KB_DATA_DIR", data_dir)
    found, exit_code = run()
    assert found["Data folder"][0] == "problem"
    assert found["Data folder"][1].startswith(f"{data_dir} cannot be written: ")
    assert found["Database"][0] == "problem"
    assert exit_code == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_read_only_data_folder_is_a_problem(here: Path) -> None:
    (here / ".kb").chmod(0o500)
    found, exit_code = run()
    (here / ".kb").chmod(0o700)
    assert (found["Data folder"][0], exit_code) == ("problem", 1)


def test_a_data_folder_that_others_can_read_is_a_note(here: Path) -> None:
    (here / ".kb").chmod(0o755)
    found, exit_code = run()
    assert found["Data folder"] == ("note", ".kb is open to others on this machine (chmod 700 .kb)")
    assert exit_code == 0


def test_changed_articles_are_a_note_until_the_next_build(here: Path) -> None:
    (here / "articles" / "new.md").write_text("# New\n")
    found, exit_code = run()
    assert found["Live generation"][0] == "note"
    assert "have changed since (kb build makes it current.)" in found["Live generation"][1]
    assert exit_code == 0
    CliRunner().invoke(main, ["build"])
    assert run()[0]["Live generation"][0] == "ok"


@pytest.mark.parametrize("damage", ["manifest", "index", "gone", b"\xff\xfe", b"a\0b", b"../../x"])
def test_a_damaged_generation_is_a_problem(here: Path, damage: str | bytes) -> None:
    pointer = here / ".kb" / "current"
    live = here / ".kb" / "generations" / pointer.read_text()
    if isinstance(damage, bytes):
        pointer.write_bytes(damage)
    elif damage == "gone":
        live.rename(here / "elsewhere")
    elif damage == "manifest":
        (live / "manifest.json").write_text("{")
    else:
        next(live.rglob("*.npy")).write_bytes(b"")
    found, exit_code = run()
    assert found["Live generation"][0] == "problem"
    assert exit_code == 1


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://kb:canary@127.0.0.1:1/kb", "The database cannot be used: "),
        ("mysql://localhost/kb", "database_url: mysql is not supported."),
        ("nonsense", "database_url is not the address of a database."),
        ("sqlite:///articles/index.md", "The database cannot be used: "),
        ("sqlite:////proc/kb/kb.sqlite", "/proc/kb/kb.sqlite cannot be made: "),
    ],
)
def test_a_database_that_cannot_be_used_is_a_problem(
    here: Path, monkeypatch: pytest.MonkeyPatch, url: str, told: str
) -> None:
    if url.startswith("postgresql"):
        pytest.importorskip("psycopg")
    (here / "articles" / "index.md").write_text("# No database\n" * 100)
    monkeypatch.setenv("KB_DATABASE_URL", url)
    found, exit_code = run()
    assert found["Database"][0] == "problem"
    assert found["Database"][1].startswith(told)
    assert "canary" not in str(found)
    assert exit_code == 1


def test_a_missing_driver_is_a_problem(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_DATABASE_URL", "postgresql://127.0.0.1:1/kb")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    found, exit_code = run()
    told = "psycopg is not installed (pip install 'kb[postgres]')"
    assert found["PostgreSQL driver"] == ("problem", told)
    assert "Database" not in found
    assert exit_code == 1


def test_a_missing_extra_is_a_note(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.search.meaning.installed", lambda: False)
    monkeypatch.setattr("kb.building.installed", lambda: False)
    found, exit_code = run()
    assert found["Extra semantic"] == (
        "note",
        "not installed (pip install 'wordllama<0.5' finds reworded questions;"
        " everything else works without it)",
    )
    assert exit_code == 0


def test_an_extra_that_is_switched_off_is_a_note(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("wordllama")
    monkeypatch.setenv("KB_SEMANTIC", "false")
    found, exit_code = run()
    assert found["Extra semantic"][0] == "note"
    assert found["Extra semantic"][1].startswith("installed, but switched off by semantic = false")
    assert exit_code == 0


def test_each_language_is_told_with_what_search_knows_of_it(here: Path) -> None:
    for lang in ("de", "sv", "lv", "ja", "pt-BR", "x\x1b[31m"):
        (here / "articles" / f"{lang[:2]}.md").write_text(f'---\nlang: "{lang}"\n---\n# A\n')
    found, exit_code = run()
    both = "1 article; stemmer and spelling dictionary"
    assert found["Language de"] == found["Language pt-BR"] == ("ok", both)
    assert found["Language sv"][0] == found["Language lv"][0] == found["Language ja"][0] == "note"
    assert ["stemmer" in found[f"Language {lang}"][1] for lang in ("sv", "lv", "ja")] == [False, True, False]  # fmt: skip
    assert ["dictionary" in found[f"Language {lang}"][1] for lang in ("sv", "lv", "ja")] == [True, False, True]  # fmt: skip
    assert exit_code == 0


def test_a_machine_without_git_is_a_note(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(here))
    found, exit_code = run()
    assert (found["git"][0], exit_code) == ("note", 0)


def test_a_broken_installation_is_told_and_does_not_stop_the_other_checks(here: Path) -> None:
    code = "import sys; sys.modules['whoosh'] = None; from kb.cli import main; main(['doctor'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=here)  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "problem Whoosh: could not be checked: ModuleNotFoundError: " in done.stdout
    assert "ok      Database: it answers" in done.stdout
    assert done.returncode == 1


def test_the_summary_counts_problems_and_notes(here: Path) -> None:
    (here / ".kb" / "current").write_text("gone")
    (here / ".kb").chmod(0o755)
    result = CliRunner().invoke(main, ["doctor"])
    assert result.stderr.startswith("1 problem, ")


def test_the_doctor_leaves_nothing_behind(here: Path) -> None:
    before = sorted(str(path) for path in here.rglob("*") if "sqlite" not in path.name)
    run()
    assert sorted(str(path) for path in here.rglob("*") if "sqlite" not in path.name) == before

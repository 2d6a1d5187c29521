"""The handbook: whole, in good order, and without a gap between it and the program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from kb.cli import main
from kb.content.keys import ALIASES
from kb.content.problems import CODES
from kb.content.reader import Reader
from kb.feedback.events import REASONS
from kb.search.documents import WEIGHTS
from kb.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.content.reader import Content

ROOT = Path(__file__).parent.parent
ARTICLES = ROOT / "articles"
REFERENCE = ARTICLES / "06-reference"
TEXT = "\n".join(path.read_text("utf-8") for path in sorted(ARTICLES.rglob("*.md")))


@pytest.fixture(scope="module")
def handbook() -> Content:
    return Reader(ARTICLES, "en").read()


def in_backticks(text: str) -> set[str]:
    return set(re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text))


def reference(name: str) -> set[str]:
    return in_backticks((REFERENCE / f"{name}.md").read_text("utf-8"))


def commands() -> Iterator[str]:
    assert isinstance(main, click.Group)
    yield from (f"kb {name}" for name in main.commands)


def options() -> Iterator[str]:
    assert isinstance(main, click.Group)
    for command in (main, *main.commands.values()):
        context = click.Context(command, **command.context_settings)
        for parameter in command.get_params(context):
            if isinstance(parameter, click.Option):
                yield from parameter.opts


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_in_the_handbook(name: str) -> None:
    assert name in reference("commands")
    assert f"\n## {name}\n" in TEXT


@pytest.mark.parametrize("option", sorted(set(options())))
def test_every_option_is_in_the_handbook(option: str) -> None:
    words = {word for code in reference("commands") for word in code.split()}
    assert option in words


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_in_the_handbook(setting: str) -> None:
    assert setting in reference("settings")
    assert f"KB_{setting.upper()}" in reference("settings")


@pytest.mark.parametrize("key", [name for names in ALIASES.values() for name in names])
def test_every_front_matter_key_is_in_the_handbook(key: str) -> None:
    assert key in reference("front-matter")


@pytest.mark.parametrize("code", CODES)
def test_every_problem_code_is_in_the_handbook_with_its_severity(code: str) -> None:
    text = (REFERENCE / "problem-codes.md").read_text("utf-8")
    assert f"### {code}\n\n`{code}` · {CODES[code][0]}. " in text


@pytest.mark.parametrize(("slug", "label"), REASONS.items())
def test_every_reason_for_a_no_is_in_the_handbook(slug: str, label: str) -> None:
    assert f"| `{slug}` | {label} |" in TEXT


def test_the_weights_of_search_are_those_in_the_handbook() -> None:
    page = (ARTICLES / "03-readers" / "how-search-works.md").read_text("utf-8")
    told = re.findall(r"^\| (\w+) \|.*\| (\d+) \|$", page, re.M)
    assert {name.lower(): float(weight) for name, weight in told} == WEIGHTS


def test_the_readme_has_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert (
        "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/kb serve\n"
        ".venv/bin/pip install -e '.[test]' && .venv/bin/pytest\n"
    ) in readme


def test_the_handbook_has_at_least_25_articles(handbook: Content) -> None:
    assert len(handbook.public.articles) >= 25


def test_every_article_has_a_title_and_a_description(handbook: Content) -> None:
    bare = [
        file.path
        for file in handbook.files
        if not (file.parsed.metadata.title and file.parsed.metadata.summary)
    ]
    assert bare == []


def test_the_handbook_has_no_problem(handbook: Content) -> None:
    checks = pytest.importorskip("kb.content.checks")
    assert [str(problem) for problem in checks.check(handbook)] == []


def test_kb_check_finds_nothing_in_the_handbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which includes that search finds every article by its title and its questions."""
    monkeypatch.setenv("KB_DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(main, ["check", str(ARTICLES)])
    assert result.stdout == ""
    assert result.exit_code == 0


def test_the_handbook_speaks_quietly() -> None:
    prose = re.sub(r"^(`{3,}).*?^\1", "", TEXT, flags=re.M | re.S)
    prose = re.sub(r"`[^`\n]*`|!\[|\[!|^!!!.*$", "", prose, flags=re.M)
    assert re.findall(r".*!.*|.*\bplease\b.*|.*\boops\b.*", prose, re.I) == []

"""Checking: every problem of the folder, and what search does not find, on paper: as text, JSON
or GitHub annotations."""

from __future__ import annotations

import contextlib
import difflib
import fcntl
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kb.content.cache import RenderCache
from kb.content.checks import check as find_problems
from kb.content.expected import nowhere, read_expected
from kb.content.folder import read_folder
from kb.content.problems import CODES
from kb.content.reader import Reader
from kb.errors import KbError, UsageError
from kb.progress import progress
from kb.search import findability
from kb.search.findability import Findability
from kb.search.indexing import build_indexes
from kb.search.searcher import Searcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.content.expected import Expected
    from kb.content.library import Library
    from kb.content.problems import Problem
    from kb.content.reader import Content
    from kb.search.findability import RankedSearch
    from kb.settings import Settings


def check(settings: Settings, form: str, select: frozenset[str], ignore: frozenset[str]) -> int:
    """Print the problems; the exit code is 1 when there is an error among them.

    Raises UsageError for an unknown code, and for a folder that is not there or is empty.
    """
    _refuse_unknown(select | ignore)
    content = _read(settings)
    wanted = (select or frozenset(CODES)) - ignore
    rows, problems = read_expected(content.folder.lists)
    problems += [*find_problems(content), *nowhere(rows, content.public)]
    lost, ranked = _search(content, rows, settings, wanted)
    found = [problem for problem in (*problems, *lost) if problem.code in wanted]
    found.sort(key=lambda p: (p.path, p.line, p.column, p.code))
    _print([_shown(problem, settings.articles) for problem in found], form)
    if ranked and form == "text":
        _print_ranks(ranked)
    click.echo(_summary(found, len(content.folder.sources)), err=True)
    return int(any(problem.severity == "error" for problem in found))


def _refuse_unknown(codes: frozenset[str]) -> None:
    mistakes = []
    for code in sorted(codes - CODES.keys()):
        near = difflib.get_close_matches(code, CODES, n=3, cutoff=0.5)
        mistakes.append(f"`{code}`" + (f" (did you mean {' or '.join(near)}?)" if near else ""))
    if mistakes:
        message = f"No such code: {', '.join(mistakes)}."
        raise UsageError(message, f"The codes are {', '.join(CODES)}.")


def _read(settings: Settings) -> Content:
    folder = read_folder(settings.articles)
    if not folder.sources and not folder.problems:
        hint = "Put a Markdown file there, or name another folder: kb check FOLDER"
        raise UsageError(f"There is no article (*.md) in {settings.articles}.", hint)
    reader = Reader(settings.articles, settings.lang, _cache(settings.data_dir))
    with progress() as bar:
        return reader.read_from(folder, bar("Articles"))


def _cache(folder: Path) -> RenderCache | None:
    """None where nothing can be written: a check must work in a read-only checkout too."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return RenderCache(folder / "cache.sqlite") if os.access(folder, os.W_OK | os.X_OK) else None


def _search(
    content: Content, rows: tuple[Expected, ...], settings: Settings, wanted: frozenset[str]
) -> tuple[list[Problem], list[RankedSearch]]:
    """What search does not find, and the ranks of the writer's own searches."""
    if not wanted & findability.CODES or not content.public.articles:
        return [], []
    sources = {source.path: source.data for source in content.folder.sources}
    problems: list[Problem] = []
    ranked: list[RankedSearch] = []
    with _searcher(content.public, settings) as searcher:
        asking = Findability(content.public, searcher, sources)
        if "question-not-found" in wanted:
            problems += asking.questions()
        if "title-not-found" in wanted:
            problems += asking.titles()
        if "search-rank" in wanted:
            ranked = asking.searches(rows)
            problems += findability.late(ranked)
    return problems, ranked


@contextlib.contextmanager
def _searcher(library: Library, settings: Settings) -> Iterator[Searcher]:
    """Of the articles as they are now. Raises KbError when there is no room for an index."""
    try:
        with (
            tempfile.TemporaryDirectory(prefix="kb-check-") as temporary,
            _workshop(settings.data_dir, Path(temporary)) as workshop,
        ):
            arrays = Path(temporary) / "arrays"
            with progress() as bar:
                build_indexes(
                    library, workshop, arrays, bar("Search index"), semantic=settings.semantic
                )
            yield Searcher(arrays, library, semantic=settings.semantic)
    except OSError as error:
        hint = (
            f"Make room, or leave the searches out: --ignore {','.join(sorted(findability.CODES))}"
        )
        raise KbError(f"The index for the check cannot be made: {error.strerror}.", hint) from error


@contextlib.contextmanager
def _workshop(data_dir: Path, temporary: Path) -> Iterator[Path]:
    """Kept for the next check, unless nothing can be written or another check is at it."""
    workshop = data_dir / "check"
    try:
        workshop.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (data_dir / "check.lock").open("w")
    except OSError:
        yield temporary / "workshop"
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            workshop = temporary / "workshop"
        yield workshop


def _shown(problem: Problem, folder: Path) -> Problem:
    """With a path that a click in a terminal opens."""
    path = os.path.abspath(folder / problem.path)  # noqa: PTH100  (resolve() follows symlinks)
    here = f"{Path.cwd()}{os.sep}"
    return replace(problem, path=path.removeprefix(here))


def _print(problems: list[Problem], form: str) -> None:
    if form == "json":
        json.dump(
            [_plain(problem) for problem in problems], sys.stdout, indent=1, ensure_ascii=False
        )
        sys.stdout.write("\n")
        return
    for problem in problems:
        click.echo(_annotation(problem) if form == "github" else _line(problem))


def _plain(problem: Problem) -> dict[str, str | int]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
    }


def _line(problem: Problem) -> str:
    """One problem on one line, in colours on a terminal only; control characters are shown."""
    text = _printable(str(problem))
    place, code = f"{problem.place} ", problem.code
    if not text.startswith(place + code):
        return text
    colour = "red" if problem.severity == "error" else "yellow"
    return place + click.style(code, fg=colour) + text[len(place + code) :]


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _print_ranks(ranked: list[RankedSearch]) -> None:
    """The writer's searches as a table; what is piped has a row a line, however long."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=1_000)
    table = Table("Search", "Expected", "Rank", "Worst", "", box=None)
    for one in ranked:
        row = one.expected
        rank = str(one.rank.rank or "none")
        mark = Text("ok") if one.ok else Text("too late", style="red")
        table.add_row(
            Text(_printable(row.query)), Text(_printable(row.slug)), rank, str(row.worst), mark
        )
    console.print(table)


def _annotation(problem: Problem) -> str:
    """A GitHub workflow command, see its documentation on setting an error message."""
    properties = {
        "file": problem.path,
        "line": str(problem.line),
        "col": str(problem.column),
        "title": problem.code,
    }
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = problem.message + (f" ({problem.hint})" if problem.hint else "")
    return f"::{problem.severity} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _summary(problems: list[Problem], articles: int) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    found = [_count(errors, "error")] * bool(errors) + [_count(warnings, "warning")] * bool(
        warnings
    )
    return f"{', '.join(found) or 'No problems'} in {_count(articles, 'article')}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")

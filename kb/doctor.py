"""Doctor: whether kb can do its work here, a line for each thing it needs, with what to do.

It changes nothing but the database's schema, as every start of kb does. What a check needs is
imported where it runs: a broken installation must be told too.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from kb import __version__
from kb.configuring import read_settings, readable_settings
from kb.content.folder import read_folder
from kb.content.frontmatter import split
from kb.content.metadata import read_metadata
from kb.errors import GenerationDamaged, KbError
from kb.settings import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kb.content.folder import Folder
    from kb.settings import Settings

State = Literal["ok", "note", "problem"]
_COLOURS = {"ok": "green", "note": "yellow", "problem": "red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what was looked at, how it is, and what to do about it."""

    state: State
    subject: str
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: {self.text}" + (f" ({self.hint})" if self.hint else "")


def examine(articles: Path | None) -> int:
    """Print a line a check; 1 when something is a problem. `articles` is the command's FOLDER."""
    counts: Counter[str] = Counter()
    for finding in _findings({"articles": articles} if articles else {}):
        counts[finding.state] += 1
        text = "".join(c if c.isprintable() else " " for c in str(finding))
        click.echo(click.style(f"{finding.state:<8}", fg=_COLOURS[finding.state]) + text)
    click.echo(_summary(counts), err=True)
    return int(counts["problem"] > 0)


def _findings(overrides: dict[str, Path]) -> Iterator[Finding]:
    yield Finding("ok", "kb", f"{__version__}, Python {platform.python_version()}")
    try:
        settings = read_settings(**overrides)
        place = f"{FILE} is read" if Path(FILE).is_file() else f"no {FILE} here: the defaults"
        yield Finding("ok", "Settings", place)
    except KbError as error:
        settings = readable_settings(**overrides)
        for mistake in error.message.split("\n"):
            yield Finding("problem", "Settings", mistake, "The checks below leave it out.")
    for subject, check in _CHECKS.items():
        yield from _guarded(subject, check, settings)


def _guarded(
    subject: str, check: Callable[[str, Settings], Iterator[Finding]], settings: Settings
) -> Iterator[Finding]:
    """What a check finds; whatever goes wrong in it is a finding too."""
    try:
        yield from check(subject, settings)
    except KbError as error:
        yield Finding("problem", subject, error.message, error.hint)
    except Exception as error:
        told = f"could not be checked: {type(error).__name__}: {error}"
        yield Finding("problem", subject, told[:300])


def _articles(subject: str, settings: Settings) -> Iterator[Finding]:
    folder = read_folder(settings.articles)
    if not folder.sources:
        yield Finding(
            "problem", subject, f"no Markdown file in {settings.articles}", "Put an article there."
        )
        return
    unread = len(folder.problems)
    if unread:
        text = f"{_count(unread, 'file')} in {settings.articles} could not be read"
        yield Finding("note", subject, text, "kb check says which.")
    count = _count(len(folder.sources), "Markdown file")
    yield Finding("ok", subject, f"{count} in {settings.articles}")


def _data_folder(subject: str, settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    fault = _fault_of_writing(folder)
    if fault:
        hint = "Set data_dir, or KB_DATA_DIR, to a folder that kb may write to."
        yield Finding("problem", subject, f"{folder} cannot be written: {fault}", hint)
    elif not folder.exists():
        yield Finding("ok", subject, f"{folder} is not there yet; kb makes it")
    elif folder.stat().st_mode & 0o077:
        hint = f"chmod 700 {folder}"
        yield Finding("note", subject, f"{folder} is open to others on this machine", hint)
    else:
        yield Finding("ok", subject, f"{folder} can be written")


def _fault_of_writing(folder: Path) -> str:
    """Why nothing can be written there, or where it would be made; "": it can."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def _generation(subject: str, settings: Settings) -> Iterator[Finding]:
    from kb.building import source_of  # noqa: PLC0415
    from kb.generations import Generations  # noqa: PLC0415

    generations = Generations(settings.data_dir)
    name = generations.current_name()
    if not name:
        yield Finding("note", subject, "nothing has been built", "kb build, or kb serve.")
        return
    try:
        generations.candidates()[0].verify()
    except GenerationDamaged as error:
        hint = "kb build makes a new one; until then the one before it is served."
        yield Finding("problem", subject, error.message, hint)
        return
    digest = read_folder(settings.articles).digest
    if any(generations.is_current(source_of(settings, digest, published=p)) for p in (True, False)):
        yield Finding("ok", subject, f"{name} is whole and of the articles as they are")
    else:
        text = f"{name} is whole, but articles, settings or kb have changed since"
        yield Finding("note", subject, text, "kb build makes it current.")


def _database(subject: str, settings: Settings) -> Iterator[Finding]:
    if settings.database.startswith("postgres"):
        if importlib.util.find_spec("psycopg") is None:
            hint = "pip install 'kb[postgres]'"
            yield Finding("problem", "PostgreSQL driver", "psycopg is not installed", hint)
            return
        yield Finding("ok", "PostgreSQL driver", "psycopg is installed")
    elif settings.database.startswith("sqlite:///"):
        file = Path(settings.database.removeprefix("sqlite:///"))
        if not file.exists():
            yield _database_to_come(subject, file)
            return
    yield _answer(subject, settings.database)


def _database_to_come(subject: str, file: Path) -> Finding:
    fault = _fault_of_writing(file.parent)
    if fault:
        return Finding("problem", subject, f"{file} cannot be made: {fault}", "Mend database_url.")
    return Finding("ok", subject, "there is none yet; the first start makes it")


def _answer(subject: str, url: str) -> Finding:
    from kb.feedback.database import Database  # noqa: PLC0415
    from kb.feedback.journal import Journal  # noqa: PLC0415

    with contextlib.closing(Database(url)) as database:
        database.prepare()  # raises, and so says why it cannot be used
    with contextlib.closing(Journal(url)) as journal:
        if not journal.ready():
            return Finding("problem", subject, "its tables are damaged", "Restore a backup.")
    return Finding("ok", subject, "it answers")


def _messages(subject: str, settings: Settings) -> Iterator[Finding]:
    """Whether somebody gets to read what customers write. A database to come has nothing yet."""
    from kb.helpdesk.reach import unread  # noqa: PLC0415

    file = settings.database.removeprefix("sqlite:///")
    fresh = file != settings.database and not Path(file).exists()
    if not settings.has_form:
        yield Finding("ok", subject, f"not taken here, but at {settings.contact or 'no place'}")
    elif fault := "" if fresh else unread(settings):
        hint = "See /staff/messages; make an account with kb staff add NAME, or set helpdesk."
        yield Finding("note", subject, fault, hint)
    else:
        where = settings.helpdesk or "/staff/messages"
        yield Finding("ok", subject, f"what customers write is sent or shown: {where}")


def _whoosh(subject: str, _settings: Settings) -> Iterator[Finding]:
    from importlib.metadata import version  # noqa: PLC0415

    import kb.search.indexing  # noqa: F401, PLC0415  (it must load, not only be there)

    yield Finding("ok", subject, version("whoosh"))


def _meaning(subject: str, settings: Settings) -> Iterator[Finding]:
    from kb.search.meaning import installed, model  # noqa: PLC0415

    if not installed():
        hint = "pip install 'wordllama<0.5' finds reworded questions; everything else works without"
        yield Finding("note", subject, "not installed", f"{hint} it")
    elif not settings.semantic:
        hint = "Set semantic = true to find reworded questions."
        yield Finding("note", subject, "installed, but switched off by semantic = false", hint)
    else:
        model()  # it must load, too
        yield Finding("ok", subject, "installed and on")


def _languages(_subject: str, settings: Settings) -> Iterator[Finding]:
    from kb.search.analysis import has_stemming  # noqa: PLC0415
    from kb.search.dictionary import has_dictionary  # noqa: PLC0415

    for lang, count in _counted(read_folder(settings.articles), settings.lang).most_common():
        missing = [] if has_stemming(lang) else ["no stemmer: other endings of a word are missed"]
        if not has_dictionary(lang):
            missing.append("no spelling dictionary: only words of the articles are known")
        text = f"{_count(count, 'article')}; " + (
            "; ".join(missing) or "stemmer and spelling dictionary"
        )
        hint = "Give such articles more keywords." if missing else ""
        yield Finding("note" if missing else "ok", f"Language {lang}", text, hint)


def _counted(folder: Folder, default: str) -> Counter[str]:
    """The languages of the articles' front matter, without rendering anything."""
    fronts = (split(source.data.decode("utf-8-sig", "replace")) for source in folder.sources)
    return Counter(read_metadata(front.entries)[0].lang or default for front in fronts)


def _git(subject: str, _settings: Settings) -> Iterator[Finding]:
    found = shutil.which("git")
    if found:
        yield Finding("ok", subject, os.fspath(found))
    else:
        hint = "kb works without; with it the articles have a history."
        yield Finding("note", subject, "not found", hint)


_CHECKS = {
    "Articles": _articles,
    "Data folder": _data_folder,
    "Live generation": _generation,
    "Database": _database,
    "Messages": _messages,
    "Whoosh": _whoosh,
    "Extra semantic": _meaning,
    "Languages": _languages,
    "git": _git,
}


def _summary(counts: Counter[str]) -> str:
    states = [(counts[state], state) for state in ("problem", "note") if counts[state]]
    return (", ".join(_count(number, state) for number, state in states) or "All is well") + "."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")

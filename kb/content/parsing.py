"""Parsed: one Markdown file taken apart and rendered, in a process that can be stopped."""

from __future__ import annotations

import atexit
import os
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessPool

from kb.content.article import Metadata, Rendered
from kb.content.characters import CONTROL
from kb.content.frontmatter import split
from kb.content.metadata import read_metadata
from kb.content.problems import Problem
from kb.errors import KbError
from kb.processes import forkserver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pebble import ProcessFuture

    from kb.content.folder import Source

SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Key:
    """A front-matter key that kb does not know, and where it stands."""

    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's content, whatever its name: problems carry an empty path here.

    `rendered` is None when the file could not be read, understood or rendered; `problems`
    then say why. `line` is the file's line on which `body` starts.
    """

    metadata: Metadata
    rendered: Rendered | None
    body: str
    line: int
    problems: tuple[Problem, ...] = ()
    unknown: tuple[Key, ...] = ()
    final: bool = True
    """False when another try might go better: such a result is not kept."""


def parse(data: bytes) -> Parsed:
    """A file's bytes -> Parsed. Costly Markdown takes its time: see `parse_all`."""
    from kb.content.markdown import render  # noqa: PLC0415  (loaded where rendering happens)

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _failed(_not_utf8(data, error))
    if "\0" in text[:4]:
        return _failed(Problem("", 1, 1, "not-utf8", "this is UTF-16", "Save the file as UTF-8."))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = split(text)
    if front.problem:
        return _failed(front.problem)
    metadata, problems, unknown = read_metadata(front.entries)
    problems = (*problems, *_controls(text))
    keys = tuple(Key(entry.key, entry.line, entry.column) for entry in unknown)
    try:
        rendered = render(front.body, metadata.title)
    except KbError as error:
        problem = Problem("", front.line, 1, "too-large", error.message, error.hint)
        return Parsed(metadata, None, "", front.line, (*problems, problem), keys)
    return Parsed(metadata, rendered, front.body, front.line, problems, keys)


def _controls(text: str) -> Iterator[Problem]:
    """The first character of a file that no page can hold; an editor shows the others."""
    if found := CONTROL.search(text):
        before = text[: found.start()]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"a control character (U+{ord(found[0]):04X}) is left out"
        yield Problem("", line, column, "control-character", message, "Remove it.")


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> Problem:
    before = data[: error.start]
    line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
    message = f"byte 0x{data[error.start]:02x} is not UTF-8"
    return Problem("", line, column, "not-utf8", message, "Save the file as UTF-8.")


def _failed(problem: Problem, *, final: bool = True) -> Parsed:
    return Parsed(Metadata(), None, "", 1, (problem,), final=final)


def parse_all(sources: Iterable[Source]) -> Iterator[tuple[Source, Parsed]]:
    """Parse in several processes, in the given order; one that takes over 2 s is killed."""
    sources = list(sources)
    if not sources:
        return
    pool = _pool()
    futures = [pool.schedule(parse, args=[source.data], timeout=SECONDS) for source in sources]
    for source, future in zip(sources, futures, strict=True):
        yield source, _outcome(future)


def _outcome(future: ProcessFuture[Parsed]) -> Parsed:
    try:
        return future.result()
    except FutureTimeout:
        hint = "Look for very long lines, or thousands of brackets or headings."
        message = f"rendering took over {SECONDS:.0f} seconds"
        return _failed(Problem("", 1, 1, "render-timeout", message, hint), final=False)
    except (ProcessExpired, Exception) as error:
        message = f"rendering failed: {type(error).__name__}: {str(error)[:200]}"
        hint = "This is a fault of kb: its text, shortened, belongs into a bug report."
        return _failed(Problem("", 1, 1, "render-failed", message, hint), final=False)


@cache
def _pool() -> ProcessPool:
    """One pool a process, kept warm: an edit must not wait for an interpreter to start."""
    context = forkserver()
    context.set_forkserver_preload(["kb.content.parsing", "kb.content.markdown"])
    pool = ProcessPool(max_workers=min(8, os.cpu_count() or 1), context=context)
    atexit.register(_stop, pool)
    return pool


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()

"""The command `kb demo`: a folder of its own, filled with the story, served, and deleted again."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.building import Builder
from kb.demo.story import Story
from kb.errors import UsageError
from kb.knowledge_base import KnowledgeBase
from kb.progress import progress
from kb.serving import check_port, is_local, serve
from kb.settings import MADE_UP, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

TOLD = "Traffic made up by kb demo: nobody in this folder's database is real.\n"


def demo(
    host: str, port: int, weeks: int, seed: int, data_dir: Path | None, *, serves: bool
) -> None:
    """Raises UsageError for what cannot be: a port in use, a public address, a folder in use."""
    _check(host, port, data_dir, serves=serves)
    with _folder(data_dir) as folder:
        settings = settings_of(folder)
        click.echo(f"Making up {weeks} weeks of visitors of the handbook ...", err=True)
        _fill_or_nothing(settings, weeks, seed)
        if data_dir:
            click.echo(f"Again: KB_DATA_DIR={data_dir} kb serve {settings.articles}", err=True)
        if serves:
            serve(settings, host, port, drafts=False, page="/staff/")


def settings_of(folder: Path) -> Settings:
    """Defaults, whatever kb.toml and the environment say: they are about a real help center."""
    return Settings.model_construct(
        title="Handbook",
        articles=folder / "articles",
        data_dir=folder,
        semantic=False,  # with or without the extra, the same story
    )


def fill(settings: Settings, weeks: int, seed: int, now: dt.datetime) -> None:
    """Tell the story up to `now`. The marker comes first: there is no unmarked moment."""
    (settings.data_dir / MADE_UP).write_text(TOLD, "utf-8")
    kb = KnowledgeBase(settings)
    with progress() as bar:
        Story(kb, Builder(settings), now, weeks, seed).tell(bar("Visitors"))
    kb.ledger.survey()
    kb.recorder.close()
    kb.journal.close()


def _fill_or_nothing(settings: Settings, weeks: int, seed: int) -> None:
    try:
        with _stopped_like_ctrl_c():
            fill(settings, weeks, seed, _now())
    except BaseException:  # half a story is of no use to anybody
        shutil.rmtree(settings.data_dir, ignore_errors=True)
        raise


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _check(host: str, port: int, data_dir: Path | None, *, serves: bool) -> None:
    if not is_local(host):
        raise UsageError("kb demo is for this machine only.", "Leave out --host.")
    if serves:
        check_port(host, port, "kb demo")
    elif data_dir is None:
        hint = "Name a new folder to keep it in: kb demo --no-serve --data-dir demo"
        raise UsageError("--no-serve would leave nothing behind.", hint)
    if data_dir is None or not data_dir.exists():
        return
    if (data_dir / MADE_UP).is_file():
        hint = f"Serve it: KB_DATA_DIR={data_dir} kb serve {data_dir / 'articles'}"
        raise UsageError(f"{data_dir} holds a demo already.", hint)
    if not data_dir.is_dir() or any(data_dir.iterdir()):
        hint = "Name a new folder, or leave out --data-dir."
        raise UsageError(f"{data_dir} is not an empty folder.", hint)


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """The folder to keep, or one that is gone afterwards."""
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="kb-demo-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
        return
    try:
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"Cannot write to {kept}: {error.strerror}.", "Name another one."
        ) from None
    yield kept.absolute()


@contextlib.contextmanager
def _stopped_like_ctrl_c() -> Iterator[None]:
    """A closed terminal and `kill` must leave no folder behind either. Not for the server, which
    has its own way to stop, and its processes."""
    ends = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.default_int_handler) for number in ends]
    try:
        yield
    finally:
        for number, handler in zip(ends, before, strict=True):
            signal.signal(number, handler)

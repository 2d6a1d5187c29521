"""Serving: build, watch and serve a folder from the command line, with progress."""

from __future__ import annotations

import contextlib
import fcntl
import ipaddress
import logging
import os
import socket
import threading
import time
import urllib.request
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from granian import Granian
from granian.constants import Interfaces
from watchfiles import watch

from kb.building import Builder
from kb.errors import KbError, UsageError
from kb.progress import progress
from kb.wsgi import make_application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from granian.server.common import AbstractServer

    from kb.building import Built
    from kb.editions import Edition
    from kb.settings import Settings

log = logging.getLogger(__name__)
SHOWN_PROBLEMS = 10


def serve(settings: Settings, host: str, port: int, *, drafts: bool, page: str = "") -> None:
    """Serve until interrupted; `page` is named as the one to open.

    Raises UsageError for a port or folder that cannot be used.
    """
    local = is_local(host)
    if drafts and not local:
        hint = "Leave out --host, or leave out --drafts."
        raise UsageError("--drafts shows what is not public: only on this machine.", hint)
    check_port(host, port)
    with _only_one(settings):
        builder = Builder(settings)
        _told(_build(builder), settings)
        application = partial(make_application, settings, "staff" if drafts else "public", local)
        threading.Thread(target=_announce, args=(host, port, page), daemon=True).start()
        with _watched(builder):
            _server(host, port).serve(target_loader=application, wrap_loader=False)


def build(settings: Settings) -> None:
    """Build a generation with all its pages."""
    built = _build(Builder(settings), publish=_publisher(settings))
    _told(built, settings)
    click.echo(f"Live: {built.name}" + ("" if built.content else " (nothing had changed)"))


def _publisher(settings: Settings) -> Callable[[Edition], None]:
    from kb.web import create_app  # noqa: PLC0415
    from kb.web.publishing import publish  # noqa: PLC0415

    def publisher(edition: Edition) -> None:
        app = create_app(settings, edition=edition)
        with progress() as bar:
            publish(app, edition, bar("Pages"))

    return publisher


def _server(host: str, port: int) -> AbstractServer[Any]:
    # Every thread's own heap keeps what it once needed: two heaps save a quarter of the memory.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    logging.getLogger("granian").setLevel(logging.ERROR)
    return Granian(
        "kb.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
        websockets=False,
        log_enabled=False,
    )


def is_local(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_port(host: str, port: int, command: str = "kb serve") -> None:
    """Raises UsageError when nobody can listen there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        hint = f"Choose another one: {command} --port {port + 1 if port < 65535 else 8000}"
        message = f"Cannot listen on {host}:{port}: {error.strerror or error}."
        raise UsageError(message, hint) from None


@contextlib.contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Two servers that build different folders into one data folder would fight over it."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (settings.data_dir / "serve.lock").open("w")
    except OSError as error:
        hint = "Set data_dir in kb.toml, or KB_DATA_DIR, to a folder that kb may write to."
        raise UsageError(f"Cannot write to {settings.data_dir}: {error.strerror}.", hint) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "Stop it, or give this one a folder of its own: KB_DATA_DIR=.kb2 kb serve ..."
            raise UsageError(f"Another kb serve uses {settings.data_dir}.", hint) from None
        yield


def _build(builder: Builder, publish: Callable[[Edition], None] | None = None) -> Built:
    with progress() as bar:
        return builder.build(
            publish=publish, rendering=bar("Articles"), indexing=bar("Search index")
        )


def _told(built: Built, settings: Settings) -> None:
    for problem in built.problems[:SHOWN_PROBLEMS]:
        click.echo(str(problem), err=True)
    more = len(built.problems) - SHOWN_PROBLEMS
    if more > 0:
        click.echo(f"... and {more} more: kb check {settings.articles}", err=True)


def _announce(host: str, port: int, page: str) -> None:
    """Say the address when it answers, not before."""
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    probe = address.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]")  # noqa: S104
    for _ in range(600):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{probe}/healthz", timeout=2).close()  # noqa: S310
            click.echo(f"Serving at {address}{page}  (Ctrl-C stops)")
            return
        time.sleep(0.05)


@contextlib.contextmanager
def _watched(builder: Builder) -> Iterator[None]:
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(builder, stop), daemon=True, name="kb-watch")
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join(2)


def _watch(builder: Builder, stop: threading.Event) -> None:
    """Build again after every change, and when a generation was damaged."""
    root, theme = builder.settings.articles, builder.settings.theme
    while not stop.is_set():
        if not root.is_dir():
            time.sleep(0.5)
            continue
        with contextlib.suppress(FileNotFoundError):
            for changes in watch(
                root,
                *([theme] if theme.is_dir() else ()),
                debounce=50,
                step=10,
                rust_timeout=1000,
                yield_on_timeout=True,
                stop_event=stop,
            ):
                if changes or builder.generations.damaged():
                    _rebuild(builder)
                if not root.is_dir():
                    break


def _rebuild(builder: Builder) -> None:
    started = time.perf_counter()
    try:
        built = builder.build()
    except (KbError, OSError) as error:
        click.echo(f"Not updated: {error} What was live stays live.", err=True)
        return
    if built.content:
        took = time.perf_counter() - started
        click.echo(f"Updated in {took:.2f} s, {built.content.rendered} rendered", err=True)
        _told(built, builder.settings)

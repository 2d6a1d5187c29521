"""Processes: where those that share a build's work come from, and their sockets stand."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from multiprocessing import util
from typing import TYPE_CHECKING

from kb.errors import KbError

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

LONGEST = 75
"""Bytes of a folder in which sockets may be: a socket's path has at most 107 (see unix(7)), and
multiprocessing adds 32 of them."""

_SHORT = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108  (mkdtemp makes a private folder there)


def forkserver() -> ForkServerContext:
    """Raises KbError where no folder for sockets can be had."""
    _make_room_for_sockets()
    return multiprocessing.get_context("forkserver")


def _make_room_for_sockets() -> None:
    """Where TMPDIR is long, multiprocessing makes its folder somewhere else; it keeps that one."""
    usual = tempfile.gettempdir()
    if len(os.fsencode(usual)) <= LONGEST:
        return
    before = tempfile.tempdir
    try:
        tempfile.tempdir = _short_folder(usual)
        util.get_temp_dir()
    finally:
        tempfile.tempdir = before


def _short_folder(usual: str) -> str:
    found = (folder for folder in _SHORT if os.access(folder, os.W_OK | os.X_OK))
    folder = next(found, None)
    if folder is None:
        message = f"The path of the folder for temporary files is too long: {usual}."
        raise KbError(message, f"Set TMPDIR to one of at most {LONGEST} letters.")
    return folder

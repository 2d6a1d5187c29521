"""Media: the files beside articles, sent so that none of them can act as this site."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from flask import Response, send_file

from kb.editions import file_digest
from kb.errors import NotFound
from kb.web.security import FILE_POLICY

if TYPE_CHECKING:
    from pathlib import Path

    from kb.editions import Edition


def file_of(edition: Edition, path: str) -> Response:
    """A file from the Library's manifest, or the part that a player asks for.

    A path that is not in it does not exist, nor does a file that is not as it was published.
    """
    asset = edition.library.assets.get(path)
    if asset is None:
        raise NotFound("There is no such file.")
    file = edition.media / path
    if not _is_intact(file, asset.digest):
        raise NotFound("This file is damaged.")
    response = send_file(file, asset.media_type, etag=asset.digest[:20], last_modified=None)
    del response.headers["Last-Modified"]  # of this server's copy; the others' differ
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _is_intact(file: Path, digest: str) -> bool:
    try:
        state = file.stat()
    except OSError:
        return False
    return _digest(file, state.st_size, state.st_mtime_ns, state.st_ino) == digest


@functools.lru_cache(maxsize=10_000)
def _digest(file: Path, *_state: int) -> str:
    """Computed once for each state of a file: a film is asked for in many parts."""
    return file_digest(file)

"""The installation's secret: 32 random bytes in data_dir that sign what visitors carry."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from kb.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 32


def secret(data_dir: Path) -> bytes:
    """The secret of `data_dir`, made at the first call. Raises UsageError when it cannot be.

    Processes that start together get the same one: the file appears complete or not at all.
    """
    path = data_dir / "secret"
    try:
        if not path.exists():
            _make(path)
        found = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be used: {error.strerror}.",
            "Make data_dir writable for the user kb runs as.",
        ) from error
    if len(found) != SIZE:
        raise UsageError(
            f"{path} has {len(found)} bytes instead of {SIZE}.",
            "Delete it: kb makes a new one, and what the old one signed is no longer accepted.",
        )
    return found


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".secret-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SIZE))
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)  # unlike a rename it never replaces the winner's
    except FileExistsError:
        pass
    finally:
        draft.unlink()

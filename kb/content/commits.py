"""Commits: the state of an article's file in git, where the articles folder is in a repository."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

PATIENCE = 5.0  # seconds


def commit_of(articles: Path, path: str) -> str:
    """The commit in which a file became what it is, 12 digits of it.

    "" for one that is not committed as it is, and where there is no git or no repository.
    """
    if _git(articles, "status", "--porcelain", "--", path) != "":
        return ""
    return _git(articles, "log", "-1", "--format=%h", "--abbrev=12", "--", path) or ""


def text_on(articles: Path, path: str, day: dt.date) -> str | None:
    """A file's text as it was committed at the end of a day, None where git does not know it."""
    until = f"--before={day.isoformat()}T23:59:59"
    commit = _git(articles, "log", "-1", "--format=%H", until, "--", path)
    return _git(articles, "show", f"{commit}:./{path}") if commit else None


def _git(folder: Path, *command: str) -> str | None:
    """What git says, None when it fails."""
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", "--literal-pathspecs", *command],
            cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=True,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()

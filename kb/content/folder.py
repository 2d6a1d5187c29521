"""Folder: which files an articles folder has, and their bytes; it is only ever read."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from stat import S_ISREG

from kb.content.problems import Problem
from kb.errors import UsageError

MARKDOWN = frozenset({".md", ".markdown", ".mdx"})
MAX_BYTES = 2_000_000
REDIRECTS = "_redirects"
# What writers keep beside the articles, at the top of the folder only.
LISTS = re.compile(
    r"_redirects|synonyms(\.[a-z]{2,3})?\.txt|(pins|searches)\.ya?ml|rigged[-_]results\.(ya?ml|json)",
    re.I,
)
SKIPPED = frozenset({"node_modules", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Source:
    """A Markdown file: its path below the folder with forward slashes, and its bytes."""

    path: str
    data: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Folder:
    """One look at the folder. `files`: path -> (size, mtime) of all that is not Markdown.

    `lists`: name -> text of the files of `LISTS`.
    """

    root: Path
    sources: tuple[Source, ...]
    files: dict[str, tuple[int, int]]
    problems: tuple[Problem, ...]
    lists: dict[str, str] = field(default_factory=dict)

    @property
    def redirects(self) -> str:
        return self.lists.get(REDIRECTS, "")

    @property
    def digest(self) -> str:
        """Changes when anything that a build reads changes."""
        facts = [(s.path, s.digest) for s in self.sources]
        files = sorted(self.files.items())
        told = repr((facts, files, self.problems, sorted(self.lists.items())))
        return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()


def read_folder(root: Path) -> Folder:
    """Raises UsageError when there is no such folder or it may not be read."""
    if not root.is_dir():
        what = "is a file, not a folder" if root.exists() else "does not exist"
        raise UsageError(f"{root} {what}.", "Name a folder of Markdown files: kb serve FOLDER")
    if not os.access(root, os.R_OK | os.X_OK):
        raise UsageError(
            f"{root} may not be read.", "Check its permissions, or run kb as its owner."
        )
    sources: list[Source] = []
    problems: list[Problem] = []
    files: dict[str, tuple[int, int]] = {}
    lists: dict[str, str] = {}
    for path, name in sorted(_walk(root, problems)):
        try:
            stat = path.stat()
            if not S_ISREG(stat.st_mode):
                continue  # reading a pipe would wait for ever
            if path.suffix.lower() in MARKDOWN:
                sources.append(_read(path, name, stat.st_size))
            elif LISTS.fullmatch(name):
                lists[name] = _text(path, name, stat.st_size)
            else:
                files[name] = (stat.st_size, stat.st_mtime_ns)
        except FileNotFoundError:
            continue  # it vanished while we looked: the next look will not see it
        except _TooLarge as error:
            problems.append(error.problem)
        except OSError as error:
            hint = "Check the file's permissions."
            message = f"the file could not be read: {error.strerror}"
            problems.append(Problem(name, 1, 1, "unreadable", message, hint))
    return Folder(root, tuple(sources), files, tuple(problems), lists)


class _TooLarge(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _read(path: Path, name: str, size: int) -> Source:
    if size > MAX_BYTES:
        message = f"the file has {size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} are accepted"
        hint = "Split the article, or keep pictures in files of their own."
        raise _TooLarge(Problem(name, 1, 1, "too-large", message, hint))
    data = path.read_bytes()
    return Source(name, data, hashlib.sha256(data).hexdigest())


def _text(path: Path, name: str, size: int) -> str:
    return _read(path, name, size).data.decode("utf-8-sig", "replace")


def _walk(root: Path, problems: list[Problem]) -> list[tuple[Path, str]]:
    """Every file below root. What starts with a dot is private, links must stay inside."""
    home = os.path.realpath(root) + os.sep
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in SKIPPED)
        for name in names:
            path = Path(folder, name)
            if name.startswith(".") or (path.is_symlink() and not _inside(path, home)):
                continue
            relative = PurePosixPath(path.relative_to(root)).as_posix()
            try:
                relative.encode()
            except UnicodeEncodeError:
                shown = relative.encode("utf-8", "backslashreplace").decode()
                problems.append(Problem(shown, 1, 1, "unreadable", "the file's name is not UTF-8"))
            else:
                found.append((path, relative))
    return found


def _inside(path: Path, home: str) -> bool:
    """Below home, and not in what is private there, such as `.git`."""
    real = os.path.realpath(path)
    below = Path(real.removeprefix(home)).parts
    private = any(part.startswith(".") or part in SKIPPED for part in below)
    return real.startswith(home) and not private

"""Generations: content built beside the live one, verified, switched in one step; three are kept.

    data_dir/current                       the name of the live generation
    data_dir/generations/<n>-<digest>/     manifest.json, and for each audience
        public/ staff/                     an edition each
    data_dir/index/                        Whoosh's indexes, only for the builder

A generation's name ends in the digest of its manifest, and the manifest holds the digest of every
other file: whoever opens one knows whether it is whole. `staff/` exists only when there is
something that the public may not see.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from kb import __version__
from kb.editions import file_digest, open_edition, save_edition
from kb.errors import GenerationDamaged, KbError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kb.content.article import Article, Audience
    from kb.content.library import Library
    from kb.content.reader import Content
    from kb.editions import Edition

KEPT = 3


@dataclass(frozen=True)
class Generation:
    """A finished build on disk."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Raises GenerationDamaged when it is not the one that the name promises."""
        try:
            data = (self.path / "manifest.json").read_bytes()
        except OSError as error:
            raise GenerationDamaged(f"{self.name}: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest()[:16] != self.name.partition("-")[2]:
            raise GenerationDamaged(f"{self.name}: manifest.json has changed")
        manifest: dict[str, Any] = json.loads(data)
        return manifest

    @property
    def hides(self) -> bool:
        """Whether there is something that the public may not see. Raises GenerationDamaged."""
        return any(name.startswith("staff/") for name in self.manifest["files"])

    def verify(self) -> None:
        """Raises GenerationDamaged when a file is missing or has changed.

        Pictures and attachments are large and checked when they are served.
        """
        for name, digest in self.manifest["files"].items():
            if file_digest(self.path / name) != digest:
                raise GenerationDamaged(f"{self.name}: {name} is missing or has changed")

    def stamp(self) -> tuple[tuple[int, int], ...]:
        """Sizes and dates of the files: a cheap sign that verifying is worth while."""
        return tuple(_size_and_date(self.path / name) for name in self.manifest["files"])

    def open(
        self, audience: Audience, before: Edition | None = None, *, semantic: bool = True
    ) -> Edition:
        """Raises GenerationDamaged unless everything is whole.

        Articles that the edition `before` has just so are shared with it.
        """
        self.verify()
        folder = self.path / (audience if self.hides else "public")
        try:
            known = before.lines if before else {}
            return open_edition(folder, self.name, audience, known, semantic=semantic)
        except Exception as error:
            raise GenerationDamaged(f"{self.name}: {error}") from error


def _size_and_date(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (-1, -1)
    return (stat.st_size, stat.st_mtime_ns)


class Generations:
    """The generations in a data folder. Any number of readers, one builder at a time."""

    def __init__(self, data_dir: Path, *, semantic: bool = True) -> None:
        """`semantic`: build and open them with vectors of meaning."""
        self.data_dir = data_dir
        self._semantic = semantic
        self.folder = data_dir / "generations"
        self._pointer = data_dir / "current"
        self._lines: dict[bytes, Article] = {}
        self._stamps: dict[str, tuple[tuple[int, int], ...]] = {}

    def current_name(self) -> str:
        """The live generation's name, "" before the first build."""
        try:
            return self._pointer.read_text().strip()
        except OSError:
            return ""

    def named(self, name: str) -> Generation:
        return Generation(self.folder / name)

    def candidates(self) -> list[Generation]:
        """The live generation, then older ones, newest first: what may serve when it is damaged."""
        current = self.current_name()
        older = [name for name in self._names() if _number(name) < _number(current)]
        return [Generation(self.folder / name) for name in (current, *older) if name]

    def damaged(self) -> bool:
        """Whether the live generation lost or changed a file: cheap while dates stay the same."""
        return not self._whole(Generation(self.folder / (self.current_name() or "none")))

    def _whole(self, generation: Generation) -> bool:
        """Verified once, and again when a file's size or date has changed."""
        try:
            stamp = generation.stamp()
            if self._stamps.get(generation.name) != stamp:
                generation.verify()
                self._stamps[generation.name] = stamp
        except GenerationDamaged:
            return False
        return True

    def is_current(self, source: str) -> bool:
        """Whether the live generation is whole and was built from just this."""
        try:
            live = Generation(self.folder / (self.current_name() or "none"))
            live.verify()
        except GenerationDamaged:
            return False
        return bool(live.manifest["source"] == source)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """One builder at a time; a second one waits. The lock dies with its process."""
        _private(self.data_dir)
        with (self.data_dir / "build.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def build(
        self,
        content: Content,
        source: str,
        publish: Callable[[Edition], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Generation:
        """Write a generation, verify it and make it the live one. Call it under `lock()`.

        `source` names what it was built from; `publish` may write pages into each edition.
        """
        self._sweep()
        base = self._base()
        building = self.folder / f".building-{os.getpid()}"
        building.mkdir(parents=True, mode=0o700)
        try:
            self._write(building, content, base, progress)
            if publish:
                publish(self._open(building))
            # What cannot be read must not go live.
            self._lines = self._open(building).lines
            generation = self._finish(building, source)
        except OSError as error:
            shutil.rmtree(building, ignore_errors=True)
            hint = "Make room or check its permissions; what is live stays live."
            raise KbError(f"Cannot write to {self.data_dir}: {error.strerror}.", hint) from error
        self._switch(generation)
        self._prune()
        return generation

    def _open(self, building: Path) -> Edition:
        folder = building / "public"
        return open_edition(folder, "", "public", self._lines, semantic=self._semantic)

    def _base(self) -> Generation | None:
        """The newest whole generation: an index need not be made anew from nothing."""
        return next((one for one in self.candidates() if self._whole(one)), None)

    def _write(
        self,
        building: Path,
        content: Content,
        base: Generation | None,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        editions: list[tuple[Literal["public", "staff"], Library]] = [("public", content.public)]
        if content.staff is not content.public:
            editions.append(("staff", content.staff))
        for audience, library in editions:
            workshop = self.data_dir / "index" / audience
            previous = base.path / audience if base else None
            root = content.folder.root
            target, semantic = building / audience, self._semantic
            save_edition(library, root, target, workshop, previous, progress, semantic=semantic)

    def _finish(self, building: Path, source: str) -> Generation:
        files = sorted(p for p in building.rglob("*") if p.is_file())
        names = [p.relative_to(building).as_posix() for p in files]
        listed = {n: file_digest(building / n) for n in names if "/media/" not in n}
        manifest = {"version": __version__, "source": source, "files": listed}
        data = json.dumps(manifest, indent=1).encode()
        _durable_write(building / "manifest.json", data)
        number = max([_number(name) for name in self._names()], default=0) + 1
        path = self.folder / f"{number:06}-{hashlib.sha256(data).hexdigest()[:16]}"
        building.rename(path)
        return Generation(path)

    def _switch(self, generation: Generation) -> None:
        temporary = self.data_dir / f".current-{os.getpid()}"
        _durable_write(temporary, generation.name.encode())
        temporary.replace(self._pointer)

    def _names(self) -> list[str]:
        """All finished generations, newest first."""
        if not self.folder.is_dir():
            return []
        names = [p.name for p in self.folder.iterdir() if not p.name.startswith(".")]
        return sorted(names, key=_number, reverse=True)

    def _sweep(self) -> None:
        """What a killed build left behind. Nobody else builds: we hold the lock."""
        for orphan in self.folder.glob(".building-*"):
            shutil.rmtree(orphan, ignore_errors=True)
        for orphan in self.data_dir.glob(".current-*"):
            orphan.unlink(missing_ok=True)

    def _prune(self) -> None:
        """Keep the newest whole ones: a damaged one is no use to fall back on."""
        names = self._names()
        kept = [name for name in names if self._whole(Generation(self.folder / name))][:KEPT]
        for name in set(names) - {*kept, self.current_name()}:
            shutil.rmtree(self.folder / name, ignore_errors=True)
            self._stamps.pop(name, None)


def _number(name: str) -> int:
    digits = name.partition("-")[0]
    return int(digits) if digits.isdecimal() else 0


def _private(folder: Path) -> None:
    """The folder holds drafts and votes: nobody else on the machine may read it."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        hint = "Set data_dir in kb.toml, or KB_DATA_DIR, to a folder that kb may write to."
        raise KbError(f"Cannot make the folder {folder}: {error.strerror}.", hint) from error


def _durable_write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

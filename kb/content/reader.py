"""Reader: the articles folder -> Content, rendering again only what has changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kb.content.assembly import assemble, with_assets, with_redirects
from kb.content.assets import Assets
from kb.content.file import File
from kb.content.folder import read_folder
from kb.content.parsing import parse_all
from kb.content.pins import check_pins, pins_for, read_pins
from kb.content.revising import changed_originals
from kb.content.slugs import duplicates
from kb.content.synonyms import read_synonyms
from kb.content.translations import originals, outdated, placed, with_translations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from kb.content.cache import RenderCache
    from kb.content.folder import Folder, Source
    from kb.content.library import Library
    from kb.content.parsing import Parsed
    from kb.content.problems import Problem


@dataclass(frozen=True, slots=True)
class Content:
    """One reading of the folder: what each audience gets, and what is wrong.

    `files` are all that can be published, `rendered` how many had to be rendered for it.
    """

    folder: Folder
    files: tuple[File, ...]
    public: Library
    staff: Library
    problems: tuple[Problem, ...]
    rendered: int


class Reader:
    """Keeps what it has parsed: in memory between two readings, in the cache between runs."""

    def __init__(self, root: Path, lang: str, cache: RenderCache | None = None) -> None:
        self.root, self.lang, self.cache = root, lang, cache
        self._parsed: dict[str, Parsed] = {}
        self._good: dict[str, Parsed] = {}
        self._assets = Assets()

    def read(self, progress: Callable[[int, int], None] | None = None) -> Content:
        """Raises UsageError when the folder itself cannot be read; `progress` gets done, total."""
        return self.read_from(read_folder(self.root), progress)

    def read_from(
        self, folder: Folder, progress: Callable[[int, int], None] | None = None
    ) -> Content:
        rendered = self._parse(folder.sources, progress)
        files, problems = self._files(folder.sources)
        public, public_problems = self._library(files, folder, "public")
        staff, redirect_problems = public, public_problems
        if not all(file.public for file in files):
            staff, redirect_problems = self._library(files, folder, "staff")
        public, staff, wrong = self._with_translations(folder, public, staff)
        public, staff, list_problems = self._with_lists(folder, public, staff)
        found = [*folder.problems, *problems, *duplicates(files), *redirect_problems]
        found += [*wrong, *list_problems]
        found.sort(key=lambda p: (p.path, p.line, p.column, p.code))
        return Content(folder, tuple(files), public, staff, tuple(found), rendered)

    def _with_translations(
        self, folder: Folder, public: Library, staff: Library
    ) -> tuple[Library, Library, list[Problem]]:
        """Both libraries with the translations that each of them has."""
        found, problems = originals(staff)
        changed = changed_originals(staff, found, self.root)
        problems = placed(
            [*problems, *outdated(staff, changed)], {s.path: s.data for s in folder.sources}
        )
        done = with_translations(public, found, changed)
        if staff is public:
            return done, done, problems
        return done, with_translations(staff, found, changed), problems

    def _with_lists(
        self, folder: Folder, public: Library, staff: Library
    ) -> tuple[Library, Library, list[Problem]]:
        """Both libraries with the synonyms and with the pins of what each of them has."""
        synonyms, problems = read_synonyms(folder.lists.items(), self.lang)
        pins, wrong = read_pins(folder.lists.items())
        problems += [*wrong, *check_pins(pins, staff)]

        def complete(library: Library) -> Library:
            return replace(library, synonyms=synonyms, pins=pins_for(pins, library))

        done = complete(public)
        return done, done if staff is public else complete(staff), problems

    def _parse(self, sources: Iterable[Source], progress: Callable[[int, int], None] | None) -> int:
        sources = list({source.digest: source for source in sources}.values())
        missing = [source for source in sources if source.digest not in self._parsed]
        if self.cache and missing:
            self._parsed |= self.cache.find(source.digest for source in missing)
            missing = [source for source in missing if source.digest not in self._parsed]
        current = {source.digest for source in sources}
        fresh: dict[str, Parsed] = {}
        for done, (source, parsed) in enumerate(parse_all(missing), 1):
            fresh[source.digest] = parsed
            if progress:
                progress(done, len(missing))
        self._parsed = {d: p for d, p in self._parsed.items() if d in current} | fresh
        self._keep(fresh)
        return len(missing)

    def _keep(self, fresh: dict[str, Parsed]) -> None:
        if self.cache and fresh:
            self.cache.keep(fresh)

    def _files(self, sources: Iterable[Source]) -> tuple[list[File], list[Problem]]:
        """What can be published; for a broken file its last good version, where there is one."""
        files, broken, problems = [], [], []
        good: dict[str, str] = {}
        for source in sources:
            parsed = self._parsed[source.digest]
            problems += [replace(problem, path=source.path) for problem in parsed.problems]
            if parsed.rendered is None:
                broken.append(source.path)
            else:
                files.append(File(source.path, parsed))
                good[source.path] = source.digest
        files += self._last_good(broken)
        self._good |= {file.path: file.parsed for file in files}
        if self.cache:
            self.cache.keep_good({self._key(path): digest for path, digest in good.items()})
        return files, problems

    def _last_good(self, broken: list[str]) -> list[File]:
        unknown = [path for path in broken if path not in self._good]
        if self.cache and unknown:
            kept = self.cache.last_good(self._key(path) for path in unknown)
            self._good |= {path: kept[key] for path in unknown if (key := self._key(path)) in kept}
        return [File(path, self._good[path]) for path in broken if path in self._good]

    def _key(self, path: str) -> str:
        """The cache may serve several folders, and their files may have the same names."""
        return str(self.root.absolute() / path)

    def _library(
        self, files: list[File], folder: Folder, audience: str
    ) -> tuple[Library, list[Problem]]:
        library = assemble(files, "public" if audience == "public" else "staff", self.lang)
        library = with_assets(library, self._assets.of(library, folder))
        return with_redirects(library, folder.redirects)

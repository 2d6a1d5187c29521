"""Builder: the articles folder -> a new live generation, whenever something has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb import __version__
from kb.content.cache import RenderCache
from kb.content.folder import read_folder
from kb.content.reader import Reader
from kb.errors import UsageError
from kb.generations import Generations
from kb.search.index import FORMAT
from kb.search.meaning import installed
from kb.theme import read_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.content.folder import Folder
    from kb.content.problems import Problem
    from kb.content.reader import Content
    from kb.editions import Edition
    from kb.settings import Settings

    Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did. `content` is None when the live generation was already of this folder."""

    name: str
    content: Content | None

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.content.problems if self.content else ()


class Builder:
    """Keeps its reader between builds, so that an edit renders one article."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.generations = Generations(settings.data_dir, semantic=settings.semantic)
        cache = RenderCache(settings.data_dir / "cache.sqlite")
        self._reader = Reader(settings.articles, settings.lang, cache)

    def build(
        self,
        *,
        publish: Callable[[Edition], None] | None = None,
        rendering: Progress | None = None,
        indexing: Progress | None = None,
    ) -> Built:
        """Build unless the live generation is whole and of just this content.

        Raises UsageError for a folder that cannot be served, KbError when nothing can be written.
        """
        folder = read_folder(self.settings.articles)
        if not folder.sources:
            hint = "Put a Markdown file there, or name another folder: kb serve FOLDER"
            raise UsageError(f"There is no article (*.md) in {self.settings.articles}.", hint)
        source = source_of(self.settings, self._digest(folder), published=publish is not None)
        with self.generations.lock():
            if self.generations.is_current(source):
                return Built(self.generations.current_name(), None)
            content = self._reader.read_from(folder, rendering)
            generation = self.generations.build(content, source, publish, indexing)
        return Built(generation.name, content)

    def is_live(self) -> bool:
        """Whether the live generation is whole and of just this content, with pages or without.

        Raises UsageError for a folder that cannot be served.
        """
        digest = self._digest(read_folder(self.settings.articles))
        sources = (source_of(self.settings, digest, published=on) for on in (False, True))
        return any(self.generations.is_current(source) for source in sources)

    def _digest(self, folder: Folder) -> str:
        """Of the articles, and of the theme: pages that were made hold both."""
        return folder.digest + read_theme(self.settings.theme).digest


def source_of(settings: Settings, digest: str, *, published: bool) -> str:
    """Everything that decides on a generation's bytes; `digest` is that of
    the articles and the theme."""
    published_with = published and repr(settings)
    semantic = settings.semantic and installed()
    told = repr((__version__, FORMAT, digest, settings.lang, semantic, published_with))
    return hashlib.sha256(told.encode()).hexdigest()

"""Search engines to compare with, one module each, kb among them, behind one small interface.

The JavaScript engines are in `worker.mjs`, which speaks what `worker.py` speaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from page import read_pages

if TYPE_CHECKING:
    from pathlib import Path

    from page import Page


class Peer(Protocol):
    """`corpus` is a folder of `page.write_corpus`, `folder` where the index is to be."""

    def read(self, corpus: Path) -> Any:
        """What `build` wants of the corpus."""

    def build(self, source: Any, folder: Path) -> None: ...

    def prepare(self, corpus: Path) -> None:
        """Load what the program around the engine has in memory anyway."""

    def open(self, folder: Path) -> None: ...

    def rank(self, text: str, limit: int) -> list[str]:
        """The ids of the best pages, best first."""

    def tolerant(self, text: str, limit: int) -> list[str]:
        """The same by what the engine has for typing errors."""

    def suggest(self, text: str, limit: int) -> list[tuple[str, str]]:
        """Ids and titles of the pages that have a word that begins with the last one."""

    def results(self, text: str, limit: int) -> list[tuple[str, str]]:
        """A page of results: ids and snippets. The JavaScript engines have none."""

    def forget(self) -> None:
        """Empty what keeps results."""


class Plain:
    """What most engines do not need, or do not have."""

    def read(self, corpus: Path) -> list[Page]:
        return read_pages(corpus)

    def prepare(self, corpus: Path) -> None:
        pass

    def forget(self) -> None:
        pass

"""Indexing: a Library -> the compiled indexes of a generation, a folder a language."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from kb.search.analysis import base
from kb.search.compiling import compile_segments
from kb.search.dictionary import save_dictionary
from kb.search.documents import documents_of
from kb.search.index import update_index
from kb.search.meaning import LANG, embed_documents
from kb.search.segments import read_segments

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kb.content.library import Library

    Progress = Callable[[int, int], None]


def build_indexes(
    library: Library,
    workshop: Path,
    folder: Path,
    progress: Progress | None = None,
    *,
    semantic: bool = True,
) -> None:
    """Write the arrays into `folder`; Whoosh's indexes stay in `workshop` for the next time.

    `progress` is told how many documents of how many that changed are indexed, by language.
    """
    folder.mkdir()
    workshop.mkdir(parents=True, exist_ok=True, mode=0o700)
    documents = documents_of(library)
    for gone in {path.name for path in workshop.iterdir()} - set(documents):
        shutil.rmtree(workshop / gone)
    for lang, own in documents.items():
        index = update_index(workshop / lang, own, progress)
        try:
            compile_segments(read_segments(index, workshop / lang), folder / lang)
        finally:
            index.close()
        save_dictionary(folder / lang, lang)
        if semantic and base(lang) == LANG:
            embed_documents(own, folder / lang, workshop / lang / "meaning")

"""Files -> the Searcher of a real build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kb.content.reader import Reader
from kb.search.indexing import build_indexes
from kb.search.searcher import Searcher

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[dict[str, str]], Searcher]


@pytest.fixture
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    def making(files: dict[str, str], **options: Any) -> Searcher:
        root = tmp_path_factory.mktemp("search")
        for name, text in files.items():
            path = root / "articles" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        library = Reader(root / "articles", "en").read().public
        build_indexes(library, root / "workshop", root / "index", **options)
        return Searcher(root / "index", library, **options)

    return making

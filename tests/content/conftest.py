"""A folder of articles in tmp_path, read by the real Reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.content.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kb.content.reader import Content

    Read = Callable[[dict[str, str | bytes]], Content]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(files: dict[str, str | bytes]) -> Content:
        for name, text in files.items():
            path = tmp_path / "docs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Reader(tmp_path / "docs", "en").read()

    return reading

"""File: one of the folder that can be published."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.content.parsing import Parsed

INDEXES = ("index", "_index", "readme")
"""The names of files that describe their folder, the first that is there does."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be published: its path and what is in it."""

    path: str
    parsed: Parsed

    @property
    def public(self) -> bool:
        meta = self.parsed.metadata
        return meta.audience == "public" and meta.status == "published"


def is_index(path: str) -> bool:
    """Whether a file has the name of one that describes its folder: `billing/README.md`."""
    return posixpath.splitext(posixpath.basename(path))[0].lower() in INDEXES

"""The frozen values of feedback: Vote, and the reasons a No may be given."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "couldnt-find": "Couldn't find what I needed",
        "out-of-date": "It is out of date",
        "hard-to-follow": "It is hard to follow",
        "didnt-work": "I followed it and it didn't work",
        "other": "Something else",
    }
)
"""Slug -> label, in the order in which they are offered after a No."""

TEXT_LIMIT = 2_000
QUERY_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Vote:
    """One visitor's answer to "Was this helpful?" about one revision of an article.

    `article` is the article's id, `revision` its content digest. `visitor` and `network` are
    tokens of `privacy.Visitors`; a network of "" is unknown. `at` carries a time zone.
    `query` is what the visitor had searched for before, "" when they came another way.
    """

    article: str
    revision: str
    visitor: str
    helpful: bool
    at: dt.datetime
    reason: str = ""
    text: str = ""
    query: str = ""
    network: str = ""

"""The frozen values of feedback: votes, searches, clicks, reads, contacts, answers to questions."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from kb.phrase import N_

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "couldnt-find": N_("Couldn't find what I needed"),
        "out-of-date": N_("It is out of date"),
        "hard-to-follow": N_("It is hard to follow"),
        "didnt-work": N_("I followed it and it didn't work"),
        "other": N_("Something else"),
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
    `query` is what the visitor had searched for before and `search` that search's token, "" when
    they came another way.
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
    search: str = ""


SOURCES = ("page", "suggestion", "widget", "api", "contact")
"""Where a search came from: the search page, the list while typing, other people's sites, programs,
the form before writing to support."""

FOUND_LIMIT = 5


@dataclass(frozen=True, slots=True)
class Search:
    """What one visitor looked for; a day's repetitions, pages and filters of it are one search.

    `token` names it for clicks and votes: see `privacy.Visitors.search`. `text` is redacted, and
    `normal` its terms in alphabetical order; both are "" for a visitor who asked not to be tracked.
    `found` are the ids of the first articles, five at most, of `total` results. `finished`: by
    Enter or a click; what is typed next is another search. `seconds` its results were in view,
    None: unknown.
    """

    token: str
    visitor: str
    at: dt.datetime
    text: str
    normal: str
    lang: str
    source: str
    total: int
    found: tuple[str, ...] = ()
    network: str = ""
    finished: bool = True
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Click:
    """A result that was opened: of which search, which article, at which rank (from 1)."""

    search: str
    visitor: str
    article: str
    rank: int
    total: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Read:
    """An article that was open: `seconds` in view and `depth` in per cent, the most of the day.

    `search` is the token of the search that led there, "" without.
    """

    visitor: str
    article: str
    revision: str
    at: dt.datetime
    seconds: int
    depth: int
    network: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A visitor who turned to support: from which article and after which search, "" unknown.

    `text` is what they wrote, redacted; "" when only the way to support was opened.
    """

    visitor: str
    at: dt.datetime
    article: str = ""
    search: str = ""
    text: str = ""
    lang: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True)
class Deflection:
    """A visitor who wanted to write to support and did not, because `article` answered it.

    `search` is the token of the search for what they wanted to write.
    """

    visitor: str
    at: dt.datetime
    article: str
    search: str = ""
    lang: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True)
class NothingFits:
    """What a member of staff found no article for: `text` redacted, an optional `note`, `who`."""

    text: str
    normal: str
    lang: str
    who: str
    at: dt.datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class LinkOpen:
    """A visitor who followed a link of a reply; a second time on the same day is the same one."""

    code: str
    visitor: str
    at: dt.datetime


QUESTIONS = ("satisfaction", "effort")
"""What is asked at the end of a visit, in this order: see `kb.insights.satisfaction`."""

BEST_SCORE = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visitor answered to one of QUESTIONS: `score` from 1 to 5, 5 is the best of both.

    `article` is where they were asked and `search` the token of the search that led there, ""
    without.
    """

    question: str
    score: int
    visitor: str
    at: dt.datetime
    article: str = ""
    search: str = ""
    network: str = ""

"""Diagnosis: why a gap's searches fail, found out by asking them again.

    article   what they find is read and voted down
    audience  an article exists, for staff only
    words     an article answers, but customers' words differ from its own
    ranking   it is found, below the third place
    missing   nothing near exists

The first that is true counts, in this order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.insights.cited import Cited, cited
from kb.insights.demand import counted, people
from kb.insights.meanings import share_of_words
from kb.insights.replay import FIRST, replay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.content.article import Article
    from kb.feedback.failures import Failure
    from kb.insights.replay import Place
    from kb.search.searcher import Searcher

DIAGNOSES = ("article", "audience", "words", "ranking", "missing")
DOWN = 1 / 3
"""Share of the people who voted an article down, or turned to support from it."""

REACHED = 1 / 5
"""Share of the people who found the answer in the end, by other words."""

FEW = 2
ABOUT = 0.75
"""Share of what the words say that an article must have in what stands above its text."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`kind` is one of DIAGNOSES; `article` the one it is about, None for a missing one.

    `share` of the people say so, and `rank` is where the article stands for them, 0 nowhere.
    `reasons` are slugs of `events.REASONS` with counts, `comments` what people wrote, and
    `revisions` the article's revisions that they read, newest last.
    """

    kind: str
    article: Cited | None
    share: float
    rank: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    comments: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()


def diagnose(
    failures: Sequence[Failure], searcher: Searcher, staff: Searcher | None = None
) -> Diagnosis:
    """Why these failures happened. `staff` searches what only staff may read."""
    some = counted(failures)
    everybody = max(1, people(some))
    places = replay(some, searcher)
    return (
        _voted_down(some, searcher, everybody)
        or _for_staff_only(some, searcher, staff)
        or _reached_otherwise(some, searcher, places, everybody)
        or _found_too_low(some, searcher, places)
        or Diagnosis("missing", None, 1.0)
    )


def _voted_down(
    failures: Sequence[Failure], searcher: Searcher, everybody: int
) -> Diagnosis | None:
    of_article: dict[str, list[Failure]] = {}
    for failure in failures:
        down = failure.outcome == "read_voted_no"
        if failure.article and (down or failure.source == "contact"):
            of_article.setdefault(failure.article, []).append(failure)
    if not of_article:
        return None
    worst, own = max(of_article.items(), key=lambda item: (people(item[1]), item[0]))
    article = searcher.library.by_id.get(worst)
    voted = [failure for failure in own if failure.outcome == "read_voted_no"]
    if article is None or people(voted) < FEW or people(own) < DOWN * everybody:
        return None
    reasons = Counter(failure.reason for failure in own if failure.reason)
    revisions = dict.fromkeys(failure.revision for failure in own if failure.revision)
    return Diagnosis(
        "article", cited(article), people(own) / everybody, 0, tuple(reasons.most_common()),
        tuple(failure.said for failure in own if failure.said), tuple(revisions),
    )  # fmt: skip


def _for_staff_only(
    failures: Sequence[Failure], searcher: Searcher, staff: Searcher | None
) -> Diagnosis | None:
    if staff is None:
        return None
    known = searcher.library.by_id
    for place in replay(failures, staff)[:FIRST]:
        hidden = place.article.id not in known and place.article.audience == "staff"
        if hidden and _about(place.article, failures, staff) >= ABOUT:
            return Diagnosis("audience", cited(place.article), place.first, place.rank)
    return None


def _reached_otherwise(
    failures: Sequence[Failure], searcher: Searcher, places: Sequence[Place], everybody: int
) -> Diagnosis | None:
    """Some found the answer by other words: there is one, and the first words did not lead there.

    Those who saw it among the first three and went on did not recognise it: words, too.
    """
    reached = Counter(failure.settled for failure in failures if failure.settled)
    if not reached:
        return None
    end, count = max(reached.items(), key=lambda item: (item[1], item[0]))
    article = searcher.library.by_id.get(end)
    if article is None or count < FEW or count < REACHED * everybody:
        return None
    place = next((place for place in places if place.article.id == end), None)
    low = place is not None and place.listed >= 1 / 2 and place.rank > FIRST
    rank = place.rank if place else 0
    return Diagnosis("ranking" if low else "words", cited(article), count / everybody, rank)


def _found_too_low(
    failures: Sequence[Failure], searcher: Searcher, places: Sequence[Place]
) -> Diagnosis | None:
    """It is about their words, more than what they saw."""
    seen = max((_about(place.article, failures, searcher) for place in places[:FIRST]), default=0.0)
    for place in places:
        if place.listed >= 1 / 2 and place.rank > FIRST:
            about = _about(place.article, failures, searcher)
            if about >= ABOUT and about > seen:
                return Diagnosis("ranking", cited(place.article), place.listed, place.rank)
    return None


def _about(article: Article, failures: Sequence[Failure], searcher: Searcher) -> float:
    return share_of_words(article, failures, searcher, body=False)

"""Replay: a gap's searches asked again of the articles as they are now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.insights.demand import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.content.article import Article
    from kb.feedback.failures import Failure
    from kb.search.searcher import Searcher

MOST_TEXTS = 40
DEEP = 20
FIRST = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands: `first` is the share of people whose search has it among the first
    three, `listed` among the first twenty; `rank` the middle one of those, 0 for none."""

    article: Article
    first: float
    listed: float
    rank: int


def replay(failures: Sequence[Failure], searcher: Searcher) -> list[Place]:
    """The articles that a gap's searches find now, those that most people see first.

    Of each text counts how many people used it.
    """
    people: Counter[tuple[str, str]] = Counter(
        (failure.text, failure.lang) for failure in counted(failures) if failure.text
    )
    total = 0
    ranks: dict[str, list[int]] = {}
    for (text, lang), count in people.most_common(MOST_TEXTS):
        total += count
        found = dict.fromkeys(slug for slug, _, _ in searcher.rank(text, lang, DEEP))
        for rank, slug in enumerate(found, 1):
            ranks.setdefault(slug, []).extend([rank] * count)
    by_slug = searcher.library.by_slug
    places = [
        Place(
            by_slug[slug],
            sum(rank <= FIRST for rank in some) / total,
            len(some) / total,
            sorted(some)[len(some) // 2],
        )
        for slug, some in ranks.items()
    ]
    return sorted(places, key=lambda place: (-place.first, -place.listed, place.article.slug))

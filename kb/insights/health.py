"""Health: which articles need attention, and whether rewriting them helped."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kb.feedback.figures import Figures
from kb.feedback.reply_links import ReplyLinks, Sums
from kb.insights.cited import Cited, cited
from kb.insights.demand import WEEK, least
from kb.insights.helpfulness import PER_NETWORK, wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.content.article import Article
    from kb.content.library import Library
    from kb.feedback.database import Database
    from kb.feedback.figures import Voted

WINDOW = dt.timedelta(weeks=4)
VOTES = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Revision:
    """What readers of one revision said; `low` and `high` bound the share of Yes, 95 %."""

    yes: int
    no: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        return self.yes / (self.yes + self.no) if self.yes + self.no else None


@dataclass(frozen=True, slots=True)
class Health:
    """An article and its readers of the last four weeks.

    `now` are the votes on its present revision, `before` those on the one before the last
    significant edit, None when no vote tells of one. `verdict` is "better", "worse" or "not enough
    data", "" without an edit. `affected` readers a week at least are not helped: the fewest that
    the views speak for, times the smallest share of No. `overdue`: its day of review has passed.
    `links` are those that staff put into replies.
    """

    article: Cited
    views: int
    contacts: int
    now: Revision
    before: Revision | None
    verdict: str
    affected: float
    overdue: bool
    links: Sums = field(default_factory=Sums)


def health(database: Database, library: Library, now: dt.datetime) -> list[Health]:
    """All articles, those first that leave most readers without help. Raises JournalUnavailable."""
    figures = Figures(database)
    views = figures.readers(now - WINDOW, now)
    contacts = figures.turned_to_support(now - WINDOW, now)
    of_article: dict[str, list[Voted]] = defaultdict(list)
    for voted in figures.votes(now - VOTES, now, PER_NETWORK):
        of_article[voted.article].append(voted)
    rows = [
        _health(one, views.get(one.id, 0), contacts.get(one.id, 0), of_article[one.id], now.date())
        for one in library.articles
    ]
    sent = ReplyLinks(database).by_article(now - WINDOW, now)
    rows = [replace(row, links=sent.get(row.article.id, Sums())) for row in rows]
    return sorted(
        rows, key=lambda row: (-row.affected, -row.contacts, -row.views, row.article.slug)
    )


def _health(
    article: Article, views: int, contacts: int, voted: Sequence[Voted], today: dt.date
) -> Health:
    """`voted` has the oldest revision first."""
    present = next((one for one in voted if one.revision == article.revision), None)
    earlier = [one for one in voted if one.revision != article.revision]
    now = _revision(present)
    before = _revision(earlier[-1]) if earlier else None
    return Health(
        article=cited(article),
        views=views,
        contacts=contacts,
        now=now,
        before=before,
        verdict=verdict(before, now) if before else "",
        affected=_readers(views) * (1 - now.high),
        overdue=article.review_by is not None and article.review_by < today,
    )


def verdict(before: Revision, after: Revision) -> str:
    """Only where the intervals do not overlap is one better than the other."""
    if after.low > before.high:
        return "better"
    if after.high < before.low:
        return "worse"
    return "not enough data"


def _revision(voted: Voted | None) -> Revision:
    yes, no = (voted.yes, voted.no) if voted else (0, 0)
    return Revision(yes, no, *wilson(yes, yes + no))


def _readers(views: int) -> float:
    """A week, with 90 % confidence."""
    return least(views) / (WINDOW / WEEK)

"""Helpfulness: from votes to figures that a writer can trust, per article and revision."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kb.feedback.events import Vote

PER_NETWORK = 5
"""Votes of one network that count, for one revision of an article and one day."""

ATTENTION_VOTES = 10
ATTENTION_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class ArticleHelpfulness:
    """One revision of an article as its readers saw it.

    `share` is yes / (yes + no), None without votes; `low` and `high` bound it with 95 %
    confidence. `reasons` are slugs with counts, most frequent first. `texts` come best first.
    `total_yes` and `total_no` add all earlier revisions.
    """

    article: str
    revision: str
    yes: int
    no: int
    share: float | None
    low: float
    high: float
    reasons: tuple[tuple[str, int], ...]
    texts: tuple[str, ...]
    attention: bool
    total_yes: int
    total_no: int


@dataclass(slots=True)
class _Tally:
    """What is counted so far for one revision."""

    first: dt.datetime
    yes: int = 0
    no: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    texts: list[tuple[float, dt.datetime, str]] = field(default_factory=list)


def helpfulness(
    votes: Iterable[Vote], current: Mapping[str, str] | None = None
) -> list[ArticleHelpfulness]:
    """One row for each article that has votes, the worst first.

    `current` maps article ids to their present revisions: a rewritten article then starts
    afresh, a deleted one is left out. Without it the revision voted on last anew is taken.

    "Worst" is the lowest upper bound, those that need attention before all others: with ten
    votes or more, even the upper bound of the share is under 60 %.

    Of one network (see `Vote.network`) the first five votes on a revision count in a day (UTC),
    with their reasons and texts; the rest has no effect. Votes whose network is unknown all
    count: to take them for one network would silence a whole site behind a Unix socket.
    """
    articles: dict[str, dict[str, _Tally]] = {}
    for vote in _limited(votes):
        revisions = articles.setdefault(vote.article, {})
        _count(revisions.setdefault(vote.revision, _Tally(first=vote.at)), vote)
    rows = [
        _row(article, _shown(article, revisions, current), revisions)
        for article, revisions in articles.items()
        if current is None or article in current
    ]
    return sorted(rows, key=lambda row: (not row.attention, row.high, -row.no, row.article))


def wilson(yes: float, total: int, z: float = 1.96) -> tuple[float, float]:
    """The score interval for the share yes / total; (0, 1), all is possible, when total is 0.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    Journal of the American Statistical Association 22 (1927), 209-212; `z` is the normal
    quantile, 1.96 for 95 %.
    """
    if not 0 <= yes <= total:
        raise ValueError(f"{yes} of {total} is no share")
    if total == 0:
        return 0.0, 1.0
    share = yes / total
    scale = 1 + z * z / total
    centre = (share + z * z / (2 * total)) / scale
    reach = z / scale * math.sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2)
    # the bounds of 0 % and 100 % are exact, their floating point values are not
    return min(max(0.0, centre - reach), share), max(min(1.0, centre + reach), share)


def comment_quality(text: str) -> float:
    """How much a comment probably says, from 1 down to 0, by GitHub Docs' weights.

    Only an address, a link or a number loses 1; one word .5; up to three words .2; an e-mail
    address .2, redacted or not; mostly emoji .2.
    """
    if _ONLY_A_THING.fullmatch(text.strip()):
        return 0.0
    words = _words(text)
    quality = 1.0
    if words <= 3:
        quality -= 0.5 if words <= 1 else 0.2
    if "@" in text or "[email]" in text:
        quality -= 0.2
    if _mostly_emoji(text):
        quality -= 0.2
    return round(quality, 1)


def _limited(votes: Iterable[Vote]) -> Iterable[Vote]:
    seen: Counter[tuple[str, str, str, dt.date]] = Counter()
    for vote in votes:
        if vote.network:
            day = vote.at.astimezone(dt.UTC).date()
            source = (vote.article, vote.revision, vote.network, day)
            seen[source] += 1
            if seen[source] > PER_NETWORK:
                continue
        yield vote


def _count(tally: _Tally, vote: Vote) -> None:
    tally.first = min(tally.first, vote.at)
    if vote.helpful:
        tally.yes += 1
    else:
        tally.no += 1
    if vote.reason:
        tally.reasons[vote.reason] += 1
    if vote.text:
        tally.texts.append((comment_quality(vote.text), vote.at, vote.text))


def _shown(article: str, revisions: Mapping[str, _Tally], current: Mapping[str, str] | None) -> str:
    if current is not None:
        return current[article]
    return max(revisions, key=lambda revision: revisions[revision].first)


def _row(article: str, revision: str, revisions: Mapping[str, _Tally]) -> ArticleHelpfulness:
    tally = revisions.get(revision) or _Tally(first=dt.datetime.max.replace(tzinfo=dt.UTC))
    count = tally.yes + tally.no
    low, high = wilson(tally.yes, count)
    return ArticleHelpfulness(
        article=article,
        revision=revision,
        yes=tally.yes,
        no=tally.no,
        share=tally.yes / count if count else None,
        low=low,
        high=high,
        reasons=tuple(sorted(tally.reasons.items(), key=lambda item: (-item[1], item[0]))),
        texts=tuple(text for _, _, text in sorted(tally.texts, reverse=True)),
        attention=count >= ATTENTION_VOTES and high < ATTENTION_SHARE,
        total_yes=sum(each.yes for each in revisions.values()),
        total_no=sum(each.no for each in revisions.values()),
    )


_ONLY_A_THING = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+|\[(?:email|ip|token|card|iban)\]|[\W\d]*"
)
_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def _words(text: str) -> int:
    """Scripts that put no spaces between words take about two characters for one."""
    return len(text.split()) + len(_NO_SPACES.findall(text)) // 2


def _mostly_emoji(text: str) -> bool:
    visible = [char for char in text if not char.isspace()]
    symbols = sum(unicodedata.category(char) in {"So", "Sk"} for char in visible)
    return symbols > len(visible) / 2

"""Demand: how many people a week something fails, so that neither luck nor one network decides."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.feedback.failures import Failure

PER_NETWORK = 3
"""Visitors of one network that count for one gap and one day (UTC)."""

WEEK = dt.timedelta(weeks=1)
SURGE_WEEKS = 8
SURGE_CHANCE = 1e-4
SURGE_LEAST = 5


def counted(failures: Iterable[Failure]) -> list[Failure]:
    """The failures that count: of one network the first three visitors of a day.

    Visitors' tokens are new each day; staff have none, and each of their reports counts.
    """
    seen: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
    kept = []
    for failure in failures:
        if failure.network:
            visitors = seen[failure.network, failure.at.astimezone(dt.UTC).date()]
            if failure.visitor not in visitors and len(visitors) >= PER_NETWORK:
                continue
            visitors.add(failure.visitor)
        kept.append(failure)
    return kept


def people(failures: Sequence[Failure]) -> int:
    """Distinct visitors, and each report of staff."""
    visitors = {failure.visitor for failure in failures if failure.visitor}
    return len(visitors) + sum(not failure.visitor for failure in failures)


def networks(failures: Iterable[Failure]) -> int:
    """Distinct networks; a visitor whose network is unknown is one of their own."""
    return len({failure.network or failure.visitor for failure in failures})


def least(count: float, z: float = 1.2816) -> float:
    """What the mean of a Poisson count is at least, with 90 % confidence (`z`).

    Byar's approximation; see Breslow and Day, "Statistical Methods in Cancer Research" II (1987),
    page 69.
    """
    if count <= 0:
        return 0.0
    root: float = 1 - 1 / (9 * count) - z / (3 * math.sqrt(count))
    return max(0.0, count * root**3)


def chance_of(count: int, expected: float) -> float:
    """How likely a Poisson variable with this mean reaches the count."""
    if count <= 0:
        return 1.0
    term = below = math.exp(-expected)
    for n in range(1, count):
        term *= expected / n
        below += term
    return max(0.0, 1.0 - below)


def surges(times: Sequence[dt.datetime], now: dt.datetime, since: dt.datetime) -> bool:
    """Whether the last hours are far above the same hours of the same weekday before.

    Three hours up to `now`, compared with the mean of those hours in up to eight weeks before, and
    with the mean of all hours where that is more: a gap that is three days old has no weeks.
    `since` is when anything was recorded first: weeks before that say nothing.
    """
    window = dt.timedelta(hours=3)
    count = sum(now - window < at <= now for at in times)
    if count < SURGE_LEAST:
        return False
    weeks = min(SURGE_WEEKS, (now - window - since) // WEEK)
    same = sum(
        now - window - number * WEEK < at <= now - number * WEEK
        for at in times
        for number in range(1, weeks + 1)
    )
    before = [at for at in times if now - SURGE_WEEKS * WEEK < at <= now - window]
    hours = max(1.0, (now - min(before)) / dt.timedelta(hours=1)) if before else SURGE_WEEKS * 168.0
    expected = max(same / max(1, weeks), 3 * len(before) / hours, 0.5)
    return chance_of(count, expected) < SURGE_CHANCE

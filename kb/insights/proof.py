"""Proof: whether fewer people fail since an article answers a gap.

Searches count before and after by the same rule, whether they failed or not: to compare only
wordings that had failed would call every chance a success later on.
Better is what is better with confidence: the Wilson intervals of both shares do not overlap.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.insights.attempts import Share, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.feedback.failures import Attempt

BEFORE = dt.timedelta(weeks=4)
"""The time before a gap was documented that is compared with the time after."""

FEWEST = 5
"""People who must have tried since then before "better" is said."""

ENOUGH = 20
"""People after whom "not better" is said; before, there is not enough to say."""


@dataclass(frozen=True, slots=True)
class Proof:
    before: Share
    after: Share

    @property
    def better(self) -> bool:
        return self.after.tried >= FEWEST and self.after.high < self.before.low

    @property
    def enough(self) -> bool:
        """Whether so many people tried that a real change would show."""
        return self.after.tried >= ENOUGH

    @property
    def as_before(self) -> bool:
        """Enough tried, and the share that fails is not even half of what it was."""
        return self.enough and not self.better and self.after.rate > self.before.rate / 2


def proof(attempts: Sequence[Attempt], since: dt.datetime) -> Proof:
    """Of one gap's searches, before and after it was documented."""
    before = [one for one in attempts if since - BEFORE <= one.at < since]
    return Proof(share(before), share([one for one in attempts if one.at >= since]))

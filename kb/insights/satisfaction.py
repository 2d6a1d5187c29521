"""Satisfaction and effort: how many of those who answered are pleased, how many had it easy.

Satisfaction is the share of the two best of five answers (P. W. Farris, N. T. Bendle, P. E. Pfeifer
and D. J. Reibstein, "Marketing Metrics", 2nd edition, 2010, chapter 2: the percentage of customers
whose rating exceeds a goal). Effort is the share of the two easiest of five, after the Customer
Effort Score of M. Dixon, K. Freeman and N. Toman, "Stop Trying to Delight Your Customers", Harvard
Business Review, July 2010, which asks how much effort somebody had, from 1 to 5; asking how easy it
was, as its authors do since 2013, is what people read right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.feedback.answers import Answers
from kb.feedback.events import BEST_SCORE, QUESTIONS
from kb.insights.demand import PER_NETWORK

if TYPE_CHECKING:
    import datetime as dt

    from kb.feedback.database import Database

GOOD = BEST_SCORE - 1
"""The lower one of the two best answers."""


def answered(
    database: Database, begin: dt.datetime, end: dt.datetime
) -> dict[str, tuple[int, int]]:
    """Question -> how many of those who answered gave one of the two best answers, and how many
    answered, from `begin` on and before `end`. Raises JournalUnavailable.

    Of one network three answers to a question count in a day.
    """
    found = Answers(database).counts(begin, end, GOOD, PER_NETWORK)
    return {question: found.get(question, (0, 0)) for question in QUESTIONS}

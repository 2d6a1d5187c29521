"""Measures of a ranking: how soon the articles that answer a question stand in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DEPTH = 10  # ranks that MRR and nDCG look at


@dataclass(frozen=True, slots=True)
class Measures:
    """Each from 0 to 1; an article is relevant or not, there is nothing between."""

    success_1: float
    success_5: float
    mrr: float
    ndcg: float


def measure(found: Sequence[str], relevant: Sequence[str]) -> Measures:
    """Of one query: `found` are ids, best first, each once."""
    ranks = [found.index(one) + 1 for one in set(relevant) if one in found[:DEPTH]]
    best = min(ranks, default=math.inf)
    gain = sum(1 / math.log2(rank + 1) for rank in ranks)
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(len(set(relevant)), DEPTH)))
    return Measures(float(best == 1), float(best <= 5), 1 / best, gain / ideal)


def mean(measured: Iterable[Measures]) -> Measures:
    measured = list(measured)
    return Measures(
        fmean(m.success_1 for m in measured),
        fmean(m.success_5 for m in measured),
        fmean(m.mrr for m in measured),
        fmean(m.ndcg for m in measured),
    )

"""Ragged: arrays that hold runs of different lengths one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def starts(sizes: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run begins, and where the last one ends: one item more than runs."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])


def items(begins: NDArray[Any], sizes: NDArray[Any]) -> NDArray[np.int64]:
    """The numbers of all items of some runs, run by run."""
    sizes = sizes.astype(np.int64)
    total = starts(sizes)
    within = np.arange(total[-1]) - np.repeat(total[:-1], sizes)
    numbers: NDArray[np.int64] = np.repeat(begins.astype(np.int64), sizes) + within
    return numbers

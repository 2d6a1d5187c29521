"""Charts: numbers -> the shapes of a small SVG; the page shows the same numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 300, 72
_GAP = 0.3  # of a step, between two bars
_LEAST = 1.5  # height of a bar that is not nothing


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


def bars(values: Sequence[int]) -> list[Bar]:
    """The highest one fills the height; none for 0."""
    step, most = WIDTH / max(1, len(values)), max([*values, 1])
    width = round(step * (1 - _GAP), 2)
    found = []
    for place, value in enumerate(values):
        height = round(max(_LEAST, HEIGHT * value / most), 2) if value else 0.0
        found.append(
            Bar(round((place + _GAP / 2) * step, 2), round(HEIGHT - height, 2), width, height)
        )
    return [bar for bar in found if bar.height]


def lines(values: Sequence[float | None]) -> list[list[tuple[float, float]]]:
    """Shares from 0 to 1 as points, a new line after each value that is not known."""
    step = WIDTH / max(1, len(values))
    found: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append((round((place + 0.5) * step, 2), round(HEIGHT * (1 - value), 2)))
    return [line for line in found if line]

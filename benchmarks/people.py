"""People: who visits, from which network and when; tokens are new ones each day."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

WEEKDAYS = (1.0, 1.05, 1.05, 1.0, 0.85, 0.3, 0.25)
HOURS = (2, 1, 1, 1, 1, 2, 4, 8, 14, 18, 19, 18, 15, 17, 18, 17, 15, 12, 9, 8, 8, 7, 5, 3)
SHARED = 0.4  # of the people are behind a network with others: an office, a carrier
OFFICES = 120


@dataclass(frozen=True, slots=True)
class Person:
    """`network` is a name for where they are; nobody knows either name but the simulation."""

    name: str
    network: str

    def visitor(self, at: dt.datetime) -> str:
        return token("visitor", self.name, at.date())

    def network_token(self, at: dt.datetime) -> str:
        return token("network", self.network, at.date())


def token(*parts: object) -> str:
    """32 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]


def people(count: int, chance: random.Random) -> list[Person]:
    """Most at home; offices are of different sizes."""
    offices = [f"office {n}" for n in range(OFFICES)]
    sizes = [1 / n for n in range(1, OFFICES + 1)]
    return [
        Person(
            f"person {n}",
            chance.choices(offices, sizes)[0] if chance.random() < SHARED else f"home {n}",
        )
        for n in range(count)
    ]


def moments(count: int, start: dt.datetime, weeks: int, chance: random.Random) -> list[dt.datetime]:
    """When visits begin: by day on weekdays more than at night and on Sundays; in order."""
    days = [start + dt.timedelta(days=n) for n in range(7 * weeks)]
    busy = [WEEKDAYS[day.weekday()] for day in days]
    return sorted(
        day + dt.timedelta(hours=hour, seconds=chance.uniform(0, 3600))
        for day, hour in zip(
            chance.choices(days, busy, k=count),
            chance.choices(range(24), HOURS, k=count),
            strict=True,
        )
    )

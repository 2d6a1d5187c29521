"""Truth: what only the simulation knows of a search, and the journal does not."""

from __future__ import annotations

from dataclasses import dataclass

from kb.feedback.events import Click, Contact, Read, Search, Vote

Event = Search | Click | Read | Contact | Vote
NOBODY = ""  # the need of a program or an attacker


@dataclass(frozen=True, slots=True)
class Asked:
    """One text of one visitor: a search, or what was written to support or beside a vote.

    `token` is the search's. `need` is the id of the article that would have answered, or NOBODY;
    `answered`: this search brought the answer.
    """

    token: str
    visitor: str
    normal: str
    need: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Traffic:
    """What happened, in time order, and the truth about it."""

    events: tuple[Event, ...]
    asked: tuple[Asked, ...]
    visits: int

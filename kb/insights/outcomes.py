"""Outcomes: what became of each search, exactly one of six, once its visitor has gone quiet.

    contacted      support was asked before the next search
    read_voted_no  an article that it led to was voted down
    reformulated   the visitor soon asked for the same in other words: `next` is that search
    settled        a result was opened, and read, or voted up, or the visitor simply stayed
    no_result      nothing was found
    no_click       something was found and nothing opened

The first that is true counts, in this order.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from kb.feedback.visits import QUIET, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.feedback.events import Search
    from kb.feedback.visits import Activity, Visits

OUTCOMES = ("contacted", "read_voted_no", "reformulated", "settled", "no_result", "no_click")
SOON = dt.timedelta(minutes=10)
"""In which the same is asked for in other words."""

READ_SECONDS = 30
"""An article that was in view for so long was read: what is asked next is another question."""

ALIKE = 60
"""Of 100: texts that are that much alike are about the same."""

GLANCE = 2.0
"""Seconds that suggestions must be in view before anybody can act on them."""

MACHINE, MACHINE_TIME = 60, dt.timedelta(minutes=10)
"""More searches in that time are nobody's."""

RESTLESS = dt.timedelta(hours=16)
"""The same search again so long after: something that watches the site, at all hours."""


def judge(visits: Visits, now: dt.datetime, most: int | None = None) -> int:
    """Give the searches of visitors who are quiet their outcome -> how many; at any time.

    Of so many visitors at most, those who wait longest. Some hundred are in memory at a time, and
    what is judged is stored before the next ones are read.
    """
    judged, begin = 0, now - 2 * RESTLESS
    for visitors in visits.quiet(now, most):
        begin = min([begin, *(visitor.searches[0].at for visitor in visitors)])
        found = [one for visitor in visitors for one in outcomes(visitor)]
        machines = [one.searches[0].visitor for one in visitors if is_machine(one.searches)]
        visits.judge(found)
        visits.leave_out(machines)
        judged += len(found)
    visits.leave_out_restless(begin, RESTLESS)
    return judged


def is_machine(searches: Sequence[Search]) -> bool:
    """Whether one visitor's searches come faster than anybody reads, whatever it calls itself."""
    times = sorted(search.at for search in searches)
    pairs = zip(times, times[MACHINE:], strict=False)
    return any(later - earlier <= MACHINE_TIME for earlier, later in pairs)


def outcomes(visitor: Activity) -> Iterator[Outcome]:
    """One for each search of a visitor who is quiet now."""
    searches = sorted(visitor.searches, key=lambda search: (search.at, search.token))
    ends = [search.at for search in searches[1:]]
    facts = _Facts(visitor)
    for n, search in enumerate(searches):
        end = ends[n] if n < len(ends) else None
        follower = searches[n + 1] if end else None
        yield _outcome(search, follower, end, facts)


class _Facts:
    """What a visitor did, by the search that it belongs to."""

    def __init__(self, visitor: Activity) -> None:
        self.contacts = visitor.contacts
        self.clicked: dict[str, set[str]] = defaultdict(set)
        for click in visitor.clicks:
            self.clicked[click.search].add(click.article)
        self.seconds: dict[str, int] = defaultdict(int)
        for read in visitor.reads:
            self.seconds[read.article] = max(self.seconds[read.article], read.seconds)
        self.votes = visitor.votes

    def contacted(self, search: Search, end: dt.datetime | None) -> bool:
        return any(
            contact.search == search.token
            or (search.at <= contact.at <= (end or search.at + QUIET))
            for contact in self.contacts
        )

    def voted(self, search: Search, *, helpful: bool) -> bool:
        articles = self.clicked[search.token]
        return any(
            vote.helpful == helpful
            and (vote.search == search.token or (not vote.search and vote.article in articles))
            and vote.at >= search.at
            for vote in self.votes
        )

    def read(self, search: Search) -> bool:
        articles = self.clicked[search.token]
        return any(self.seconds[article] >= READ_SECONDS for article in articles)


def _outcome(
    search: Search, follower: Search | None, end: dt.datetime | None, facts: _Facts
) -> Outcome:
    clicked = bool(facts.clicked[search.token])
    replaced = follower is not None and _same_need(search, follower)
    satisfied = facts.voted(search, helpful=True) or facts.read(search)
    if facts.contacted(search, end):
        return _failed(search, "contacted")
    if facts.voted(search, helpful=False):
        return _failed(search, "read_voted_no")
    if follower is not None and replaced and not satisfied:
        return _failed(search, "reformulated", follower.token)
    if clicked or satisfied:
        return Outcome(search.token, "settled", "", failed=False)
    outcome = "no_click" if search.total else "no_result"
    glanced = search.source == "suggestion" and (search.seconds or 0) < GLANCE
    return Outcome(search.token, outcome, "", failed=not glanced)


def _failed(search: Search, outcome: str, follower: str = "") -> Outcome:
    return Outcome(search.token, outcome, follower, failed=True)


def _same_need(search: Search, follower: Search) -> bool:
    """Whether the next search is the same question in other words."""
    if follower.at - search.at > SOON or not (search.text and follower.text):
        return False
    if set(search.normal.split()) & set(follower.normal.split()):
        return True
    if set(search.found) & set(follower.found):
        return True
    return fuzz.ratio(search.text.casefold(), follower.text.casefold()) >= ALIKE

"""Desk: what the staff pages show: the week, the gap queue, searches and articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kb.errors import NotFound
from kb.feedback.figures import Figures
from kb.feedback.register import Register
from kb.feedback.visits import Visits
from kb.insights.demand import WEEK
from kb.insights.health import health
from kb.insights.labels import ENOUGH
from kb.insights.outcomes import OUTCOMES, judge
from kb.insights.queue import MOST
from kb.insights.week import week
from kb.web.kept import Kept, Made

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from kb.content.article import Article
    from kb.editions import Edition
    from kb.feedback.figures import Query
    from kb.feedback.register import Change, Entry
    from kb.insights.gaps import Gap
    from kb.insights.health import Health
    from kb.insights.queue import Row
    from kb.insights.week import Week
    from kb.knowledge_base import KnowledgeBase

    Key = tuple[str, str]

MOST_TEXTS = 1_000


@dataclass(frozen=True, slots=True)
class Queue:
    """The first gaps; `full`: there may be more."""

    rows: tuple[Row, ...]
    full: bool


@dataclass(frozen=True, slots=True)
class Texts:
    """What several visitors searched for in the week; `others` counts all other searches."""

    rows: tuple[Query, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Involved:
    """An article in a gap's evidence: how many searches found it among the first three, how many
    people opened it, voted it down and wrote to support from it."""

    article: Article
    found: int
    opened: int
    voted: int
    contacts: int


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that belong to a gap, and how many people used them."""

    key: Key
    text: str
    people: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """All about one gap. `row` is None when nobody failed in the last weeks. `ended` tells how
    often its searches had which outcome. `wordings` are those that may be shown, `hidden` counts
    the others."""

    entry: Entry
    row: Row | None
    ended: tuple[tuple[str, int], ...]
    involved: tuple[Involved, ...]
    wordings: tuple[Wording, ...]
    hidden: int
    history: tuple[Change, ...]
    patch: str


class Desk:
    """Everything is at most a minute old, but for states: these are always the latest."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb, self._database = kb, kb.journal.database
        self.register = Register(self._database)
        self.week: Kept[Week] = Kept(self._week)
        self.gaps: Kept[Queue] = Kept(self._gaps)
        self.texts: Kept[Texts] = Kept(self._texts)
        self.articles: Kept[tuple[Health, ...]] = Kept(self._articles)

    def queue(self, edition: Edition) -> Made[Queue]:
        """The gaps with the states that they have now. Raises JournalUnavailable."""
        made, entries = self.gaps.get(edition), self.register.entries()
        rows = tuple(
            replace(row, gap=replace(row.gap, entry=entries[row.gap.id]))
            for row in made.value.rows
            if row.gap.id in entries
        )
        return replace(made, value=replace(made.value, rows=rows))

    def sheet(self, edition: Edition, number: int) -> Made[Sheet]:
        """Raises NotFound and JournalUnavailable."""
        queue = self.queue(edition)
        row = next((row for row in queue.value.rows if row.gap.id == number), None)
        wordings, hidden = _wordings(row.gap) if row else ((), 0)
        sheet = Sheet(
            entry=self.entry(number),
            row=row,
            ended=_ended(row.gap) if row else (),
            involved=_involved(row.gap, edition) if row else (),
            wordings=wordings,
            hidden=hidden,
            history=tuple(self.register.changes(number)),
            patch=self._kb.gap_patch(row) if row else "",
        )
        return Made(sheet, queue.at, queue.generation)

    def entry(self, number: int) -> Entry:
        entry = self.register.entries().get(number)
        if entry is None:
            raise NotFound("There is no such page.")
        return entry

    def _week(self, edition: Edition, now: dt.datetime) -> Week:
        judge(Visits(self._database), now)
        return week(self._database, now)

    def _gaps(self, edition: Edition, now: dt.datetime) -> Queue:
        rows = self._kb.gaps()
        return Queue(tuple(rows), len(rows) == MOST)

    def _texts(self, edition: Edition, now: dt.datetime) -> Texts:
        judge(Visits(self._database), now)
        figures, begin = Figures(self._database), now - WEEK
        rows = figures.queries(begin, now, OUTCOMES, ENOUGH, MOST_TEXTS)
        every = sum(one.count for one in figures.searches(begin, now))
        return Texts(tuple(rows), every - sum(row.count for row in rows))

    def _articles(self, edition: Edition, now: dt.datetime) -> tuple[Health, ...]:
        return tuple(health(self._database, edition.library, now))


def _ended(gap: Gap) -> tuple[tuple[str, int], ...]:
    return tuple(
        Counter(one.outcome for one in gap.failures if one.source == "search").most_common()
    )


def _involved(gap: Gap, edition: Edition) -> tuple[Involved, ...]:
    """The articles that customers met, those they turned from first."""
    people: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for failure in gap.failures:
        who = people[failure.article]
        who["opened"].add(failure.visitor)
        if failure.source == "vote" or failure.outcome == "read_voted_no":
            who["voted"].add(failure.visitor)
        if failure.source == "contact":
            who["contacts"].add(failure.visitor)
    found = Counter(dict(gap.found))
    rows = [
        Involved(
            article, found[one], *(len(people[one][w]) for w in ("opened", "voted", "contacts"))
        )
        for one in {*people, *found}
        if (article := edition.library.by_id.get(one))
    ]
    order = sorted(rows, key=lambda row: (-row.voted, -row.opened, -row.found, row.article.slug))
    return tuple(order)


def _wordings(gap: Gap) -> tuple[tuple[Wording, ...], int]:
    """Words that three visitors used, or staff; as they were typed where that may be shown."""
    people: dict[Key, set[str]] = defaultdict(set)
    typed: dict[Key, Counter[str]] = defaultdict(Counter)
    shown = {text for text, _ in gap.samples}
    for failure in gap.failures:
        key = (failure.lang, failure.normal)
        people[key].add(failure.visitor)
        text = " ".join(failure.text.split())
        text = text.casefold() if failure.visitor else text
        if text in shown:
            typed[key][text] += 1
    allowed = {key for key, who in people.items() if len(who) >= ENOUGH or "" in who}
    rows = [Wording(key, _shown_as(key, typed[key]), len(people[key])) for key in allowed]
    order = sorted(rows, key=lambda row: (-row.people, row.text))
    return tuple(order), len(people) - len(allowed)


def _shown_as(key: Key, typed: Counter[str]) -> str:
    return typed.most_common(1)[0][0] if typed else key[1]


def rows_of(queue: Queue, states: Sequence[str], diagnosis: str) -> list[Row]:
    """The rows in one of these states and with this diagnosis, "" any."""
    return [
        row
        for row in queue.rows
        if row.gap.entry.state in states and diagnosis in ("", row.diagnosis.kind)
    ]

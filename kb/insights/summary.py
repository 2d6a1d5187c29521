"""Summary: what a week brought, for people who read it somewhere else than on the staff pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.feedback.register import Register
from kb.insights.demand import WEEK
from kb.insights.week import Share

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from kb.feedback.database import Database
    from kb.insights.cited import Cited
    from kb.insights.health import Health
    from kb.insights.queue import Row
    from kb.insights.week import Span, Week

TODO = ("open", "claimed", "reopened")
TOLD = ("proven", "reopened", "documented")


@dataclass(frozen=True, slots=True)
class Moved:
    """A gap that came into a state. `label` is "" when too few people used the same words; `note`
    is what kb noticed, "" when somebody did it by hand."""

    gap: int
    label: str
    state: str
    article: Cited | None
    note: str


@dataclass(frozen=True, slots=True)
class Summary:
    """`todo` are all gaps that somebody should work on, the surges among them. `attention` are
    articles that leave readers without help, `edited` those that an edit made better or worse."""

    at: dt.datetime
    week: Week
    surges: tuple[Row, ...]
    todo: tuple[Row, ...]
    moved: tuple[Moved, ...]
    attention: tuple[Health, ...]
    edited: tuple[Health, ...]


def summary(
    database: Database, week: Week, rows: Sequence[Row], health: Sequence[Health], now: dt.datetime
) -> Summary:
    """`rows` and `health` are all there are, in their order. Raises JournalUnavailable."""
    todo = tuple(row for row in rows if row.gap.entry.state in TODO)
    articles = {row.article.id: row.article for row in health}
    return Summary(
        at=now,
        week=week,
        surges=tuple(row for row in todo if row.gap.surge),
        todo=todo,
        moved=tuple(_moved(Register(database), articles, now - WEEK)),
        attention=tuple(row for row in health if row.affected or row.contacts),
        edited=tuple(row for row in health if row.verdict in ("better", "worse")),
    )


def _moved(register: Register, articles: dict[str, Cited], begin: dt.datetime) -> Iterable[Moved]:
    """Once for each state that a gap came into since then, the last time."""
    entries = register.entries()
    last = {
        (gap, change.state): change
        for gap, change in register.changes_since(begin)
        if change.state in TOLD and gap in entries
    }
    for (gap, state), change in sorted(last.items(), key=lambda item: TOLD.index(item[0][1])):
        entry = entries[gap]
        note = "" if change.who or state == "documented" else change.note
        yield Moved(gap, entry.label, state, articles.get(entry.article), note)


def compared(now: Share, before: Share) -> str:
    """Only where the intervals do not overlap is a week better than the other; "" without data."""
    if not (now.whole and before.whole):
        return ""
    if now.bounds[0] > before.bounds[1]:
        return "better"
    if now.bounds[1] < before.bounds[0]:
        return "worse"
    return "no clear difference"


def self_served(span: Span) -> Share:
    """Visitors who did without support. Who turned to support from the home page neither searched
    nor read."""
    everybody = max(span.visitors, span.contacts)
    return Share(everybody - span.contacts, everybody)

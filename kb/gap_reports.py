"""Gap reports: the queue and one gap, for people, spreadsheets, programs and chats."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kb.errors import KbError
from kb.feedback.register import Register
from kb.insights.queue import row_of
from kb.insights.telling import demand_of, in_markdown, name_of, state_of, told
from kb.knowledge_base import KnowledgeBase
from kb.reporting import print_csv, print_json

if TYPE_CHECKING:
    from kb.feedback.register import Change
    from kb.insights.queue import Row
    from kb.settings import Settings

COLUMNS = (
    "id", "label", "people_per_week", "people", "before", "surge", "sources", "contacts",
    "diagnosis", "article", "state", "who", "samples", "other_wordings",
)  # fmt: skip
EMPTY = (
    "No gaps yet. They appear here once visitors search and are not helped:"
    " after half an hour without anything from them."
)


def list_gaps(settings: Settings, since: dt.timedelta, form: str) -> None:
    """Print the queue."""
    rows = KnowledgeBase(settings).ledger.gaps(since)
    if form == "json":
        print_json(map(_plain, rows))
    elif form == "csv":
        print_csv(COLUMNS, map(_plain, rows))
    elif form == "markdown":
        click.echo("\n".join(_markdown(rows)))
    else:
        _print_table(rows)


def show_gap(settings: Settings, number: int, since: dt.timedelta) -> None:
    """Print one gap with its evidence, its proposal and its history. Raises NotFound."""
    kb = KnowledgeBase(settings)
    row = row_of(kb.ledger.gaps(since), number)
    gap = row.gap
    click.echo(f"Gap {gap.id}: {name_of(row)}\n")
    click.echo(f"  {demand_of(row)}; state: {state_of(row)}")
    click.echo(f"  {told(row.diagnosis)}")
    _print_counts("Where from", gap.sources)
    _print_counts("What became of the searches", gap.outcomes)
    _print_counts("In customers' words", gap.samples)
    if gap.hidden:
        click.echo(f"  and {gap.hidden} wordings of fewer than three visitors, not shown")
    _print_counts("What they found instead", gap.found)
    if row.diagnosis.comments:
        click.echo("\nWhat readers wrote")
        for comment in row.diagnosis.comments:
            click.echo(f"  “{comment}”")
    if proposal := kb.ledger.gap_patch(row):
        click.echo(f"\nProposal: kb gaps patch {gap.id} | git apply --directory ARTICLES\n")
        click.echo(proposal, nl=False)
    _print_history(kb.ledger.gap_history(number))


def print_patch(settings: Settings, number: int, since: dt.timedelta) -> None:
    """Print the diff. Raises NotFound, and KbError where there is nothing to propose."""
    kb = KnowledgeBase(settings)
    row = row_of(kb.ledger.gaps(since), number)
    proposal = kb.ledger.gap_patch(row)
    if not proposal:
        raise KbError(f"For gap {number} there is no patch.", told(row.diagnosis))
    click.echo(proposal, nl=False)


def write_article(settings: Settings, number: int, since: dt.timedelta) -> None:
    """Write the stub of a missing article. Raises NotFound and KbError."""
    kb = KnowledgeBase(settings)
    row = row_of(kb.ledger.gaps(since), number)
    path, text = kb.ledger.gap_article(row)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise KbError(f"{path} is there already.", "Write into it, or rename it.") from None
    click.echo(f"Wrote {path}: a draft with title and questions. Now write the answer.")


def change_gap(
    settings: Settings, number: int, state: str, who: str, note: str, article: str = ""
) -> None:
    """Bring a gap into a state by hand. Raises NotFound and BadInput."""
    kb = KnowledgeBase(settings)
    entry = kb.ledger.change_gap(number, state, who, note, article)
    click.echo(f"Gap {entry.id} is {entry.state} now" + (f", by {entry.who}" if entry.who else ""))


def merge_gaps(settings: Settings, number: int, into: int, who: str) -> None:
    """Raises NotFound and BadInput."""
    kb = KnowledgeBase(settings)
    Register(kb.journal.database).merge(number, into, dt.datetime.now(dt.UTC), who)
    click.echo(f"Gap {number} is part of gap {into} now.")


def _plain(row: Row) -> dict[str, Any]:
    gap = row.gap
    values = (
        gap.id, name_of(row), round(gap.demand, 2), gap.people, gap.before, gap.surge,
        dict(gap.sources), gap.contacts, row.diagnosis.kind,
        row.diagnosis.article.id if row.diagnosis.article else None,
        gap.entry.state, gap.entry.who, dict(gap.samples), gap.hidden,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _print_table(rows: list[Row]) -> None:
    console = Console()
    if not rows:
        console.print(EMPTY)
        return
    table = Table("Gap", "What customers look for", "Would help, a week", "Why", "State", box=None)
    for row in rows:
        label = Text(name_of(row), style="bold red" if row.gap.surge else "")
        demand = f"{row.gap.demand:.1f}"
        table.add_row(str(row.id), label, demand, Text(told(row.diagnosis)), state_of(row))
    console.print(table)


def _markdown(rows: list[Row]) -> list[str]:
    """A list that any chat shows; nothing in a label makes a link or a picture of it."""
    if not rows:
        return [EMPTY]
    lines = ["# What to write next", ""]
    for row in rows[:20]:
        label, why = in_markdown(name_of(row)), in_markdown(told(row.diagnosis))
        state = in_markdown(state_of(row))
        lines.append(f"1. **{label}** ({demand_of(row)}). {why} State: {state}.")
    return lines


def _print_counts(title: str, counts: tuple[tuple[str, int], ...]) -> None:
    if counts:
        click.echo(f"\n{title}")
        for what, count in counts:
            click.echo(f"  {count:>5}  {what}")


def _print_history(changes: list[Change]) -> None:
    click.echo("\nHistory")
    for change in changes:
        by = f" by {change.who}" if change.who else ""
        note = f": {change.note}" if change.note else ""
        click.echo(f"  {change.at:%Y-%m-%d %H:%M} {change.state}{by}{note}")

"""Week reports: the week as Markdown that a team can paste into a chat, a wiki or a mail."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from kb.insights.summary import compared, self_served, summary
from kb.insights.telling import demand_of, in_markdown, name_of, told
from kb.knowledge_base import KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kb.insights.cited import Cited
    from kb.insights.health import Health, Revision
    from kb.insights.queue import Row
    from kb.insights.summary import Moved, Summary
    from kb.insights.week import Share, Span, Week
    from kb.settings import Settings

MOST_GAPS, MOST_ARTICLES = 10, 5
LITTLE = 0.1  # people a week, at least
COMMANDS = {
    "missing": "kb gaps new-article {}",
    "words": "kb gaps patch {}",
    "ranking": "kb gaps patch {}",
}
"""What helps with a diagnosis; `kb gaps show` with all others."""

NO_VISITS = (
    "No visits in the last two weeks. Searches, reads, votes, answers and messages to support are"
    " counted here from the first one on."
)
NO_GAPS = (
    "Nothing waits. As soon as two people from different networks look for the same thing and do"
    " not get it, it stands here."
)
QUEUE = "By the people of the last four weeks; first what helps most of them."
BRACKETS = (
    "In brackets: where the share truly lies, with 95 % confidence. A week is better or worse only"
    " where these do not overlap."
)
SHARES: tuple[tuple[str, str, Callable[[Span], Share]], ...] = (
    ("Settled", "searches judged", lambda span: span.settled),
    ("Helpful", "votes", lambda span: span.helpful),
    ("Satisfied", "answers", lambda span: span.satisfied),
    ("Had it easy", "answers", lambda span: span.easy),
)


def report_week(settings: Settings) -> None:
    """Print the week. Raises KbError before the first build, and JournalUnavailable."""
    kb = KnowledgeBase(settings)
    found = kb.ledger.latest_survey()
    made = summary(kb.journal.database, found.week, found.rows, found.articles, found.at)
    click.echo(markdown(made, settings.title, settings.base_url), nl=False)


def markdown(made: Summary, title: str, base_url: str) -> str:
    """The whole report; links are absolute where the site's address is known."""
    begin = made.at - dt.timedelta(weeks=1)
    parts = [
        [f"# {in_markdown(title)}: the week from {_day(begin)} to {_day(made.at)}"],
        _figures(made.week),
        ["## What to do next", "", *_next_steps(made, base_url)],
        _section("Happening now", (_gap(row) for row in made.surges)),
        ["## What to write next", "", *_queue(made)],
        _section("What became of gaps", (_moved(one, base_url) for one in made.moved)),
        _section(
            "Articles that need attention",
            (_attention(row, base_url) for row in made.attention[:MOST_ARTICLES]),
        ),
        _section("What edits changed", (_edited(row, base_url) for row in made.edited)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _section(title: str, lines: Iterator[str]) -> list[str]:
    listed = [f"- {line}" for line in lines]
    return [f"## {title}", "", *listed] if listed else []


def _figures(made: Week) -> list[str]:
    now, before = made.now, made.before
    spans = (now, before)
    seen = [share(span).whole for span in spans for _, _, share in SHARES]
    if not any((*seen, *(span.searches + span.reads + span.contacts for span in spans))):
        return [NO_VISITS]
    contacts = (_score(now), _score(before), compared(self_served(now), self_served(before)))
    rows: list[tuple[str, ...]] = [
        ("", "This week", "Week before", "Compared"),
        ("---",) * 4,
        ("Searches", f"{now.searches:,}", f"{before.searches:,}", ""),
        ("Articles read", f"{now.reads:,}", f"{before.reads:,}", ""),
        ("Visits for each contact", *contacts),
    ]
    for name, of, share in SHARES:
        one, other = share(now), share(before)
        rows.append((name, _share(one, of), _share(other, of), compared(one, other)))
    table = [f"| {' | '.join(row)} |" for row in rows]
    return [_verdict(now, before), "", *table, "", BRACKETS]


def _verdict(now: Span, before: Span) -> str:
    """The first sentence: what got better, and what worse."""
    found = {name: compared(share(now), share(before)) for name, _, share in SHARES}
    found["visits for each contact"] = compared(self_served(now), self_served(before))
    parts = []
    for word in ("better", "worse"):
        names = ", ".join(name.lower() for name, said in found.items() if said == word)
        if names:
            parts.append(f"**{word.capitalize()}** than the week before: {names}.")
    if parts:
        return " ".join(parts)
    if any(found.values()):
        return "**No clear difference** from the week before."
    return "There is too little to compare with the week before."


def _share(share: Share, of: str) -> str:
    if share.value is None:
        return "none yet"
    low, high = share.bounds
    return f"{share.value:.0%} ({low:.0%} to {high:.0%}, of {share.whole:,} {of})"


def _score(span: Span) -> str:
    return f"{span.score:.1f}" if span.score else "none yet"


def _next_steps(made: Summary, base_url: str) -> list[str]:
    """At most one of each kind: who reads only this has something to do."""
    steps = [f"Look at {_name(row)}: far more people than usual." for row in made.surges[:1]]
    for kind, step in (
        ("missing", "Write the missing article on {}: `kb gaps new-article {}`"),
        ("words", "Add customers' words for {}: `kb gaps patch {}`"),
        ("ranking", "Pin the article that answers {}: `kb gaps patch {}`"),
    ):
        first = next((row for row in _calm(made) if row.diagnosis.kind == kind), None)
        if first:
            steps.append(step.format(_name(first), first.id))
    worst = next((row for row in made.attention if row.affected), None)
    steps += [f"Rewrite {_link(worst.article, base_url)}."] if worst else []
    return [f"{n}. {step}" for n, step in enumerate(steps, 1)] or ["Nothing waits for you."]


def _queue(made: Summary) -> list[str]:
    """Without the surges, which are told above: they may be an incident, and over tomorrow."""
    rows = [row for row in _calm(made) if row.gap.label or row.gap.demand >= LITTLE][:MOST_GAPS]
    more = len(_calm(made)) - len(rows)
    if not rows and not more:
        return [NO_GAPS]
    lines = [f"{n}. {_gap(row)}" for n, row in enumerate(rows, 1)]
    listed = [QUEUE, "", *lines, ""] if lines else []
    return [*listed, *([f"{more} more, of fewer people: `kb gaps`"] if more else [])]


def _calm(made: Summary) -> list[Row]:
    return [row for row in made.todo if not row.gap.surge]


def _gap(row: Row) -> str:
    why = in_markdown(told(row.diagnosis))
    command = COMMANDS.get(row.diagnosis.kind, "kb gaps show {}").format(row.id)
    entry = row.gap.entry
    state = f" {entry.state.capitalize()}." if entry.state != "open" else ""
    return f"{_name(row)} ({demand_of(row)}). {why}{state} `{command}`"


def _moved(one: Moved, base_url: str) -> str:
    name = f"**{in_markdown(one.label)}**" if one.label else f"Gap {one.gap}"
    article = f", {_link(one.article, base_url)}" if one.article else ""
    note = f": {in_markdown(one.note)}" if one.note else ""
    return f"{one.state.capitalize()}: {name}{article}{note}. `kb gaps show {one.gap}`"


def _attention(row: Health, base_url: str) -> str:
    told = [f"at least {row.affected:.1f} readers a week not helped"] if row.affected else []
    if row.now.share is not None:
        told.append(f"{_revision(row.now)} found it helpful")
    if row.contacts:
        told.append(f"{row.contacts} reader{'s' * (row.contacts > 1)} wrote to support")
    return f"{_link(row.article, base_url)}: {'; '.join(told)}"


def _edited(row: Health, base_url: str) -> str:
    before = f", before it {_revision(row.before)}" if row.before else ""
    now = _revision(row.now)
    return f"{_link(row.article, base_url)} got {row.verdict}: since its last edit {now}{before}"


def _revision(made: Revision) -> str:
    share = "none" if made.share is None else f"{made.share:.0%}"
    return f"{share} ({made.low:.0%} to {made.high:.0%}, of {made.yes + made.no} votes)"


def _name(row: Row) -> str:
    return f"**{in_markdown(name_of(row))}**"


def _link(article: Cited, base_url: str) -> str:
    address = base_url + quote(article.url, safe="/%-._~")
    return f"[{in_markdown(article.title)}]({address})"


def _day(moment: dt.datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"

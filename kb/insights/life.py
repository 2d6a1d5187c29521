"""Life: what kb notices of gaps by itself: that one is documented, proven, or open again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.content.commits import commit_of
from kb.feedback.failures import Failures
from kb.feedback.register import Register
from kb.insights.attempts import attempts_of
from kb.insights.demand import counted, people
from kb.insights.gaps import WINDOW, part_of
from kb.insights.meanings import share_of_words
from kb.insights.proof import BEFORE, proof
from kb.insights.replay import FIRST, replay

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kb.content.article import Article
    from kb.feedback.database import Database
    from kb.feedback.register import Entry
    from kb.insights.gaps import Gap
    from kb.insights.proof import Proof
    from kb.search.searcher import Searcher

MOST = 0.6
"""Share of the people whose search must have the article among the first three."""

HALF = 0.5
"""Share of what the words say that the article must have somewhere; and of the people who had it
among the first three when they failed: then it is no news."""


def advance(
    database: Database,
    searcher: Searcher,
    gaps: Sequence[Gap],
    now: dt.datetime,
    generation: str,
    proofs: Mapping[int, Proof] | None = None,
    articles: Path | None = None,
) -> list[Entry]:
    """Bring gaps into the state that the evidence shows -> the entries that changed.

    `proofs` are those of `prove`, if they are known. What documents a gap is named by its commit,
    or by the `generation` where the folder of the `articles` says none.
    """
    register = Register(database)
    if proofs is None:
        proofs = prove(database, searcher, register.entries(), now)
    done = []
    for gap in gaps:
        entry = gap.entry
        if entry.state in ("open", "claimed", "reopened"):
            article = answer(gap, searcher)
            if article:
                change = (commit_of(articles, article.path) if articles else "") or generation
                note = f"“{article.title}” is among the first three for most of its searches"
                done.append(
                    register.change(gap.id, "documented", now, note=note, article=article.id,
                                    change=change, demand=gap.demand)
                )  # fmt: skip
        elif entry.state == "ignored" and entry.demand and gap.demand >= 2 * entry.demand:
            note = f"Ignored because: {entry.note}. Demand has doubled since."
            done.append(register.change(gap.id, "reopened", now, note=note))
    for number, found in proofs.items():
        if found.better:
            done.append(register.change(number, "proven", now, note=_told(found)))
        elif found.as_before:
            done.append(register.change(number, "reopened", now, note=_told(found)))
    return done


def answer(gap: Gap, searcher: Searcher) -> Article | None:
    """The article that most of the gap's searches find now and did not find when they failed."""
    everybody = max(1, people(counted(gap.failures)))
    for place in replay(gap.failures, searcher)[:FIRST]:
        had = [f for f in gap.failures if place.article.id in f.found[:FIRST]]
        news = people(counted(had)) < HALF * everybody
        if (
            place.first >= MOST
            and news
            and share_of_words(place.article, gap.failures, searcher) >= HALF
        ):
            return place.article
    return None


def prove(
    database: Database, searcher: Searcher, entries: dict[int, Entry], now: dt.datetime
) -> dict[int, Proof]:
    """Before and after, for every gap that is documented; of very many visitors a part."""
    documented = {n: entry for n, entry in entries.items() if entry.state == "documented"}
    if not documented:
        return {}
    begin = min(entry.since for entry in documented.values()) - BEFORE
    part = part_of(database, now - WINDOW, now)
    attempts = Failures(database, part).attempts(begin)
    of_gap = attempts_of(attempts, Register(database).members(), searcher)
    return {n: proof(of_gap.get(n, []), entry.since) for n, entry in documented.items()}


def _told(found: Proof) -> str:
    before, after = found.before, found.after
    return (
        f"Before, {before.failed} of {before.tried} people did not find it"
        f" ({before.low:.0%} to {before.high:.0%}); since then {after.failed} of {after.tried}"
        f" ({after.low:.0%} to {after.high:.0%})"
    )

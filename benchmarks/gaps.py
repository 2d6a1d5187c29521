"""How well the product finds what a knowledge base is missing, where the truth is known: one table.

    .venv/bin/python benchmarks/gaps.py ../shared/corpora/rackspace/content
        [--removed 60] [--weeks 4] [--visits 10000] [--seed 1] [--no-semantic]
        [--journal sqlite:///gaps.sqlite]

Articles are removed at random and weeks of visitors simulated, whose needs are drawn from all
articles; see `visitors.py`. The real searcher answers them, the real journal keeps what they did.
Each queue of gaps is then held against the truth; see `gap_measures.py`. In the end the articles
are put back, with some that nobody needs, and the simulation goes on.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpora import enlarged, real
from gap_journal import record, without_click, without_results
from gap_measures import DEPTH, ENOUGH, FIRST, GapMeasures, Truth, majority, measure
from needs import Likeness, chosen_to_go
from truth import NOBODY
from visitors import Simulation

from kb.feedback.database import Database
from kb.feedback.events import Click, Contact, Read, Search, Vote
from kb.feedback.register import Entry, Register
from kb.feedback.visits import QUIET, Visits
from kb.insights.diagnosis import diagnose
from kb.insights.gaps import Gap, find_gaps
from kb.insights.life import advance
from kb.insights.outcomes import judge
from kb.search.indexing import build_indexes
from kb.search.searcher import Searcher

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from truth import Traffic

    from kb.content.library import Library

VISITS = 8  # for each article: half of those removed get five failing visitors or more
IRRELEVANT = 20


@dataclass(frozen=True, slots=True)
class Site:
    """A library and what searches it."""

    library: Library
    searcher: Searcher


@dataclass(frozen=True, slots=True)
class Case:
    """A knowledge base with articles missing, its visitors, and the site when nothing is missing.

    `whole` has articles that answer nothing, too: their ids are `irrelevant`.
    """

    site: Site
    whole: Site
    removed: frozenset[str]
    irrelevant: frozenset[str]
    simulation: Simulation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("articles", type=Path, help="a folder of Markdown")
    parser.add_argument("--removed", type=int, default=60)
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--visits", type=int, help=f"by default {VISITS} for each article")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-semantic", action="store_true", help="search without vectors")
    parser.add_argument("--journal", metavar="URL", help="of an empty database to keep")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.journal or f"sqlite:///{folder}/gaps.sqlite"
        library = real(options.articles, Path(folder) / "rendered.sqlite")
        visits = options.visits or VISITS * len(library.articles)
        case = prepared(library, Path(folder), options.removed, options.seed, visits, options.weeks)
        run(case, url)


def prepared(
    library: Library, folder: Path, removed: int, seed: int, visits: int, weeks: int,
    *, semantic: bool = True,
) -> Case:  # fmt: skip
    """Articles taken out, and both sites built."""
    _told(f"{len(library.articles):,} articles: what is like what")
    likeness = Likeness(library.articles)
    gone = chosen_to_go(library.articles, removed, likeness, random.Random(f"removed {seed}"))
    rest = replace(library, articles=tuple(a for a in library.articles if a.id not in gone))
    more = enlarged(rest, len(rest.articles) + IRRELEVANT).articles
    irrelevant = tuple(article for article in more if article.id not in rest.by_id)
    every = sorted((*library.articles, *irrelevant), key=lambda article: article.path)
    _told("indexes")
    return Case(
        opened(rest, folder / "rest", semantic=semantic),
        opened(replace(library, articles=tuple(every)), folder / "whole", semantic=semantic),
        gone,
        frozenset(article.id for article in irrelevant),
        Simulation(library.articles, likeness, seed, visits, weeks),
    )


def opened(library: Library, folder: Path, *, semantic: bool = True) -> Site:
    folder.mkdir()
    build_indexes(library, folder / "workshop", folder / "index", semantic=semantic)
    return Site(library, Searcher(folder / "index", library, semantic=semantic))


def run(case: Case, url: str) -> None:
    """Print everything; the first half is found in, the second is what became of it."""
    traffic = timed("visitors", lambda: case.simulation.begin(*_of(case.site)))
    timed("journal", lambda: record(url, traffic.events))
    truth = Truth(traffic.asked, case.removed)
    print("\n".join(statistics(case, traffic, truth)))
    found = timed("gaps", lambda: detected(url, case.site.searcher, case.simulation.now))
    print("\n".join(table(queues(found, url), truth)))
    answered = timed("gaps, articles back", lambda: moved_on(url, case, found))
    print(f"Of {len(found)} gaps, {len(answered)} are documented by articles that came back.\n")
    later = timed(
        "visitors, articles back", lambda: case.simulation.continue_with(*_of(case.whole))
    )
    timed("journal", lambda: record(url, later.events))
    print("\n".join(afterwards(case, traffic, later)), flush=True)
    moved_on(url, case, detected(url, case.whole.searcher, case.simulation.now))
    print("\n".join(proven(url, found, truth, case)), flush=True)


def _of(site: Site) -> tuple[Library, Searcher]:
    return site.library, site.searcher


@dataclass(frozen=True, slots=True)
class Detected:
    """A gap of the product's queue: the normal forms of its texts, and why it is one."""

    gap: Gap
    members: frozenset[str]
    kind: str


def detected(url: str, searcher: Searcher, now: dt.datetime) -> list[Detected]:
    """The product's queue, first gap first, half an hour after the last visitor went."""
    database = Database(url)
    now += 2 * QUIET
    judge(Visits(database), now)
    gaps = find_gaps(database, searcher, now)
    members: dict[int, set[str]] = defaultdict(set)
    for (_, normal), number in Register(database).members().items():
        members[number].add(normal)
    found = [
        Detected(gap, frozenset(members[gap.id]), diagnose(gap.failures, searcher).kind)
        for gap in gaps
    ]
    database.close()
    return found


def moved_on(url: str, case: Case, found: list[Detected]) -> list[Entry]:
    """What the product notices when all articles are there."""
    database = Database(url)
    now = case.simulation.now + 2 * QUIET
    gaps = [one.gap for one in found]
    changed = advance(database, case.whole.searcher, gaps, now, "articles back")
    database.close()
    return changed


def proven(url: str, found: list[Detected], truth: Truth, case: Case) -> Iterator[str]:
    """What became of the gaps, by whether what most of their visitors needed had been removed."""
    database = Database(url)
    entries = Register(database).entries()
    database.close()
    needs = {one.gap.id: majority(truth.needs(one.members)) for one in found}
    of = {True: "removed", False: "there all along"}
    counts = Counter(
        (of[needs[number] in case.removed], entry.state)
        for number, entry in entries.items()
        if number in needs
    )
    kinds = ("open", "documented", "proven", "reopened")
    yield f"| article needed by most | {' | '.join(kinds)} |"
    yield "|---|" + "---|" * len(kinds)
    for name in of.values():
        yield f"| {name} | {' | '.join(str(counts[name, kind]) for kind in kinds)} |"
    false = [entry for entry in entries.values() if entry.article in case.irrelevant]
    states = ", ".join(sorted(entry.state for entry in false)) or "none"
    yield ""
    yield f"Gaps for which an irrelevant article was named: {states}."
    yield ""


def queues(found: list[Detected], url: str) -> Iterator[tuple[str, list[frozenset[str]]]]:
    """What is compared: a name, and its gaps."""
    yield "kb", [one.members for one in found]
    yield "kb, diagnosed as missing", [one.members for one in found if one.kind == "missing"]
    yield "searches without results, by count", without_results(url)
    yield "searches without a click, by count", without_click(url)


def table(queues: Iterator[tuple[str, list[frozenset[str]]]], truth: Truth) -> Iterator[str]:
    yield f"| queue | gaps | precision@{FIRST} | recall@{DEPTH} | purity | found | repeated |"
    yield "|---|---|---|---|---|---|---|"
    for name, queue in queues:
        yield f"| {name} | {_cells(measure(queue, truth))} |"
    yield ""


def _cells(one: GapMeasures) -> str:
    shares = (f"{share:.2f}" for share in (one.precision, one.recall, one.purity))
    return " | ".join((f"{one.gaps:,}", *shares, f"{one.found} of {one.wanted}", str(one.repeated)))


def statistics(case: Case, traffic: Traffic, truth: Truth) -> Iterator[str]:
    """What the visitors did; programs and the attacker are counted apart."""
    people = {one.visitor for one in traffic.asked if one.need != NOBODY}
    theirs = [event for event in traffic.events if event.visitor in people]
    searches = [e for e in theirs if isinstance(e, Search) and e.finished]
    clicked = {e.search for e in theirs if isinstance(e, Click)}
    failing = sorted((truth.failing.get(one, 0) for one in case.removed), reverse=True)
    others = [n for one, n in truth.failing.items() if one not in case.removed and n >= ENOUGH]
    yield f"| {len(case.site.library.articles):,} articles and {len(failing)} removed | |"
    yield "|---|---|"
    yield f"| visits | {traffic.visits:,} |"
    yield f"| searches | {len(searches):,} |"
    yield f"| without results | {_percent(sum(not e.total for e in searches), len(searches))} |"
    yield f"| clicked | {_percent(sum(e.token in clicked for e in searches), len(searches))} |"
    for name, kind in (("reads", Read), ("votes", Vote), ("contacts", Contact)):
        yield f"| {name} | {sum(isinstance(e, kind) for e in theirs):,} |"
    yield f"| events of programs and the attacker | {len(traffic.events) - len(theirs):,} |"
    yield f"| failing visitors of the removed articles | {', '.join(map(str, failing))} |"
    yield f"| removed, {ENOUGH} or more failing visitors | {len(truth.wanted)} |"
    yield f"| still there, {ENOUGH} or more failing visitors | {len(others)} |"
    yield ""


def afterwards(case: Case, before: Traffic, after: Traffic) -> Iterator[str]:
    """How often those who needed a removed article failed, before and after it was back."""
    yield "| needs of removed articles | before | after |"
    yield "|---|---|---|"
    cells = []
    for traffic in (before, after):
        asked = [one for one in traffic.asked if one.token and one.need in case.removed]
        cells.append(_percent(sum(not one.answered for one in asked), len(asked)))
    yield f"| searches that failed | {cells[0]} | {cells[1]} |"
    yield ""


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def timed(what: str, step):  # type: ignore[no-untyped-def]
    begin = time.perf_counter()
    result = step()
    _told(f"{what}: {time.perf_counter() - begin:.0f} s")
    return result


def _told(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

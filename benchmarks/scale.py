"""What a big journal costs: the figures worked out in the background, and the staff pages.

    .venv/bin/python benchmarks/scale.py ../shared/corpora/rackspace/content
        [--days 90] [--per-day 100000] [--database sqlite:////tmp/scale/kb.sqlite]
        [--wordings 300000] [--failing 3000] [--data-dir DIR]

The journal is made up, see `made_up_journal.py`; a database that has searches is taken as it is.
Times are of the real pages and of the process that servers start. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from made_up_journal import Filler, size, wordings

from kb.building import Builder
from kb.feedback.figures import Figures
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.surveying import run
from kb.web import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kb.insights.survey import Survey

    Line = tuple[str, str]

ROUNDS = 20
PAGES = ("/staff/", "/staff/gaps", "/staff/gaps?state=all", "/staff/searches", "/staff/articles")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("articles", type=Path, help="a folder of Markdown")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--per-day", type=int, default=100_000)
    parser.add_argument("--wordings", type=int, default=300_000)
    parser.add_argument("--failing", type=int, default=3_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            articles=options.articles,
            data_dir=options.data_dir or Path(folder),
            database_url=options.database,
        )
        Builder(settings).build()
        kb = KnowledgeBase(settings)
        lines = [*filled(kb, options), *measured(kb, settings)]
    print("\n| what | |\n|---|---|")
    print("\n".join(f"| {what} | {value} |" for what, value in lines))


def filled(kb: KnowledgeBase, options: argparse.Namespace) -> Iterator[Line]:
    database = kb.journal.database
    if Figures(database).has_few(0):
        dice = np.random.default_rng(options.seed)
        words = wordings(kb.edition.library, options.wordings, options.failing, dice)
        begin = time.perf_counter()
        filler = Filler(database, kb.edition.library, words, options.seed)
        for day in filler.fill(options.days, options.per_day, dt.datetime.now(dt.UTC)):
            print(f"day {day} after {time.perf_counter() - begin:.0f} s", flush=True)
        yield "distinct wordings, at most", f"{len(words.texts):,}"
    yield "database", database.url.get_backend_name()
    yield "articles", f"{len(kb.edition.library.articles):,}"
    for name, count in size(database).items():
        yield name, f"{count:,}"


def measured(kb: KnowledgeBase, settings: Settings) -> Iterator[Line]:
    waiting = sum(one.count for one in _day(kb) if not one.outcome)
    yield (
        f"one day's outcomes, {waiting:,} searches",
        timed(lambda: kb.ledger.judge(dt.datetime.now(dt.UTC))),
    )
    yield "figures, all in the background process", timed(lambda: worked_out(settings))
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield "peak memory of the background process", f"{memory:,.0f} MB"
    survey = kb.ledger.surveyed()
    assert survey is not None
    for part, seconds in survey.parts:
        yield f"figures: {part}", f"{seconds:.1f} s"
    yield "gaps listed", f"{len(survey.rows):,}"
    yield "stored", f"{len(kb.ledger.surveys.content()) / 1e6:.2f} MB"
    yield from _pages(settings, survey)


def _day(kb: KnowledgeBase) -> list:
    now = dt.datetime.now(dt.UTC)
    return Figures(kb.journal.database).searches(now - dt.timedelta(days=2), now)


def worked_out(settings: Settings) -> None:
    error = run(settings)
    assert not error, error


def timed(work: Callable[[], object]) -> str:
    begin = time.perf_counter()
    work()
    return f"{time.perf_counter() - begin:.1f} s"


def _pages(settings: Settings, survey: Survey) -> Iterator[Line]:
    """The first request reads what is stored; it is told apart."""
    client = create_app(settings).test_client()
    begin = time.perf_counter()
    client.get("/staff/")
    yield "first page of a process", f"{(time.perf_counter() - begin) * 1000:.0f} ms"
    gap = [f"/staff/gaps/{survey.rows[0].id}"] if survey.rows else []
    for path in (*PAGES, *gap, "/metrics"):
        took = []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            answer = client.get(path)
            took.append((time.perf_counter() - begin) * 1000)
            assert answer.status_code == 200, f"{path}: {answer.status}"
        slow = sorted(took)[ROUNDS * 95 // 100 - 1]
        yield f"{path}, median and 95 in 100", f"{statistics.median(took):.0f} and {slow:.0f} ms"


if __name__ == "__main__":
    main()

"""How fast kb and other engines search the same articles: one table a corpus, then the demands.

    npm install --prefix benchmarks/peers     # lunr, minisearch, flexsearch
    pip install tantivy
    .venv/bin/python benchmarks/speed.py ../shared/corpora/rackspace/content
        [--judgements ../shared] [--sizes 1390 10000 100000] [--engines kb tantivy] [--no-http]

The real articles, and larger corpora made from them (see `corpora.py`); 200 queries (see
`workload.py`). Every engine runs in a process of its own, a new one in each of five rounds, the
engines in turn; it answers other queries first, then each query once. Of a query the median of
its rounds counts. Memory is what the process grows by from before opening the index to the end;
for kb the articles themselves, which it serves pages from, are in memory before.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from corpora import enlarged, real
from engine import Engine, EngineError
from figures import LABELS, OURS, TASKS, Figures, demands, table
from judgements import SHARED
from page import write_corpus
from traffic import traffic
from workload import Workload, workload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.content.library import Library

ROUNDS = 5
LIMITS = dict.fromkeys(TASKS, 10) | {"suggest": 6}
REAL = 1_390  # and less: nothing is made
WITH_SNIPPETS = (*OURS, "fts5", "tantivy", "whoosh")
WITHOUT_MISTAKES = ("fts5", "whoosh", "flexsearch")  # nothing for typing errors is on as they come


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("articles", type=Path, help="a folder of Markdown")
    parser.add_argument("--judgements", type=Path, default=SHARED, metavar="FOLDER")
    parser.add_argument("--sizes", nargs="+", type=int, default=[REAL, 10_000, 100_000])
    parser.add_argument("--engines", nargs="+", choices=LABELS, default=list(LABELS))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--no-http", action="store_true", help="leave `kb serve` out")
    options = parser.parse_args()
    found: list[Figures] = []
    with tempfile.TemporaryDirectory() as folder:
        library = real(options.articles, Path(folder) / "rendered.sqlite")
        work = workload(library.articles, options.judgements / "judgements")
        for size in sorted(options.sizes):
            root = Path(folder) / str(size)
            of_size = measured(library, size, root, options.engines, work, options.rounds)
            print("\n".join(table(of_size)), flush=True)
            found += of_size
    print("\n".join(demands(found)), flush=True)
    if not options.no_http:
        print("\n".join(traffic(options.articles, work.queries)), flush=True)


def measured(
    library: Library, size: int, root: Path, engines: Sequence[str], work: Workload, rounds: int
) -> list[Figures]:
    articles = library if size == REAL else enlarged(library, size)
    corpus = write_corpus(articles, root / "corpus")
    found = [Figures(engine, len(articles.articles)) for engine in engines]
    del articles
    for one in found:
        _told(one, "build")
        _tried(one, lambda one: _build(one, corpus, root))
    for number in range(rounds):
        for one in found:
            if not one.note:
                _told(one, f"round {number + 1}")
                _tried(one, lambda one: _round(one, corpus, root, work))
    return found


def _tried(one: Figures, step: Callable[[Figures], None]) -> None:
    """An engine that is not installed, or not able to, is told of in the table."""
    try:
        step(one)
    except EngineError as error:
        one.note = f"left out: {error}"


def _build(one: Figures, corpus: Path, root: Path) -> None:
    with Engine(one.engine) as engine:
        one.build = engine.build(corpus, root / one.engine)
        if one.engine in OURS:
            one.update = engine.build(corpus, root / one.engine, "update")


def _round(one: Figures, corpus: Path, root: Path, work: Workload) -> None:
    asked = {
        "rank": work.queries,
        "suggest": work.typed,
        "tolerant": work.misspelt,
        "results": work.queries,
    }
    with Engine(one.engine) as engine:
        engine.prepare(corpus)
        before = engine.resident()
        one.opened.append(engine.open(root / one.engine))
        for task in TASKS:
            if task == "tolerant" and one.engine in WITHOUT_MISTAKES:
                continue
            if task == "results" and one.engine not in WITH_SNIPPETS:
                continue
            engine.time(task, work.warming, LIMITS[task])
            taken = engine.time(task, asked[task], LIMITS[task])
            one.times.setdefault(task, []).append(taken)
        one.memory.append(engine.resident() - before)


def _told(one: Figures, what: str) -> None:
    print(f"{one.size:,} {one.engine}: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

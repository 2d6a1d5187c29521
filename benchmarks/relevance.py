"""How well kb and other engines find, on the same fields and the same questions: one table.

    npm install --prefix benchmarks/peers     # lunr, minisearch, flexsearch
    pip install tantivy
    .venv/bin/python benchmarks/relevance.py [--judgements ../shared] [--sets dnsimple]
    .venv/bin/python benchmarks/relevance.py --engines kb kb-semantic --misses

An engine that is not installed is left out. Every engine that has something for typing errors is
in the table with it and without; the last lines compare kb with the best of all the others.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine import NODE, PYTHON, Engine, EngineError
from judgements import SHARED, load
from measures import mean as mean_of
from measures import measure
from page import write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from judgements import Judgement, JudgementSet
    from measures import Measures

OURS = ("kb", "kb-semantic")
TOLERANT = ("tantivy", "lunr", "minisearch")
LABELS = {
    "kb": "kb",
    "kb-semantic": "kb, `semantic`",
    "fts5": "SQLite FTS5",
    "tantivy": "tantivy",
    "tantivy tolerant": "tantivy, fuzzy terms added",
    "lunr": "lunr",
    "lunr tolerant": "lunr, `word~1` added",
    "minisearch": "minisearch",
    "minisearch tolerant": "minisearch, `fuzzy: 0.2`, prefixes",
    "flexsearch": "flexsearch, English stems",
    "flexsearch-tolerant": "flexsearch, `tolerant`",
    "whoosh": "Whoosh as it comes",
}
KINDS = {"clean": "as asked", "typos": "with typing errors"}
# What kb with `semantic` is to reach in nDCG@10, and how little its typing errors may cost.
WANTED = {
    ("stackfaq", "clean"): 0.905,
    ("stackfaq", "typos"): 0.895,
    ("dnsimple", "clean"): 0.50,
    ("dnredir", "clean"): 0.73,
    ("covidfaq", "clean"): 0.785,
}
CLOSE = ("stackfaq", "covidfaq", "dnredir")
LOSS = 0.03
MOST = 3  # articles told of a miss


@dataclass(frozen=True, slots=True)
class Row:
    """One engine, in one way of asking it, on one set."""

    name: str
    set: str
    kind: str
    measures: Measures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--judgements", type=Path, default=SHARED, metavar="FOLDER")
    parser.add_argument("--sets", nargs="+", metavar="SET")
    parser.add_argument("--engines", nargs="+", choices=(*PYTHON, *NODE), default=(*PYTHON, *NODE))
    parser.add_argument("--misses", action="store_true", help="what each engine did not put first")
    options = parser.parse_args()
    rows: list[Row] = []
    for judged in load(options.judgements):
        if not options.sets or judged.name in options.sets:
            rows += judge(judged, options.engines, options.misses)
    print("\n".join(table(rows)))
    print("\n".join(targets(rows)))


def judge(judged: JudgementSet, engines: Iterable[str], misses: bool) -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        corpus = write_corpus(judged.library, Path(folder) / "corpus", judged.pages)
        for name in engines:
            try:
                with Engine(name) as engine:
                    engine.prepare(corpus)
                    engine.build(corpus, Path(folder) / name)
                    engine.open(Path(folder) / name)
                    rows += ask(engine, judged, misses)
            except EngineError as error:
                print(f"{judged.name}: left out: {error}")
    return rows


def ask(engine: Engine, judged: JudgementSet, misses: bool) -> Iterator[Row]:
    tasks = {"rank": engine.name}
    if engine.name in TOLERANT:
        tasks["tolerant"] = f"{engine.name} tolerant"
    for kind in KINDS:
        asked: list[Judgement] = getattr(judged, kind)
        for task, name in tasks.items():
            found = engine.find(task, [one.text for one in asked])
            measured = [measure(ids, one.relevant) for ids, one in zip(found, asked, strict=True)]
            yield Row(name, judged.name, kind, mean_of(measured))
            if misses:
                print(f"\n{judged.name} {kind}, {LABELS[name]}")
                print("\n".join(missed(asked, found, measured)))


def missed(
    asked: list[Judgement], found: list[list[str]], measured: list[Measures]
) -> Iterator[str]:
    """The questions whose answer is not first, worst first: its rank, and the first three."""
    worst = sorted(zip(measured, asked, found, strict=True), key=lambda one: one[0].ndcg)
    for measures, one, ids in worst:
        if measures.success_1 < 1:
            rank = f"{1 / measures.mrr:.0f}" if measures.mrr else "-"
            wanted = ", ".join(one.relevant[:MOST])
            yield f"{rank:>3}  {one.text!r} wanted {wanted} got {', '.join(ids[:MOST])}"


def table(rows: list[Row]) -> Iterator[str]:
    """A line for each engine on each set; the best of each column in bold."""
    heads = ("success@1", "success@5", "MRR@10", "nDCG@10")
    yield f"| set | engine | {' | '.join(heads)} | {' | '.join(f'typos: {h}' for h in heads)} |"
    yield "|---|---|" + "---|" * 2 * len(heads)
    for name in dict.fromkeys(row.set for row in rows):
        lines = _lines([row for row in rows if row.set == name])
        best = [max(column) for column in zip(*lines.values(), strict=True)]
        for engine, figures in lines.items():
            cells = [_cell(f, f == b) for f, b in zip(figures, best, strict=True)]
            yield f"| {name} | {LABELS[engine]} | {' | '.join(cells)} |"
    yield ""


def _lines(rows: list[Row]) -> dict[str, tuple[float, ...]]:
    """Engine -> its figures, those with typing errors behind the others."""
    lines: dict[str, tuple[float, ...]] = {}
    for row in sorted(rows, key=lambda row: list(KINDS).index(row.kind)):
        figures = tuple(round(figure, 3) for figure in astuple(row.measures))
        lines[row.name] = lines.get(row.name, ()) + figures
    return lines


def _cell(figure: float, best: bool) -> str:
    shown = f"{figure:.3f}".removeprefix("0")
    return f"**{shown}**" if best else shown


def targets(rows: list[Row]) -> Iterator[str]:
    """What was asked for in nDCG@10, and whether it is met."""
    reached = {(row.name, row.set, row.kind): row.measures.ndcg for row in rows}
    yield "| set | wanted in nDCG@10 | kb | kb, `semantic` |"
    yield "|---|---|---|---|"
    for name in dict.fromkeys(row.set for row in rows):
        for kind, told in KINDS.items():
            yield _above_the_best(reached, name, kind, told)
            if least := WANTED.get((name, kind)):
                own = reached.get(("kb-semantic", name, kind))
                yield f"| {name} | {told}: at least {least:.3f} | | {_verdict(own, least)} |"
        own, least = (reached.get(("kb-semantic", name, kind)) for kind in ("typos", "clean"))
        if name in CLOSE and own is not None and least is not None:
            shown = _verdict(own, least - LOSS)
            yield f"| {name} | {KINDS['typos']}: at most {LOSS} below as asked | | {shown} |"


def _above_the_best(
    reached: dict[tuple[str, str, str], float], name: str, kind: str, told: str
) -> str:
    others = {
        engine: ndcg
        for (engine, of, how), ndcg in reached.items()
        if (of, how) == (name, kind) and engine not in OURS
    }
    if not others:
        return f"| {name} | {told}: no other engine | | |"
    best = max(others, key=lambda engine: others[engine])
    own = [_verdict(reached.get((ours, name, kind)), others[best], above=True) for ours in OURS]
    wanted = f"{told}: above {LABELS[best]}, {others[best]:.3f}"
    return f"| {name} | {wanted} | {' | '.join(own)} |"


def _verdict(own: float | None, least: float, *, above: bool = False) -> str:
    if own is None:
        return ""
    met = own > least if above else own >= least
    return f"{own:.3f} {'met' if met else f'not met by {least - own:.3f}'}"


if __name__ == "__main__":
    main()

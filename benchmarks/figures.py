"""Figures of speed: what was measured of one engine on one corpus, as tables and verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = {"kb": "kb", "kb-semantic": "kb, `semantic`"}
LABELS = OURS | {
    "fts5": "SQLite FTS5",
    "tantivy": "tantivy",
    "whoosh": "Whoosh as it comes",
    "minisearch": "minisearch",
    "lunr": "lunr",
    "flexsearch": "flexsearch",
}
TASKS = {
    "rank": "ranking",
    "suggest": "as you type",
    "tolerant": "misspelt",
    "results": "ten snippets",
}
AS_YOU_TYPE = ("tantivy", "minisearch", "lunr", "fts5")


@dataclass(slots=True)
class Figures:
    """Seconds and megabytes; `times`: task -> one list a round, in the order of the queries."""

    engine: str
    size: int
    build: float = 0.0
    update: float = 0.0
    opened: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    times: dict[str, list[list[float]]] = field(default_factory=dict)
    note: str = ""

    def percentile(self, task: str, percent: int) -> float | None:
        """Of the queries, in seconds; of each query the median of its rounds."""
        rounds = self.times.get(task)
        if not rounds:
            return None
        queries = sorted(median(times) for times in zip(*rounds, strict=False))
        return queries[min(len(queries) - 1, len(queries) * percent // 100)]

    def middle(self, task: str) -> float | None:
        return self.percentile(task, 50)


def table(found: list[Figures]) -> Iterator[str]:
    """The engines on one corpus; times of queries as p50 / p95 / p99 in milliseconds."""
    yield f"| {found[0].size:,} articles | build | open | memory | {' | '.join(TASKS.values())} |"
    yield "|---|---|---|---|" + "---|" * len(TASKS)
    for one in found:
        if one.note:
            yield f"| {LABELS[one.engine]} | {one.note} |" + " |" * (2 + len(TASKS))
            continue
        cells = [f"{one.build:.1f} s", f"{median(one.opened) * 1000:.0f} ms"]
        cells += [f"{median(one.memory):.0f} MB", *(_percentiles(one, task) for task in TASKS)]
        yield f"| {LABELS[one.engine]} | {' | '.join(cells)} |"
    yield ""


def _percentiles(one: Figures, task: str) -> str:
    taken = [one.percentile(task, percent) for percent in (50, 95, 99)]
    return " / ".join(f"{t * 1000:.2f}" for t in taken if t is not None) or "-"


def demands(found: list[Figures]) -> Iterator[str]:
    """What is wanted on each corpus, and whether it is met."""
    by = {(one.engine, one.size): one for one in found if not one.note}
    ours = [engine for engine in OURS if any(one.engine == engine for one in found)]
    sizes = sorted({one.size for one in found})
    yield f"| demand | articles | {' | '.join(OURS[engine] for engine in ours)} |"
    yield "|---|---|" + "---|" * len(ours)
    for size in sizes:
        rows = [_on_corpus(by, by.get((engine, size)), size, sizes) for engine in ours]
        for told in dict.fromkeys(told for row in rows for told in row):
            yield f"| {told} | {size:,} | {' | '.join(row.get(told, '') for row in rows)} |"
    yield ""


def _on_corpus(
    by: dict[tuple[str, int], Figures], own: Figures | None, size: int, sizes: list[int]
) -> dict[str, str]:
    if own is None:
        return {}
    rows: dict[str, str | None] = {}
    tantivy = by.get(("tantivy", size))
    rank, snippets = own.middle("rank"), own.middle("results")
    rows["ranking at most 1.5 times tantivy's"] = _times(rank, _middle(tantivy, "rank"), 1.5)
    rows["ranking at least 20 times faster than Whoosh's"] = _faster(
        rank, _middle(by.get(("whoosh", size)), "rank"), 20
    )
    for engine in AS_YOU_TYPE:
        other = _middle(by.get((engine, size)), "suggest")
        rows[f"as you type faster than {LABELS[engine]}"] = _faster(own.middle("suggest"), other, 1)
    rows["misspelt at most 3 times a clean query"] = _times(own.middle("tolerant"), rank, 3)
    rows["ten snippets in at most 2 ms"] = _most(snippets, 0.002)
    rows["ten snippets faster than tantivy's"] = _faster(snippets, _middle(tantivy, "results"), 1)
    rows["open in at most 50 ms"] = _most(median(own.opened), 0.050)
    rows["ranking p95 at most 5 ms"] = _most(own.percentile("rank", 95), 0.005)
    rows["an article changed in under 1 s"] = _most(own.update or None, 1.0)
    smaller = [by[own.engine, s] for s in sizes if s < size and (own.engine, s) in by]
    if smaller:
        rows[f"build grows no faster than the articles, from {smaller[-1].size:,}"] = _times(
            own.build, smaller[-1].build, size / smaller[-1].size
        )
    return {told: verdict for told, verdict in rows.items() if verdict}


def _middle(one: Figures | None, task: str) -> float | None:
    return one.middle(task) if one else None


def _times(own: float | None, other: float | None, most: float) -> str | None:
    if not own or not other:
        return None
    return f"{own / other:.2f} times: {_met(own <= most * other)}"


def _faster(own: float | None, other: float | None, least: float) -> str | None:
    if not own or not other:
        return None
    told = f"{other / own:.1f} times faster" if other > own else f"{own / other:.1f} times slower"
    return f"{told}: {_met(other > least * own)}"


def _most(own: float | None, most: float) -> str | None:
    return own and f"{own * 1000:.2f} ms: {_met(own <= most)}"  # type: ignore[return-value]


def _met(met: bool) -> str:
    return "met" if met else "not met"

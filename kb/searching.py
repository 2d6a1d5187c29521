"""Searching: what a search finds, and why, on paper: as text, a table or JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kb.building import Builder
from kb.errors import UsageError
from kb.generations import Generation
from kb.progress import progress
from kb.search.explaining import Explanation, explain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.editions import Edition
    from kb.search.explaining import Part
    from kb.search.results import Hit, Options, Results
    from kb.settings import Settings

ASIDE = "search"  # folder in the data folder: generations that only this command reads
PAPER = 100  # columns where no terminal says how many
_FIELD = "rarity {idf:.2f}, {length:.0f} words (average {average:.1f})"
# Kind of a part -> what it is, where it stands, and how its value comes about.
_ROWS = {
    "pin": ("pin", "", "pins.yml puts it here, whatever its score"),
    "correction": ("{what}", "correction", "read as “{where}”: no article has it as typed"),
    "phrase": ("“{what}”", "in quotes", "side by side here; what has not is left out"),
    "word": (
        "{what}",
        "{where} ×{count:.0f}",
        f"weight {{weight:g}}, {_FIELD}",
    ),
    "small word": (
        "{what} (small)",
        "{where} ×{count:.0f}",
        f"weight {{weight:g}} × {{share:g}}, {_FIELD}",
    ),
    "missing": ("{what}", "", "not here"),
    "boost": ("boost", "", "search.boost {boost:g} multiplies the words"),
    "meaning": (
        "meaning",
        "{where}",
        "likeness {cosine:.2f} × {weight:g} × {scale:.2f} (best score by words)",
    ),
    "faq": ("FAQ page", "", "“{what}” is left out: this question of it answers better"),
}
_OTHER_WORDS = ("{what}", "{kind}", "for “{where}”: {weight:g} × {other:.2f} − {literal:.2f}")


def search(
    settings: Settings, text: str, options: Options, *, explained: bool, as_json: bool
) -> int:
    """Print what is found; the exit code is 1 when that is nothing.

    Raises UsageError without words, and for a folder that is not there or is empty.
    """
    if not text.strip():
        raise UsageError("There is nothing to search for.", 'Name words: kb search "words"')
    edition = _edition(settings)
    results = edition.search(text, settings.lang, options)
    found = explain(edition.searcher, results) if explained else _bare(results)
    click.echo(_message(text, results), nl=False, err=True)
    if as_json:
        _print_json(results, found)
    elif explained:
        _print_explained(found)
    else:
        _print_hits(results.hits)
    return int(not results.hits)


def _edition(settings: Settings) -> Edition:
    """The live one if it is of this folder; else one built aside: what readers see stays."""
    builder = Builder(settings)
    name = builder.generations.current_name() if builder.is_live() else ""
    if not name:
        builder = Builder(settings.model_copy(update={"data_dir": settings.data_dir / ASIDE}))
        with progress() as bar:
            name = builder.build(rendering=bar("Articles"), indexing=bar("Search index")).name
    return Generation(builder.generations.folder / name).open("public")


def _bare(results: Results) -> tuple[Explanation, ...]:
    return tuple(Explanation(hit, ()) for hit in results.hits)


def _message(text: str, results: Results) -> str:
    """What was not searched as typed, not found or not shown, a line each."""
    return "".join(f"{_plain(line)}\n" for line in _said(text, results))


def _said(text: str, results: Results) -> Iterator[str]:
    shown = len(results.hits)
    if not shown:
        yield f"Nothing found for “{text}”."
        yield from (f"Tried “{tried}” as well." for tried in results.tried)
        yield from (f"Nearest: {_title(hit)}  {_address(hit)}" for hit in results.near)
    elif results.correction:
        yield f"Showing results for “{results.correction.text}”; --literal searches “{text}”."
    if shown < results.total:
        yield f"{shown} of {results.total} results."


def _print_json(results: Results, found: Sequence[Explanation]) -> None:
    correction = results.correction
    told = {
        "query": results.query.text,
        "correction": [list(pair) for pair in correction.words] if correction else [],
        "total": results.total,
        "hits": [_as_json(rank, one) for rank, one in enumerate(found, 1)],
        "tried": list(results.tried),
        "near": [{"title": _title(hit), "address": _address(hit)} for hit in results.near],
    }
    json.dump(told, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


def _as_json(rank: int, explanation: Explanation) -> dict[str, Any]:
    hit, parts = explanation.hit, explanation.parts
    told: dict[str, Any] = {
        "rank": rank,
        "score": round(hit.score, 6),
        "title": _title(hit),
        "section": _section(hit),
        "address": _address(hit),
        "pinned": hit.pinned,
    }
    return told | ({"parts": [_part_as_json(part) for part in parts]} if parts else {})


def _part_as_json(part: Part) -> dict[str, Any]:
    factors = {name: round(value, 6) for name, value in part.factors}
    value = round(part.value, 6)
    return {"kind": part.kind, "what": part.what, "where": part.where, "value": value, **factors}


def _print_hits(hits: Sequence[Hit]) -> None:
    """A table on a terminal; for other programs a line each, separated by tabs."""
    rows = [
        (str(rank), f"{hit.score:.2f}", _title(hit), _section(hit), _address(hit))
        for rank, hit in enumerate(hits, 1)
    ]
    console = Console()
    if not console.is_terminal:
        for row in rows:
            click.echo("\t".join(row))
    elif rows:
        table = Table("", "Score", "Title", "Section", "Address", box=None)
        for column, justify in enumerate(("right", "right")):
            table.columns[column].justify = justify  # type: ignore[assignment]
        table.columns[4].overflow = "fold"
        for row in rows:
            table.add_row(*map(Text, row))
        console.print(table)


def _print_explained(found: Sequence[Explanation]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=PAPER)
    for rank, one in enumerate(found, 1):
        name = " › ".join(part for part in (_title(one.hit), _section(one.hit)) if part)
        console.print(Text(f"{rank}. {name}", style="bold"), soft_wrap=True)
        console.print(Text(f"   {_address(one.hit)}", style="dim"), soft_wrap=True)
        console.print(_table(one))
        console.print()


def _table(explanation: Explanation) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False, expand=True)
    table.add_column(min_width=14, max_width=24)
    table.add_column(min_width=12)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    before = ""
    for part in explanation.parts:
        what, where, how = _row(part)
        value = f"{part.value:.2f}" if part.value else ""
        table.add_row(*map(Text, ("   " + (what if what != before else ""), where, how, value)))
        before = what
    table.add_row("   score", "", "", Text(f"{explanation.hit.score:.2f}", style="bold"))
    return table


def _row(part: Part) -> tuple[str, str, str]:
    """What it is, where it stands, and how its value comes about."""
    what, where, numbers = _plain(part.what), _plain(part.where), dict(part.factors)
    formats = _ROWS.get(part.kind, _OTHER_WORDS)
    row = [one.format(kind=part.kind, what=what, where=where, **numbers) for one in formats]
    return row[0], row[1], row[2]


def _title(hit: Hit) -> str:
    return _plain("".join(text for text, _ in hit.title))


def _section(hit: Hit) -> str:
    """The section's title; a question of a FAQ page is named in the hit's title already."""
    title = _plain(hit.section.title) if hit.section else ""
    return "" if title.startswith(_title(hit)) else title


def _address(hit: Hit) -> str:
    return hit.article.url + (f"#{hit.anchor}" if hit.anchor else "")


def _plain(text: str) -> str:
    """Without what could forge a line or a cell, or colour the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)

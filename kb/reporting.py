"""Reporting: helpfulness per article, as a table, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kb.feedback.events import REASONS
from kb.knowledge_base import KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.insights.helpfulness import ArticleHelpfulness
    from kb.settings import Settings

COLUMNS = ("article", "yes", "no", "share", "low", "high", "attention", "reasons", "texts")


def report(settings: Settings, form: str) -> None:
    """Print the report; without votes say what will be there."""
    kb = KnowledgeBase(settings)
    rows = kb.helpfulness() if kb.live else []
    if form == "json":
        print_json(map(_plain, rows))
    elif form == "csv":
        print_csv(COLUMNS, map(_plain, rows))
    else:
        _print_table(rows)


def print_json(rows: Iterable[dict[str, Any]]) -> None:
    json.dump(list(rows), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


def print_csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Rows whose values are in the order of the columns."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    writer.writerows([[_cell(value) for value in row.values()] for row in rows])


def _plain(row: ArticleHelpfulness) -> dict[str, Any]:
    return {
        "article": row.article,
        "yes": row.yes,
        "no": row.no,
        "share": None if row.share is None else round(row.share, 3),
        "low": round(row.low, 3),
        "high": round(row.high, 3),
        "attention": row.attention,
        "reasons": dict(row.reasons),
        "texts": list(row.texts),
    }


def _cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, dict):
        value = "; ".join(f"{reason}: {count}" for reason, count in value.items())
    elif isinstance(value, list):
        value = "\n".join(value)
    text = "" if value is None else str(value)
    return "'" + text if text[:1] in tuple("=+-@\t\r\n＝＋－＠") else text


def _print_table(rows: list[ArticleHelpfulness]) -> None:
    console = Console()
    if not rows:
        console.print("No votes yet. They appear here once readers answer “Was this helpful?”.")
        return
    table = Table("Article", "Yes", "No", "Helpful", "95 % interval", "Why not", box=None)
    for row in rows:
        share = "" if row.share is None else f"{row.share:.0%}"
        reasons = ", ".join(f"{REASONS[slug]} ({count})" for slug, count in row.reasons)
        said = "\n".join([reasons, *(f"“{text}”" for text in row.texts[:3])]).strip()
        name = Text(row.article, style="bold red" if row.attention else "")
        interval = f"{row.low:.0%} to {row.high:.0%}"
        table.add_row(name, str(row.yes), str(row.no), share, interval, Text(said))
    console.print(table)

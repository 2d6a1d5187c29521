"""Traffic: the search page and the suggestion route of `kb serve` under eight connections."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUTES = {"search page": "/search?q=", "suggestions": "/api/v1/suggest?q="}
REQUESTS = """
local queries = {%s}
local number = 0
request = function()
  number = number %% #queries + 1
  return wrk.format("GET", "%s" .. queries[number])
end
"""


def traffic(articles: Path, queries: list[str]) -> Iterator[str]:
    """A table. New queries are never repeated in a run; the others are answered from memory."""
    kinds = {"200 queries in turn": queries, "every query a new one": _combined(queries)}
    yield "| `kb serve`, 8 connections | queries | requests/s | p50 | p99 |"
    yield "|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(articles, root / "articles")
        with serving(root) as (address, _):
            for name, route in ROUTES.items():
                for kind, asked in kinds.items():
                    yield f"| {name} | {kind} | {_load(root, address, route, asked)} |"
    yield ""


def _combined(queries: list[str]) -> list[str]:
    """Forty thousand different queries: the first words of one and the last words of another."""
    heads = dict.fromkeys(" ".join(query.split()[:2]) for query in queries)
    tails = dict.fromkeys(" ".join(query.split()[-2:]) for query in queries)
    return [f"{head} {tail}" for tail in tails for head in heads]


def _load(root: Path, address: str, route: str, queries: list[str]) -> str:
    status = _status(address + route + quote_plus(queries[-1]))
    if status != 200:
        return f"answers {status} | | "
    script = root / "requests.lua"
    texts = ", ".join(json.dumps(quote_plus(query)) for query in queries)
    script.write_text(REQUESTS % (texts, route))
    command = ["wrk", "-t1", "-c8", "-d5s", "--latency", "-s", str(script), address]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]
    p50, p99 = (re.search(rf"{p}%\s+(\S+)", told)[1] for p in (50, 99))  # type: ignore[index]
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return f"{rate:,.0f}{f' ({failed[1]} failed)' if failed else ''} | {p50} | {p99}"


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code

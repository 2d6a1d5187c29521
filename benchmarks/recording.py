"""What recording costs: the same requests with an observer that sees and one that does not.

    .venv/bin/python benchmarks/recording.py [articles] [--rounds 2000]

One process, the whole WSGI application, the recorder's thread writing to SQLite beside it. The two
take turns, so that whatever else the machine does happens to both.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.test import EnvironBuilder, run_wsgi_app

from kb.building import Builder
from kb.observing import Observer
from kb.settings import Settings
from kb.web import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ROUTES = ("/search", "/api/v1/search")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("articles", type=Path, nargs="?", default=Path("articles"))
    parser.add_argument("--rounds", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(articles=options.articles, data_dir=Path(folder))
        Builder(settings).build()
        app = create_app(settings)
        print(f"{'':41}{'without':>10}{'with':>10}{'cost':>10}")
        for route in ROUTES:
            for name, ask in asked(app, route).items():
                show(f"{route}, {name}", *compare(app, ask, options.rounds))
        kb = app.extensions["kb"]
        kb.recorder.close()
        print(f"recorded {sum(1 for _ in kb.signals.searches()):,}, lost {kb.recorder.lost:,}")


def asked(app: Flask, route: str) -> dict[str, Callable[[], dict[str, Any]]]:
    """Requests that are new each time, and those that the searcher answers from memory."""
    library = app.extensions["kb"].edition.library
    words = sorted({word for article in library.articles for word in article.title.split()})
    dice = random.Random(4)
    return {
        "new searches": lambda: environ(route, " ".join(dice.sample(words, 3)), dice),
        "searches in memory": lambda: environ(route, words[dice.randrange(8)], dice),
    }


def environ(route: str, text: str, dice: random.Random) -> dict[str, Any]:
    """A search of one of 65,000 visitors."""
    builder = EnvironBuilder(
        path=route,
        query_string=urlencode({"q": text}),
        headers={"User-Agent": AGENT},
        environ_base={"REMOTE_ADDR": f"10.1.{dice.randrange(256)}.{dice.randrange(256)}"},
    )
    return builder.get_environ()


def compare(
    app: Flask, ask: Callable[[], dict[str, Any]], rounds: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of each request without and with recording."""
    kb = app.extensions["kb"]
    observers = [Observer(kb.recorder, None, seeing=False), kb.observer]  # type: ignore[arg-type]
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(2 * rounds + 100):
        kb.observer = observers[number % 2]
        request = ask()
        begin = time.perf_counter()
        _, status, _ = run_wsgi_app(app, request)
        took[number % 2].append((time.perf_counter() - begin) * 1000)
        assert status.startswith("200")
    kb.observer = observers[1]
    return took[0][50:], took[1][50:]


def show(name: str, without: list[float], recording: list[float]) -> None:
    for kind, of in (("median", statistics.median), ("99 in 100", percentile_99)):
        low, high = of(without), of(recording)
        print(f"{name + ', ' + kind:44}{low:7.3f}{high:10.3f}{high - low:+10.3f} ms")


def percentile_99(values: list[float]) -> float:
    return sorted(values)[len(values) * 99 // 100]


if __name__ == "__main__":
    main()

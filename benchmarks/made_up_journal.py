"""A made-up journal of any size, written as fast as a database takes it.

Days of visitors who search, open, read, vote and write to support. What they type is drawn by a
Zipf law from wordings out of real articles, some mistyped; some topics have no article and fail.
Everything but the last day has its outcome already, as it would have in life.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import func, select

from kb.feedback.tables import clicks, contacts, reads, searches, votes
from kb.search.query import normal_form, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Table

    from kb.content.library import Library
    from kb.feedback.database import Database

Row = tuple[Any, ...]
DAY = dt.timedelta(days=1)
FAILING_SHARE = 0.15  # of all searches are about topics without an article
TWICE = 0.15  # of the visitors ask again in other words
NETWORKS = 65_536
COLUMNS: dict[str, tuple[Table, tuple[str, ...]]] = {
    "searches": (
        searches,
        ("token", "visitor", "network", "at", "last", "text", "normal", "lang", "source", "total",
         "found", "finished", "seconds", "outcome", "next", "failed"),
    ),
    "clicks": (clicks, ("search", "visitor", "article", "rank", "total", "at")),
    "reads": (
        reads,
        ("visitor", "network", "article", "revision", "search", "seconds", "depth", "at"),
    ),
    "votes": (
        votes,
        ("article", "revision", "visitor", "network", "helpful", "reason", "text", "query",
         "search", "at"),
    ),
    "contacts": (contacts, ("visitor", "network", "article", "search", "text", "lang", "at")),
}  # fmt: skip


@dataclass(frozen=True)
class Wordings:
    """Texts with what they find. `own` is the number of the article that answers, -1 for none."""

    texts: list[str]
    normals: list[str]
    found: list[str]
    own: np.ndarray
    chances: np.ndarray  # cumulated


def wordings(library: Library, count: int, failing: int, dice: np.random.Generator) -> Wordings:
    """About `count` of them, of articles and of `failing` topics that no article is about."""
    texts: dict[str, int] = {}
    for number, text in _texts(library):
        texts.setdefault(tidy(text)[:120].casefold(), number)
        if len(texts) >= count // 3:
            break
    real = list(texts.items())
    vocabulary = sorted({word for text, _ in real for word in text.split() if len(word) > 3})
    for pick in dice.integers(len(real), size=int(count * (1 - FAILING_SHARE)) - len(texts)):
        text, number = real[pick]
        texts.setdefault(_changed(text, dice), number)
    topics = [" ".join(dice.choice(vocabulary, 6)) for _ in range(failing)]
    for pick in dice.integers(failing, size=int(count * FAILING_SHARE)):
        texts.setdefault(_changed(topics[pick], dice), -1)
    return _weighed(texts, library, dice)


def _texts(library: Library) -> Iterator[tuple[int, str]]:
    """Titles, then headings, then sentences."""
    articles = list(enumerate(library.articles))
    yield from ((number, one.title) for number, one in articles)
    yield from ((n, section.title) for n, one in articles for section in one.sections)
    for number, one in articles:
        for section in one.sections:
            yield from ((number, part) for part in section.text.split(".") if len(part) > 12)


def _changed(text: str, dice: np.random.Generator) -> str:
    """Some of the words, at times with two letters exchanged."""
    words = text.split()
    keep = sorted(dice.permutation(len(words))[: dice.integers(2, 6)])
    some = [words[n] for n in keep]
    if dice.random() < 0.2:
        n = int(dice.integers(len(some)))
        at = int(dice.integers(max(1, len(some[n]) - 1)))
        some[n] = some[n][:at] + some[n][at : at + 2][::-1] + some[n][at + 2 :]
    return " ".join(some)


def _weighed(texts: dict[str, int], library: Library, dice: np.random.Generator) -> Wordings:
    """Zipf, with the failing ones spread evenly over the ranks."""
    said, own = list(texts), np.array(list(texts.values()))
    places = dice.permutation(len(said))
    worth = 1.0 / (places + 30.0)
    worth[own < 0] *= FAILING_SHARE / worth[own < 0].sum() * worth[own >= 0].sum()
    ids = [one.id for one in library.articles]
    others = dice.integers(len(ids), size=(len(said), 3))
    found = [
        json.dumps([ids[k] for k in (*([n] if n >= 0 else []), *some)])
        for n, some in zip(own, others, strict=True)
    ]
    normals = [normal_form(text, "en") for text in said]
    return Wordings(said, normals, found, own, np.cumsum(worth) / worth.sum())


class Filler:
    """Writes days into an empty journal."""

    def __init__(self, database: Database, library: Library, words: Wordings, seed: int) -> None:
        self._database, self._words = database, words
        self._dice = np.random.default_rng(seed)
        self._ids = [one.id for one in library.articles]
        self._revisions = [one.revision for one in library.articles]
        self._sqlite = database.url.get_backend_name() == "sqlite"

    def fill(self, days: int, per_day: int, now: dt.datetime) -> Iterator[int]:
        """Days up to `now` -> the number of each as it is done. Indexes are made at the end."""
        self._database.prepare()
        indexes = [index for table, _ in COLUMNS.values() for index in table.indexes]
        with self._database.writing() as connection:
            for index in indexes:
                index.drop(connection)
        for number in range(days):
            self._write(self._day(now - (days - number) * DAY, per_day, number < days - 1))
            yield number + 1
        with self._database.writing() as connection:
            for index in indexes:
                index.create(connection)
        with self._database.reading() as connection:
            connection.exec_driver_sql("ANALYZE") if not self._sqlite else None

    def _day(self, begin: dt.datetime, per_day: int, judged: bool) -> dict[str, list[Row]]:
        dice, words, sessions = self._dice, self._words, int(per_day / (1 + TWICE))
        rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
        picked = np.searchsorted(words.chances, dice.random(sessions))
        hours = np.sort(np.clip(dice.normal(0.55, 0.17, sessions), 0, 0.995)) * 86_000
        rolls, networks = dice.random((sessions, 6)), dice.integers(NETWORKS, size=sessions)
        names = _tokens(dice, 3 * sessions)
        for n in range(sessions):
            self._session(
                rows, int(picked[n]), begin + dt.timedelta(seconds=float(hours[n])), rolls[n],
                f"{networks[n]:032x}", names[3 * n : 3 * n + 3], judged,
            )  # fmt: skip
        for _ in range(sessions // 3):
            at = begin + dt.timedelta(seconds=float(dice.random() * 86_000))
            self._read(
                rows, _tokens(dice, 1)[0], "", "", int(dice.integers(len(self._ids))), at, 40
            )
        return rows

    def _session(
        self, rows: dict[str, list[Row]], word: int, at: dt.datetime, rolls: Any, network: str,
        names: Sequence[str], judged: bool,
    ) -> None:  # fmt: skip
        """One or two searches and what follows."""
        own = int(self._words.own[word])
        fails = rolls[0] < (0.85 if own < 0 else 0.2)
        visitor, first, second = names
        if rolls[1] < TWICE:
            self._search(rows, first, visitor, network, word, at, "reformulated", second, judged)
            word, at = int(word * 0.97), at + dt.timedelta(seconds=40)
            own, first = int(self._words.own[word]), second
        wrote = fails and rolls[2] < 0.05
        outcome = "settled" if not fails else "contacted" if wrote else "no_click"
        if outcome == "no_click" and rolls[3] < 0.1:
            outcome = "no_result"
        self._search(rows, first, visitor, network, word, at, outcome, "", judged)
        if outcome == "settled":
            article = own if own >= 0 else int(rolls[4] * len(self._ids))
            rank = 1 + int(rolls[3] * 3)
            rows["clicks"].append((first, visitor, self._ids[article], rank, 9, at))
            self._read(rows, visitor, network, first, article, at, int(rolls[4] * 90))
            if rolls[5] < 0.03:
                self._vote(rows, visitor, network, first, article, at, rolls[4] < 0.7)
        if wrote:
            rows["contacts"].append((visitor, network, "", first, "", "en", at + DAY / 1440))

    def _search(
        self, rows: dict[str, list[Row]], token: str, visitor: str, network: str, word: int,
        at: dt.datetime, outcome: str, following: str, judged: bool,
    ) -> None:  # fmt: skip
        words, total = self._words, 0 if outcome == "no_result" else 9
        rows["searches"].append(
            (token, visitor, network, at, at, words.texts[word], words.normals[word], "en", "page",
             total, words.found[word] if total else "[]", True, None, outcome if judged else "",
             following if judged else "", judged and outcome != "settled")
        )  # fmt: skip

    def _read(
        self, rows: dict[str, list[Row]], visitor: str, network: str, search: str, article: int,
        at: dt.datetime, seconds: int,
    ) -> None:  # fmt: skip
        what = (self._ids[article], self._revisions[article])
        rows["reads"].append((visitor, network, *what, search, seconds, 80, at))

    def _vote(
        self, rows: dict[str, list[Row]], visitor: str, network: str, search: str, article: int,
        at: dt.datetime, helpful: bool,
    ) -> None:  # fmt: skip
        what = (self._ids[article], self._revisions[article])
        reason = "" if helpful else "out-of-date"
        rows["votes"].append((*what, visitor, network, helpful, reason, "", "", search, at))

    def _write(self, rows: dict[str, list[Row]]) -> None:
        for name, some in rows.items():
            columns = COLUMNS[name][1]
            if self._sqlite:
                self._insert(name, columns, some)
            else:
                self._copy(name, columns, some)

    def _insert(self, name: str, columns: Sequence[str], rows: list[Row]) -> None:
        moments = [n for n, column in enumerate(columns) if column in ("at", "last")]
        marks = ", ".join("?" * len(columns))
        told = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})"
        with self._database.writing() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA cache_size = -1500000")
            raw.executemany(told, (_as_text(row, moments) for row in rows))

    def _copy(self, name: str, columns: Sequence[str], rows: list[Row]) -> None:
        with self._database.writing() as connection:
            raw: Any = connection.connection.dbapi_connection
            told = f"COPY {name} ({', '.join(columns)}) FROM STDIN"
            with raw.cursor() as cursor, cursor.copy(told) as copy:
                for row in rows:
                    copy.write_row(row)


def _as_text(row: Row, moments: Sequence[int]) -> list[Any]:
    """As SQLAlchemy writes moments there."""
    told = list(row)
    for n in moments:
        told[n] = f"{row[n]:%Y-%m-%d %H:%M:%S.%f}"
    return told


def _tokens(dice: np.random.Generator, count: int) -> list[str]:
    every = dice.bytes(16 * count).hex()
    return [every[n : n + 32] for n in range(0, 32 * count, 32)]


def size(database: Database) -> dict[str, int]:
    """Rows by table."""
    with database.reading() as connection:
        return {
            name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for name, (table, _) in COLUMNS.items()
        }

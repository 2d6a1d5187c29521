"""Signals: searches, clicks, reads and contacts; what visitors did, and not what they wrote to us.

They are statistics: see `recorder` for who writes them, and when one may be lost.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import and_, case, or_, select, update

from kb.feedback.events import (
    FOUND_LIMIT,
    QUERY_LIMIT,
    SOURCES,
    TEXT_LIMIT,
    Click,
    Contact,
    LinkOpen,
    NothingFits,
    Read,
    Search,
)
from kb.feedback.link_tables import link_opens
from kb.feedback.redaction import redact
from kb.feedback.tables import clicks, contacts, nothing_fits, reads, searches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection, Row, Table

    from kb.feedback.database import Database

Signal = Search | Click | Read | Contact | NothingFits | LinkOpen
T = TypeVar("T")

TYPING = dt.timedelta(seconds=10)
"""Between two keystrokes of one search, at most."""

NORMAL_LIMIT = 400
MOST_SECONDS = 3_600


class Signals:
    """Written many at once, in one transaction. Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def write(self, signals: Iterable[Signal]) -> None:
        """Store signals in the order in which they happened; texts are redacted here at the latest.

        Keystrokes of one visitor become one search: see `_same_search`.
        """
        with self.database.writing() as connection:
            for signal in signals:
                self._write(connection, clean(signal))

    def _write(self, connection: Connection, signal: Signal) -> None:
        if isinstance(signal, Search):
            self._search(connection, signal)
        elif isinstance(signal, Click):
            self._click(connection, signal)
        elif isinstance(signal, Read):
            self._read(connection, signal)
        elif isinstance(signal, LinkOpen):
            new = self.database.insert(link_opens).values(**asdict(signal))
            connection.execute(new.on_conflict_do_nothing())
        else:
            table = contacts if isinstance(signal, Contact) else nothing_fits
            connection.execute(table.insert().values(**asdict(signal)))

    def _search(self, connection: Connection, search: Search) -> None:
        if not (search.finished or search.text):
            return  # keystrokes without their text are nobody's search
        row = asdict(search) | {"found": json.dumps(search.found), "last": search.at}
        earlier = _same_search(connection, search)
        if earlier is None:
            new = self.database.insert(searches).values(**row)
            change = {"last": new.excluded.last, "finished": True}
            again = new.on_conflict_do_update(index_elements=[searches.c.token], set_=change)
            connection.execute(again)
            return
        row |= {
            "at": earlier.at,
            "finished": search.finished or earlier.finished,
            "source": earlier.source if earlier.finished else search.source,
            "seconds": _most(search.seconds, earlier.seconds),
        }
        if row["finished"] and not search.finished:  # a late word about a search that is over
            row = {name: row[name] for name in ("seconds", "last")}
        connection.execute(update(searches).where(searches.c.id == earlier.id).values(**row))

    def _click(self, connection: Connection, click: Click) -> None:
        new = self.database.insert(clicks).values(**asdict(click))
        connection.execute(new.on_conflict_do_nothing())
        mine = and_(searches.c.token == click.search, searches.c.visitor == click.visitor)
        last = case((searches.c.last < click.at, click.at), else_=searches.c.last)
        connection.execute(update(searches).where(mine).values(finished=True, last=last))

    def _read(self, connection: Connection, read: Read) -> None:
        new = self.database.insert(reads).values(**asdict(read))
        more = {
            name: case(
                (reads.c[name] < new.excluded[name], new.excluded[name]), else_=reads.c[name]
            )
            for name in ("seconds", "depth")
        }
        more["search"] = case((reads.c.search == "", new.excluded.search), else_=reads.c.search)
        once = [reads.c.visitor, reads.c.article, reads.c.revision]
        connection.execute(new.on_conflict_do_update(index_elements=once, set_=more))

    def searches(self, since: dt.datetime | None = None) -> Iterator[Search]:
        """In the order in which they began, streamed: read them to the end soon."""
        return self._all(searches, Search, since)

    def last_texts(self, visitor: str, since: dt.datetime, most: int) -> tuple[str, ...]:
        """What a visitor searched for, redacted, the last search first."""
        c = searches.c
        query = select(c.text).where(c.visitor == visitor, c.last >= since, c.text != "")
        query = query.where(c.source != "contact")
        with self.database.reading() as connection:
            found = connection.execute(query.order_by(c.last.desc(), c.id.desc()).limit(most))
            return tuple(found.scalars())

    def clicks(self, since: dt.datetime | None = None) -> Iterator[Click]:
        return self._all(clicks, Click, since)

    def reads(self, since: dt.datetime | None = None) -> Iterator[Read]:
        return self._all(reads, Read, since)

    def contacts(self, since: dt.datetime | None = None) -> Iterator[Contact]:
        return self._all(contacts, Contact, since)

    def nothing_fits(self, since: dt.datetime | None = None) -> Iterator[NothingFits]:
        return self._all(nothing_fits, NothingFits, since)

    def _all(self, table: Table, kind: type[T], since: dt.datetime | None) -> Iterator[T]:
        query = select(*columns_of(table, kind)).order_by(table.c.at, table.c.id)
        if since is not None:
            query = query.where(table.c.at >= since)
        with self.database.reading() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield row_value(kind, row)


def _same_search(connection: Connection, search: Search) -> Any:
    """The row that this is a later state of: the same words on the same day, or what the visitor
    typed in the last ten seconds when one text begins with the other, unless Enter or a click
    ended that."""
    same = searches.c.token == search.token
    recent = and_(
        searches.c.visitor == search.visitor,
        searches.c.lang == search.lang,
        searches.c.last >= search.at - TYPING,
        searches.c.last <= search.at + TYPING,
        searches.c.finished.is_(False),
    )
    c = searches.c
    columns = (c.id, c.token, c.text, c.at, c.finished, c.source, c.seconds)
    query = select(*columns).where(or_(same, recent)).order_by(c.last.desc()).limit(8)
    rows = connection.execute(query).all()
    for row in rows:
        if row.token == search.token:
            return row
    text = search.text.casefold()
    for row in rows:
        other = row.text.casefold()
        if other and (text.startswith(other) or other.startswith(text)):
            return row
    return None


def _most(one: float | None, other: float | None) -> float | None:
    known = [seconds for seconds in (one, other) if seconds is not None]
    return max(known, default=None)


def clean(signal: Signal) -> Signal:
    """As it may be stored: redacted, within its limits, without what no database takes."""
    if isinstance(signal, Search):
        if signal.source not in SOURCES:
            raise ValueError(f"{signal.source} is no source of searches")
        return replace(
            signal,
            text=shortened(signal.text, QUERY_LIMIT),
            normal=shortened(signal.normal, NORMAL_LIMIT),
            total=max(0, signal.total),
            found=signal.found[:FOUND_LIMIT],
        )
    if isinstance(signal, Read):
        seconds = min(max(0, signal.seconds), MOST_SECONDS)
        return replace(signal, seconds=seconds, depth=min(max(0, signal.depth), 100))
    if isinstance(signal, Contact):
        return replace(signal, text=shortened(signal.text, TEXT_LIMIT))
    if isinstance(signal, NothingFits):
        return replace(
            signal,
            text=shortened(signal.text, TEXT_LIMIT),
            normal=shortened(signal.normal, NORMAL_LIMIT),
            note=shortened(signal.note, TEXT_LIMIT),
        )
    return signal


def shortened(text: str, limit: int) -> str:
    """A text as it may be stored: redacted, then cut."""
    shown = text.encode("utf-8", "replace").decode().replace("\0", "")
    return redact(shown[: 4 * limit])[:limit]


def columns_of(table: Table, kind: type) -> list[Any]:
    """The columns that make a value of a kind."""
    fields: Mapping[str, object] = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return [table.c[name] for name in fields]


def row_value(kind: type[T], row: Row[Any]) -> T:
    """The value of a kind that a row with its columns holds."""
    if kind is Search:
        return kind(**{**row._mapping, "found": tuple(json.loads(row.found))})
    return kind(**row._mapping)

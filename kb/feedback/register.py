"""Register: the gaps that people know by number: their wordings, their state, what was done.

open        nobody works on it
claimed     somebody does: `who`
documented  an article answers it now: `article`, since `change`
proven      fewer visitors fail since then, with confidence
reopened    they fail as before
ignored     somebody said why not: `note`, until demand doubles
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003  (pydantic reads the annotations at run time)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from kb.errors import BadInput, NotFound
from kb.feedback.redaction import redact
from kb.feedback.tables import gap_changes, gap_members, gaps
from kb.phrase import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from kb.feedback.database import Database

    Key = tuple[str, str]

STATES = ("open", "claimed", "documented", "proven", "reopened", "ignored")
NOTE_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A gap as people left it. `since` is when it came into its state, `demand` the visitors a week
    that it then had."""

    id: int
    label: str
    lang: str
    state: str
    who: str
    article: str
    change: str
    note: str
    demand: float
    at: dt.datetime
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a gap; `who` is "" for what kb noticed by itself."""

    at: dt.datetime
    who: str
    state: str
    note: str


class Register:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, only: Collection[int] | None = None) -> dict[int, Entry]:
        """All gaps, or those with `only` these numbers, by number."""
        query = select(*[gaps.c[name] for name in Entry.__dataclass_fields__]).order_by(gaps.c.id)
        if only is not None:
            query = query.where(gaps.c.id.in_([n for n in only if 0 < n < 2**63]))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {row.id: Entry(*row) for row in rows}

    def states(self) -> dict[str, int]:
        """How many gaps are in which state."""
        query = select(gaps.c.state, func.count()).group_by(gaps.c.state)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def members(self) -> dict[Key, int]:
        """Language and normal form -> the gap that it belongs to."""
        c = gap_members.c
        with self._database.reading() as connection:
            rows = connection.execute(select(c.lang, c.normal, c.gap)).all()
        return {(row.lang, row.normal): row.gap for row in rows}

    def changes(self, gap: int) -> list[Change]:
        """The gap's history, oldest first."""
        columns = [gap_changes.c[name] for name in Change.__dataclass_fields__]
        query = select(*columns).where(gap_changes.c.gap == gap).order_by(gap_changes.c.id)
        with self._database.reading() as connection:
            return [Change(*row) for row in connection.execute(query)]

    def changes_since(self, begin: dt.datetime) -> list[tuple[int, Change]]:
        """What happened to all gaps from then on, oldest first, each with its gap."""
        c = gap_changes.c
        columns = [c[name] for name in Change.__dataclass_fields__]
        query = select(c.gap, *columns).where(c.at >= begin).order_by(c.id)
        with self._database.reading() as connection:
            return [(row[0], Change(*row[1:])) for row in connection.execute(query)]

    def grow(
        self, found: Mapping[Key, int], labels: Mapping[int, str], now: dt.datetime
    ) -> dict[int, int]:
        """Store wordings with their gaps; a negative number is a new gap -> its number from now on.

        A wording that has a gap already keeps it.
        """
        numbers: dict[int, int] = {}
        with self._database.writing() as connection:
            langs = {number: lang for (lang, _), number in found.items() if number < 0}
            for number in sorted(langs, reverse=True):
                numbers[number] = _create(connection, labels.get(number, ""), langs[number], now)
            rows = [
                {"normal": normal, "lang": lang, "gap": numbers.get(gap, gap), "by_hand": False}
                for (lang, normal), gap in found.items()
            ]
            if rows:
                new = self._database.insert(gap_members).on_conflict_do_nothing()
                connection.execute(new, rows)
        return numbers

    def change(
        self,
        gap: int,
        state: str,
        now: dt.datetime,
        who: str = "",
        note: str = "",
        **more: Any,
    ) -> Entry:
        """Bring a gap into a state. Raises NotFound and BadInput.

        `more`: `article`, `change` and `demand`.
        """
        if state not in STATES:
            hint = N_("One of: %(states)s.", states=", ".join(STATES))
            raise BadInput(N_("%(state)s is no state of a gap.", state=state), hint)
        note = redact(note.strip())[:NOTE_LIMIT]
        if state == "ignored" and not note:
            hint = N_("Somebody will ask in half a year.")
            raise BadInput(N_("Say why this gap is ignored."), hint)
        if state == "claimed" and not who:
            raise BadInput(N_("Say who takes this gap."), N_("Give a name."))
        told = {"state": state, "note": note, "since": now, **more}
        if who or state in ("open", "reopened"):
            told["who"] = who
        with self._database.writing() as connection:
            done = connection.execute(update(gaps).where(gaps.c.id == gap).values(**told))
            if not done.rowcount:
                raise _no_such_gap(gap)
            _log(connection, gap, now, who, state, note)
        return self.entries([gap])[gap]

    def move(self, keys: Iterable[Key], gap: int, now: dt.datetime, who: str) -> int:
        """Put wordings into a gap by hand, 0: into a new one -> its number. Raises NotFound."""
        keys = list(keys)
        with self._database.writing() as connection:
            if not gap:
                gap = _create(connection, keys[0][1], keys[0][0], now)
            elif connection.execute(select(gaps.c.id).where(gaps.c.id == gap)).first() is None:
                raise _no_such_gap(gap)
            for lang, normal in keys:
                row = {"normal": normal, "lang": lang, "gap": gap, "by_hand": True}
                new = self._database.insert(gap_members).values(**row)
                once = [gap_members.c.normal, gap_members.c.lang]
                change = {"gap": gap, "by_hand": True}
                connection.execute(new.on_conflict_do_update(index_elements=once, set_=change))
            _log(connection, gap, now, who, "", f"{len(keys)} wordings moved here by hand")
        return gap

    def merge(self, gap: int, into: int, now: dt.datetime, who: str) -> None:
        """All of a gap becomes part of another, and it is gone. Raises NotFound and BadInput."""
        if gap == into:
            message = N_("A gap cannot be merged with itself.")
            raise BadInput(message, N_("Name two gaps."))
        theirs = gap_members.c.gap == gap
        with self._database.writing() as connection:
            known = connection.execute(select(func.count()).where(gaps.c.id.in_((gap, into))))
            if known.scalar_one() != 2:
                raise _no_such_gap(gap)
            moved = update(gap_members).where(theirs).values(gap=into, by_hand=True)
            connection.execute(moved)
            kept = update(gap_changes).where(gap_changes.c.gap == gap).values(gap=into)
            connection.execute(kept)
            connection.execute(delete(gaps).where(gaps.c.id == gap))
            _log(connection, into, now, who, "", f"Gap {gap} was merged into this one")

    def members_of(self, gap: int) -> Sequence[Key]:
        c = gap_members.c
        query = select(c.lang, c.normal).where(c.gap == gap).order_by(c.normal)
        with self._database.reading() as connection:
            return [(row.lang, row.normal) for row in connection.execute(query)]


def _create(connection: Connection, label: str, lang: str, now: dt.datetime) -> int:
    row = {
        "label": label, "lang": lang, "state": "open", "who": "", "article": "", "change": "",
        "note": "", "demand": 0.0, "at": now, "since": now,
    }  # fmt: skip
    made = connection.execute(gaps.insert().values(**row).returning(gaps.c.id))
    number = int(made.scalar_one())
    _log(connection, number, now, "", "open", "")
    return number


def _log(
    connection: Connection, gap: int, now: dt.datetime, who: str, state: str, note: str
) -> None:
    row = {"gap": gap, "at": now, "who": who, "state": state, "note": note}
    connection.execute(gap_changes.insert().values(**row))


def _no_such_gap(gap: int) -> NotFound:
    message = N_("There is no gap %(number)s.", number=str(gap))
    return NotFound(message, "See kb gaps for their numbers.")

"""Messages: those that customers wrote, stored durably before anybody is thanked."""

from __future__ import annotations

import datetime as dt
import json
import logging
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from kb.errors import NoRoom, NotFound
from kb.helpdesk.attachment import Attachment
from kb.helpdesk.message import Message
from kb.helpdesk.tables import attachments, messages, outbox
from kb.phrase import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row, Select

    from kb.feedback.database import Database

log = logging.getLogger(__name__)

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another one
ROWS = dt.timedelta(days=761)  # 25 months, as long as daily sums
MOST_KEPT = 2**30
"""Bytes of all files together: strangers send them, and the disk is the pages' and votes', too."""

_LISTS = ("searches", "shown", "opened")
_WORDS = ("subject", "text", "email", "page")


@dataclass(frozen=True, slots=True)
class Listed:
    """A stored message. `cleared`: its words and files were deleted after their time."""

    id: int
    reference: str
    at: dt.datetime
    message: Message
    files: tuple[tuple[int, str, int], ...]
    """Number, name and size of each attachment."""

    @property
    def cleared(self) -> bool:
        return not self.message.text


@dataclass(frozen=True, slots=True)
class Kept:
    """`again`: the message was here before."""

    reference: str
    again: bool = False


class Messages:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self,
        message: Message,
        files: Sequence[Attachment],
        state: str,
        now: dt.datetime,
        once: str = "",
    ) -> Kept:
        """Store a checked message and put it into the outbox.

        All of it is on disk when this returns, or nothing is. The same `once` again is the same
        message. Raises NoRoom where the files of all messages would be too much.
        """
        reference = _reference()
        row = {"reference": reference, "once": once or secrets.token_hex(16), "at": now}
        row |= {name: getattr(message, name) for name in Message.__dataclass_fields__}
        row |= {name: json.dumps(getattr(message, name)) for name in _LISTS}
        new = self._database.insert(messages).values(**row)
        with self._database.writing() as connection:
            id_ = connection.execute(
                new.on_conflict_do_nothing(index_elements=[messages.c.once]).returning(
                    messages.c.id
                )
            ).scalar()
            if id_ is None:
                return Kept(str(connection.execute(_same(once)).scalar_one()), again=True)
            _keep_files(connection, id_, files)
            way = {"message": id_, "state": state, "tries": 0, "due": now, "at": now}
            connection.execute(outbox.insert().values(error="", external="", who="", **way))
        return Kept(reference)

    def known(self, once: str) -> str:
        """The reference of the message that came so, "" for none."""
        with self._database.reading() as connection:
            return str(connection.execute(_same(once)).scalar() or "")

    def one(self, number: int) -> Listed:
        """Raises NotFound."""
        with self._database.reading() as connection:
            row = connection.execute(select(messages).where(messages.c.id == number)).first()
            if row is None:
                raise NotFound(N_("There is no such message."))
            return _listed(connection, [row])[0]

    def some(self, numbers: Sequence[int]) -> list[Listed]:
        """In this order."""
        with self._database.reading() as connection:
            rows = connection.execute(select(messages).where(messages.c.id.in_(numbers))).all()
            found = {one.id: one for one in _listed(connection, rows)}
        return [found[number] for number in numbers if number in found]

    def files(self, number: int) -> tuple[Attachment, ...]:
        """The attachments of a message, in the order in which they came."""
        c = attachments.c
        query = select(c.name, c.media_type, c.content).where(c.message == number).order_by(c.id)
        with self._database.reading() as connection:
            return tuple(Attachment(*row) for row in connection.execute(query))

    def file(self, number: int, file: int) -> Attachment:
        """Raises NotFound."""
        c = attachments.c
        mine = (c.message == number) & (c.id == file)
        with self._database.reading() as connection:
            row = connection.execute(select(c.name, c.media_type, c.content).where(mine)).first()
        if row is None:
            raise NotFound(N_("There is no such file."))
        return Attachment(*row)

    def clear(self, now: dt.datetime, kept: dt.timedelta, states: Sequence[str]) -> int:
        """Delete words and files of messages that are in one of these states for so long -> how
        many. What is left of one says when it came and which articles were shown."""
        over = select(outbox.c.message).where(outbox.c.state.in_(states), outbox.c.at < now - kept)
        told = messages.c.id.in_(over) & (messages.c.text != "")
        with self._database.writing() as connection:
            done = connection.execute(select(messages.c.id).where(told)).scalars().all()
            mine = messages.c.id.in_(done)
            empty = dict.fromkeys(_WORDS, "") | {"searches": "[]"}
            connection.execute(delete(attachments).where(attachments.c.message.in_(done)))
            connection.execute(update(messages).where(mine).values(**empty))
            connection.execute(update(outbox).where(outbox.c.message.in_(done)).values(error=""))
            _forget_rows(connection, now - ROWS)
        return len(done)


def _same(once: str) -> Select[tuple[str]]:
    return select(messages.c.reference).where(messages.c.once == once)


def _keep_files(connection: Connection, message: int, files: Sequence[Attachment]) -> None:
    rows = [
        {
            "message": message,
            "name": one.name,
            "media_type": one.media_type,
            "size": len(one.content),
            "content": one.content,
        }
        for one in files
    ]
    if rows:
        _refuse_too_much(connection, sum(len(one.content) for one in files))
        connection.execute(attachments.insert(), rows)


def _refuse_too_much(connection: Connection, more: int) -> None:
    kept = connection.execute(select(func.coalesce(func.sum(attachments.c.size), 0))).scalar_one()
    if int(kept) + more > MOST_KEPT:
        log.warning("The files of messages fill their %s MB; see /staff/messages.", MOST_KEPT >> 20)
        hint = N_("Send the message without them, and describe what they show.")
        raise NoRoom(N_("There is no room for files at the moment."), hint)


def _forget_rows(connection: Connection, before: dt.datetime) -> None:
    """Messages that were cleared long ago."""
    old = select(messages.c.id).where(messages.c.at < before, messages.c.text == "")
    connection.execute(delete(outbox).where(outbox.c.message.in_(old)))
    connection.execute(delete(messages).where(messages.c.at < before, messages.c.text == ""))


def _listed(connection: Connection, rows: Sequence[Row[Any]]) -> list[Listed]:
    c = attachments.c
    query = select(c.message, c.id, c.name, c.size).order_by(c.id)
    found: dict[int, list[tuple[int, str, int]]] = {row.id: [] for row in rows}
    for row in connection.execute(query.where(c.message.in_(found))):
        found[row.message].append((row.id, row.name, row.size))
    return [
        Listed(row.id, row.reference, row.at, _message(row), tuple(found[row.id])) for row in rows
    ]


def _message(row: Row[Any]) -> Message:
    values = {name: row._mapping[name] for name in Message.__dataclass_fields__}
    return Message(**values | {name: tuple(json.loads(values[name])) for name in _LISTS})


def _reference() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"

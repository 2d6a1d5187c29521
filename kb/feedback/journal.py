"""The journal: what customers told us, recorded durably and read back."""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, and_, case, select, update

from kb.errors import BadInput, JournalUnavailable, NotFound
from kb.feedback.database import Database
from kb.feedback.events import QUERY_LIMIT, REASONS, TEXT_LIMIT, Vote
from kb.feedback.redaction import redact
from kb.feedback.tables import votes
from kb.phrase import N_

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

_log = logging.getLogger(__name__)
_COLUMNS = [votes.c[name] for name in Vote.__dataclass_fields__]


class Journal:
    """Votes in one database. What a method acknowledged by returning survives any crash.

    Every method raises JournalUnavailable when the database cannot do its part.
    """

    def __init__(self, url: str) -> None:
        """Open the database at `url` and bring its schema up to date.

        One that cannot be reached now is tried again at each use: the articles must be
        readable meanwhile. Raises UsageError when `url` can never work.
        """
        self.database = Database(url)
        try:
            self.database.prepare()
        except JournalUnavailable as error:
            _log.warning("%s %s", error.message, error.hint)

    def vote(self, vote: Vote) -> int:
        """Record a visitor's answer, or their change of mind, and return the vote's id.

        A visitor has one vote on a revision. The same answer again keeps what was explained
        before; the other answer starts afresh. Raises BadInput for values that cannot be.
        """
        given = self.database.insert(votes).values(**asdict(_clean(vote)))
        new = given.excluded
        again = votes.c.helpful == new.helpful
        upsert = given.on_conflict_do_update(
            index_elements=[votes.c.article, votes.c.revision, votes.c.visitor],
            set_={
                "helpful": new.helpful,
                "at": new.at,
                "network": new.network,
                "reason": case((and_(again, new.reason == ""), votes.c.reason), else_=new.reason),
                "text": case((and_(again, new.text == ""), votes.c.text), else_=new.text),
                "query": case((new.query == "", votes.c.query), else_=new.query),
                "search": case((new.search == "", votes.c.search), else_=new.search),
            },
        ).returning(votes.c.id)
        with self.database.writing() as connection:
            return int(connection.execute(upsert).scalar_one())

    def explain(self, vote_id: int, visitor: str, reason: str, text: str) -> None:
        """Add a reason (a slug of REASONS, or "") and a text (or "") to the visitor's vote.

        What is "" leaves what was said before. Raises NotFound when the vote is not the
        visitor's, BadInput for an unknown reason, a reason for a Yes or too long a text.
        """
        said = {"reason": _known(reason), "text": _clean_text(text)}
        mine = _mine(vote_id, visitor)
        with self.database.writing() as connection:
            vote = connection.execute(select(*_COLUMNS).where(mine).with_for_update()).first()
            if vote is None:
                raise NotFound(
                    N_("There is no such vote of yours."), N_("Vote again, then explain.")
                )
            _refuse_reason_for_yes(vote.helpful, reason)
            if said := {name: value for name, value in said.items() if value}:
                connection.execute(update(votes).where(mine).values(**said))

    def find_vote(self, vote_id: int, visitor: str) -> Vote | None:
        """The vote with that id, if it is the visitor's."""
        with self.database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(_mine(vote_id, visitor))).first()
        return _vote(row) if row else None

    def votes(self, since: dt.datetime | None = None) -> Iterator[Vote]:
        """Every vote, or those given at or after `since`, in the order of their first arrival.

        One consistent state, streamed: read it to the end soon.
        """
        query = select(*_COLUMNS).order_by(votes.c.id)
        if since is not None:
            query = query.where(votes.c.at >= since)
        with self.database.reading() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield _vote(row)

    def ready(self) -> bool:
        """Whether the database answers now and has the tables it should have."""
        try:
            with self.database.reading() as connection:
                connection.execute(select(votes.c.id).limit(1))
        except JournalUnavailable:
            return False
        return True

    def close(self) -> None:
        self.database.close()


def _mine(vote_id: int, visitor: str) -> Any:
    possible = vote_id if 0 < vote_id < 2**63 else 0  # more than a column holds is an error
    return and_(votes.c.id == possible, votes.c.visitor == visitor)


def _vote(row: Row[Any]) -> Vote:
    return Vote(**row._mapping)


def _clean(vote: Vote) -> Vote:
    """The vote as it may be stored. Raises BadInput."""
    for name in ("article", "revision", "visitor", "network"):
        value = getattr(vote, name)
        # isprintable is False for NUL and lone surrogates, which no database takes
        if not value.isprintable() or len(value) > 200 or not (value or name == "network"):
            raise BadInput(f"That is no {name}.", N_("Reload the article and vote again."))
    _refuse_reason_for_yes(vote.helpful, _known(vote.reason))
    return replace(vote, text=_clean_text(vote.text), query=redact(vote.query[:1000])[:QUERY_LIMIT])


def _known(reason: str) -> str:
    if reason and reason not in REASONS:
        message = N_("That reason is not one of those offered.")
        raise BadInput(message, N_("Choose one from the list."))
    return reason


def _refuse_reason_for_yes(helpful: bool, reason: str) -> None:
    if helpful and reason:
        hint = N_("Write what you want to say instead.")
        raise BadInput(N_("Reasons are for answers of No."), hint)


def _clean_text(text: str) -> str:
    """Browsers send two characters for a line's end but count one against the limit."""
    stripped = text.replace("\r\n", "\n").strip()
    if len(stripped) > TEXT_LIMIT:
        raise BadInput(
            N_(
                "The text is %(length)s characters long; %(limit)s fit.",
                length=len(stripped),
                limit=TEXT_LIMIT,
            ),
            N_("Shorten it and send it again."),
        )
    return redact(stripped)[:TEXT_LIMIT]

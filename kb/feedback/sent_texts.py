"""Sent texts: what articles looked like when staff sent them, to tell when that no longer holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, select, update

from kb.content.sketch import Sketch, sketch
from kb.feedback.link_tables import reply_links, sent_texts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from kb.content.article import Article
    from kb.feedback.database import Database


@dataclass(frozen=True, slots=True)
class Sent:
    """An article that somebody linked in a ticket (`reference`, "" unknown), and its text then."""

    article: str
    slug: str
    reference: str
    revision: str
    at: dt.datetime
    title: str
    text: Sketch


def keep_text(database: Database, connection: Connection, article: Article) -> None:
    """Remember what the article looks like now, once for each of its revisions."""
    c, key = sent_texts.c, {"article": article.id, "revision": article.revision}
    known = select(c.article).where(c.article == article.id, c.revision == article.revision)
    if connection.execute(known).first() is None:
        made = sketch(article.text)
        row = {"title": article.title, "words": made.words, "numbers": json.dumps(made.numbers)}
        new = database.insert(sent_texts).values(**key, **row)
        connection.execute(new.on_conflict_do_nothing())


def forget_texts(connection: Connection, before: dt.datetime) -> None:
    """Those of which nothing newer was sent."""
    c, text = reply_links.c, sent_texts.c
    recent = exists().where(c.article == text.article, c.revision == text.revision, c.at >= before)
    connection.execute(delete(sent_texts).where(~recent))


def _sent(*row: Any) -> Sent:
    article, slug, reference, revision, at, title, words, numbers = row
    text = Sketch(words, tuple(json.loads(numbers)))
    return Sent(article, slug, reference, revision, at, title, text)


class SentTexts:
    """Every method raises JournalUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, who: str, since: dt.datetime) -> list[Sent]:
        """What somebody sent, the oldest first, without what they have settled for good."""
        c, text = reply_links.c, sent_texts.c
        same = and_(text.article == c.article, text.revision == c.revision)
        query = (
            select(c.article, c.slug, c.reference, c.revision, c.at)
            .add_columns(text.title, text.words, text.numbers)
            .select_from(reply_links.join(sent_texts, same))
            .where(c.who == who, c.at >= since)
            .order_by(c.at, c.code)
        )
        with self._database.reading() as connection:
            rows: Sequence[Any] = connection.execute(query).all()
        return [_sent(*row) for row in rows]

    def settle(self, who: str, article: str, now: Article | None) -> None:
        """Somebody knows that what they sent has changed: from here on `now` is compared with.

        None: it is gone, and nothing is compared any more.
        """
        c = reply_links.c
        with self._database.writing() as connection:
            if now is not None:
                keep_text(self._database, connection, now)
            values = {"revision": now.revision, "article": now.id} if now else {"revision": ""}
            mine = and_(c.who == who, c.article == article)
            connection.execute(update(reply_links).where(mine).values(**values))

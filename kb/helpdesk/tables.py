"""The tables of messages to support, in the journal's database; its `migrations` build them."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from kb.feedback.tables import Id, Moment, metadata

# What a customer wrote on purpose: the only place of the database with an address in it. Nothing
# here names the visitor of the journal. `once` keeps a form that is sent twice from being two
# messages. `searches`, `shown` and `opened` are lists in JSON.
messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(16), nullable=False, unique=True),
    Column("once", String(64), nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Column("source", String(8), nullable=False),
    Column("lang", String(35), nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("email", String(254), nullable=False),
    Column("article", String(200), nullable=False),
    Column("page", Text, nullable=False),
    Column("searches", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("opened", Text, nullable=False),
    CheckConstraint("reference <> '' AND once <> ''", name="named"),
    Index(None, "at"),
)

# In the database and not beside it: stored with their message or not at all, sent by whichever
# server sends the message, deleted and backed up with it.
attachments = Table(
    "attachments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message", Id, ForeignKey("messages.id"), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# The way of each message: `state` is one of outbox.STATES, `due` when it is tried next, `error`
# what the helpdesk last said, `external` its own name for the message, `who` closed it by hand.
outbox = Table(
    "outbox",
    metadata,
    Column("message", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due", Moment, nullable=False),
    Column("error", Text, nullable=False),
    Column("external", String(200), nullable=False),
    Column("who", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("state <> ''", name="state"),
    Index(None, "state", "due"),
)

"""The tables of links in replies and of flags; the journal's `migrations` build exactly these."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from kb.feedback.tables import Id, Moment, metadata

# One for each copy. `slug` leads to the article when its id has changed, `section` is an anchor,
# `reference` a ticket's number; `who` and `reference` are emptied after 90 days. `revision` names
# the text that was sent; "": its author knows that the article is gone.
reply_links = Table(
    "reply_links",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("who", String(80), nullable=False),
    Column("article", String(200), nullable=False),
    Column("slug", String(200), nullable=False),
    Column("section", String(200), nullable=False),
    Column("reference", String(40), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("code <> '' AND article <> ''", name="somewhere"),
    Index(None, "at"),
    Index(None, "who", "at"),
    Index(None, "reference"),
)

# What the texts that were sent looked like: see `kb.content.sketch`. `numbers` is JSON.
sent_texts = Table(
    "sent_texts",
    metadata,
    Column("article", String(200), primary_key=True),
    Column("revision", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("words", Integer, nullable=False),
    Column("numbers", Text, nullable=False),
)

# Visitors are new ones each day: one row is one visitor of a day.
link_opens = Table(
    "link_opens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(16), ForeignKey("reply_links.code"), nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Index("uq_link_opens_code_visitor", "code", "visitor", unique=True),
    Index(None, "visitor"),
    Index(None, "at"),
)

# What staff say of an article; `resolved` is when a writer has dealt with it, and `resolver` who.
article_flags = Table(
    "article_flags",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article", String(200), nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("who", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("resolved", Moment),
    Column("resolver", String(80), nullable=False, server_default=""),
    CheckConstraint("article <> '' AND kind <> ''", name="something"),
    Index(None, "resolved"),
)

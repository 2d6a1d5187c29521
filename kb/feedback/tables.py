"""The tables of the journal; `migrations` builds exactly these."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    }
)


class Moment(TypeDecorator[dt.datetime]):
    """A moment in UTC. SQLite keeps no time zone and would hand out naive datetimes."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


# Only a column of exactly INTEGER numbers itself in SQLite.
Id = BigInteger().with_variant(Integer(), "sqlite")

votes = Table(
    "votes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("article", String(200), nullable=False),
    Column("revision", String(200), nullable=False),
    Column("visitor", String(200), nullable=False),
    Column("network", String(200), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("search", String(32), nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    UniqueConstraint("article", "revision", "visitor"),
    CheckConstraint("article <> '' AND revision <> '' AND visitor <> ''", name="somebody"),
    CheckConstraint("reason = '' OR NOT helpful", name="reason_for_no"),
    CheckConstraint("length(text) <= 2000 AND length(query) <= 200", name="short"),
    Index(None, "at"),
    Index(None, "visitor"),
)

# A search is what somebody typed and what became of it: `outcome` is "" until it is known, `next`
# the token of the search that replaced it. `failed`: it counts as a failure.
searches = Table(
    "searches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", String(32), nullable=False, unique=True),
    Column("visitor", String(32), nullable=False),
    Column("network", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("last", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("normal", Text, nullable=False),
    Column("lang", String(35), nullable=False),
    Column("source", String(16), nullable=False),
    Column("total", Integer, nullable=False),
    Column("found", Text, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("seconds", Float),
    Column("outcome", String(16), nullable=False, server_default=""),
    Column("next", String(32), nullable=False, server_default=""),
    Column("failed", Boolean, nullable=False, server_default=false()),
    CheckConstraint("token <> '' AND visitor <> ''", name="somebody"),
    Index(None, "at"),
    Index(None, "visitor", "last"),
    Index("ix_searches_open", "outcome", "last"),
)

clicks = Table(
    "clicks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("search", String(32), nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("article", String(200), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("search", "article"),
    Index(None, "at"),
    Index(None, "visitor"),
)

reads = Table(
    "reads",
    metadata,
    Column("id", Id, primary_key=True),
    Column("visitor", String(32), nullable=False),
    Column("network", String(32), nullable=False),
    Column("article", String(200), nullable=False),
    Column("revision", String(200), nullable=False),
    Column("search", String(32), nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("visitor", "article", "revision"),  # visitors are new ones each day
    Index(None, "at"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("visitor", String(32), nullable=False),
    Column("network", String(32), nullable=False),
    Column("article", String(200), nullable=False),
    Column("search", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", String(35), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "at"),
    Index(None, "visitor"),
)

# Visitors are new ones each day: an article answers somebody once a day.
deflections = Table(
    "deflections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("visitor", String(32), nullable=False),
    Column("network", String(32), nullable=False),
    Column("article", String(200), nullable=False),
    Column("search", String(32), nullable=False),
    Column("lang", String(35), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("visitor", "article"),
    Index(None, "at"),
)

# Visitors are new ones each day: one answer to a question is one of a day.
answers = Table(
    "answers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("question", String(32), nullable=False),
    Column("score", Integer, nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("network", String(32), nullable=False),
    Column("article", String(200), nullable=False),
    Column("search", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("question", "visitor"),
    CheckConstraint("question <> '' AND visitor <> ''", name="somebody"),
    CheckConstraint("score >= 1 AND score <= 5", name="score"),
    Index(None, "at"),
)

nothing_fits = Table(
    "nothing_fits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("text", Text, nullable=False),
    Column("normal", Text, nullable=False),
    Column("lang", String(35), nullable=False),
    Column("who", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "at"),
)

# What is kept when raw facts are deleted: `name` such as `searches` or `outcome`, `key` such as
# `settled` or an article's id.
daily = Table(
    "daily",
    metadata,
    Column("day", Date, primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("count", Integer, nullable=False),
)

# Gaps keep their number from run to run. A member is a normalised text; `by_hand`: somebody put it
# there, and no run moves it.
gaps = Table(
    "gaps",
    metadata,
    Column("id", Id, primary_key=True),
    Column("label", Text, nullable=False),
    Column("lang", String(35), nullable=False),
    Column("state", String(16), nullable=False),
    Column("who", String(200), nullable=False),
    Column("article", String(200), nullable=False),
    Column("change", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("demand", Float, nullable=False),
    Column("at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    CheckConstraint("state <> ''", name="state"),
)

gap_members = Table(
    "gap_members",
    metadata,
    Column("normal", String(400), primary_key=True),
    Column("lang", String(35), primary_key=True),
    Column("gap", Id, ForeignKey("gaps.id"), nullable=False, index=True),
    Column("by_hand", Boolean, nullable=False),
)

gap_changes = Table(
    "gap_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("gap", Id, ForeignKey("gaps.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("who", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("note", Text, nullable=False),
)

salts = Table(
    "salts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    CheckConstraint("length(secret) = 32", name="size"),
)

# The figures of the staff pages as JSON: one row, for all app servers.
surveys = Table(
    "surveys",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("generation", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("content", Text, nullable=False),
)

# Who does what only one process may do at a time, until when.
leases = Table(
    "leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Moment, nullable=False),
)

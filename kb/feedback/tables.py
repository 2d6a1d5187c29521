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
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
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
    Column("at", Moment, nullable=False),
    UniqueConstraint("article", "revision", "visitor"),
    CheckConstraint("article <> '' AND revision <> '' AND visitor <> ''", name="somebody"),
    CheckConstraint("reason = '' OR NOT helpful", name="reason_for_no"),
    CheckConstraint("length(text) <= 2000 AND length(query) <= 200", name="short"),
    Index(None, "at"),
)

salts = Table(
    "salts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    CheckConstraint("length(secret) = 32", name="size"),
)

"""The tables of accounts, in the journal's database; its `migrations` build exactly these."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    false,
)

from kb.feedback.tables import Id, Moment, metadata

# `session` is a random word that every session of the account carries: another word, and all of
# them have ended. `totp` is the seed of the second factor's key, "" for none, and `totp_step` the
# number of the last half minute whose code was used: no code counts twice.
accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password", String(255), nullable=False),
    Column("session", String(32), nullable=False),
    Column("disabled", Boolean, nullable=False, server_default=false()),
    Column("totp", String(64), nullable=False, server_default=""),
    Column("totp_step", BigInteger, nullable=False, server_default="0"),
    Column("at", Moment, nullable=False),
    CheckConstraint("name <> '' AND password <> '' AND session <> ''", name="somebody"),
)

# Digests of the codes that stand in for a lost second factor; each is deleted when it is used.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account", Id, ForeignKey("accounts.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
)

# Who may sign in to an account without its password: whoever this provider calls by this subject.
identities = Table(
    "identities",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("account", Id, ForeignKey("accounts.id"), nullable=False),
)

# How often somebody tried to sign in: `name` is a digest of an account's name or of an address.
attempts = Table(
    "attempts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("until", Moment, nullable=False),
)

# Tokens of programs: `digest` is the SHA-256 of one, `scopes` are apart by spaces, `used` is the
# day of its last use. No number comes back, so that none is revoked for another.
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", Id, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("scopes", String(200), nullable=False),
    Column("note", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment),
    Column("used", Date),
    CheckConstraint("digest <> '' AND scopes <> ''", name="something"),
    sqlite_autoincrement=True,
)

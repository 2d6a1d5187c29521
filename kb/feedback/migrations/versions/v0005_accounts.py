"""Accounts of staff, their recovery codes, and how often somebody tried to sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.String(255), nullable=False),
        sa.Column("session", sa.String(32), nullable=False),
        sa.Column("disabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("totp", sa.String(64), server_default="", nullable=False),
        sa.Column("totp_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "name <> '' AND password <> '' AND session <> ''",
            name=op.f("ck_accounts_somebody"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account", _ID, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_recovery_codes_account_accounts")
        ),
        sa.PrimaryKeyConstraint("account", "digest", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "attempts",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_attempts")),
    )

"""Votes, and the daily salts of visitor tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "votes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("revision", sa.String(200), nullable=False),
        sa.Column("visitor", sa.String(200), nullable=False),
        sa.Column("network", sa.String(200), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votes")),
        sa.UniqueConstraint(
            "article", "revision", "visitor", name=op.f("uq_votes_article_revision_visitor")
        ),
        sa.CheckConstraint(
            "article <> '' AND revision <> '' AND visitor <> ''", name=op.f("ck_votes_somebody")
        ),
        sa.CheckConstraint("reason = '' OR NOT helpful", name=op.f("ck_votes_reason_for_no")),
        sa.CheckConstraint(
            "length(text) <= 2000 AND length(query) <= 200", name=op.f("ck_votes_short")
        ),
    )
    op.create_index(op.f("ix_votes_at"), "votes", ["at"])
    op.create_table(
        "salts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_salts")),
        sa.CheckConstraint("length(secret) = 32", name=op.f("ck_salts_size")),
    )

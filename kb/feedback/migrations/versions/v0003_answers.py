"""Answers to the questions about satisfaction and effort."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(32), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("network", sa.String(32), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("search", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("question", "visitor", name=op.f("uq_answers_question_visitor")),
        sa.CheckConstraint("question <> '' AND visitor <> ''", name=op.f("ck_answers_somebody")),
        sa.CheckConstraint("score >= 1 AND score <= 5", name=op.f("ck_answers_score")),
    )
    op.create_index(op.f("ix_answers_at"), "answers", ["at"])

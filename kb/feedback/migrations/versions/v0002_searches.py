"""Searches and what became of them, reads, contacts, and the gaps that they show."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("votes") as votes:
        votes.add_column(sa.Column("search", sa.String(32), nullable=False, server_default=""))
    op.create_index(op.f("ix_votes_visitor"), "votes", ["visitor"])
    _searches()
    _clicks_and_reads()
    _contacts()
    op.create_table(
        "daily",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "name", "key", name=op.f("pk_daily")),
    )
    _gaps()


def _searches() -> None:
    op.create_table(
        "searches",
        sa.Column("id", _ID, nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("network", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("last", _MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("normal", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(35), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Float()),
        sa.Column("outcome", sa.String(16), nullable=False, server_default=""),
        sa.Column("next", sa.String(32), nullable=False, server_default=""),
        sa.Column("failed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
        sa.UniqueConstraint("token", name=op.f("uq_searches_token")),
        sa.CheckConstraint("token <> '' AND visitor <> ''", name=op.f("ck_searches_somebody")),
    )
    op.create_index(op.f("ix_searches_at"), "searches", ["at"])
    op.create_index(op.f("ix_searches_visitor_last"), "searches", ["visitor", "last"])
    op.create_index("ix_searches_open", "searches", ["outcome", "last"])


def _clicks_and_reads() -> None:
    op.create_table(
        "clicks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("search", sa.String(32), nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clicks")),
        sa.UniqueConstraint("search", "article", name=op.f("uq_clicks_search_article")),
    )
    op.create_index(op.f("ix_clicks_at"), "clicks", ["at"])
    op.create_index(op.f("ix_clicks_visitor"), "clicks", ["visitor"])
    op.create_table(
        "reads",
        sa.Column("id", _ID, nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("network", sa.String(32), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("revision", sa.String(200), nullable=False),
        sa.Column("search", sa.String(32), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reads")),
        sa.UniqueConstraint(
            "visitor", "article", "revision", name=op.f("uq_reads_visitor_article_revision")
        ),
    )
    op.create_index(op.f("ix_reads_at"), "reads", ["at"])


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("network", sa.String(32), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("search", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(35), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_at"), "contacts", ["at"])
    op.create_index(op.f("ix_contacts_visitor"), "contacts", ["visitor"])
    op.create_table(
        "nothing_fits",
        sa.Column("id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("normal", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(35), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nothing_fits")),
    )
    op.create_index(op.f("ix_nothing_fits_at"), "nothing_fits", ["at"])


def _gaps() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", _ID, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(35), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("change", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("demand", sa.Float(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
        sa.CheckConstraint("state <> ''", name=op.f("ck_gaps_state")),
    )
    op.create_table(
        "gap_members",
        sa.Column("normal", sa.String(400), nullable=False),
        sa.Column("lang", sa.String(35), nullable=False),
        sa.Column("gap", _ID, nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("normal", "lang", name=op.f("pk_gap_members")),
        sa.ForeignKeyConstraint(["gap"], ["gaps.id"], name=op.f("fk_gap_members_gap_gaps")),
    )
    op.create_index(op.f("ix_gap_members_gap"), "gap_members", ["gap"])
    op.create_table(
        "gap_changes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("gap", _ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_changes")),
        sa.ForeignKeyConstraint(["gap"], ["gaps.id"], name=op.f("fk_gap_changes_gap_gaps")),
    )
    op.create_index(op.f("ix_gap_changes_gap"), "gap_changes", ["gap"])

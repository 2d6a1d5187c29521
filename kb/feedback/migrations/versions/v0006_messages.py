"""Messages to support, their attachments and their way to a helpdesk; questions answered before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MOMENT = sa.DateTime(timezone=True)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _messages()
    op.create_table(
        "attachments",
        sa.Column("id", _ID, nullable=False),
        sa.Column("message", _ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.ForeignKeyConstraint(
            ["message"], ["messages.id"], name=op.f("fk_attachments_message_messages")
        ),
    )
    op.create_index(op.f("ix_attachments_message"), "attachments", ["message"])
    op.create_table(
        "outbox",
        sa.Column("message", _ID, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("external", sa.String(200), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint("state <> ''", name=op.f("ck_outbox_state")),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_outbox")),
        sa.ForeignKeyConstraint(
            ["message"], ["messages.id"], name=op.f("fk_outbox_message_messages")
        ),
    )
    op.create_index(op.f("ix_outbox_state_due"), "outbox", ["state", "due"])
    _deflections()


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", _ID, nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("once", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("lang", sa.String(35), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("searches", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("opened", sa.Text(), nullable=False),
        sa.CheckConstraint("reference <> '' AND once <> ''", name=op.f("ck_messages_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("reference", name=op.f("uq_messages_reference")),
        sa.UniqueConstraint("once", name=op.f("uq_messages_once")),
    )
    op.create_index(op.f("ix_messages_at"), "messages", ["at"])


def _deflections() -> None:
    op.create_table(
        "deflections",
        sa.Column("id", _ID, nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("network", sa.String(32), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("search", sa.String(32), nullable=False),
        sa.Column("lang", sa.String(35), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deflections")),
        sa.UniqueConstraint("visitor", "article", name=op.f("uq_deflections_visitor_article")),
    )
    op.create_index(op.f("ix_deflections_at"), "deflections", ["at"])

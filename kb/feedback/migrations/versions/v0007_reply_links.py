"""Links in replies, what was sent with them, who opened them; flags on articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_MOMENT = sa.DateTime(timezone=True)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _links()
    op.create_table(
        "article_flags",
        sa.Column("id", _ID, nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("resolved", _MOMENT),
        sa.Column("resolver", sa.String(80), server_default="", nullable=False),
        sa.CheckConstraint("article <> '' AND kind <> ''", name=op.f("ck_article_flags_something")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_flags")),
    )
    op.create_index(op.f("ix_article_flags_resolved"), "article_flags", ["resolved"])


def _links() -> None:
    op.create_table(
        "reply_links",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("section", sa.String(200), nullable=False),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint("code <> '' AND article <> ''", name=op.f("ck_reply_links_somewhere")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reply_links")),
    )
    op.create_index(op.f("ix_reply_links_at"), "reply_links", ["at"])
    op.create_index(op.f("ix_reply_links_who_at"), "reply_links", ["who", "at"])
    op.create_index(op.f("ix_reply_links_reference"), "reply_links", ["reference"])
    op.create_table(
        "sent_texts",
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article", "revision", name=op.f("pk_sent_texts")),
    )
    op.create_table(
        "link_opens",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["code"], ["reply_links.code"], name=op.f("fk_link_opens_code_reply_links")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_opens")),
    )
    op.create_index(op.f("ix_link_opens_visitor"), "link_opens", ["visitor"])
    op.create_index(op.f("ix_link_opens_at"), "link_opens", ["at"])
    op.create_index("uq_link_opens_code_visitor", "link_opens", ["code", "visitor"], unique=True)

"""The journal's schema over time: Alembic's steps, and how a database is brought up to date."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table, text

from kb.errors import UsageError

HEAD = "0009"
"""The newest step. Known here so that Alembic, slow to import, is not needed to compare."""

_LOCK_ID = 0x6B62_766F_7465  # an application's advisory locks are told apart by number only


def is_current(connection: Connection) -> bool:
    """Whether the database is at HEAD: one or two cheap queries."""
    version = table("alembic_version", column("version_num"))
    if not inspect(connection).has_table(version.name):
        return False
    return connection.execute(select(version.c.version_num)).scalars().all() == [HEAD]


def upgrade(connection: Connection) -> None:
    """Bring the database to HEAD inside the connection's transaction, one process at a time.

    On SQLite that transaction must hold the write lock already (BEGIN IMMEDIATE).
    Raises UsageError when a newer kb has written the database.
    """
    from alembic import command  # noqa: PLC0415  (a third of a second, wanted only here)
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": _LOCK_ID})
    try:
        command.upgrade(config, HEAD)
    except CommandError as error:
        raise UsageError(
            f"The database does not fit this kb: {error}",
            "A newer kb has probably written it: install that one, or restore a backup.",
        ) from error

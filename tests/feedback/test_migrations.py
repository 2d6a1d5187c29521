"""The steps of the schema lead to the tables that the code uses, whoever starts first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from vote_workers import a_vote, open_together, received

import kb.accounts.tables
import kb.feedback.link_tables
import kb.helpdesk.tables  # noqa: F401  (they are in the same metadata)
from kb.errors import UsageError
from kb.feedback import migrations
from kb.feedback.database import Database
from kb.feedback.journal import Journal
from kb.feedback.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkServerContext


def test_the_steps_build_exactly_the_tables_of_the_code(url: str) -> None:
    database = Database(url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_the_steps_build_the_checks_of_the_code(new_url: Callable[[], str]) -> None:
    """Alembic compares no CHECK constraints."""
    stepped, direct = Database(new_url()), Database(new_url())
    with direct.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            table.drop(connection)
        metadata.create_all(connection)
        wanted = _checks(connection)
    with stepped.reading() as connection:
        assert _checks(connection) == wanted
    assert len(wanted) == 14
    stepped.close()
    direct.close()


def _checks(connection: Connection) -> set[tuple[str, Any, str]]:
    return {
        (table, check["name"], check["sqltext"])
        for table in metadata.tables
        for check in inspect(connection).get_check_constraints(table)
    }


def test_the_known_head_is_the_last_step() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_heads() == [migrations.HEAD]


def test_processes_that_start_together_make_one_schema(
    url: str, processes: ForkServerContext
) -> None:
    start, answers = processes.Barrier(6), processes.Pipe(duplex=False)
    workers = [
        processes.Process(target=open_together, args=(url, start, answers[1])) for _ in range(6)
    ]
    for worker in workers:
        worker.start()
    assert received(answers[0], 6) == [True] * 6
    for worker in workers:
        worker.join()
    database = Database(url)
    with database.reading() as connection:
        versions = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
        assert versions.all() == [migrations.HEAD]
    database.close()


def test_threads_that_start_together_make_one_schema(url: str) -> None:
    start, opened = Barrier(6), []

    def open_one() -> None:
        start.wait(10)
        journal = Journal(url)
        opened.append(journal.ready())
        journal.close()

    threads = [Thread(target=open_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [True] * 6


def test_an_up_to_date_database_opens_without_alembic(sqlite_url: str) -> None:
    Journal(sqlite_url).close()
    code = f"""
import sys
from kb.feedback.journal import Journal
assert Journal({sqlite_url!r}).ready()
sys.exit("alembic" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_database_of_a_newer_kb_is_left_alone(url: str) -> None:
    journal = Journal(url)
    journal.vote(a_vote())
    with journal.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UsageError, match="9999"):
        Journal(url)
    with journal.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM votes")).scalar() == 1
    journal.close()


def test_a_failing_step_leaves_nothing_half_done(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(url)
    database.prepare()
    with database.writing() as connection:
        for name in ("votes", "alembic_version"):  # the step will fail at its second table
            connection.execute(text(f"DROP TABLE {name}"))
    with pytest.raises(Exception, match="salts"):
        Database(url).prepare()
    with database.reading() as connection:
        assert set(inspect(connection).get_table_names()) == metadata.tables.keys() - {"votes"}
    database.close()


def test_a_folder_with_a_percent_sign_can_hold_the_database(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path}/100%/kb ä.sqlite")
    assert journal.ready()
    assert (tmp_path / "100%" / "kb ä.sqlite").exists()
    journal.close()


def test_votes_of_the_first_schema_are_kept(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as old:
        old.setattr(migrations, "HEAD", "0001")
        first = Database(url)
        with first.writing() as connection:
            connection.execute(
                text(
                    "INSERT INTO votes (article, revision, visitor, network, helpful, reason, text,"
                    " query, at) VALUES ('a', 'r', 'v', '', false, 'other', 'Hm', 'q',"
                    " '2026-05-01 12:00:00+00:00')"
                )
            )
        first.close()
    journal = Journal(url)
    (vote,) = journal.votes()
    assert (vote.article, vote.reason, vote.text, vote.query, vote.search) == (
        "a", "other", "Hm", "q", "",
    )  # fmt: skip
    journal.vote(a_vote())
    journal.close()

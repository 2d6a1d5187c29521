"""Votes go into the journal once, stay there, and come out as they went in."""

from __future__ import annotations

import datetime as dt
import logging
import stat
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from vote_workers import NOON, a_vote

from kb.errors import BadInput, JournalUnavailable, NotFound, UsageError
from kb.feedback import database
from kb.feedback.events import REASONS
from kb.feedback.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LATER = NOON + dt.timedelta(minutes=5)


def test_a_vote_comes_back_as_it_was_given(journal: Journal) -> None:
    vote = a_vote(reason="other", text="Zeile 1\nこれは？ 😀", query="wifi", network="n" * 32)
    vote_id = journal.vote(vote)
    assert journal.find_vote(vote_id, "visitor-1") == vote
    assert list(journal.votes()) == [vote]


def test_a_moment_comes_back_in_utc_wherever_it_was_taken(journal: Journal) -> None:
    tokyo = NOON.astimezone(dt.timezone(dt.timedelta(hours=9)))
    journal.vote(a_vote(at=tokyo))
    (found,) = journal.votes()
    assert found.at == NOON
    assert found.at.utcoffset() == dt.timedelta(0)


def test_a_vote_counts_once_per_visitor_and_revision(journal: Journal) -> None:
    first = journal.vote(a_vote())
    assert journal.vote(a_vote(at=LATER)) == first
    assert journal.vote(a_vote(revision="r2")) != first
    assert journal.vote(a_vote(article="pay-an-invoice")) != first
    assert journal.vote(a_vote(visitor="visitor-2")) != first
    assert len(list(journal.votes())) == 4


def test_a_changed_mind_forgets_what_explained_the_old_answer(journal: Journal) -> None:
    vote_id = journal.vote(a_vote(reason="out-of-date", text="The button is gone"))
    assert journal.vote(a_vote(helpful=True, at=LATER)) == vote_id
    assert list(journal.votes()) == [a_vote(helpful=True, at=LATER)]
    journal.vote(a_vote(reason="other"))
    assert list(journal.votes()) == [a_vote(reason="other")]


def test_the_same_answer_again_keeps_its_explanation(journal: Journal) -> None:
    journal.vote(a_vote(reason="out-of-date", text="The button is gone", query="password"))
    journal.vote(a_vote(at=LATER))
    (found,) = journal.votes()
    assert (found.reason, found.text) == ("out-of-date", "The button is gone")
    assert (found.query, found.at) == ("password", LATER)
    journal.vote(a_vote(reason="other"))
    (found,) = journal.votes()
    assert (found.reason, found.text) == ("other", "The button is gone")


@pytest.mark.parametrize("reason", REASONS)
def test_a_no_can_be_explained_afterwards(journal: Journal, reason: str) -> None:
    vote_id = journal.vote(a_vote())
    journal.explain(vote_id, "visitor-1", reason, "I see\r\nno button")
    assert journal.find_vote(vote_id, "visitor-1") == a_vote(reason=reason, text="I see\nno button")


def test_an_empty_explanation_leaves_what_was_said(journal: Journal) -> None:
    vote_id = journal.vote(a_vote())
    journal.explain(vote_id, "visitor-1", "other", "")
    journal.explain(vote_id, "visitor-1", "", "No button")
    journal.explain(vote_id, "visitor-1", "", "  \n")
    assert list(journal.votes()) == [a_vote(reason="other", text="No button")]


def test_somebody_elses_vote_id_explains_and_shows_nothing(journal: Journal) -> None:
    vote_id = journal.vote(a_vote())
    with pytest.raises(NotFound):
        journal.explain(vote_id, "visitor-2", "other", "Not mine")
    assert journal.find_vote(vote_id, "visitor-2") is None
    assert list(journal.votes()) == [a_vote()]


@pytest.mark.parametrize("vote_id", [0, -1, 2, 2**63, 10**40])
def test_an_impossible_vote_id_is_not_found(journal: Journal, vote_id: int) -> None:
    journal.vote(a_vote())
    assert journal.find_vote(vote_id, "visitor-1") is None
    with pytest.raises(NotFound):
        journal.explain(vote_id, "visitor-1", "other", "")


def test_a_yes_takes_a_text_but_no_reason(journal: Journal) -> None:
    vote_id = journal.vote(a_vote(helpful=True))
    journal.explain(vote_id, "visitor-1", "", "Clear, thanks")
    with pytest.raises(BadInput):
        journal.explain(vote_id, "visitor-1", "other", "")
    with pytest.raises(BadInput):
        journal.vote(a_vote(helpful=True, reason="other"))
    assert list(journal.votes()) == [a_vote(helpful=True, text="Clear, thanks")]


@pytest.mark.parametrize("reason", ["nonsense", "' OR 1=1 --", "Other", "x" * 10_000, "\x00"])
def test_an_unknown_reason_is_refused(journal: Journal, reason: str) -> None:
    vote_id = journal.vote(a_vote())
    with pytest.raises(BadInput):
        journal.explain(vote_id, "visitor-1", reason, "")
    with pytest.raises(BadInput):
        journal.vote(a_vote(reason=reason))
    assert list(journal.votes()) == [a_vote()]


def test_a_text_of_2000_characters_fits_and_a_longer_one_is_refused(journal: Journal) -> None:
    vote_id = journal.vote(a_vote())
    fits = "é\r\n" * 999 + "é!"  # 2,000 as a browser counts them
    journal.explain(vote_id, "visitor-1", "", f"  {fits}  ")
    with pytest.raises(BadInput, match="2,001"):
        journal.explain(vote_id, "visitor-1", "", "x" * 2_001)
    (found,) = journal.votes()
    assert found.text == fits.replace("\r\n", "\n")


def test_a_text_that_redaction_makes_longer_still_fits(journal: Journal) -> None:
    vote_id = journal.vote(a_vote(text="a@b.cc " * 285))
    stored = journal.find_vote(vote_id, "visitor-1")
    assert stored is not None
    assert len(stored.text) == 2_000
    assert "@" not in stored.text


def test_personal_data_never_reaches_the_database(sqlite_url: str, tmp_path: Path) -> None:
    journal = Journal(sqlite_url)
    said = "write to jane.roe@example.com about 4111 1111 1111 1111"
    vote_id = journal.vote(a_vote(text=said, query="login jane.roe@example.com"))
    journal.explain(vote_id, "visitor-1", "other", said)
    (found,) = journal.votes()
    assert found.text == "write to [email] about [card]"
    assert found.query == "login [email]"
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert b"write to [email]" in kept
    assert b"jane" not in kept
    assert b"4111 1111" not in kept  # four digits alone may stand in a random token
    assert b"41111111" not in kept
    journal.close()


def test_an_odd_text_is_stored_without_what_no_database_takes(journal: Journal) -> None:
    journal.vote(a_vote(text="a\x00b \ud800 \x1b[31m", query="\x00\udfff" * 150))
    (found,) = journal.votes()
    assert found.text == "ab � [31m"
    assert found.query == "�" * 150


@pytest.mark.parametrize("value", ["", "a\x00b", "\ud800", "x" * 201, "a\nb"])
@pytest.mark.parametrize("name", ["article", "revision", "visitor"])
def test_an_impossible_article_revision_or_visitor_is_refused(
    journal: Journal, name: str, value: str
) -> None:
    with pytest.raises(BadInput):
        journal.vote(a_vote(**{name: value}))
    assert list(journal.votes()) == []


def test_votes_since_a_moment_include_that_moment(journal: Journal) -> None:
    for minute in range(5):
        at = NOON + dt.timedelta(minutes=minute)
        journal.vote(a_vote(visitor=f"visitor-{minute}", at=at))
    found = [vote.visitor for vote in journal.votes(since=NOON + dt.timedelta(minutes=3))]
    assert found == ["visitor-3", "visitor-4"]


def test_reading_votes_lets_others_vote_meanwhile(journal: Journal) -> None:
    for number in range(3):
        journal.vote(a_vote(visitor=f"visitor-{number}"))
    reading: Iterator[object] = journal.votes()
    next(reading)
    journal.vote(a_vote(visitor="visitor-9"))
    assert len([*reading]) == 2
    assert len([*journal.votes()]) == 4


def test_votes_outlive_the_journal_that_took_them(url: str) -> None:
    first = Journal(url)
    first.vote(a_vote())
    first.close()
    second = Journal(url)
    assert list(second.votes()) == [a_vote()]
    second.close()


def test_the_database_is_private(sqlite_url: str, tmp_path: Path) -> None:
    journal = Journal(sqlite_url)
    journal.vote(a_vote())
    files = [*(tmp_path / "data").iterdir()]
    assert {path.name for path in files} == {"kb.sqlite", "kb.sqlite-wal", "kb.sqlite-shm"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    journal.close()


def test_sqlite_syncs_each_vote_to_a_write_ahead_log(sqlite_url: str) -> None:
    journal = Journal(sqlite_url)
    with journal.database.writing() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }
    journal.close()


def test_a_restored_backup_gets_its_write_ahead_log_back(sqlite_url: str, tmp_path: Path) -> None:
    journal = Journal(sqlite_url)
    journal.vote(a_vote())
    with journal.database._engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql(f"VACUUM INTO '{tmp_path}/backup.sqlite'")
    journal.close()
    restored = Journal(f"sqlite:///{tmp_path}/backup.sqlite")
    with restored.database.reading() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    assert list(restored.votes()) == [a_vote()]
    restored.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "kb.sqlite",
        "mysql://root:hunter2@host/kb",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        "postgresql://u:hunter2@[::1/kb",
    ],
)
def test_an_address_that_can_never_work_is_told_without_its_password(url: str) -> None:
    with pytest.raises(UsageError) as told:
        Journal(url)
    assert "hunter2" not in f"{told.value.message} {told.value.hint}"


def test_a_journal_that_cannot_be_opened_yet_works_as_soon_as_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        journal = Journal(f"sqlite:///{tmp_path}/data/kb.sqlite")
    assert "cannot be used" in caplog.text
    assert not journal.ready()
    with pytest.raises(JournalUnavailable):
        journal.vote(a_vote())
    with pytest.raises(JournalUnavailable):
        list(journal.votes())
    (tmp_path / "data").unlink()
    assert journal.ready()
    journal.vote(a_vote())
    journal.close()


def test_no_error_repeats_the_parameters_of_a_statement(url: str) -> None:
    """Faults of ours are logged. What PostgreSQL itself says of a row is not ours to hide."""
    journal = database.Database(url)
    with pytest.raises(IntegrityError) as told, journal.writing() as connection:
        connection.execute(text("INSERT INTO votes (text) VALUES (:said)"), {"said": "secretwords"})
    journal.close()
    assert "secretwords" not in str(told.value).partition("[SQL")[2]


def test_a_file_that_is_no_database_makes_the_journal_unavailable(tmp_path: Path) -> None:
    (tmp_path / "kb.sqlite").write_bytes(b"certainly not SQLite" * 100)
    journal = Journal(f"sqlite:///{tmp_path}/kb.sqlite")
    assert not journal.ready()
    with pytest.raises(JournalUnavailable) as told:
        journal.vote(a_vote())
    assert "no SQLite database" in told.value.hint
    assert (tmp_path / "kb.sqlite").read_bytes() == b"certainly not SQLite" * 100


def test_a_lock_held_too_long_is_told_and_readers_do_not_wait(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.2)
    journal, other = Journal(sqlite_url), Journal(sqlite_url)
    vote_id = journal.vote(a_vote())
    with other.database.writing():
        with pytest.raises(JournalUnavailable) as told:
            journal.vote(a_vote(visitor="visitor-2"))
        with pytest.raises(JournalUnavailable):
            journal.explain(vote_id, "visitor-1", "other", "")
        assert list(journal.votes()) == [a_vote()]
        assert journal.ready()
    assert "backup" in told.value.hint
    journal.vote(a_vote(visitor="visitor-2"))
    journal.close()
    other.close()

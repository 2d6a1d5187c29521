"""The secret is made once, by whoever comes first, and read by nobody else."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from vote_workers import received, secret_together

from kb.errors import UsageError
from kb.feedback.secret import secret

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext
    from pathlib import Path


def test_the_secret_stays_the_same(tmp_path: Path) -> None:
    made = secret(tmp_path / "data")
    assert len(made) == 32
    assert secret(tmp_path / "data") == made
    assert secret(tmp_path / "other") != made


def test_the_secret_is_private_and_leaves_no_drafts(tmp_path: Path) -> None:
    secret(tmp_path / "data")
    (file,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_processes_that_start_together_get_one_secret(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    for attempt in range(5):
        start = processes.Barrier(6)
        results, answers = processes.Pipe(duplex=False)
        job = (tmp_path / str(attempt), start, answers)
        workers = [processes.Process(target=secret_together, args=job) for _ in range(6)]
        for worker in workers:
            worker.start()
        assert len(set(received(results, 6))) == 1
        for worker in workers:
            worker.join()


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_secret_is_told_not_used(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(UsageError, match="instead of 32"):
        secret(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(UsageError) as told:
        secret(tmp_path / "data")
    assert "writable" in told.value.hint

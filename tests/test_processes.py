"""Processes: a build works wherever temporary files are."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sample_site import write

from kb import processes
from kb.errors import KbError


@pytest.mark.parametrize("length", [60, 90, 140])
def test_a_build_works_with_a_long_folder_for_temporary_files(tmp_path: Path, length: int) -> None:
    write(tmp_path / "docs", {"a.md": "# A\n"})
    with tempfile.TemporaryDirectory(prefix="kb-", dir="/tmp") as short:
        long = Path(short) / ("x" * (length - len(short) - 1))
        long.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "kb", "check", str(tmp_path / "docs"), "--ignore",
             "question-not-found,title-not-found,search-rank"],
            cwd=tmp_path, env=os.environ | {"TMPDIR": str(long)}, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert "No problems in 1 article" in done.stderr
        assert done.returncode == 0
        assert list(long.iterdir()) == []


def test_where_no_folder_is_short_enough_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/" + "x" * 90)
    monkeypatch.setattr(processes, "_SHORT", ("/nowhere",))
    with pytest.raises(KbError) as raised:
        processes.forkserver()
    assert "TMPDIR" in raised.value.hint
    assert tempfile.tempdir == "/" + "x" * 90

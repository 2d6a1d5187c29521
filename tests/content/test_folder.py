"""Folder: everything below it and nothing else, whatever lies there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from kb.content.folder import MAX_BYTES, read_folder
from kb.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


def put(root: Path, name: str, text: str | bytes = "Text\n") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def seen(root: Path) -> set[str]:
    folder = read_folder(root)
    return {source.path for source in folder.sources} | set(folder.files)


def test_markdown_is_read_and_other_files_are_listed(root: Path) -> None:
    for name in ("a.md", "b/c.MARKDOWN", "b/d.mdx", "b/e.png", "f.txt"):
        put(root, name)
    folder = read_folder(root)
    assert [source.path for source in folder.sources] == ["a.md", "b/c.MARKDOWN", "b/d.mdx"]
    assert set(folder.files) == {"b/e.png", "f.txt"}


@pytest.mark.parametrize(
    "name", [".git/config", ".env", "a/.hidden.md", "node_modules/x.md", ".obsidian/x.md"]
)
def test_what_is_private_is_not_seen(root: Path, name: str) -> None:
    put(root, name)
    assert seen(root) == set()


@pytest.mark.parametrize("name", ["passwd.md", "passwd.png"])
def test_a_symlink_to_etc_is_not_seen(root: Path, name: str) -> None:
    (root / name).symlink_to("/etc/passwd")
    (root / "etc").symlink_to("/etc")
    assert seen(root) == set()


def test_a_symlink_to_a_sibling_with_the_same_prefix_is_not_seen(root: Path) -> None:
    secret = put(root.parent, "docs_internal/secret.md")
    (root / "secret.md").symlink_to(secret)
    (root / "up.md").symlink_to("../docs_internal/secret.md")
    assert seen(root) == set()


def test_a_symlink_to_what_is_private_inside_is_not_seen(root: Path) -> None:
    put(root, ".git/config")
    (root / "config.png").symlink_to(".git/config")
    assert seen(root) == set()


def test_a_symlink_to_another_article_is_that_article(root: Path) -> None:
    put(root, "a.md")
    (root / "b.md").symlink_to("a.md")
    (root / "loop.md").symlink_to("loop.md")
    (root / "gone.md").symlink_to("nowhere.md")
    assert seen(root) == {"a.md", "b.md"}


def test_a_pipe_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe.md")
    os.mkfifo(root / "pipe.png")
    assert seen(root) == set()


def test_a_sparse_file_of_50_mb_is_a_problem_and_the_rest_is_read(root: Path) -> None:
    put(root, "a.md")
    with (root / "big.md").open("wb") as file:
        file.truncate(50_000_000)
    folder = read_folder(root)
    assert [source.path for source in folder.sources] == ["a.md"]
    assert [(p.path, p.code) for p in folder.problems] == [("big.md", "too-large")]
    assert "50 MB" in folder.problems[0].message


def test_the_largest_article_is_read(root: Path) -> None:
    put(root, "a.md", b"x" * MAX_BYTES)
    assert len(read_folder(root).sources) == 1


def test_a_file_that_vanishes_meanwhile_is_not_there(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kb.content import folder as module

    gone = put(root, "a.md")
    put(root, "b.md")
    walk = module._walk

    def vanishing(*args: object) -> object:
        found = walk(*args)  # type: ignore[arg-type]
        gone.unlink()
        return found

    monkeypatch.setattr(module, "_walk", vanishing)
    folder = read_folder(root)
    assert [source.path for source in folder.sources] == ["b.md"]
    assert folder.problems == ()


def test_a_name_that_is_not_utf8_is_a_problem(root: Path) -> None:
    os.close(os.open(os.fsencode(root) + b"/caf\xe9.md", os.O_CREAT | os.O_WRONLY))
    folder = read_folder(root)
    assert folder.sources == ()
    assert [(p.path, p.code) for p in folder.problems] == [("caf\\udce9.md", "unreadable")]


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_folder_that_is_none_is_wrong_use(tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind == "file":
        path.write_text("x")
    with pytest.raises(UsageError, match="does not exist" if kind == "missing" else "is a file"):
        read_folder(path)


def test_the_digest_changes_with_everything_that_is_read(root: Path) -> None:
    digests = [read_folder(root).digest]
    for name in ("a.md", "a.png", "_redirects", "b.md"):
        put(root, name)
        digests.append(read_folder(root).digest)
    put(root, "a.md", "Other\n")
    digests.append(read_folder(root).digest)
    assert len(set(digests)) == len(digests)
    assert read_folder(root).digest == digests[-1]


def test_the_articles_are_not_touched(root: Path) -> None:
    path = put(root, "a.md")
    path.chmod(0o444)
    before = path.stat()
    read_folder(root)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(p.name for p in root.iterdir()) == ["a.md"]

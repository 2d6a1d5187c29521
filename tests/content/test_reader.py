"""Reader: one bad article never stops the others, and its last good version stays."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from kb.content import parsing
from kb.content.cache import RenderCache
from kb.content.reader import Reader

Files = dict[str, str | bytes]
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\2\0\0\0"


def put(root: Path, files: Files) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def reader(tmp_path: Path, files: Files) -> Reader:
    cache = RenderCache(tmp_path / "data" / "cache.sqlite")
    return Reader(put(tmp_path / "docs", files), "en", cache)


BAD: dict[str, bytes] = {
    "not-utf8": b"caf\xe9\n",
    "bad-yaml": b"---\ntitle: [\n---\nText\n",
    "yaml-alias": b"---\ntitle: &a x\n---\nText\n",
    "too-large": b"x" * 2_000_001,
}


@pytest.mark.parametrize("code", BAD)
def test_a_bad_article_is_a_problem_and_the_rest_publishes(tmp_path: Path, code: str) -> None:
    content = reader(tmp_path, {"a.md": BAD[code], "b.md": "# B\n"}).read()
    assert [article.path for article in content.public.articles] == ["b.md"]
    assert [(p.path, p.code) for p in content.problems] == [("a.md", code)]


@pytest.mark.parametrize("code", [c for c in BAD if c != "too-large"])
@pytest.mark.parametrize("restarted", [False, True])
def test_the_last_good_version_stays(tmp_path: Path, code: str, restarted: bool) -> None:
    one = reader(tmp_path, {"a.md": "# Good\n"})
    one.read()
    two = reader(tmp_path, {}) if restarted else one
    put(tmp_path / "docs", {"a.md": BAD[code]})
    content = two.read()
    assert [article.title for article in content.public.articles] == ["Good"]
    assert [p.code for p in content.problems] == [code]


def test_a_last_good_version_never_comes_from_another_folder(tmp_path: Path) -> None:
    cache = RenderCache(tmp_path / "cache.sqlite")
    Reader(put(tmp_path / "drafts", {"a.md": "# Secret\n"}), "en", cache).read()
    content = Reader(put(tmp_path / "docs", {"a.md": BAD["not-utf8"]}), "en", cache).read()
    assert content.public.articles == ()


def test_an_article_that_takes_over_two_seconds_is_killed(tmp_path: Path) -> None:
    it = reader(tmp_path, {"a.md": "# Good\n", "b.md": "# B\n"})
    it.read()
    slow = "".join(f"*word* **{n}** [a](b{n}.md) `x` <b>y</b>\n\n" for n in range(45_000))
    put(tmp_path / "docs", {"a.md": slow[:1_900_000], "b.md": "# B again\n"})
    started = time.perf_counter()
    content = it.read()
    assert time.perf_counter() - started < 2 * parsing.SECONDS + 6
    assert [article.title for article in content.public.articles] == ["Good", "B again"]
    assert [(p.path, p.code) for p in content.problems] == [("a.md", "render-timeout")]


@pytest.mark.parametrize(
    "body",
    ["[" * 20_000, "[^a]" * 5000, "# a\n" * 20_000, "<![", "<" * 20_000, "`" * 20_001, "> " * 5000],
)
def test_costly_markdown_holds_nobody_up(tmp_path: Path, body: str) -> None:
    started = time.perf_counter()
    content = reader(tmp_path, {"a.md": body, "b.md": "# B\n"}).read()
    assert time.perf_counter() - started < 2 * parsing.SECONDS + 6
    assert "b.md" in {article.path for article in content.public.articles}


def test_old_line_ends_do_not_publish_a_draft(tmp_path: Path) -> None:
    files: Files = {
        "mac.md": b"---\rstatus: draft\r---\rText\r",
        "windows.md": b"---\r\nstatus: draft\r\n---\r\nText\r\n",
        "utf16.md": "---\nstatus: draft\n---\nText\n".encode("utf-16-le"),
        "utf16be.md": "---\nstatus: draft\n---\nText\n".encode("utf-16-be"),
        "bom.md": "\ufeff---\nstatus: draft\n---\nText\n".encode(),
    }
    assert reader(tmp_path, files).read().public.articles == ()


def test_only_what_changed_is_rendered_again(tmp_path: Path) -> None:
    it = reader(tmp_path, {"a.md": "# A\n", "b.md": "# B\n"})
    assert [it.read().rendered, it.read().rendered] == [2, 0]
    put(tmp_path / "docs", {"a.md": "# A again\n"})
    assert it.read().rendered == 1
    assert reader(tmp_path, {}).read().rendered == 0


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_cache_costs_only_time(tmp_path: Path, damage: bytes) -> None:
    expected = reader(tmp_path, {"a.md": "# A\n"}).read()
    for path in (tmp_path / "data").iterdir():
        path.unlink()
    (tmp_path / "data" / "cache.sqlite").write_bytes(damage)
    assert reader(tmp_path, {}).read().public == expected.public
    reader(tmp_path, {}).read()
    assert reader(tmp_path, {}).read().rendered == 0


def test_damaged_rows_of_the_cache_cost_only_time(tmp_path: Path) -> None:
    reader(tmp_path, {"a.md": "# A\n"}).read()
    with sqlite3.connect(tmp_path / "data" / "cache.sqlite") as db:
        db.execute("UPDATE parsed SET body = 'x'")
    assert [a.title for a in reader(tmp_path, {}).read().public.articles] == ["A"]


def test_a_busy_cache_is_not_thrown_away(tmp_path: Path) -> None:
    reader(tmp_path, {"a.md": "# A\n"}).read()
    path = tmp_path / "data" / "cache.sqlite"
    inode = path.stat().st_ino
    with sqlite3.connect(path) as db:
        db.execute("BEGIN EXCLUSIVE")
        put(tmp_path / "docs", {"a.md": "# A again\n"})
        one = Reader(tmp_path / "docs", "en", RenderCache(path))
        assert [article.title for article in one.read().public.articles] == ["A again"]
    assert path.stat().st_ino == inode


LEAKS: Files = {
    "public.md": "---\ntitle: Public\n---\nText ![x](shown.png)\n",
    "shown.png": PNG,
    "zebra/index.md": "---\nstatus: draft\ntitle: Zebra\n---\nzebra\n",
    "zebra/public2.md": "---\ntitle: Other\ncategory: Open\n---\n",
    "secretzebra/zebra.md": (
        "---\nstatus: draft\ntitle: Zebra\nslug: zebra-slug\nid: zebra-id\naliases: [/zebra/old]\n"
        "category: Zebra shelf\ntags: [zebra]\n---\nzebra ![x](zebra.png)\n"
    ),
    "secretzebra/zebra.png": PNG,
    "zebrastaff.md": (
        "---\naudience: staff\nid: zebra2\naliases: [zebra-alias]\n---\n[z](zebra.pdf)\n"
    ),
    "zebra.pdf": b"%PDF",
    "zebraold.md": "---\nstatus: archived\n---\nzebra\n",
    "zebratypo.md": "---\nstatus: publishd\n---\nzebra\n",
    "unreferred-zebra.png": PNG,
    "_redirects": (
        "/a /articles/zebra-slug\n/b/* /articles/zebra-slug\n/c /zebra/old\n/d /a\n"
        "/e /media/secretzebra/zebra.png\n/f /categories/zebra-shelf\n/ok /articles/public\n"
    ),
}


def test_the_public_library_has_no_trace_of_drafts_and_staff_articles(tmp_path: Path) -> None:
    content = reader(tmp_path, LEAKS).read()
    public = content.public
    assert {article.path for article in public.articles} == {"public.md", "zebra/public2.md"}
    told = repr(public).replace("zebra/public2", "")
    assert "zebra" not in told.lower()
    assert public.redirects.exact == {"/ok": "/articles/public"}
    assert set(public.assets) == {"shown.png"}
    for path in ("/a", "/b/x", "/c", "/d", "/zebra/old", "/articles/zebra-alias"):
        assert public.redirects.find(path) is None
    assert {"zebra.pdf", "secretzebra/zebra.png"} <= set(content.staff.assets)
    assert content.staff.by_id["zebra-id"].slug == "zebra-slug"


def test_a_draft_never_moves_a_public_address(tmp_path: Path) -> None:
    alone = reader(tmp_path, {"b/name.md": "# B\n"}).read().public
    both = reader(tmp_path, {"a/name.md": "---\nstatus: draft\n---\n"}).read()
    assert [article.slug for article in both.public.articles] == [alone.articles[0].slug]
    assert len({article.slug for article in both.staff.articles}) == 2


ESCAPES = [
    "/etc/passwd", "../docs_internal/s.png", "..%2fdocs_internal%2fs.png",
    "%2e%2e/docs_internal/s.png",
    "....//docs_internal/s.png", ".git/config", "a/../../docs_internal/s.png", "s.png%00.jpg",
    "\\..\\docs_internal\\s.png", "file:///etc/passwd", "//etc/passwd", "link.png", "dir/passwd",
]  # fmt: skip


@pytest.mark.parametrize("target", ESCAPES)
def test_no_link_makes_an_asset_of_a_file_outside(tmp_path: Path, target: str) -> None:
    put(tmp_path, {"docs_internal/s.png": PNG, "docs/.git/config": "secret"})
    it = reader(tmp_path, {"a.md": f"![x]({target}) [y]({target}) <img src='{target}'>\n"})
    (tmp_path / "docs" / "link.png").symlink_to("/etc/passwd")
    (tmp_path / "docs" / "dir").symlink_to("/etc")
    assert it.read().staff.assets == {}


def test_an_asset_has_its_type_and_its_size(tmp_path: Path) -> None:
    text = "![x](pic.png) [y](/a%20b.pdf?v=1#p)\n"
    content = reader(tmp_path, {"a.md": text, "pic.png": PNG, "a b.pdf": b"%PDF"}).read()
    pic, pdf = content.public.assets["pic.png"], content.public.assets["a b.pdf"]
    assert (pic.media_type, pic.width, pic.height) == ("image/png", 3, 2)
    assert (pdf.media_type, pdf.width, pdf.url) == ("application/pdf", None, "/media/a%20b.pdf")


def test_progress_is_told_for_what_is_rendered(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    it = reader(tmp_path, {"a.md": "# A\n", "b.md": "# B\n"})
    it.read(lambda done, total: told.append((done, total)))
    it.read(lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]

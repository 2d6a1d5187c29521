"""Generations: builds that are killed, files that are damaged, articles that are broken."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from sample_site import Site, Visitor, make_site

from kb.building import Builder
from kb.errors import GenerationDamaged, UsageError
from kb.knowledge_base import KnowledgeBase

if TYPE_CHECKING:
    from pathlib import Path

GARBAGE = [b"\xff\xfe bad", b"---\ntitle: [\n---\nx\n", b"[" * 20_000]


def live(site: Site) -> Path:
    return site.builder.generations.candidates()[0].path


def test_the_same_folder_is_not_built_twice(site: Site) -> None:
    first = site.build()
    assert first.content is None
    assert Builder(site.settings).build().content is None


def test_a_restart_renders_nothing_again(site: Site) -> None:
    site.write({"new.md": "# New\n"})
    assert Builder(site.settings).build().content.rendered == 1


def test_renaming_and_deleting_render_nothing(site: Site) -> None:
    (site.articles / "billing/refund.md").rename(site.articles / "billing/money-back.md")
    (site.articles / "account/password.md").unlink()
    built = site.build()
    assert built.content.rendered == 0
    kb = KnowledgeBase(site.settings)
    assert kb.edition.article("money-back").title == "Get a refund"
    assert kb.edition.search("refund", "en").hits[0].article.slug == "money-back"
    assert kb.edition.search("password", "en").hits == ()


def test_the_setting_semantic_decides_whether_there_are_vectors(tmp_path: Path) -> None:
    pytest.importorskip("wordllama")
    on = make_site(tmp_path / "on")
    off = make_site(tmp_path / "off", semantic=False)
    assert list(live(on).rglob("titles.npy"))
    assert not list(live(off).rglob("titles.npy"))


def test_what_was_built_with_vectors_is_searched_without_them_when_it_is_switched_off(
    site: Site,
) -> None:
    pytest.importorskip("wordllama")
    off = site.settings.model_copy(update={"semantic": False})
    on_index, off_index = (
        KnowledgeBase(settings).edition.searcher.languages["en"]
        for settings in (site.settings, off)
    )
    assert (on_index.meaning is None, off_index.meaning is None) == (False, True)


def test_switching_meaning_on_or_off_builds_anew(site: Site) -> None:
    pytest.importorskip("wordllama")
    off = Builder(site.settings.model_copy(update={"semantic": False}))
    assert off.build().content is not None
    assert off.build().content is None
    assert site.build().content is not None


def test_installing_the_extra_builds_anew(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.building.installed", lambda: False)
    site.build()
    assert site.build().content is None
    monkeypatch.setattr("kb.building.installed", lambda: True)
    assert site.build().content is not None


@pytest.mark.parametrize("garbage", GARBAGE, ids=["not UTF-8", "not YAML", "too costly"])
def test_the_last_good_version_of_a_broken_article_stays_up(tmp_path: Path, garbage: bytes) -> None:
    site = make_site(tmp_path)  # a version is remembered by where its file is
    site.write({"account/password.md": garbage, "other.md": "# Still published\n"})
    for builder in (site.builder, Builder(site.settings)):
        site.write({"more.md": f"# {time.time()}\n"})
        built = builder.build()
        assert [p.path for p in built.problems if p.severity == "error"] == ["account/password.md"]
        kb = KnowledgeBase(site.settings)
        assert "spam folder" in kb.edition.article("password").html
        assert kb.edition.article("other").title == "Still published"


def test_three_generations_are_kept(site: Site) -> None:
    for number in range(5):
        site.write({"new.md": f"# New {number}\n"})
        site.build()
    assert len(list(site.builder.generations.folder.iterdir())) == 3


@pytest.mark.parametrize("damage", ["flip", "truncate", "remove"])
def test_damage_to_any_file_is_found_and_the_generation_before_serves(
    site: Site, damage: str
) -> None:
    site.write({"new.md": "# Newer\n"})
    site.build()
    names = [p.relative_to(live(site)) for p in live(site).rglob("*") if p.is_file()]
    checked = [name for name in names if "media" not in name.parts and "LOCK" not in name.name]
    assert len(checked) > 6
    # Each file is flipped; a size that is wrong is found alike, whichever file has it.
    for name in checked if damage == "flip" else sorted(checked)[::6]:
        _harm(_same_file(live(site), name), damage)
        with pytest.raises(GenerationDamaged):
            site.builder.generations.candidates()[0].open("public")
        kb = KnowledgeBase(site.settings)
        assert "new" not in kb.edition.library.by_slug
        assert kb.edition.search("password", "en").total == 1
        assert site.builder.generations.damaged()
        assert site.build().content is not None, "a damaged generation is built again"
        assert "new" in KnowledgeBase(site.settings).edition.library.by_slug


def _same_file(generation: Path, name: Path) -> Path:
    """Whoosh gives its files another name in every generation, but the same ending."""
    if (generation / name).exists():
        return generation / name
    return next((generation / name.parent).glob(f"*{name.suffix}"))


def _harm(file: Path, damage: str) -> None:
    data = file.read_bytes()
    if damage == "remove":
        file.unlink()
    elif damage == "truncate":
        file.write_bytes(data[: len(data) // 2])
    else:
        file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def test_a_damaged_picture_is_never_served(site: Site) -> None:
    visitor = Visitor(site.app())
    picture = live(site) / "public/media/billing/receipt.png"
    assert visitor.client.get("/media/billing/receipt.png").status_code == 200
    picture.write_bytes(b"<script>")
    assert visitor.client.get("/media/billing/receipt.png").status_code == 404


def test_a_worker_does_not_notice_that_its_files_are_damaged(site: Site) -> None:
    kb = KnowledgeBase(site.settings)
    for file in live(site).rglob("*"):
        if file.is_file():
            file.write_bytes(b"")
    assert kb.edition.search("password", "en").total == 1
    assert kb.edition.article("cancel").title == "Cancel your plan"


def test_a_folder_that_cannot_be_served_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder, words in (("missing", "does not exist"), ("empty", "no article")):
        with pytest.raises(UsageError, match=words):
            make_site_at(tmp_path, folder).build()


def make_site_at(tmp_path: Path, folder: str) -> Builder:
    from kb.settings import Settings

    return Builder(Settings(articles=tmp_path / folder, data_dir=tmp_path / ".kb"))


# The writer replaces the file whole: a kill must not leave half a text, which nobody could publish.
BUILD = """
import sys
from pathlib import Path
from kb.settings import Settings
from kb.building import Builder

if __name__ == "__main__":
    articles, data_dir = map(Path, sys.argv[1:])
    builder = Builder(Settings(articles=articles, data_dir=data_dir))
    builder.build()
    print("built", flush=True)
    start = int((articles / "counter.md").read_text().split()[2])
    for n in range(start + 1, 10**6):
        (articles / ".draft").write_text(f"# Counter {n}\\n\\nword{n} everyword\\n")
        (articles / ".draft").replace(articles / "counter.md")
        builder.build()
"""


def test_a_killed_build_never_shows(tmp_path: Path) -> None:
    """SIGKILL at random moments while readers search: no failed, mixed or backward answer."""
    site = make_site(tmp_path, {"counter.md": "# Counter 1\n\nword1 everyword\n", "a.md": "# A\n"})
    kb = KnowledgeBase(site.settings)
    faults: list[str] = []
    stop = threading.Event()

    def read() -> None:
        last = 0
        while not stop.is_set():
            kb.refresh()
            edition = kb.edition
            title = edition.article("counter").title
            number = int(title.split()[1])
            [hit] = edition.search("everyword", "en").hits
            found = edition.search(f"word{number}", "en").total
            if hit.article.title != title or found != 1:
                faults.append(f"mixed: {title}, {hit.article.title}, {found}")
            if number < last:
                faults.append(f"backward: {last} to {number}")
            last = number

    reader = threading.Thread(target=read)
    reader.start()
    rounds = random.Random(7)
    try:
        for _ in range(12):
            _build_and_kill(site, 0.1 + rounds.random())
            assert reader.is_alive(), "the reader failed"
    finally:
        stop.set()
        reader.join()
    assert faults == []
    site.write({"counter.md": "# Counter 999999\n\nword999999 everyword\n"})
    site.build()
    assert not list(site.builder.generations.folder.glob(".building-*")), "orphans are swept"
    assert KnowledgeBase(site.settings).edition.article("counter").title == "Counter 999999"


def _build_and_kill(site: Site, seconds: float) -> None:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        BUILD,
        str(site.articles),
        str(site.settings.data_dir),
    ]
    build = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert build.stdout
    assert build.stdout.readline() == b"built\n"
    time.sleep(seconds)
    os.killpg(build.pid, signal.SIGKILL)
    build.wait()

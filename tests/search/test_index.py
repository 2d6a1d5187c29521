"""Index: what an edit costs, and that nothing but the articles decides on the arrays."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from corpus import WORDS, assert_same_arrays, compile_into, document
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_site import ROOT, Site, make_site
from whoosh.index import open_dir

from kb.generations import Generations
from kb.search import index as index_module
from kb.search import writers
from kb.search.index import update_index
from kb.search.ranking import Ranking

if TYPE_CHECKING:
    from kb.search.documents import Document

EDITS = 6
TEXT = st.lists(st.sampled_from((*WORDS, "\n")), max_size=12).map(" ".join)
# What one edit does to a few articles: None deletes one, a text adds or changes it.
EDIT = st.dictionaries(st.integers(0, 9), st.none() | st.tuples(TEXT, TEXT), max_size=5)


def some(count: int, word: str = "cat") -> list[Document]:
    return [document(f"d{n}", title=f"{word} {WORDS[n % 12]}", body="dog ox") for n in range(count)]


@settings(max_examples=15, deadline=None)
@given(st.lists(EDIT, min_size=2, max_size=EDITS))
def test_edits_lead_to_the_arrays_of_a_fresh_index(
    edits: list[dict[int, tuple[str, str] | None]],
) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        documents: dict[int, Document] = {}
        for n, edit in enumerate(edits):
            for number, texts in edit.items():
                if texts is None:
                    documents.pop(number, None)
                else:
                    boost = 1.0 + number % 2
                    documents[number] = document(f"d{number}", boost, title=texts[0], body=texts[1])
            edited = compile_into(root / "workshop", root / f"edited{n}", [*documents.values()])
            fresh = compile_into(root / f"workshop{n}", root / f"fresh{n}", [*documents.values()])
            assert_same_arrays(edited, fresh)


def test_a_long_life_of_single_edits_leads_to_the_arrays_of_a_fresh_index(tmp_path: Path) -> None:
    """Tiny segments are merged now and then: 25 edits see that happen."""
    chance = random.Random(2)
    documents = {n: document(f"d{n:02}", body="cat dog") for n in range(40)}
    for edit in range(25):
        number = chance.randrange(50)
        if edit % 5 == 4:
            documents.pop(number, None)
        else:
            text = " ".join(chance.choices(WORDS, k=9))
            documents[number] = document(f"d{number:02}", title=text[:5], body=text)
        edited = compile_into(tmp_path / "workshop", tmp_path / f"{edit}", [*documents.values()])
    assert_same_arrays(
        edited, compile_into(tmp_path / "other", tmp_path / "fresh", [*documents.values()])
    )


def test_an_edit_indexes_only_what_changed(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    documents = some(5)
    update_index(tmp_path / "w", documents, progress).close()
    assert told == [(n, 5) for n in range(1, 6)]
    told.clear()
    documents[2] = document("d2", title="another title")
    update_index(tmp_path / "w", documents, progress).close()
    assert told == [(1, 1)]
    told.clear()
    update_index(tmp_path / "w", documents, progress).close()
    update_index(tmp_path / "w", documents[:4], progress).close()
    assert told == []


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    """A segment for every four documents, as for thousands."""
    monkeypatch.setattr(writers, "MOST", 4)
    monkeypatch.setattr(writers, "FEWEST", 1)


@pytest.mark.usefixtures("several")
def test_several_processes_write_what_one_writes(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    documents = some(11)
    update_index(tmp_path / "w", documents, lambda *done: told.append(done)).close()
    assert told == [(4, 11), (8, 11), (11, 11)]
    assert len([*(tmp_path / "w").glob("*.seg")]) == 3
    several = compile_into(tmp_path / "w", tmp_path / "several", documents)
    # by one process: one document at a time
    for count in range(1, 12):
        one = compile_into(tmp_path / "one", tmp_path / f"{count}", documents[:count])
    assert_same_arrays(several, one)


@pytest.mark.usefixtures("several")
def test_several_processes_write_beside_what_is_there(tmp_path: Path) -> None:
    compile_into(tmp_path / "w", tmp_path / "before", some(3))
    documents = [*some(12, "zoom")[1:], document("a", body="first")]
    after = compile_into(tmp_path / "w", tmp_path / "after", documents)
    assert_same_arrays(after, compile_into(tmp_path / "f", tmp_path / "fresh", documents))


@pytest.mark.usefixtures("several")
def test_a_process_that_fails_leaves_an_index_that_the_next_build_repairs(tmp_path: Path) -> None:
    broken = document("broken", title="cat")
    broken.__dict__["fields"] = {**broken.fields, "title": (None,)}
    with pytest.raises(AttributeError):
        update_index(tmp_path / "w", [*some(9), broken])
    after = compile_into(tmp_path / "w", tmp_path / "after", some(9))
    assert_same_arrays(after, compile_into(tmp_path / "f", tmp_path / "fresh", some(9)))


def test_an_edit_of_one_article_of_a_site_indexes_one(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    site.write({"billing/refund.md": "# Get a refund\n\nWithin a fortnight.\n"})
    told: list[tuple[int, int]] = []
    site.builder.build(indexing=lambda done, total: told.append((done, total)))
    assert set(told) == {(1, 1)}


def damaged(path: Path, kind: str) -> None:
    data = path.read_bytes()
    if kind == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "foreign":
        path.write_bytes(b"cos\nsystem\n(S'exit 1'\ntR." * 40)
    elif kind == "flipped":
        path.write_bytes(bytes([*data[:-9], data[-9] ^ 0xFF, *data[-8:]]))
    else:
        path.unlink()


@pytest.mark.parametrize("kind", ["truncated", "empty", "foreign", "flipped", "deleted"])
@pytest.mark.parametrize("pattern", ["*.seg", "*.toc", "state.json", "arrays/*/places.npy"])
def test_a_damaged_workshop_is_made_anew(tmp_path: Path, pattern: str, kind: str) -> None:
    compile_into(tmp_path / "workshop", tmp_path / "before", some(8))
    (path,) = (tmp_path / "workshop").glob(pattern)
    damaged(path, kind)
    documents = [*some(8)[:7], document("d9", title="bog")]
    after = compile_into(tmp_path / "workshop", tmp_path / "after", documents)
    assert_same_arrays(after, compile_into(tmp_path / "other", tmp_path / "fresh", documents))


def test_a_file_that_nobody_knows_leads_to_a_fresh_index(tmp_path: Path) -> None:
    """Whoosh unpickles the newest table of contents that it finds: it must be one of ours."""
    compile_into(tmp_path / "workshop", tmp_path / "before", some(3))
    (tmp_path / "workshop" / "_MAIN_99.toc").write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    after = compile_into(tmp_path / "workshop", tmp_path / "after", some(3))
    assert_same_arrays(tmp_path / "before", after)


@pytest.mark.parametrize("state", ["[]", "null", "{}", '{"format": "5"}', '"', '{"format": 5}'])
def test_a_state_that_says_nothing_leads_to_a_fresh_index(tmp_path: Path, state: str) -> None:
    compile_into(tmp_path / "workshop", tmp_path / "before", some(3))
    (tmp_path / "workshop" / "state.json").write_text(state)
    after = compile_into(tmp_path / "workshop", tmp_path / "after", some(3))
    assert_same_arrays(tmp_path / "before", after)


def test_another_format_starts_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    update_index(tmp_path / "w", some(3)).close()
    monkeypatch.setattr(index_module, "FORMAT", "another")
    update_index(tmp_path / "w", some(3), lambda done, total: told.append((done, total))).close()
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("fails", ["add_document", "commit"])
def test_a_failing_write_leaves_no_lock_and_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    compile_into(tmp_path / "workshop", tmp_path / "before", some(3))

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(f"whoosh.writing.SegmentWriter.{fails}", fail)
        with pytest.raises(OSError, match="No space"):
            update_index(tmp_path / "workshop", some(6))
    open_dir(str(tmp_path / "workshop")).writer().cancel()  # raises LockError when it is held
    after = compile_into(tmp_path / "workshop", tmp_path / "after", some(6))
    assert_same_arrays(after, compile_into(tmp_path / "other", tmp_path / "fresh", some(6)))


def test_deleting_everything_leaves_an_index_that_finds_nothing(tmp_path: Path) -> None:
    compile_into(tmp_path / "workshop", tmp_path / "full", some(3))
    ranking = Ranking(compile_into(tmp_path / "workshop", tmp_path / "empty", []))
    assert ranking.keys == []
    assert ranking.terms == []
    assert ranking.sum(["cat"]).tolist() == []
    assert not ranking.phrase(["cat", "dog"]).any()


BUILD = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}, {tests!r}]
from corpus import compile_into, document
print("ready", flush=True)
documents = [document(f"d{{n}}", title=f"cat {{n % 7}} {seed}", body="dog " * (n % 9)) for n in range(150)]
compile_into(Path({workshop!r}), Path({folder!r}), documents)
print("done", flush=True)
"""


def built_by_another_process(tmp_path: Path, seed: int) -> subprocess.Popen[str]:
    code = BUILD.format(
        root=str(ROOT),
        tests=str(Path(__file__).parent),
        seed=seed,
        workshop=str(tmp_path / "workshop"),
        folder=str(tmp_path / f"arrays-{seed}"),
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def of_seed(seed: int) -> list[Document]:
    return [
        document(f"d{n}", title=f"cat {n % 7} {seed}", body="dog " * (n % 9)) for n in range(150)
    ]


def test_a_killed_build_leads_to_right_answers_at_the_next_one(tmp_path: Path) -> None:
    """Killed a little later each time: while documents are added, written, compiled, after it."""
    process = built_by_another_process(tmp_path, 0)
    assert process.stdout
    process.stdout.readline()
    begin = time.monotonic()
    assert process.stdout.readline() == "done\n"
    whole = time.monotonic() - begin
    process.wait()
    process.stdout.close()
    for seed in range(1, 9):
        process = built_by_another_process(tmp_path, seed)
        assert process.stdout
        process.stdout.readline()
        time.sleep(whole * (seed - 1) / 6)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        after = compile_into(tmp_path / "workshop", tmp_path / f"after{seed}", of_seed(seed))
        fresh = compile_into(tmp_path / f"fresh{seed}", tmp_path / f"whole{seed}", of_seed(seed))
        assert_same_arrays(after, fresh)


def test_a_site_killed_while_it_builds_answers_after_the_next_build(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    code = (
        "import sys\nfrom pathlib import Path\n"
        f"sys.path[:0] = [{str(ROOT)!r}]\n"
        "from kb.building import Builder\nfrom kb.settings import Settings\n"
        "import kb.search.writers as writers, os, signal\n"
        "def die(*a, **k): os.kill(os.getpid(), signal.SIGKILL)\n"
        "writers.Writer.commit = die\n"
        f"Builder(Settings(articles=Path({str(site.articles)!r}), data_dir=Path({str(site.settings.data_dir)!r}))).build()\n"
    )
    site.write({"new.md": "# A new zebra\n\nStripes.\n"})
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert slugs(site, "refund")[0] == "refund"
    assert slugs(site, "zebra") == []
    site.build()
    assert slugs(site, "zebra") == ["new"]


def slugs(site: Site, text: str) -> list[str]:
    from kb.knowledge_base import KnowledgeBase

    edition = KnowledgeBase(site.settings).edition
    return [hit.article.slug for hit in edition.search(text, "en").hits]


def test_building_twice_gives_the_same_files(tmp_path: Path) -> None:
    """Neither the order of sets nor the process decides on a byte."""
    files = []
    for hash_seed in ("1", "2"):
        folder = tmp_path / hash_seed
        code = (
            "import sys\nfrom pathlib import Path\n"
            f"sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]\n"
            f"from sample_site import make_site\nmake_site(Path({str(folder)!r}))\n"
        )
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        (generation,) = Generations(folder / ".kb").candidates()
        files.append(generation.manifest["files"])
    assert len(files[0]) > 10
    assert files[0] == files[1]


def test_the_same_words_in_another_order_of_documents_are_the_same_arrays(tmp_path: Path) -> None:
    one = compile_into(tmp_path / "w1", tmp_path / "one", some(5))
    update_index(tmp_path / "w2", some(5)[::-1]).close()
    other = compile_into(tmp_path / "w2", tmp_path / "other", some(5))
    assert_same_arrays(one, other)
    assert np.load(one / "documents.npy").dtype == np.uint32

"""Synonyms: other words find the same article, and count for less than its own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kb.search.synonyms
from kb.content.synonyms import parse_synonyms
from kb.search.query import parse_query
from kb.search.results import Options

if TYPE_CHECKING:
    from conftest import Make

    from kb.search.searcher import Searcher

FILES = {
    "access.md": "# Sign in to your account\n\nType your name.\n",
    "bills.md": "# Read your invoice\n\nIt has a number.\n",
    "paint.md": "# Paint the gadget\n\nUse a brush.\n",
    "printer.md": "# Connect a printer\n\nTurn it on.\n",
    "garten.md": "---\ntitle: Der Rasen\nlang: de\n---\nGras wächst.\n",
    "synonyms.txt": (
        "widget, gadget\nscribbler => printer\nIT, printer\nbig blue machine, printer\n"
        "unheardof, neverseen\n[de]\nRasenfläche, Rasen\n"
    ),
}


def slugs(searcher: Searcher, text: str, lang: str = "en", **options: object) -> list[str]:
    hits = searcher.search(text, lang, Options(**options)).hits  # type: ignore[arg-type]
    return [hit.article.slug for hit in hits]


@pytest.fixture
def searcher(make: Make) -> Searcher:
    return make(FILES, semantic=False)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("widget", "paint"),
        ("Widgets?", "paint"),  # as terms: endings do not matter
        ("scribbler", "printer"),
        ("big blue machine", "printer"),
        ("IT", "printer"),  # a word that says little decides when it stands alone
        ("login", "access"),  # the built-in groups
        ("log-in", "access"),
        ("how do I log in", "access"),
        ("where is my bill", "bills"),
        ("receipts", "bills"),
    ],
)
def test_another_word_finds_the_article(searcher: Searcher, typed: str, slug: str) -> None:
    assert slugs(searcher, typed)[:1] == [slug]


def test_a_word_of_a_group_is_not_corrected(searcher: Searcher) -> None:
    for typed in ("widget", "scribbler", "receipt"):
        assert searcher.search(typed, "en").correction is None


def test_one_way_is_not_the_other(make: Make) -> None:
    files = {"a.md": "# Scribbler\n\nText.\n", "synonyms.txt": "scribbler => printer\n"}
    assert slugs(make(files), "printer") == []


def test_every_word_of_a_phrase_is_needed(searcher: Searcher) -> None:
    assert "printer" not in slugs(searcher, "blue machine")


def test_a_stop_word_among_others_is_no_synonym(searcher: Searcher) -> None:
    assert slugs(searcher, "does it read your invoice") == ["bills"]


def test_the_longest_run_of_words_wins(make: Make) -> None:
    files = {
        "one.md": "# Alpha\n",
        "two.md": "# Beta\n",
        "synonyms.txt": "red => alpha\nred car => beta\n",
    }
    found = make(files, semantic=False)  # type: ignore[call-arg]
    assert slugs(found, "red car") == ["two"]
    assert slugs(found, "red") == ["one"]


def test_the_literal_word_counts_for_more(make: Make) -> None:
    files = {
        "other.md": "# The gadget\n\nText.\n",
        "own.md": "# The widget\n\nText.\n",
        "synonyms.txt": "widget, gadget\n",
    }
    found = make(files)
    assert slugs(found, "widget") == ["own", "other"]
    assert slugs(found, "gadget") == ["other", "own"]


def test_a_literal_search_knows_no_synonyms(searcher: Searcher) -> None:
    assert slugs(searcher, "widget", literal=True) == []


def test_a_group_belongs_to_its_language(searcher: Searcher) -> None:
    assert slugs(searcher, "Rasenfläche", "de") == ["garten"]
    table = searcher.languages["de"].expander.synonyms
    assert not table.knows("gadget")
    assert not table.knows("login")


def test_twelve_words_cost_less_than_a_tenth_of_a_millisecond(searcher: Searcher) -> None:
    index = searcher.languages["en"]
    words = "log in bill email delete change error phone price refund password widget"
    query = parse_query(words, "en")
    table = index.expander.synonyms
    assert len(list(table.find(query.words))) >= 3
    took = []
    for _ in range(50):
        begin = time.thread_time()
        list(table.find(query.words))
        took.append(time.thread_time() - begin)
    assert sorted(took)[25] < 0.000_1


def test_the_built_in_list_is_whole_general_and_comes_with_the_package() -> None:
    path = Path(kb.search.synonyms.__file__).with_name("synonyms_en.txt")
    groups, problems = parse_synonyms(path.read_text("utf-8"), "en", "synonyms.txt")
    assert problems == []
    assert 60 <= len(groups) <= 120

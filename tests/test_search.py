"""Search: what is found, in which order, and what is shown of it."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_site import make_site

from kb.search.analysis import terms
from kb.search.query import MAX_CHARACTERS, MAX_TERMS, parse_query
from kb.search.snippets import Highlighter

FILES = {
    "title.md": "# Zebra crossing\n\nNothing else.\n",
    "heading.md": "# One\n\n## Zebra\n\nNothing else.\n",
    "body.md": "# Two\n\nA zebra is an animal.\n",
    "asked.md": "---\ntitle: Three\nquestions: [Where is the zebra?]\n---\nNothing else.\n",
    "unlisted.md": "---\ntitle: Zebra unlisted\nunlisted: true\n---\nzebra\n",
    "excluded.md": "---\ntitle: Zebra excluded\nsearch: {exclude: true}\n---\nzebra\n",
    "accents.md": "# Ärger über Gebühren\n\nCafé naïve.\n",
    "cjk.md": "# 請求書\n\nパスワードを再設定する方法\n",
    "phrase.md": "# Four\n\nThe quick brown fox. Jumps.\n",
    "scattered.md": "# Five\n\nBrown things, then quick ones, a fox.\n",
}


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    from kb.knowledge_base import KnowledgeBase

    site = make_site(tmp_path_factory.mktemp("search"), FILES)
    return KnowledgeBase(site.settings).edition


def slugs(edition, text: str) -> list[str]:  # type: ignore[no-untyped-def]
    return [hit.article.slug for hit in edition.search(text, "en").hits]


def test_title_and_questions_weigh_more_than_headings_and_body(edition) -> None:  # type: ignore[no-untyped-def]
    found = slugs(edition, "zebra")
    assert set(found) == {"title", "asked", "heading", "body"}
    assert set(found[:2]) == {"title", "asked"}


@pytest.mark.parametrize(
    ("text", "slug"),
    [("arger", "accents"), ("GEBÜHREN", "accents"), ("cafe", "accents"), ("請求", "cjk"),
     ("再設定", "cjk"), ("animals", "body")],
)  # fmt: skip
def test_case_accents_endings_and_scripts_do_not_matter(edition, text: str, slug: str) -> None:  # type: ignore[no-untyped-def]
    assert slugs(edition, text)[0] == slug


def test_quotes_keep_words_together(edition) -> None:  # type: ignore[no-untyped-def]
    assert slugs(edition, '"quick brown fox"') == ["phrase"]
    assert set(slugs(edition, "quick brown fox")) == {"phrase", "scattered"}


def test_threads_that_share_a_searcher_get_the_same_answers(edition) -> None:  # type: ignore[no-untyped-def]
    expected = slugs(edition, "zebra")
    wrong: list[object] = []

    def ask() -> None:
        wrong.extend(found for _ in range(100) if (found := slugs(edition, "zebra")) != expected)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_snippet_shows_the_words_with_their_own_spelling() -> None:
    found = Highlighter(parse_query("cancelled plans", "en")).snippet("You may Cancel any Plan.")
    assert [text for text, marked in found if marked] == ["Cancel", "Plan"]


def test_a_snippet_does_not_begin_with_the_dash_of_a_list() -> None:
    text = "Glue records. " * 8 + "- How they prevent loops of zebras. " + "More. " * 40
    found = Highlighter(parse_query("zebras", "en")).snippet(text)
    assert "".join(part for part, _ in found).startswith("… How they prevent")


def test_stop_words_are_left_out_unless_they_are_all_there_is() -> None:
    assert parse_query("how do I cancel my plan", "en").terms == ("cancel", "plan")
    assert parse_query("how do I", "en").terms == ("how", "do", "i")


@given(st.text(max_size=400))
def test_whatever_is_typed_becomes_a_small_query(text: str) -> None:
    query = parse_query(text, "en")
    assert len(query.text) <= MAX_CHARACTERS
    assert len(query.terms) <= MAX_TERMS
    assert query.text.isprintable()
    Highlighter(query).snippet(text)


@given(st.text(max_size=300), st.text(max_size=30))
def test_a_snippet_is_a_part_of_the_text(text: str, wanted: str) -> None:
    parts = Highlighter(parse_query(wanted, "en")).snippet(text)
    shown = "".join(part for part, _ in parts).removeprefix("… ").removesuffix(" …")
    assert shown in " ".join(text.split())


@given(st.text(max_size=100))
def test_analysis_is_the_same_for_articles_and_questions(text: str) -> None:
    for term in terms(text, "en"):
        assert 0 < len(term) <= 64

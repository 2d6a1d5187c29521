"""Pins: the articles that writers chose come first, once, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.search.results import Options

if TYPE_CHECKING:
    from conftest import Make

    from kb.search.results import Results
    from kb.search.searcher import Searcher

FILES = {
    **{f"n{n}.md": f"# Stop number {n}\n\nStop.\n" for n in range(5)},
    "billing/far.md": "---\ntitle: Something else\ntags: [money]\nupdated: 2026-01-02\n---\nNothing.\n",
    "faq.md": "---\ntitle: Questions\ntype: faq\n---\n## Can I stop?\n\nYes.\n\n## When?\n\nNow.\n",
    "halt.md": "---\ntitle: Anhalten\nlang: de\n---\nStop.\n",
    "pins.yml": (
        "stop: [far, n3]\npasword: far\nqqq: n1\nall languages: [halt, n1, far]\n"
        "questions: faq\npropagation: n2\n"
    ),
    "words.md": "# Password propagation\n\nText.\n",
}


@pytest.fixture
def searcher(make: Make) -> Searcher:
    return make(FILES)


def slugs(results: Results) -> list[str]:
    return [hit.article.slug for hit in results.hits]


def test_pins_come_first_in_their_order_and_only_once(searcher: Searcher) -> None:
    results = searcher.search("Stop ?", "en")
    assert slugs(results)[:2] == ["far", "n3"]
    assert slugs(results).count("n3") == 1
    assert [hit.pinned for hit in results.hits][:3] == [True, True, False]
    assert set(slugs(results)) >= {"n0", "n1", "n2", "n4"}


def test_a_pin_that_the_words_do_not_find_counts_once(searcher: Searcher) -> None:
    plain = searcher.search("stop number", "en")  # has no pin
    pinned = searcher.search("stop", "en")
    assert {"n0", "n1", "n2", "n3", "n4"} <= set(slugs(plain))
    assert pinned.total == len(searcher.search("stop", "en", Options(limit=50)).hits)
    assert searcher.search("qqq", "en").total == 1
    assert searcher.search("qqq", "en").near == ()


def test_the_pages_follow_each_other_without_gap_or_repetition(searcher: Searcher) -> None:
    whole = slugs(searcher.search("stop", "en", Options(limit=50)))
    total = searcher.search("stop", "en").total
    pages = [searcher.search("stop", "en", Options(page=n, limit=2)) for n in range(1, 6)]
    paged = [slug for page in pages for slug in slugs(page)]
    assert paged == whole[: len(paged)]
    assert pages[0].pages == -(-total // 2)


def test_only_the_whole_query_is_pinned(searcher: Searcher) -> None:
    assert not any(hit.pinned for hit in searcher.search("stop number", "en").hits)


@pytest.mark.parametrize(
    "options", [Options(sort="date"), Options(category="more"), Options(tag="money")]
)
def test_a_narrowed_or_sorted_search_has_no_pins(searcher: Searcher, options: Options) -> None:
    assert not any(hit.pinned for hit in searcher.search("stop", "en", options).hits)


def test_a_literal_search_has_pins(searcher: Searcher) -> None:
    assert slugs(searcher.search("stop", "en", Options(literal=True)))[:2] == ["far", "n3"]


def test_a_pinned_query_is_not_corrected(searcher: Searcher) -> None:
    results = searcher.search("pasword", "en")
    assert results.correction is None
    assert slugs(results)[0] == "far"


def test_a_corrected_query_has_its_pins(searcher: Searcher) -> None:
    results = searcher.search("propogation", "en")
    assert results.correction is not None
    assert slugs(results)[0] == "n2"


def test_pins_of_several_languages_keep_their_order(searcher: Searcher) -> None:
    assert slugs(searcher.search("all languages", "en"))[:3] == ["halt", "n1", "far"]


def test_a_pinned_faq_page_is_there_beside_its_questions(searcher: Searcher) -> None:
    first = searcher.search("questions", "en").hits[0]
    assert (first.article.slug, first.pinned) == ("faq", True)


def test_what_is_ranked_is_what_is_searched(searcher: Searcher) -> None:
    hits = searcher.search("stop", "en", Options(limit=50)).hits
    assert [slug for slug, _, _ in searcher.rank("stop", "en", 50)] == [
        h.article.slug for h in hits
    ]

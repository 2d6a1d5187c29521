"""Findability: articles that search does not give for their own questions and titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sample_site import make_site

from kb.content.expected import Expected
from kb.content.folder import read_folder
from kb.knowledge_base import KnowledgeBase
from kb.search.findability import Findability, late, place_of_question

if TYPE_CHECKING:
    from pathlib import Path


def findability(root: Path, files: dict[str, str] | None = None) -> Findability:
    site = make_site(root, files)  # type: ignore[arg-type]
    edition = KnowledgeBase(site.settings).edition
    sources = {source.path: source.data for source in read_folder(site.articles).sources}
    return Findability(edition.library, edition.searcher, sources)


def test_the_sample_site_is_found_by_its_questions_and_titles(tmp_path: Path) -> None:
    asking = findability(tmp_path)
    assert [*asking.questions(), *asking.titles()] == []


def test_an_article_behind_three_others_for_its_own_question_is_told_with_its_rank(
    tmp_path: Path,
) -> None:
    files = {
        f"lost-{n}.md": f"---\ntitle: A lost card\nquestions: [A lost card?]\nsearch: {{boost: 5}}\n---\nA lost card {n}.\n"
        for n in range(6)
    }
    files["seventh.md"] = (
        "---\ntitle: Blocking\nquestions:\n  - Other?\n  - A lost card?\n---\nText.\n"
    )
    found = [str(problem) for problem in findability(tmp_path, files).questions()]
    assert (
        "seventh.md:5:5 question-not-found for its own question “A lost card?” the article is 7th;"
        " “A lost card” is first (Word it as customers do, and decide which article answers it.)"
    ) in found
    assert [line.split(":")[0] for line in found] == [
        "lost-3.md",
        "lost-4.md",
        "lost-5.md",
        "seventh.md",
    ]


def test_a_title_of_which_search_reads_no_word_is_told(tmp_path: Path) -> None:
    files = {"a.md": "---\nicon: x\ntitle: ★ ★\n---\nText.\n", "b.md": "# Stars\n"}
    assert [str(problem) for problem in findability(tmp_path, files).titles()] == [
        "a.md:3:8 title-not-found for its own title “★ ★” the article is not found"
        " (Say in the title how it differs, or give it keywords.)"
    ]


def test_articles_of_the_same_title_make_no_noise(tmp_path: Path) -> None:
    files = {f"{n}/faq.md": f"# {'FAQ' if n % 2 else 'faq'}\n\nOf product {n}.\n" for n in range(7)}
    asking = findability(tmp_path, files)
    ranks = {asking.rank("faq", article).rank for article in asking.library.articles}
    assert max(ranks) > 3
    assert list(asking.titles()) == []


def test_a_title_behind_more_than_its_namesakes_is_told(tmp_path: Path) -> None:
    boosted = {
        f"{n}.md": f"---\ntitle: Card {n}\nsearch: {{boost: 9}}\nkeywords: [card]\n---\nCard, card.\n"
        for n in range(4)
    }
    asking = findability(
        tmp_path, {**boosted, "late.md": "---\nlang: en\ntitle: Card\n---\nText.\n"}
    )
    found = [problem for problem in asking.titles() if problem.path == "late.md"]
    assert [(p.line, p.column, p.code) for p in found] == [(3, 8, "title-not-found")]
    assert "the article is 5th; “Card " in found[0].message


def test_a_question_of_a_faq_page_counts_as_its_page(tmp_path: Path) -> None:
    asking = findability(tmp_path)
    faq = asking.library.by_slug["faq"]
    assert asking.rank("Where is my data?", faq).rank == 1
    assert asking.rank("Account questions", faq).rank == 1


def test_ranks_count_articles_and_not_the_questions_of_a_faq_page(tmp_path: Path) -> None:
    questions = "\n".join(f"## Is card {n} lost?\n\nCard {n}: lost card.\n" for n in range(30))
    files = {
        "faq.md": f"# Cards\n\n{questions}",
        "other.md": "# Shop\n\nA card shop, by the way.\n",
    }
    asking = findability(tmp_path, files)
    assert asking.rank("lost card", asking.library.by_slug["other"]).rank == 2


def test_an_article_that_search_leaves_out_is_not_asked_for(tmp_path: Path) -> None:
    hidden = "---\ntitle: Hidden\nquestions: [Where?]\nsearch: {exclude: true}\n---\nText.\n"
    asking = findability(tmp_path, {"hidden.md": hidden, "b.md": "# B\n"})
    assert [*asking.questions(), *asking.titles()] == []


def test_each_article_is_asked_for_in_its_own_language(tmp_path: Path) -> None:
    files = {
        "de.md": "---\nlang: de\ntitle: Häuser\nquestions: [Wem gehören die Häuser?]\n---\nHaus.\n",
        "en.md": "# Houses\n",
    }
    asking = findability(tmp_path, files)
    assert [*asking.questions(), *asking.titles()] == []


def test_a_search_is_held_to_its_worst_rank(tmp_path: Path) -> None:
    asking = findability(tmp_path)
    rows = [Expected("refund", "refund", 1, 4), Expected("refund", "cancel", 1, 5), Expected("zebra", "faq", 50, 6), Expected("refund", "gone", 1, 7)]  # fmt: skip
    ranked = asking.searches(rows)
    assert [(one.expected.line, one.rank.rank, one.ok) for one in ranked] == [
        (4, 1, True), (5, 2, False), (6, 0, False),
    ]  # fmt: skip
    assert [str(problem) for problem in late(ranked)] == [
        "searches.yml:5:1 search-rank for “refund” the article `cancel` is 2nd; “Get a refund” is first"
        " (At worst 1st was expected: add the words to its questions.)",
        "searches.yml:6:1 search-rank for “zebra” the article `faq` is not found"
        " (At worst 50th was expected: add the words to its questions.)",
    ]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("---\ntitle: Why?\nquestions:\n  - How?\n  - Why?\n---\n", (5, 5)),
        ("---\nquestions: [How?, Why?]\n---\n", (2, 19)),
        ("---\nquestions:\n  - 'It''s why?'\n---\n", (3, 6)),
        ("---\nquestions:\n  - a wrapped question\n    that goes on?\n---\n", (3, 5)),
        ('+++\nquestions = [\n "Why?",\n]\n+++\n', (3, 3)),
        ("---\nQuestions: \"W\\u0068y?\"\n---\nWhy?\n", (2, 1)),
        ("Why?\n", (1, 1)),
    ],
)  # fmt: skip
def test_a_question_is_placed_on_its_line_of_the_front_matter(
    source: str, place: tuple[int, int]
) -> None:
    questions = ("It's why?", "a wrapped question that goes on?", "Why?")
    text = next((q for q in questions if q.split()[0] in source.replace("''", "'")), "Why?")
    assert place_of_question(source, text) == place


def test_an_empty_help_center_loses_nothing(tmp_path: Path) -> None:
    asking = findability(tmp_path, {"a.md": "---\nstatus: draft\n---\n# A\n"})
    assert [*asking.questions(), *asking.titles(), *asking.searches([])] == []

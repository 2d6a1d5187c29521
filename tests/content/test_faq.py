"""FAQ: a page of questions is known by its headings and can be cut at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.content.article import Section
from kb.content.faq import is_faq, is_question, plain_question, question_level, split_questions

if TYPE_CHECKING:
    from tests.content.conftest import Read


def sections(*titles: str, level: int = 2) -> list[Section]:
    return [Section("", 1, "", ""), *(Section(t, level, t, "") for t in titles)]


@pytest.mark.parametrize(
    "title", ["How much?", "Q: Price", "Question: Price", "いくら？", "كم؟", "Why? ", "q. Price"]
)
def test_a_question_is_one_in_every_script(title: str) -> None:
    assert is_question(title)


@pytest.mark.parametrize("title", ["Prices", "Quick start", "", "Questions"])
def test_a_statement_is_none(title: str) -> None:
    assert not is_question(title)


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (("A?", "B?", "C?"), True), (("A?", "B?", "C"), True), (("A?", "B?"), False),
        (("A?", "B?", "C", "D"), False), ((), False),
    ],
)  # fmt: skip
def test_most_of_three_headings_must_ask(titles: tuple[str, ...], expected: bool) -> None:
    assert is_faq(sections(*titles)) is expected


def test_the_level_is_that_of_most_questions() -> None:
    assert question_level([*sections("G"), *sections("A?", "B?", level=3)]) == 3
    assert question_level(sections("A", "B")) == 2
    assert question_level([]) == 0


def test_a_question_loses_its_mark() -> None:
    assert plain_question("Q: How much?") == "How much?"


def test_a_page_is_cut_at_its_questions() -> None:
    page = (
        '<p>Hello.</p><h2 id="g">Money</h2><h3 id="a">Q: How <em>much</em>?</h3>'
        '<p><strong>A:</strong> Ten.</p><h4 id="d">Detail</h4><p>Net.</p>'
        '<h3 id="b">Why?</h3><p>So.</p>'
    )
    intro, questions = split_questions(page, 3)
    assert intro == "<p>Hello.</p>"
    assert [(q.anchor, q.title, q.group) for q in questions] == [
        ("a", "How much?", "Money"), ("b", "Why?", "Money"),
    ]  # fmt: skip
    assert questions[0].html == '<p>Ten.</p><h4 id="d">Detail</h4><p>Net.</p>'


def test_a_heading_inside_a_callout_does_not_cut_the_page() -> None:
    page = '<h2 id="a">A?</h2><div><h2 id="x">X?</h2></div><h2 id="b">B?</h2><p>b</p>'
    assert [q.anchor for q in split_questions(page, 2)[1]] == ["a", "b"]


def test_an_article_of_questions_is_a_faq(read: Read) -> None:
    body = "".join(f"## Question {n}?\n\nAnswer {n}.\n\n" for n in range(3))
    article = read({"a.md": f"Hello.\n\n{body}", "b.md": "## One\n\n## Two\n"}).public.by_slug["a"]
    assert article.kind == "faq"
    intro, questions = split_questions(article.html, question_level(article.sections))
    assert intro == "<p>Hello.</p>"
    assert [q.html for q in questions] == [f"<p>Answer {n}.</p>" for n in range(3)]

"""Excerpts: a section that is shown on another page."""

from __future__ import annotations

import pytest

from kb.content.article import Section
from kb.content.excerpts import MOST, section_html

PAGE = (
    '<p>Intro <a href="#two">below</a>.</p>\n'
    '<h2 id="one">One</h2>\n<ol>\n<li id="step">Do <code>x</code>.</li>\n</ol>\n'
    '<h3 id="deeper">Deeper</h3>\n<p><a href="#fn:1" title="an id= is">1</a></p>\n'
    '<h2 id="two">Two</h2>\n<p><a href="/articles/other#x">other</a></p>\n'
    '<details><summary>More</summary><h2 id="inside">Inside</h2><p>hidden</p></details>\n'
)


def cut(anchor: str, level: int = 2, top: int = 3) -> str:
    return section_html(PAGE, Section(anchor, level, "", ""), "/articles/a", top)


def test_a_section_is_cut_with_those_below_it_and_without_the_next() -> None:
    one = cut("one")
    assert "<code>x</code>" in one
    assert "Deeper" in one
    assert "Two" not in one
    assert "<h2" not in one


def test_no_id_is_left_and_a_place_in_the_article_is_linked_there() -> None:
    one = cut("one")
    assert " id=" not in one.replace('title="an id= is"', "")
    assert '<a href="/articles/a#fn:1" title="an id= is">' in one
    assert '<a href="/articles/other#x">' in cut("two")


def test_headings_begin_at_the_level_that_the_other_page_needs() -> None:
    assert "<h3>Deeper</h3>" in cut("one")
    assert "<h4>Deeper</h4>" in cut("one", top=4)
    deep = '<h4 id="a">A</h4><h5 id="b">B</h5><h6 id="c">C</h6>'
    assert section_html(deep, Section("a", 4, "", ""), "/x") == "<h3>B</h3><h4>C</h4>"


def test_without_a_section_it_is_what_stands_before_the_first_heading() -> None:
    assert section_html(PAGE, None, "/articles/a") == (
        '<p>Intro <a href="/articles/a#two">below</a>.</p>'
    )
    assert section_html("<p>All</p>", None, "/x") == "<p>All</p>"


@pytest.mark.parametrize("anchor", ["nowhere", ""])
def test_what_is_not_there_is_left_out(anchor: str) -> None:
    assert cut(anchor) == ""


def test_a_section_inside_something_ends_with_it() -> None:
    assert cut("inside") == "<p>hidden</p>"
    steps = '<div class="steps"><h5 id="a">A</h5><ol><li>Do<br>it</li></ol></div><p>After</p>'
    assert section_html(steps, Section("a", 5, "", ""), "/x") == "<ol><li>Do<br>it</li></ol>"


def test_a_section_as_long_as_a_page_is_no_answer() -> None:
    page = f'<h2 id="a">A</h2><p>{"x" * MOST}</p>'
    assert section_html(page, Section("a", 2, "", ""), "/x") == ""

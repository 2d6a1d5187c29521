"""Lists nest the way GitHub nests them, however they are indented."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kb.content.markdown import render

GITHUB = MarkdownIt("commonmark").enable("table")


def shape(html: str) -> str:
    """Only the tags that lists are made of."""
    return "".join(re.findall(r"</?(?:ul|ol|li|pre|blockquote|table)(?=[ >])[^>]*>", html)).replace(
        ' tabindex="0"', ""
    )


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize("indent", [2, 3, 4])
def test_bullets_nest_by_two_three_and_four_spaces(indent: int) -> None:
    html = render(f"- a\n{' ' * indent}- b\n- c").html
    assert shape(html) == "<ul><li><ul><li></li></ul></li><li></li></ul>"


@pytest.mark.parametrize("indent", [3, 4])
def test_numbers_nest_by_the_width_of_their_mark(indent: int) -> None:
    html = render(f"1. a\n{' ' * indent}- b\n2. c").html
    assert shape(html) == "<ol><li><ul><li></li></ul></li><li></li></ol>"


def test_a_list_needs_no_blank_line_above_it() -> None:
    assert shape(render("You need:\n- a key\n- a lock").html) == "<ul><li></li><li></li></ul>"


def test_a_year_at_the_start_of_a_line_begins_no_list() -> None:
    assert "<ol" not in render("It was founded in\n1999. It grew.").html


def test_a_line_below_an_item_belongs_to_it() -> None:
    assert shape(render("- a\ntext\n- b\n  - c\ntext").html) == (
        "<ul><li></li><li><ul><li></li></ul></li></ul>"
    )


def test_a_list_that_starts_later_keeps_its_number() -> None:
    assert '<ol start="4">' in render("4. four\n5. five").html


def test_items_without_blank_lines_between_them_are_not_paragraphs() -> None:
    assert "<p>" not in render("- a\n- b\n  - c").html


def test_items_with_blank_lines_between_them_are_paragraphs() -> None:
    assert render("- a\n\n- b").html.count("<p>") == 2


def test_a_fence_in_an_item_belongs_to_the_item_and_loses_its_indentation() -> None:
    html = render("1. Run\n\n   ```\n   a\n     b\n   ```\n\n2. Done").html
    assert shape(html) == "<ol><li><pre></pre></li><li></li></ol>"
    assert "<code>a\n  b\n</code>" in html


def test_indented_code_in_an_item_is_code() -> None:
    assert "<code>a = 1\n</code>" in render("- Run\n\n      a = 1\n").html


def test_an_item_holds_paragraphs_quotes_and_tables() -> None:
    html = render("1. a\n\n   b\n\n   > q\n\n   x | y\n   --|--\n   1 | 2\n2. c").html
    assert (
        shape(html).replace("<table></table>", "T")
        == "<ol><li><blockquote></blockquote>T</li><li></li></ol>"
    )


def test_a_number_below_a_quote_begins_a_list_that_swallows_nothing_after_a_heading() -> None:
    html = render("1. > e\n   2. # g\ntext").html
    assert shape(html) == (
        '<ol><li><blockquote></blockquote><ol start="2"><li></li></ol></li></ol>'
    )
    assert html.rstrip().endswith("<p>text</p>")


def test_another_mark_begins_another_list() -> None:
    assert shape(render("- a\n* b\n1. c").html) == (
        "<ul><li></li></ul><ul><li></li></ul><ol><li></li></ol>"
    )


def test_tasks_are_boxes_that_nobody_can_change() -> None:
    html = render("- [x] done\n- [ ] open").html
    box = '<input type="checkbox" disabled=""'
    assert f'<li class="task">{box} checked="" aria-label="Done">done</li>' in html
    assert f'<li class="task">{box} aria-label="To do">open</li>' in html


def test_terms_have_definitions() -> None:
    html = render("Term\n: One\n: Two\n\n    More").html
    assert re.sub(r"\s+", "", html) == (
        "<dl><dt>Term</dt><dd>One</dd><dd><p>Two</p><p>More</p></dd></dl>"
    )


WORD = st.sampled_from(["a", "b", "> e", "`f`", "# g"])
TEXT = st.sampled_from(["", "text"])


def nested(marks: list[str]) -> st.SearchStrategy[list[tuple[int, str]]]:
    item = st.builds(lambda mark, word: f"{mark} {word}", st.sampled_from(marks), WORD)
    return st.lists(st.tuples(st.integers(0, 3), st.one_of(item, TEXT)), max_size=12)


def assert_like_github(width: int, lines: list[tuple[int, str]]) -> None:
    source = "\n".join(" " * (width * depth) + line for depth, line in lines)
    ours, theirs = render(source, "title").html, GITHUB.render(source)
    assert shape(ours) == shape(theirs)
    assert text(ours) == text(theirs)


@given(nested(["-", "*", "+"]))
def test_bullets_have_the_shape_and_the_text_they_have_on_github(
    lines: list[tuple[int, str]],
) -> None:
    assert_like_github(2, lines)


@given(nested(["1.", "2.", "1)", "-"]))
def test_numbers_have_the_shape_and_the_text_they_have_on_github(
    lines: list[tuple[int, str]],
) -> None:
    assert_like_github(3, lines)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc")), min_size=1, max_size=8))
def test_two_and_four_spaces_mean_the_same(items: list[tuple[int, str]]) -> None:
    depth, steps = -1, []
    for wanted, word in items:
        depth = min(wanted, depth + 1)
        steps.append((depth, word))
    two, four = (
        render("\n".join(f"{' ' * (width * depth)}- {word}" for depth, word in steps)).html
        for width in (2, 4)
    )
    assert two == four or max(depth for depth, _ in steps) > 1  # GitHub sees code at 8

"""Front matter: read as text, refused when costly, and never a way to publish a draft."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.content.frontmatter import split
from kb.content.metadata import read_metadata

# What a writer's file may contain besides the line that matters.
JUNK = st.sampled_from(
    [
        "title: x",
        "status: published",
        "Status: published",
        "'status': published",
        "draft: false",
        "published: true",
        "status:",
        "# a comment",
        "",
        "tags: [a, b]",
        "tags: [a",
        "tags: [a,",
        "]",
        "map: {a: b,",
        "quote: '",
        'quote: "',
        "  nested: 1",
        "a: &b c",
        "<<: {status: published}",
        "- item",
        "key: |",
        "? complex",
        "}",
        "\ttab",
        "title: '\u2028'",
        "...",
        "%YAML 1.2",
        "!!set",
    ]
)


def published(text: str) -> bool:
    front = split(text)
    return not front.problem and read_metadata(front.entries)[0].status == "published"


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("---\nlang: no\n---\n", "lang", "no"),
        ("---\norder: 010\n---\n", "order", "010"),
        ("---\ndate: 2026-13-45\n---\n", "date", "2026-13-45"),
        ("---\nversion: 1.10\n---\n", "version", "1.10"),
        ("---\ntime: 12:30\n---\n", "time", "12:30"),
        ("---\na: ~\n---\n", "a", ""),
        ("---\na: null\n---\n", "a", ""),
        ("---\na: 'null'\n---\n", "a", "null"),
        ("---\na: [x, {b: c}]\n---\n", "a", ["x", {"b": "c"}]),
        ("---\na: >\n  one\n  two\n---\n", "a", "one two"),
        ("\ufeff---\r\na: b\r\n---\r\n", "a", "b"),
        ("--- \na: b\n---\t\n", "a", "b"),
        ("---\na: b\n---", "a", "b"),
        ('+++\na = "b"\n+++\n', "a", "b"),
        ("+++\na = true\n+++\n", "a", "true"),
        ("+++\na = 2026-05-31\n+++\n", "a", "2026-05-31"),
    ],
)
def test_values_stay_as_they_were_written(text: str, key: str, value: object) -> None:
    front = split(text)
    assert front.problem is None
    assert [(e.key, e.value) for e in front.entries] == [(key, value)]


def test_entries_know_their_line_and_the_body_its_own() -> None:
    front = split("---\ntitle: A\n\nstatus: draft\n---\nText\n")
    assert [(e.key, e.line, e.column) for e in front.entries] == [("title", 2, 1), ("status", 4, 1)]
    assert (front.body, front.line) == ("Text\n", 6)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Text\n",
        "# Title\n\n---\n\nText\n",
        "---\n\nA rule above.\n\n---\n",
        "----\na: b\n",
        "---",
    ],
)
def test_a_file_without_front_matter_is_all_body(text: str) -> None:
    assert (split(text).entries, split(text).body, split(text).problem) == ((), text, None)


@pytest.mark.parametrize(
    ("front", "code", "line"),
    [
        ("a: &x 1\n", "yaml-alias", 2),
        ("a: 1\nb: *x\n", "yaml-alias", 3),
        ("a: 1\n<<: {b: 1}\n", "yaml-alias", 3),
        ("a: 1\nb: [1\n", "bad-yaml", 4),
        ("a: b: c\n", "bad-yaml", 2),
        ("- a\n- b\n", "bad-yaml", 2),
        ("just words\n", "bad-yaml", 2),
        ("a: " + "[" * 9 + "]" * 9 + "\n", "bad-yaml", 2),
        ("".join(f"k{n}: 1\n" for n in range(33)), "bad-yaml", 1),
        ("a: " + "x" * 8192 + "\n", "bad-yaml", 1),
        ("a: \x00\n", "bad-yaml", 1),
        ("a: \ud800\n", "bad-yaml", 1),
    ],
)
def test_what_cannot_be_understood_is_a_problem_with_its_line(
    front: str, code: str, line: int
) -> None:
    problem = split(f"---\n{front}---\n", "a.md").problem
    assert problem is not None
    assert (problem.path, problem.code, problem.line) == ("a.md", code, line)


@pytest.mark.parametrize("front", ["a = ", "a = 1\na = 2", "[[", "a = 1979-99-99"])
def test_toml_that_is_none_is_a_problem(front: str) -> None:
    problem = split(f"+++\n{front}\n+++\n").problem
    assert problem is not None
    assert problem.code == "bad-yaml"


BOMB = "a: &a [x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    "front",
    [BOMB, "a: " + "[" * 8000, "a: " + "{a: " * 2000, "[" * 8000, "? " * 4000, "- " * 4000],
    ids=["alias bomb", "brackets", "braces", "only brackets", "keys", "items"],
)
def test_costly_yaml_is_refused_at_once(front: str) -> None:
    started = time.thread_time()
    assert split(f"---\n{front}\n---\n").problem is not None
    assert split(f"---\n{front * 3}\n---\n").problem is not None
    assert time.thread_time() - started < 3


def test_twenty_thousand_brackets_are_refused_at_once() -> None:
    started = time.thread_time()
    assert split("---\na: " + "[" * 20_000 + "\n---\n").problem is not None
    assert time.thread_time() - started < 3


@pytest.mark.parametrize(
    "text",
    [
        "---\nstatus: draft\nText without an end",
        "---\n# a comment\nstatus: draft\n",
        "---\n\nstatus: draft\n",
        "---\nstatus: draft\n...\nText\n",
        "---\nstatus: draft\n----\nText\n",
        "\n---\nstatus: draft\n---\nText\n",
        "\n\n  ---\nstatus: draft\n---\nText\n",
        '---\n\n"status": draft\n---\nText\n',
        "---\n\n{status: draft}\n---\nText\n",
        "---\n{status: draft}\n---\n",
        "---\n'status' : draft\n---\n",
        "---\n? status\n: draft\n---\n",
        "---\nSTATUS: Draft\n---\n",
        "---\nstatus: drafts\n---\n",
        "---\nstatus: [draft]\n---\n",
        "---\nstatus: draft\nstatus: published\n---\n",
        "---\nstatus: published\nstatus: draft\n---\n",
        "---\nstatus: draft # for now\n---\n",
        '+++\nstatus = "draft"\n+++\n',
        '+++\nstatus = "draft"\n',
        "---\r\nstatus: draft\r\n---\r\n",
        "---\nstatus: !!binary draft\n---\n",
        "---\nstatus: |\n  draft\n---\n",
        '---\na: "\nstatus: draft\nb: "\n---\n',
        "---\na: [b,\nstatus: draft\n]\n---\n",
        "---\na: {b: c,\nstatus: draft}\n---\n",
        '---\n{"title": "x",\n"status": "draft"}\n---\n',
    ],
)
def test_a_draft_is_a_draft_however_it_is_written(text: str) -> None:
    assert not published(text)


@given(st.lists(JUNK, max_size=6), st.lists(JUNK, max_size=6), st.sampled_from(["\n", "\r\n"]))
@example(["status: published"], ["status: published"], "\n")
@settings(max_examples=400, deadline=None)
def test_no_junk_around_it_publishes_a_draft(
    before: list[str], after: list[str], newline: str
) -> None:
    # Inside a block of text (`key: |`) the line would be that text: it stands at the margin.
    text = newline.join(["---", *before, "status: draft", *after, "---", "Body", ""])
    assert not published(text)


@given(st.text(max_size=300), st.sampled_from(["---\n", "+++\n", "", "---\na: ", "+++\na = "]))
@settings(max_examples=500, deadline=None)
def test_no_text_makes_it_raise(text: str, opening: str) -> None:
    for whole in (opening + text, f"{opening}{text}\n---\n", f"{opening}{text}\n+++\n"):
        front = split(whole)
        read_metadata(front.entries)
        assert front.body in whole


@given(st.lists(st.text("abst:-[]{}&*!|>'\"#%@`,?\n \t0129", max_size=12), max_size=12))
@settings(max_examples=500, deadline=None)
def test_no_text_that_looks_like_yaml_makes_it_raise(words: list[str]) -> None:
    front = split(f"---\n{' '.join(words)}\n---\n")
    read_metadata(front.entries)


KEYS = ["status", "draft", "published", "order", "tags", "date", "search", "meta", "slug", "author"]
VALUES = st.recursive(
    st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=8))
@settings(max_examples=300, deadline=None)
def test_no_value_makes_the_metadata_raise(pairs: list[tuple[str, object]]) -> None:
    from kb.content.frontmatter import Entry

    entries = [Entry(key, value, line, 1) for line, (key, value) in enumerate(pairs, 2)]  # type: ignore[arg-type]
    metadata, problems, _ = read_metadata(entries)
    assert metadata.status in ("published", "draft", "archived")
    assert all(problem.line >= 2 for problem in problems)

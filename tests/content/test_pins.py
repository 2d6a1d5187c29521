"""pins.yml and rigged-results: articles that come first for a query."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.pins import normalise, read_pins

if TYPE_CHECKING:
    from conftest import Read

ARTICLES: dict[str, str | bytes] = {
    "billing/refund.md": "---\ntitle: Get a refund\naliases: [/old/money-back]\n---\nText.\n",
    "billing/cancel.md": "# Cancel\n",
    "hidden.md": "---\ntitle: Hidden\nunlisted: true\n---\nText.\n",
    "draft.md": "---\ntitle: Draft\nstatus: draft\n---\nText.\n",
}


def pins(read: Read, text: str, name: str = "pins.yml") -> dict[str, tuple[str, ...]]:
    return read({**ARTICLES, name: text}).public.pins


@pytest.mark.parametrize(
    "typed", ["Money  Back", " money back?", "MONEY BACK", "money back ...", "ｍoney back！"]
)
def test_case_spaces_and_signs_at_the_end_do_not_matter(typed: str) -> None:
    assert normalise(typed) == "money back"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("money back: refund", {"money back": ("refund",)}),
        ("Money  Back?: refund", {"money back": ("refund",)}),
        ("stop: [cancel, refund]", {"stop": ("cancel", "refund")}),
        ("stop:\n  - /articles/cancel/\n  - /articles/refund", {"stop": ("cancel", "refund")}),
        ("stop: https://help.example.com/articles/cancel/?x=1#y", {"stop": ("cancel",)}),
        ("stop: [cancel, /articles/cancel, billing/cancel.md]", {"stop": ("cancel",)}),
        ("stop: /old/money-back", {"stop": ("refund",)}),
        ("404: refund\nno: cancel", {"404": ("refund",), "no": ("cancel",)}),
        ("", {}),
        ("# nothing yet\n", {}),
        ('{"stop": ["/articles/cancel/"], "x": "refund"}', {"stop": ("cancel",), "x": ("refund",)}),
        ('{\n\t"stop": [\n\t\t"\\/articles\\/cancel"\n\t]\n}', {"stop": ("cancel",)}),
    ],
)
def test_a_query_is_mapped_to_articles(
    read: Read, text: str, found: dict[str, tuple[str, ...]]
) -> None:
    assert pins(read, text) == found


@pytest.mark.parametrize(
    "name", ["pins.yml", "pins.yaml", "rigged-results.yml", "rigged-results.yaml",
             "rigged-results.json"],
)  # fmt: skip
def test_every_name_of_the_file_is_read(read: Read, name: str) -> None:
    assert pins(read, '{"stop": ["/articles/cancel/"]}', name) == {"stop": ("cancel",)}


def test_pins_of_two_files_are_joined(read: Read) -> None:
    files = {"pins.yml": "stop: refund", "rigged-results.yml": "stop: cancel"}
    assert read({**ARTICLES, **files}).public.pins == {"stop": ("refund", "cancel")}


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "words"),
    [
        ("a: refund\nb: refnd", 2, 4, "pin-nowhere", "Did you mean `refund`?"),
        ("a: hidden", 1, 4, "pin-nowhere", "left out of the search"),
        ("a: javascript:alert(1)", 1, 4, "bad-pin", "not an article's slug"),
        ("a: //evil.example/refund", 1, 4, "bad-pin", "not an article's slug"),
        ("a: /\\evil.example/refund", 1, 4, "bad-pin", "not an article's slug"),
        ("a: ftp://evil.example/refund", 1, 4, "bad-pin", "not an article's slug"),
        ("a: Get a refund", 1, 4, "bad-pin", "not an article's slug"),
        ("a:", 1, 3, "bad-pin", "one line of text"),
        ("a: {b: refund}", 1, 4, "bad-pin", "one line of text"),
        ("a: [[refund]]", 1, 5, "bad-pin", "one line of text"),
        ("'?': refund", 1, 1, "bad-pin", "empty"),
        ("? [a]\n: refund", 1, 3, "bad-pin", "one line of text"),
        ("a: refund\nA!: cancel", 2, 1, "bad-pin", "given twice"),
        ("- refund", 1, 1, "bad-pin", "expected a query"),
        ("refund", 1, 1, "bad-pin", "expected a query"),
        ("a: refund\nb: [refund", 3, 1, "bad-pin", "not valid YAML"),
        ("a: &x refund\nb: *x", 1, 4, "bad-pin", "anchors and aliases"),
        ("x" * 201 + ": refund", 1, 1, "bad-pin", "200 characters"),
        ("a: [" + ", ".join(["refund"] * 11) + "]", 1, 4, "bad-pin", "over 10 articles"),
        ('a: "re\\x00fund"', 1, 4, "bad-pin", "not UTF-8"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    read: Read, text: str, line: int, column: int, code: str, words: str
) -> None:
    content = read({**ARTICLES, "pins.yml": text})
    (problem,) = content.problems
    assert (problem.path, problem.line, problem.column, problem.code) == (
        "pins.yml", line, column, code,
    )  # fmt: skip
    assert words in f"{problem.message} {problem.hint}"
    assert "hidden" not in str(content.public.pins)
    assert len(content.public.articles) == 3


def test_a_mistake_costs_only_itself(read: Read) -> None:
    found = pins(read, "a: [nowhere, refund]\nb: {x: y}\nc: cancel")
    assert found == {"a": ("refund",), "c": ("cancel",)}


def test_only_staff_have_pins_to_what_is_not_public(read: Read) -> None:
    content = read({**ARTICLES, "pins.yml": "a: draft\nb: [draft, refund]"})
    assert content.public.pins == {"b": ("refund",)}
    assert content.staff.pins == {"a": ("draft",), "b": ("draft", "refund")}
    assert content.problems == ()


BOMB = "a: &a [x,x]\n" + "".join(
    f"{c}: &{c} [*{p},*{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [BOMB, "[" * 20_000, "{" * 20_000, "a: " + "[" * 20_000, "- " * 20_000, "? " * 20_000,
     "a: x\n" * 100_000, "a: " + "x" * 150_000, "'" * 20_000, "a: !!python/object:os.system x",
     "\ud800: x", "a: {" * 10_000, "!" * 20_000, "&" * 20_000, "a:\n" * 40_000, "[," * 20_000],
)  # fmt: skip
def test_no_file_is_slow_and_none_raises(text: str) -> None:
    begin = time.thread_time()
    read_pins([("pins.yml", text)])
    assert time.thread_time() - begin < 3


@given(st.text(alphabet=st.sampled_from("ab:/[]{},'\"#&*!?- \n\\\0\ufeff\ud800é"), max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    found, problems = read_pins([("pins.yml", text)])
    assert all(pin.query for pin in found)
    assert all(problem.code == "bad-pin" for problem in problems)


@pytest.mark.parametrize("data", [b"\xff\xfea\x00", b"caf\xe9: refund", b"a: \x00\x01"])
def test_bytes_that_are_no_text_are_a_problem_and_the_site_stays(read: Read, data: bytes) -> None:
    content = read({**ARTICLES, "pins.yml": data})
    assert {p.code for p in content.problems} == {"bad-pin"}
    assert len(content.public.articles) == 3


def test_a_file_of_50_megabytes_is_refused_and_the_site_stays(read: Read) -> None:
    content = read({**ARTICLES, "pins.yml": b"a: refund\n" * 5_000_000})
    assert [(p.path, p.code) for p in content.problems] == [("pins.yml", "too-large")]
    assert len(content.public.articles) == 3

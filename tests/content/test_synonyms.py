"""synonyms.txt: groups of words, one way or both, in the language of their lines."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.synonyms import MOST_LINES, Synonym, parse_synonyms, read_synonyms

if TYPE_CHECKING:
    from conftest import Read


def parsed(text: str, path: str = "synonyms.txt") -> list[tuple[str, str, str]]:
    groups, _ = read_synonyms([(path, text)], "en")
    return [(g.lang, " | ".join(g.typed), " | ".join(g.meant)) for g in groups]


BOTH = ("en", "sign in | login", "sign in | login")


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("sign in, login", [BOTH]),
        ("  sign   in ,login,, \n\n", [BOTH]),
        ("# a comment\nsign in, login # and why", [BOTH]),
        ("c#, c sharp", [("en", "c# | c sharp", "c# | c sharp")]),
        ("login, Login, sign in", [("en", "login | sign in", "login | sign in")]),
        ("mobile => phone, tablet", [("en", "mobile", "phone | tablet")]),
        ("a, b => c", [("en", "a | b", "c")]),
        ("sign in, login\r\nmobile=>phone\r\n", [BOTH, ("en", "mobile", "phone")]),
        ("[de]\nrechnung, beleg\n[pt-BR]\nfatura, conta",
         [("de", "rechnung | beleg", "rechnung | beleg"), ("pt", "fatura | conta", "fatura | conta")]),
        ("請求書, インボイス", [("en", "請求書 | インボイス", "請求書 | インボイス")]),
    ],
)  # fmt: skip
def test_a_line_is_a_group(text: str, groups: list[tuple[str, str, str]]) -> None:
    assert parsed(text) == groups


def test_a_file_can_be_of_one_language() -> None:
    assert parsed("rechnung, beleg", "synonyms.de.txt")[0][0] == "de"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("alone", 1, "`alone` stands alone"),
        ("login, LOGIN", 1, "`login` stands alone"),
        ("a, b\n\n=> b", 3, "a side of `=>` is empty"),
        ("a =>", 1, "a side of `=>` is empty"),
        ("a => b => c", 1, "more than one `=>`"),
        (", ,", 1, "the group is empty"),
        ("a, !!", 1, "`!!` has no letter"),
        ("a, " + "b" * 1_000, 1, "over 1,000 characters"),
        ("a, " + "b " * 7, 1, "over 6 words"),
        (", ".join(map(str, range(25))), 1, "over 24 phrases"),
        ("[deutsch]\na, b", 1, "`[deutsch]` is not a language"),
        ("a, b\ufffd", 1, "not UTF-8"),
        ("a, b\x00c", 1, "not UTF-8"),
    ],
)
def test_a_mistake_costs_its_line_and_is_named(text: str, line: int, message: str) -> None:
    groups, problems = parse_synonyms(text, "en", "synonyms.txt")
    found = [(p.path, p.line, p.code) for p in problems]
    assert found == [("synonyms.txt", line, "bad-synonym")]
    assert message in problems[0].message
    assert problems[0].hint
    assert all(group.typed == ("a", "b") for group in groups)


def test_lines_below_an_unknown_language_belong_to_none() -> None:
    assert parsed("[x y]\nc, d\n[de]\na, b") == [("de", "a | b", "a | b")]


@pytest.mark.parametrize(
    "text",
    ["a, " * 33_000, "x" * 100_000, "a, b\n" * 100_000, "=>" * 50_000, "[" * 20_000, "#" * 100_000,
     "alone\n" * 100_000, " " * 100_000 + "#"],
)  # fmt: skip
def test_no_file_is_slow(text: str) -> None:
    begin = time.thread_time()
    groups, problems = parse_synonyms(text, "en", "synonyms.txt")
    assert time.thread_time() - begin < 3
    assert len(groups) <= MOST_LINES
    assert len(problems) <= MOST_LINES + 1


@given(st.text(max_size=300))
def test_no_text_makes_it_raise(text: str) -> None:
    groups, _ = parse_synonyms(text, "en", "synonyms.txt")
    assert all(group.typed and group.meant for group in groups)


def test_the_library_has_the_groups_of_all_files(read: Read) -> None:
    content = read(
        {
            "a.md": "# A\n",
            "synonyms.txt": b"\xef\xbb\xbfsign in, login\r\nalone\r\n",
            "synonyms.de.txt": "rechnung, beleg",
            "below/synonyms.txt": "not, read",
        }
    )
    groups = {Synonym("de", ("rechnung", "beleg"), ("rechnung", "beleg"))}
    groups.add(Synonym("en", ("sign in", "login"), ("sign in", "login")))
    assert set(content.public.synonyms) == groups
    assert [p.place for p in content.problems] == ["synonyms.txt:2:1"]


@pytest.mark.parametrize("data", [b"caf\xe9, kaffee\na, b", b"\xff\xfea\x00", b"\x00" * 500])
def test_bytes_that_are_no_text_are_a_problem_and_the_rest_is_read(read: Read, data: bytes) -> None:
    content = read({"a.md": "# A\n", "synonyms.txt": data})
    assert {p.code for p in content.problems} == {"bad-synonym"}
    assert [article.slug for article in content.public.articles] == ["a"]


def test_a_file_of_50_megabytes_is_refused_and_the_site_stays(read: Read) -> None:
    content = read({"a.md": "# A\n", "synonyms.txt": b"a, b\n" * 10_000_000})
    assert [(p.path, p.code) for p in content.problems] == [("synonyms.txt", "too-large")]
    assert content.public.synonyms == ()
    assert len(content.public.articles) == 1

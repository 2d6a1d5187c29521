"""Checks: every finding is right, and stands where the writer has to look."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.content.checks import check
from kb.content.players import unheard
from kb.content.scanning import Places, headings, prose

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\2\0\0\0"

if TYPE_CHECKING:
    from tests.content.conftest import Read

HEAD = "---\ntitle: T\n---\n"  # the body begins on line 4


def found(read: Read, body: str, **others: str) -> list[tuple[str, int, int]]:
    files = {f"{name.replace('_', '/')}.md": text for name, text in others.items()}
    content = read({"a.md": HEAD + body, "p.png": PNG, **files})
    return [(p.code, p.line, p.column) for p in check(content) if p.path == "a.md"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[x](gone.md)\n", [("broken-link", 4, 5)]),
        ('\n\nText [x](gone.md "Title")\n', [("broken-link", 6, 10)]),
        ("[x](gone.md) and [y](gone.md)\n", [("broken-link", 4, 5), ("broken-link", 4, 22)]),
        ("`[x](gone.md)` [x](gone.md)\n", [("broken-link", 4, 20)]),
        ("[x][r] [y][r]\n\n[r]: gone.md\n", [("broken-link", 6, 6)]),
        ("<a href='gone.md'>x</a>\n", [("broken-link", 4, 10)]),
        ("[x](</gone page>)\n", [("broken-link", 4, 6)]),
        ("[x]({{site.baseurl}}/gone/)\n", [("broken-link", 4, 5)]),
        ("[x](go%20ne.md) [z](b.md)\n", [("broken-link", 4, 5)]),
        ("- item\n\n  1. [x](gone.md)\n", [("broken-link", 6, 10)]),
        ("[x](b.md#gone)\n", [("broken-anchor", 4, 5)]),
        ("[x](b.md#part)\n", []),
        ("[x](#gone)\n\n## Here\n\n[y](#here)\n", [("broken-anchor", 4, 5)]),
        ("![x](gone.png)\n", [("missing-image", 4, 6)]),
        ("![x](p.png) ![y](https://example.com/y.png)\n", []),
        ("[x](https://example.com/gone) <mailto:a@b.example>\n", []),
        ("[x](draft.md)\n", [("broken-link", 4, 5)]),
        ("```\n[x](gone.md)\n```\n", []),
        ("![](p.png)\n", [("missing-alt", 4, 1)]),
        ("![ ](p.png) <img src='p.png'>\n", [("missing-alt", 4, 1), ("missing-alt", 4, 13)]),
        ("<img alt='' src='p.png'> ![x](p.png)\n", []),
        ("<video src='p.png'></video>\n", [("missing-captions", 4, 1)]),
        ("Look:\n\n<video src='p.png'>\n<track kind='captions' src='p.png'>\n</video>\n", []),
        (
            "<video src='p.png'><track kind='chapters' src='p.png'></video>\n",
            [("missing-captions", 4, 1)],
        ),
        ("<video muted src='p.png'></video> <video src='p.png'><track src='p.png'></video>\n", []),
        (
            "`<video src='p.png'></video>` <video src='gone.mp4' muted></video>\n",
            [("missing-media", 4, 43)],
        ),
        ("<video src='https://example.com/a.mp4' muted></video>\n", [("missing-media", 4, 13)]),
        ("<audio src='p.png'></audio>\n\nMore\n", [("missing-transcript", 4, 1)]),
        (
            "<audio src='p.png'></audio>\n\n<details><summary>What is said</summary>\n\nHello\n\n</details>\n",
            [],
        ),
        ("<audio src='p.png'></audio>\n\n[What is said](b.md)\n", []),
        ("`![](p.png)` ![x](p.png)\n", []),
        ("Press <user> now\n", [("unknown-tag", 4, 7)]),
        ("Press `<user>` or <kbd>x</kbd> now\n", []),
        ("`<user>` and <user>\n", [("unknown-tag", 4, 14)]),
        ("    <user>\n\nText\n", []),
        ("<user>x</user>\n", [("unknown-tag", 4, 1)]),
        ("<https://example.com> \\<user>\n", []),
        ("1. Run\n\n   ```\n   <user>\n   ```\n\n   <user>\n", [("unknown-tag", 10, 4)]),
        ("> ~~~\n> <user>\n> ~~~\n\n<user>\n", [("unknown-tag", 8, 1)]),
        ("{% include x.html %}\n", [("liquid-leftover", 4, 1)]),
        ("Hi {{ name }}, `{{ name }}`\n", [("liquid-leftover", 4, 4)]),
        ("{{ a }} {{ a }}\n", [("liquid-leftover", 4, 1), ("liquid-leftover", 4, 9)]),
        ("{% raw %}{{ a }}{% endraw %}\n", []),
        ("{% callout info %}\nText\n{% endcallout %}\n", []),
        (
            "{% callout info %}\nA\n{% endcallout %}\n\nB {% callout info %}\n",
            [("liquid-leftover", 8, 3)],
        ),
        ("![x]({% asset_path x.png %})\n", [("liquid-leftover", 4, 6)]),
        ("<!-- {{ a }} <user> [x](gone.md) -->\n", []),
        ("## A\n\n#### B\n", [("heading-jump", 6, 1)]),
        ("### A\n\n#### B\n\n## C\n\n### D\n", []),
        ("#### A\n", [("heading-jump", 4, 1)]),
        ("# T\n\n### A\n", [("heading-jump", 6, 1)]),
        ("A\n---\n\n#### B\n", [("heading-jump", 7, 1)]),
        ("## A\n\n```\n#### B\n```\n\n    #### B\n", []),
        ("## A\n\n<h3>B</h3>\n\n#### C\n", []),
        ("## A `code`\n\n### B\n", []),
    ],
)
def test_a_finding_stands_where_it_is(
    read: Read, body: str, expected: list[tuple[str, int, int]]
) -> None:
    others = {"b": "# B\n\n## Part\n", "draft": "---\nstatus: draft\n---\n# D\n"}
    assert found(read, body, **others) == expected


@pytest.mark.parametrize(
    ("body", "code", "message", "hint"),
    [
        (
            "[x](/articles/reset-pasword)\n",
            "broken-link",
            "leads nowhere",
            "/articles/reset-password",
        ),
        ("[x](reset-password.md#step)\n", "broken-anchor", "heading", "#steps"),
        ("[x](secret.md)\n", "broken-link", "customers cannot see", "Publish"),
        ("[x](form.pdf)\n", "broken-link", "leads nowhere", "Add the file"),
        ("<user>\n", "unknown-tag", "`<user>`", "backticks"),
    ],
)
def test_a_finding_says_what_to_do(
    read: Read, body: str, code: str, message: str, hint: str
) -> None:
    content = read(
        {
            "a.md": HEAD + body,
            "reset-password.md": "# R\n\n## Steps\n",
            "secret.md": "---\naudience: staff\n---\n# S\n",
        }
    )
    problem = next(p for p in check(content) if p.path == "a.md")
    assert problem.code == code
    assert message in problem.message
    assert hint in problem.hint


def test_staff_articles_may_link_to_each_other(read: Read) -> None:
    front = "---\naudience: staff\ntitle: S\n---\n"
    content = read({"a.md": f"{front}[b](b.md)\n", "b.md": f"{front}[c](c.md)\n", "c.md": "# C\n"})
    assert check(content) == []


def test_links_of_a_category_are_checked_and_of_a_readme_nobody_sees_not(read: Read) -> None:
    content = read(
        {
            "x/index.md": "# X\n\n[y](gone.md)\n",
            "x/a.md": "# A\n",
            "README.md": "# R\n\n[y](gone)\n",
        }
    )
    assert [p.place for p in check(content)] == ["x/index.md:3:5"]


def test_a_misspelt_key_is_found_and_the_teams_own_is_not(read: Read) -> None:
    files = {f"{n}.md": "---\ntitle: T\nteam: x\n---\n" for n in range(100)}
    content = read(
        {**files, "x.md": "---\ntitel: X\n---\n", "y.md": "---\ntitle: Y\nonce: 1\n---\n"}
    )
    keys = [(p.place, p.message, p.hint) for p in check(content) if p.code == "unknown-key"]
    assert keys == [
        ("x.md:2:1", "unknown key `titel`", "Did you mean `title`?"),
        ("y.md:3:1", "unknown key `once`", "Is it misspelt? The handbook lists all keys."),
    ]


def test_an_article_without_a_title_is_found(read: Read) -> None:
    content = read({"a.md": "Text\n", "b.md": "# B\n", "c.md": HEAD})
    assert [(p.code, p.place) for p in check(content)] == [("missing-title", "a.md:1:1")]


def test_a_file_that_cannot_be_read_has_that_problem_only(read: Read) -> None:
    read({"a.md": "[x](gone.md)\n"})
    content = read({"a.md": b"\xff [x](gone.md)\n", "b.md": "# B\n"})
    assert [p.code for p in check(content)] == ["not-utf8"]


def test_problems_are_sorted(read: Read) -> None:
    body = HEAD + "<user> [x](gone.md)\n\n![](p.png)\n[y](gone2.md)\n"
    problems = check(read({"b.md": body, "a.md": body, "p.png": PNG}))
    places = [(p.path, p.line, p.column) for p in problems]
    assert places == sorted(places)
    assert len(places) == 8


@example(r"\``")
@given(st.text("ab`~<>{}%[]()!#-=\n\t \\\"'", max_size=200))
def test_what_is_blanked_out_keeps_every_place(body: str) -> None:
    left = prose(body)
    assert len(left) == len(body)
    assert [i for i, c in enumerate(left) if c == "\n"] == [
        i for i, c in enumerate(body) if c == "\n"
    ]
    assert all(kept in (written, " ") for kept, written in zip(left, body, strict=True))
    headings(left)


@pytest.mark.parametrize(
    "body", ["`" * 50_000, "` `` " * 20_000, "<!--" * 20_000, "<pre>" * 20_000, "> " * 50_000,
             "- " * 20_000, "{% raw %}" * 10_000, "[](" * 20_000, "<a " * 20_000, "<h1>" * 20_000,
             "{{" * 20_000, "![" * 20_000]
)  # fmt: skip
def test_scanning_takes_no_time(body: str) -> None:
    from kb.content import checks

    started = time.thread_time()
    left = prose(body)
    headings(left)
    for pattern in (checks._LIQUID, checks._TARGET, checks._IMAGE):
        assert all(m for m in pattern.finditer(left))
    assert all(m for m in checks.TAG.finditer(left.replace("<!--", "    ")))
    assert time.thread_time() - started < 2


def test_places_count_from_one() -> None:
    places = Places("ab\n\nc", 10)
    assert [places.of(n) for n in (0, 1, 3, 4)] == [(10, 1), (10, 2), (11, 1), (12, 1)]


@pytest.mark.parametrize(
    "piece", ["<video ", '<video "', '<video a="b" ', "<audio>", "<video><", "<video><track "]
)
def test_players_that_nothing_closes_are_checked_quickly(piece: str) -> None:
    began = time.process_time()
    list(unheard(piece * (1_000_000 // len(piece))))
    assert time.process_time() - began < 5

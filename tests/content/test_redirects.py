"""Redirects: old addresses lead on, never in circles, never to another site by accident."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.redirects import Redirects, Rule, make_redirects, parse_redirects, trim

PAGES = {"/", "/articles/a", "/articles/b", "/categories/c"}


def made(text: str) -> tuple[Redirects, list[tuple[str, int]]]:
    rules, mistakes = parse_redirects(text)
    redirects, problems = make_redirects(
        rules, lambda path: trim(re.sub("[?#].*", "", path)) in PAGES
    )
    return redirects, [(p.code, p.line) for p in (*mistakes, *problems)]


@pytest.mark.parametrize(
    ("text", "path", "target"),
    [
        ("/old /articles/a", "/old", "/articles/a"),
        ("/old /articles/a 301", "/old/", "/articles/a"),
        ("/old/ /articles/a", "/old", "/articles/a"),
        ("/old /articles/a", "/old/index.html", "/articles/a"),
        ("/old /articles/a", "/older", None),
        ("/one /two\n/two /articles/a", "/one", "/articles/a"),
        ("/o https://example.com/x", "/o", "https://example.com/x"),
        ("/kb/* /articles/:splat", "/kb/a", "/articles/a"),
        ("/kb/* /articles/*", "/kb/a", "/articles/a"),
        ("/kb/* /", "/kb/deep/er", "/"),
        ("/kb/* /", "/kb", "/"),
        ("/kb/* /\n/kb/x/* /articles/b", "/kb/x/y", "/articles/b"),
        ("/kb/x /articles/a\n/kb/* /", "/kb/x", "/articles/a"),
        ("/old/* /:splat", "/old//evil.example", "/evil.example"),
        ("/* /:splat", "//evil.example", None),
        ("# /old /articles/a", "/old", None),
        ("/old /articles/a\n/old /articles/b", "/old", "/articles/a"),
    ],
)
def test_an_old_address_leads_to_the_new_one(text: str, path: str, target: str | None) -> None:
    assert made(text)[0].find(path) == target


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("/old", [("bad-redirect", 1)]),
        ("# note\n\nold /articles/a", [("bad-redirect", 3)]),
        ("/a/*/b /articles/a", [("bad-redirect", 1)]),
        ("/old //evil.example", [("bad-redirect", 1)]),
        ("/old /\\evil.example", [("bad-redirect", 1)]),
        ("/old javascript:alert(1)", [("bad-redirect", 1)]),
        ("/old /nowhere", [("redirect-nowhere", 1)]),
        ("/one /two\n/two /one", [("redirect-loop", 1), ("redirect-loop", 2)]),
        ("/one /one", [("redirect-loop", 1)]),
        ("/articles/a /articles/b", [("redirect-shadowed", 1)]),
        ("/old /articles/a\n/old /articles/b", [("redirect-shadowed", 2)]),
        ("/old/* /nowhere", [("redirect-nowhere", 1)]),
        ("/old /articles/a#part\n/o2 /articles/b?x=1", []),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, problems: list[tuple[str, int]]) -> None:
    redirects, found = made(text)
    assert found == problems
    if {code for code, _ in problems} & {"redirect-nowhere", "redirect-loop"}:
        assert redirects == Redirects()


@given(st.lists(st.tuples(st.sampled_from("abcd*"), st.sampled_from("abcd*")), max_size=6))
def test_following_always_ends(pairs: list[tuple[str, str]]) -> None:
    rules = [Rule(f"/{source}", f"/{target}", n) for n, (source, target) in enumerate(pairs, 1)]
    redirects, _ = make_redirects(rules, lambda path: path == "/a")
    for path in ("/a", "/b", "/c", "/d", "/e", "//x"):
        target = redirects.find(path)
        assert target is None or not target.startswith("//")


@given(st.text(max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    made(text)

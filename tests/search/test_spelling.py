"""Spelling: what is put right, and what is left alone."""

from __future__ import annotations

import pytest

from kb.search.spelling import Speller
from kb.search.vocabulary import Vocabulary

COUNTS = {
    "password": 30, "reset": 20, "propagation": 4, "two": 60, "factor": 9, "login": 12, "log": 15,
    "in": 90, "email": 40, "ipv6": 3, "ipv4": 3, "domain": 50, "spf": 2, "set": 80, "invoice": 7,
    "wordpress": 5, "zone": 9, "zoned": 1, "states": 8, "name": 30, "server": 22, "look": 9, "lock": 6,
    "super": 2,
}  # fmt: skip
SPELLER = Speller(Vocabulary.of(COUNTS), "en", frozenset({"started", "catch", "reset", "reels"}))


def corrected(text: str, **options: object) -> str:
    fixes = SPELLER.correct(text, lambda word: False, **options)  # type: ignore[arg-type]
    for fix in reversed(fixes):
        text = text[: fix.start] + fix.corrected + text[fix.end :]
    return text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("propogation", "propagation"),  # another letter
        ("pasword", "password"),  # a missing one
        ("passsword", "password"),  # a doubled one
        ("passwrod", "password"),  # two swapped, which is one mistake
        ("pasward rset", "password reset"),
        ("Invocie", "invoice"),
        ("passwordreset", "password reset"),
        ("passwordrest", "password reset"),  # a missing space and a missing letter
        ("passw ord reset", "password reset"),
        ("word press", "wordpress"),
        ("ip6", "ipv6"),
        ("reset my emial", "reset my email"),
    ],
)
def test_typing_errors_are_put_right(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    "text",
    ["zoned", "started", "catch", "the", "in", "xq", "日本語", "ipv5", "a" * 60, "---", "404",
     "how did it start", "reels"],
)  # fmt: skip
def test_a_word_that_is_right_is_never_corrected_away(text: str) -> None:
    assert corrected(text) == text


def test_a_word_that_another_language_knows_is_left_alone() -> None:
    assert SPELLER.correct("propogation", lambda word: True) == ()


def test_the_other_words_decide_between_likely_corrections() -> None:
    def together(first: str, second: str) -> int:
        return int({first, second} == {"super", "lock"})

    assert corrected("super lopk", together=together) == "super lock"


def test_second_choices_are_remembered() -> None:
    (fix,) = SPELLER.correct("spt", lambda word: False)
    assert {fix.corrected, *fix.others} == {"set", "spf"}


def test_a_vocabulary_finds_every_word_that_is_near_enough() -> None:
    near = Vocabulary.of(COUNTS).alike("pasword", 1)
    assert "password" in near
    assert "propagation" not in near

"""Votes become figures that neither luck nor one busy network can bend."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.feedback.events import Vote
from kb.feedback.journal import Journal
from kb.feedback.privacy import Visitors
from kb.insights.helpfulness import PER_NETWORK, comment_quality, helpfulness, wilson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


def some_votes(yes: int, no: int, **changes: Any) -> Iterator[Vote]:
    given = {"article": "reset-your-password", "revision": "r1", "at": NOON, **changes}
    for number in range(yes + no):
        yield Vote(visitor=f"visitor-{number}", helpful=number < yes, **given)


@pytest.mark.parametrize(
    ("yes", "total", "low", "high"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_wilson_interval_has_its_published_values(
    yes: int, total: int, low: float, high: float
) -> None:
    assert wilson(yes, total, z=1.959964) == pytest.approx((low, high), abs=0.00006)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 5))
def test_the_wilson_interval_holds_the_share(yes: int, no: int, z: float) -> None:
    low, high = wilson(yes, yes + no, z)
    share = yes / (yes + no) if yes + no else 0.5
    assert 0 <= low <= share <= high <= 1


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_the_wilson_interval_mirrors_and_narrows(yes: int, no: int) -> None:
    low, high = wilson(yes, yes + no)
    mirrored = wilson(no, yes + no)
    assert mirrored == pytest.approx((1 - high, 1 - low))
    more = wilson(10 * yes, 10 * (yes + no))
    assert more[1] - more[0] <= high - low


@pytest.mark.parametrize(("yes", "total"), [(-1, 3), (4, 3), (0, -1)])
def test_an_impossible_share_is_refused(yes: int, total: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(yes, total)


def test_no_votes_are_no_rows() -> None:
    assert helpfulness([]) == []


def test_a_row_tells_what_readers_said() -> None:
    votes = [
        *some_votes(6, 0),
        *some_votes(0, 2, reason="out-of-date", text="The menu has another name now"),
        *some_votes(0, 1, reason="other", text="?"),
        *some_votes(0, 1, reason="couldnt-find"),
    ]
    (row,) = helpfulness(votes)
    assert (row.article, row.revision) == ("reset-your-password", "r1")
    assert (row.yes, row.no, row.share) == (6, 4, 0.6)
    assert (row.low, row.high) == wilson(6, 10)
    assert row.reasons == (("out-of-date", 2), ("couldnt-find", 1), ("other", 1))
    assert row.texts == ("The menu has another name now",) * 2 + ("?",)
    assert not row.attention


@pytest.mark.parametrize(
    ("yes", "no", "attention"),
    [(0, 9, False), (0, 10, True), (2, 8, True), (3, 7, False), (52, 48, False), (48, 52, True)],
)
def test_attention_needs_ten_votes_and_an_upper_bound_below_60_percent(
    yes: int, no: int, attention: bool
) -> None:
    (row,) = helpfulness(some_votes(yes, no))
    assert row.attention is attention
    assert row.attention == (yes + no >= 10 and row.high < 0.6)


def test_the_worst_article_comes_first() -> None:
    votes = [
        *some_votes(50, 1, article="good"),
        *some_votes(0, 4, article="unlucky"),
        *some_votes(30, 60, article="bad"),
        *some_votes(5, 60, article="worst"),
        *some_votes(1, 1, article="unknown"),
    ]
    assert [row.article for row in helpfulness(votes)] == [
        "worst",
        "bad",
        "unlucky",
        "unknown",
        "good",
    ]


def test_a_rewritten_article_starts_afresh() -> None:
    old = [*some_votes(2, 20, text="Wrong button")]
    (row,) = helpfulness(old, current={"reset-your-password": "r2"})
    assert (row.revision, row.yes, row.no, row.share) == ("r2", 0, 0, None)
    assert (row.low, row.high, row.attention, row.texts) == (0.0, 1.0, False, ())
    assert (row.total_yes, row.total_no) == (2, 20)
    new = some_votes(3, 1, revision="r2", at=NOON + dt.timedelta(days=1))
    (row,) = helpfulness([*old, *new], current={"reset-your-password": "r2"})
    assert (row.yes, row.no, row.total_yes, row.total_no) == (3, 1, 5, 21)


def test_without_the_library_the_revision_that_came_last_is_shown() -> None:
    new = some_votes(3, 1, revision="r2", at=NOON + dt.timedelta(days=1))
    stale = some_votes(0, 1, at=NOON + dt.timedelta(days=2))  # from a page opened days ago
    (row,) = helpfulness([*some_votes(2, 20), *new, *stale])
    assert (row.revision, row.yes, row.no) == ("r2", 3, 1)


def test_a_deleted_article_is_left_out() -> None:
    assert helpfulness(some_votes(1, 1), current={"pay-an-invoice": "r1"}) == []


def test_ten_thousand_votes_from_one_network_count_as_five(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path}/kb.sqlite")
    visitors = Visitors(journal)
    honest = [
        Vote(
            "reset-your-password",
            "r1",
            visitor=visitors.token(f"198.51.{number}.9", "browser", NOON),
            network=visitors.network(f"198.51.{number}.9", NOON),
            helpful=True,
            at=NOON,
        )
        for number in range(40)
    ]
    stuffed = [
        Vote(
            "reset-your-password",
            "r1",
            visitor=visitors.token(f"203.0.113.{number % 256}", f"agent {number}", NOON),
            network=visitors.network(f"203.0.113.{number % 256}", NOON),
            helpful=False,
            at=NOON,
            reason="other",
            text=f"bad bad bad bad {number}",
        )
        for number in range(10_000)
    ]
    journal.close()
    assert len({vote.visitor for vote in stuffed}) == 10_000
    (row,) = helpfulness([*honest[:20], *stuffed, *honest[20:]])
    assert (row.yes, row.no) == (40, PER_NETWORK)
    assert row.reasons == (("other", PER_NETWORK),)
    assert len(row.texts) == PER_NETWORK
    assert not row.attention


def test_the_limit_of_a_network_is_per_article_revision_and_day() -> None:
    votes = [
        *some_votes(8, 0, network="n1"),
        *some_votes(8, 0, network="n2"),
        *some_votes(8, 0, network="n1", at=NOON + dt.timedelta(days=1)),
        *some_votes(8, 0, network="n1", revision="r0", at=NOON - dt.timedelta(days=9)),
        *some_votes(8, 0, network="n1", article="pay-an-invoice"),
    ]
    rows = {row.article: row for row in helpfulness(votes)}
    assert rows["reset-your-password"].yes == 15
    assert rows["reset-your-password"].total_yes == 20
    assert rows["pay-an-invoice"].yes == 5


def test_votes_of_unknown_networks_all_count() -> None:
    (row,) = helpfulness(some_votes(8, 8))
    assert (row.yes, row.no) == (8, 8)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=30), st.randoms())
def test_the_order_of_votes_does_not_matter_while_no_network_is_over_its_limit(
    answers: list[tuple[str, bool]], random: Any
) -> None:
    votes = [
        Vote(article, "r1", f"visitor-{number}", helpful, NOON)
        for number, (article, helpful) in enumerate(answers)
    ]
    shuffled = random.sample(votes, len(votes))
    assert helpfulness(shuffled) == helpfulness(votes)


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("The button in step three has moved", 1.0),
        ("Does not work", 0.8),
        ("Useless", 0.5),
        ("", 0.0),
        ("https://kb.test/articles/x", 0.0),
        ("[email]", 0.0),
        ("jane@example.com", 0.0),
        ("12345", 0.0),
        ("👍👍👍", 0.0),
        ("no 👎👎👎", 0.6),
        ("Please answer to [email] about step three", 0.8),
        ("このボタンはもうありません", 1.0),
    ],
)
def test_a_comment_that_says_more_is_worth_more(text: str, quality: float) -> None:
    assert comment_quality(text) == quality

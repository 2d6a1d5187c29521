"""Health: the articles that leave most readers without help, and what an edit changed."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING

import pytest
from sample_site import make_site, sample

from kb.feedback.events import Contact, Read, Vote
from kb.feedback.signals import Signals
from kb.insights.health import Health, Revision, health, verdict
from kb.insights.helpfulness import wilson
from kb.knowledge_base import KnowledgeBase

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 5, 29, 12, tzinfo=dt.UTC)
NUMBERS = itertools.count(1)


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    old = "---\ntitle: Old news\nreview_by: 2026-05-01\n---\nText.\n"
    return KnowledgeBase(make_site(tmp_path, sample() | {"billing/old.md": old}).settings)


def looked(kb: KnowledgeBase, now: dt.datetime = NOW) -> dict[str, Health]:
    rows = health(kb.journal.database, kb.edition.library, now)
    return {row.article.slug: row for row in rows}


def read(kb: KnowledgeBase, article: str, count: int, days: float = 1) -> None:
    at = NOW - dt.timedelta(days=days)
    visitors = [f"reader {next(NUMBERS)}" for _ in range(count)]
    Signals(kb.signals.database).write(Read(who, article, "r", at, 9, 9) for who in visitors)


def voted(
    kb: KnowledgeBase, slug: str, yes: int, no: int, revision: str = "", days: float = 1
) -> None:
    article = kb.edition.library.by_slug[slug]
    at = NOW - dt.timedelta(days=days)
    for number in range(yes + no):
        who = f"voter {next(NUMBERS)}"
        kb.journal.vote(Vote(article.id, revision or article.revision, who, number < yes, at))


def test_articles_come_in_the_order_of_readers_who_are_not_helped(kb: KnowledgeBase) -> None:
    read(kb, "billing/cancel", 400)
    read(kb, "refunds", 40)
    read(kb, "account/password", 300)
    voted(kb, "cancel", 40, 10)
    voted(kb, "refund", 0, 50)
    voted(kb, "password", 50, 0)
    rows = looked(kb)
    assert list(rows)[:3] == ["cancel", "refund", "password"]
    assert rows["cancel"].views == 400
    assert rows["password"].affected < rows["refund"].affected < 10 < rows["cancel"].affected * 2.5


def test_one_bad_vote_weighs_less_than_many(kb: KnowledgeBase) -> None:
    read(kb, "billing/cancel", 300)
    read(kb, "refunds", 100)
    voted(kb, "cancel", 0, 1)
    voted(kb, "refund", 5, 45)
    assert next(iter(looked(kb))) == "refund"


def test_an_edit_is_judged_by_votes_before_and_after(kb: KnowledgeBase) -> None:
    voted(kb, "cancel", 9, 1, "oldest", days=90)
    voted(kb, "cancel", 5, 25, "older", days=60)
    voted(kb, "cancel", 25, 5)
    row = looked(kb)["cancel"]
    assert row.before is not None
    assert (row.before.yes, row.before.no, row.now.yes, row.now.no) == (5, 25, 25, 5)
    assert row.verdict == "better"


def test_without_votes_since_the_edit_nobody_knows(kb: KnowledgeBase) -> None:
    voted(kb, "cancel", 5, 25, "older", days=60)
    row = looked(kb)["cancel"]
    assert (row.verdict, row.now.share, row.affected) == ("not enough data", None, 0)
    assert looked(kb)["refund"].verdict == ""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((10, 20), (25, 5), "better"),
        ((25, 5), (10, 20), "worse"),
        ((6, 4), (8, 2), "not enough data"),
    ],
)
def test_only_intervals_that_do_not_overlap_decide(
    before: tuple[int, int], after: tuple[int, int], said: str
) -> None:
    def revision(yes: int, no: int) -> Revision:
        return Revision(yes, no, *wilson(yes, yes + no))

    assert verdict(revision(*before), revision(*after)) == said


def test_reads_that_ended_at_support_are_counted(kb: KnowledgeBase) -> None:
    at = NOW - dt.timedelta(days=1)
    kb.signals.write([Read("ann", "refunds", "r", at, 9, 9), Contact("ann", at, article="refunds")])
    assert looked(kb)["refund"].contacts == 1


def test_what_is_older_than_four_weeks_is_no_view(kb: KnowledgeBase) -> None:
    read(kb, "refunds", 3, days=29)
    read(kb, "refunds", 2, days=27)
    assert looked(kb)["refund"].views == 2


def test_an_article_past_its_review_is_overdue(kb: KnowledgeBase) -> None:
    rows = looked(kb)
    assert rows["old"].overdue
    assert not rows["cancel"].overdue
    assert not looked(kb, dt.datetime(2026, 5, 1, tzinfo=dt.UTC))["old"].overdue

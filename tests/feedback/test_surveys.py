"""Surveys: worked out on both databases, stored and read back, and nobody's words in them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_site import Site, make_site

from kb.feedback.events import Click, Search, Vote
from kb.feedback.surveys import Stamp
from kb.insights.survey import Survey, decode, encode
from kb.knowledge_base import KnowledgeBase
from kb.search.query import normal_form

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = itertools.count(1)
st.register_type_strategy(dt.datetime, st.datetimes(timezones=st.just(dt.UTC)))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(Mapping, lambda _: st.dictionaries(st.text(), st.integers()))


@pytest.fixture
def site(tmp_path: Path, url: str) -> Site:
    return make_site(tmp_path, database_url=url)


def searched(kb: KnowledgeBase, text: str, count: int, hours: float = 30, **more: Any) -> None:
    at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)
    for number in itertools.islice(NUMBERS, count):
        values = {"lang": "en", "source": "page", "total": 0, "network": f"n{number}"} | more
        kb.signals.write([
            Search(f"t{number}", f"v{number}", at, text, normal_form(text, "en"), **values)
        ])  # fmt: skip


def voted_down(kb: KnowledgeBase, text: str) -> None:
    article = kb.edition.library.by_slug["refund"]
    for number in itertools.islice(NUMBERS, 3):
        at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=30)
        search = Search(f"t{number}", f"v{number}", at, "money back", "back money", "en", "page", 1)
        kb.signals.write([search, Click(search.token, search.visitor, article.id, 1, 1, at)])
        kb.journal.vote(
            Vote(article.id, article.revision, search.visitor, False, at, "other",
                 f"{text} {number}", search=search.token)
        )  # fmt: skip


def test_what_is_stored_is_what_was_worked_out(site: Site) -> None:
    kb = KnowledgeBase(site.settings)
    searched(kb, "dark mode", 5)
    searched(kb, "plan", 3, total=2, found=("billing/cancel",))
    voted_down(kb, "It says")
    made = kb.ledger.survey()
    assert made is not None
    assert {row.gap.label for row in made.rows} == {"dark mode", "money back", "plan"}
    assert made.week.now.searches == 11
    assert {one.text for one in made.texts.rows} == {"dark mode", "plan", "money back"}
    other = KnowledgeBase(site.settings)  # as another process does
    assert other.ledger.surveyed() == made
    assert other.ledger.surveyed() is other.ledger.surveyed()  # read once
    assert {name for name, _ in made.parts} == {"outcomes", "gaps", "week", "searches", "articles"}


def test_no_words_of_fewer_than_three_people_are_stored(site: Site) -> None:
    kb = KnowledgeBase(site.settings)
    searched(kb, "dark mode", 4)
    searched(kb, "dark mode of margaret", 2)
    searched(kb, "quark soup", 2)
    voted_down(kb, "said")
    kb.ledger.survey()
    stored = kb.ledger.surveys.content()
    assert "dark mode" in stored
    assert "margaret" not in stored
    assert "quark" not in stored
    assert not [n for n in range(1, next(NUMBERS)) if f'"v{n}"' in stored]  # nor who it was


def test_an_older_survey_does_not_replace_a_newer_one(site: Site) -> None:
    kb, now = KnowledgeBase(site.settings), dt.datetime.now(dt.UTC)
    kb.ledger.surveys.keep(Stamp("a", now, 1.0), "new")
    kb.ledger.surveys.keep(Stamp("b", now - dt.timedelta(seconds=1), 1.0), "old")
    assert (kb.ledger.surveys.stamp(), kb.ledger.surveys.content()) == (Stamp("a", now, 1.0), "new")


def test_one_of_another_version_is_no_survey(site: Site) -> None:
    kb = KnowledgeBase(site.settings)
    kb.ledger.surveys.keep(Stamp("a", dt.datetime.now(dt.UTC), 1.0), '{"week": 1}')
    assert kb.ledger.surveyed() is None


def test_gaps_that_were_moved_by_hand_overtake_it(site: Site) -> None:
    kb = KnowledgeBase(site.settings)
    searched(kb, "dark mode", 5)
    searched(kb, "webhooks", 4)
    made = kb.ledger.survey()
    assert made is not None
    from kb.feedback.register import Register

    register, later = Register(kb.journal.database), made.at + dt.timedelta(seconds=1)
    register.change(1, "claimed", later, "Sam")
    assert not kb.ledger.surveys.is_overtaken(made.at)
    register.merge(2, 1, later, "Sam")
    assert kb.ledger.surveys.is_overtaken(made.at)


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.from_type(Survey))
def test_every_survey_is_read_as_it_was_written(survey: Survey) -> None:
    assert decode(encode(survey)) == survey

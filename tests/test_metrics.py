"""Metrics: what monitoring reads, in its format, and for this machine only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sample_site import Visitor, signed_in
from test_staff_pages import REMOTE, asked, failed, kb_of

if TYPE_CHECKING:
    from sample_site import Site

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
VALUE = r"[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN"
LABEL = rf'({NAME})="((?:[^"\\\n]|\\[\\"n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL}(?:,|(?=\}})))*)\}})? ({VALUE})")
Labels = frozenset[tuple[str, str]]


def parsed(text: str) -> dict[str, dict[Labels, float]]:
    """By the rules of the exposition format 0.0.4; anything else fails."""
    assert text.endswith("\n")
    found: dict[str, dict[Labels, float]] = {}
    helped: set[str] = set()
    for line in text.splitlines():
        if told := re.fullmatch(rf"# HELP ({NAME}) .+", line):
            assert told[1] not in helped, line
            helped.add(told[1])
        elif told := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge)", line):
            assert told[1] in helped - set(found), line
            assert (told[2] == "counter") == told[1].endswith("_total"), line
            found[told[1]] = {}
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            assert sample[1] == list(found)[-1], f"{line} is not below its TYPE"
            labels = frozenset(re.findall(LABEL, sample[2] or ""))
            assert labels not in found[sample[1]], line
            found[sample[1]][labels] = float(sample[5])
    return found


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return signed_in(Visitor(site.app()))


def read(visitor: Visitor) -> dict[str, dict[Labels, float]]:
    answer = visitor.client.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    return parsed(answer.get_data(as_text=True))


def of(**labels: str) -> Labels:
    return frozenset(labels.items())


def test_what_is_known_without_any_figures(visitor: Visitor) -> None:
    told = read(visitor)
    generation = kb_of(visitor).edition.generation
    assert told["kb_generation_info"] == {of(generation=generation): 1}
    assert told["kb_signals_dropped_total"] == {of(): 0}
    assert set(told["kb_gaps"].values()) == {0}
    assert "kb_figures_age_seconds" not in told


def test_searches_gaps_and_the_age_of_the_figures(visitor: Visitor) -> None:
    failed(visitor, "dark mode", 4, hours=5)
    failed(visitor, "webhooks", 3, hours=30)
    kb_of(visitor).signals.write([asked("just now", hours=0.01)])
    visitor.get("/staff/")
    told = read(visitor)
    assert told["kb_searches_last_day"][of(outcome="no_result")] == 4
    assert told["kb_searches_last_day"][of(outcome="waiting")] == 1
    assert told["kb_searches_last_day"][of(outcome="settled")] == 0
    assert told["kb_gaps"][of(state="open")] == 2
    assert 0 <= told["kb_figures_age_seconds"][of()] < 60
    assert of(part="gaps") in told["kb_figures_seconds"]
    assert told["kb_surges"] == {of(): 0}
    assert told["kb_surge"] == {}


def test_a_surge_is_told_with_its_gap(visitor: Visitor) -> None:
    failed(visitor, "login is down", 12, hours=1)
    visitor.get("/staff/")
    told = read(visitor)
    assert told["kb_surges"] == {of(): 1}
    assert told["kb_surge"] == {of(gap="1"): 1}


def test_signals_that_were_lost_are_counted(visitor: Visitor) -> None:
    kb_of(visitor).recorder.lost = 7
    assert read(visitor)["kb_signals_dropped_total"] == {of(): 7}


@pytest.mark.parametrize("how", REMOTE, ids=str)
def test_for_everybody_else_there_are_none(visitor: Visitor, how: dict) -> None:
    for path in ("/metrics", "/metrics/"):
        hidden, other = (
            visitor.client.get(one, **how) for one in (path, path.replace("m", "n", 1))
        )
        assert hidden.status_code == other.status_code != 200
        # the words of an address are on its page
        assert hidden.data.replace(b"netrics", b"metrics") == other.data.replace(
            b"netrics", b"metrics"
        )


def test_nothing_is_worked_out_for_it(site: Site, visitor: Visitor) -> None:
    failed(visitor)
    visitor.client.get("/metrics")
    assert kb_of(visitor).ledger.surveys.stamp() is None


def test_the_check_itself_is_strict() -> None:
    good = '# HELP a b\n# TYPE a gauge\na{x="1",y="\\""} 2.5\n'
    assert parsed(good) == {"a": {of(x="1", y='\\"'): 2.5}}
    for bad in (
        "a 1\n", good + "a{x=1} 2\n", good + "a {} 1\n", good + "b 1\n", good + 'a{x="1" y="2"} 1\n',
        good.rstrip(), good + "a one\n", good + good, "# HELP a b\n# TYPE a counter\na 1\n",
    ):  # fmt: skip
        with pytest.raises((AssertionError, IndexError)):
            parsed(bad)

"""Explaining: the parts of an explanation are all that a score is made of."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_site import ROOT, make_site

from kb.content.reader import Reader
from kb.search.explaining import Explanation, Part, explain
from kb.search.indexing import build_indexes
from kb.search.results import Options
from kb.search.searcher import Searcher

SITE = {
    "boosted.md": "---\ntitle: Invoices\nsearch: {boost: 3}\n---\nWhere an invoice is kept.\n",
    "plain.md": "# Invoices abroad\n\n## Currency\n\nAn invoice in euros. An invoice in francs.\n",
    "servers.md": "# Name servers\n\nEnter the name servers of your domain.\n",
    "domain.md": "# Domain\n\nA domain and its certificate.\n",
    "faq.md": "# Account questions\n\n## Can I change my name?\n\nYes.\n\n## Where is my data?\n\nHere.\n",
    "deutsch.de.md": "---\ntitle: Rechnung bezahlen\nlang: de\n---\nDie Rechnung und das Konto.\n",
}
RANDOM = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def searcher_of(folder: Path, place: Path, *, semantic: bool) -> Searcher:
    library = Reader(folder, "en").read().public
    build_indexes(library, place / "workshop", place / "index", semantic=semantic)
    return Searcher(place / "index", library, semantic=semantic)


def words_of(searcher: Searcher) -> list[str]:
    texts = (f"{a.title} {a.source} {' '.join(a.questions)}" for a in searcher.library.articles)
    return sorted(set(re.findall(r"[^\W\d_]{2,}", " ".join(texts))))


PLACES = [(site, way) for site in ("small", "sample", "handbook") for way in ("words", "meaning")]


@pytest.fixture(scope="module", params=PLACES, ids="-".join)
def searcher(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    site, way = request.param
    if way == "meaning":
        pytest.importorskip("wordllama")
    place = tmp_path_factory.mktemp(site)
    folder = ROOT / "articles"
    if site != "handbook":
        folder = make_site(place, SITE if site == "small" else None).articles
    return searcher_of(folder, place, semantic=way == "meaning")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    place = tmp_path_factory.mktemp("small")
    return searcher_of(make_site(place, SITE).articles, place, semantic=False)


def explained(searcher: Searcher, text: str, **options: object) -> tuple[Explanation, ...]:
    return explain(searcher, searcher.search(text, "en", Options(**options)))  # type: ignore[arg-type]


def assert_adds_up(searcher: Searcher, text: str, **options: object) -> None:
    results = searcher.search(text, "en", Options(**options))  # type: ignore[arg-type]
    found = explain(searcher, results)
    assert [one.hit for one in found] == list(results.hits)
    for one in found:
        told = sum(part.value for part in one.parts)
        assert abs(told - one.hit.score) <= 1e-3 * max(1, one.hit.score), (text, one)


def misspelt(word: str, at: int) -> str:
    at %= len(word)
    return word[:at] + word[at + 1 :] if len(word) > 4 else word


@st.composite
def queries(draw: st.DrawFn, words: list[str]) -> str:
    some = draw(st.lists(st.sampled_from(words), min_size=1, max_size=6))
    way = draw(st.sampled_from(["as it is", "misspelt", "quoted", "joined"]))
    if way == "misspelt":
        some[0] = misspelt(some[0], draw(st.integers(0, 20)))
    elif way == "joined" and len(some) > 1:
        some[:2] = [some[0] + some[1]]
    return f'"{" ".join(some[:2])}" {" ".join(some[2:])}' if way == "quoted" else " ".join(some)


@RANDOM
@given(st.data(), st.booleans())
def test_the_parts_add_up_to_the_score(
    searcher: Searcher, data: st.DataObject, literal: bool
) -> None:
    text = data.draw(queries(words_of(searcher)))
    assert_adds_up(searcher, text, literal=literal, limit=50)


@pytest.mark.parametrize(
    "text",
    ["cancle my plan", '"name servers"', "nameservers", "how do I find the invoice", "rechnung",
     "ivnoice domian", "can i change my name", "where is my data", "the"],
)  # fmt: skip
def test_the_parts_add_up_for_corrections_quotes_and_other_words(
    searcher: Searcher, text: str
) -> None:
    assert_adds_up(searcher, text)

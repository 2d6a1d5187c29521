"""Explaining: the parts of an explanation are all that a score is made of."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_site import ROOT, make_site

from kb.content.reader import Reader
from kb.search.explaining import Explanation, Part, explain
from kb.search.indexing import build_indexes
from kb.search.results import Options
from kb.search.scoring import SECTION_MEANING, TITLE_MEANING
from kb.search.searcher import Searcher

SITE = {
    "boosted.md": "---\ntitle: Invoices\nsearch: {boost: 3}\n---\nWhere an invoice is kept.\n",
    "plain.md": "# Invoices abroad\n\n## Currency\n\nAn invoice in euros. An invoice in francs.\n",
    "servers.md": "# Name servers\n\nEnter the name servers of your domain.\n",
    "domain.md": "# Domain\n\nA domain, its nameservers and its certificate.\n",
    "faq.md": "# Account questions\n\n## Can I change my name?\n\nYes.\n\n## Where is my data?\n\nHere.\n\n## Is it safe?\n\nYes.\n",
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


def parts_of(searcher: Searcher, text: str, slug: str, **options: object) -> dict[str, list[Part]]:
    """The parts of one article's explanation, by kind."""
    found = next(o for o in explained(searcher, text, **options) if o.hit.article.slug == slug)
    kinds: dict[str, list[Part]] = {}
    for part in found.parts:
        kinds.setdefault(part.kind, []).append(part)
    return kinds


def test_a_word_is_told_for_each_field_that_holds_it(small: Searcher) -> None:
    words = parts_of(small, "invoices", "plain")["word"]
    assert [(part.what, part.where, dict(part.factors)["count"]) for part in words] == [
        ("invoices", "title", 1), ("invoices", "body", 2),
    ]  # fmt: skip
    assert dict(words[0].factors)["weight"] == 4
    assert dict(words[0].factors)["idf"] == dict(words[1].factors)["idf"] > 1


def test_small_words_count_less_and_words_that_are_not_there_are_told(small: Searcher) -> None:
    kinds = parts_of(small, "a certificate of giraffes and your invoice", "domain")
    assert {part.what for part in kinds["missing"]} == {"giraffes", "invoice"}
    assert {dict(part.factors)["share"] for part in kinds["small word"]} == {0.6}
    assert "share" in dict(kinds["word"][0].factors)


def test_a_boost_is_what_the_words_are_worth_more(small: Searcher) -> None:
    kinds = parts_of(small, "invoice", "boosted")
    assert sum(p.value for p in kinds["word"]) * 2 == pytest.approx(kinds["boost"][0].value)
    assert "boost" not in parts_of(small, "invoice", "plain")


def test_another_word_is_told_with_what_it_adds(small: Searcher) -> None:
    kinds = parts_of(small, "nameservers", "servers")
    (other,) = kinds["compound"]
    assert (other.what, other.where) == ("name servers", "nameservers")
    factors = dict(other.factors)
    assert other.value == pytest.approx(factors["weight"] * factors["other"] - factors["literal"])
    assert other.value > 0


def test_literal_tells_of_no_other_words(small: Searcher) -> None:
    assert {one.hit.article.slug for one in explained(small, "nameservers")} == {
        "domain",
        "servers",
    }
    (found,) = explained(small, "nameservers", literal=True)
    assert [part.kind for part in found.parts] == ["word"]


def test_a_correction_is_told(small: Searcher) -> None:
    kinds = parts_of(small, "certifcate", "domain")
    assert [(part.what, part.where) for part in kinds["correction"]] == [
        ("certifcate", "certificate")
    ]


def test_quotes_are_told_as_they_were_typed(small: Searcher) -> None:
    kinds = parts_of(small, 'domain "Name Servers"', "servers")
    assert [(part.what, part.value) for part in kinds["phrase"]] == [("Name Servers", 0)]


def test_a_page_hidden_behind_its_question_is_told(small: Searcher) -> None:
    assert [p.what for p in parts_of(small, "account data", "faq")["faq"]] == ["Account questions"]
    assert "faq" not in parts_of(small, "account", "faq")


def test_a_pin_is_told(small: Searcher) -> None:
    results = small.search("certificate", "en")
    pinned = tuple(replace(hit, pinned=True) for hit in results.hits)
    (found,) = explain(small, replace(results, hits=pinned))
    assert found.parts[0].kind == "pin"


def test_the_second_page_explains_its_own_hits(small: Searcher) -> None:
    second = Options(page=2, limit=1)
    (found,) = explain(small, small.search("invoice", "en", second))
    assert sum(part.value for part in found.parts) == pytest.approx(found.hit.score, rel=1e-3)


def test_the_meaning_is_told_with_its_scale(tmp_path: Path) -> None:
    pytest.importorskip("wordllama")
    searcher = searcher_of(make_site(tmp_path, SITE).articles, tmp_path, semantic=True)
    meant = parts_of(searcher, "invoice", "plain")["meaning"]
    assert [part.where for part in meant] == ["title", "best section"]
    lexical = max(
        sum(part.value for part in one.parts if part.kind != "meaning")
        for one in explained(searcher, "invoice")
    )
    for part, weight in zip(meant, (TITLE_MEANING, SECTION_MEANING), strict=True):
        factors = dict(part.factors)
        assert 0 < factors["cosine"] <= 1
        assert (factors["weight"], factors["scale"]) == (weight, pytest.approx(lexical, rel=1e-4))


def test_an_article_without_any_of_the_words_is_told_as_such(tmp_path: Path) -> None:
    pytest.importorskip("wordllama")
    files: dict[str, str | bytes] = {"near.md": "# The automobile\n", "has.md": "# Cars\n"}
    searcher = searcher_of(make_site(tmp_path, files).articles, tmp_path, semantic=True)
    kinds = parts_of(searcher, "cars", "near")
    assert [part.what for part in kinds["missing"]] == ["cars"]
    assert set(kinds) == {"missing", "meaning"}

"""Hostile input: nothing that is typed is an error, and nothing makes much work."""

from __future__ import annotations

import random
import string
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_site import Visitor, make_site

from kb.knowledge_base import KnowledgeBase
from kb.search import snippets
from kb.search.query import MAX_CHARACTERS, MAX_TERMS, MAX_WORDS, parse_query
from kb.search.results import Options
from kb.search.spelling import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.search.results import Results
    from kb.search.searcher import Searcher

ALTERNATIVES = 24
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=300)  # lone surrogates too
PIECES = st.lists(
    st.sampled_from(
        ['"', "“", "”", "«", "'", "’", "*", "?", "~9", "^nan", "[a TO z]", "{x}", "(", ")", "\\",
         "status:draft", "title:", "AND", "NOT", "OR", "-", "+", "_", "/", "@", ".", "\x00", "\n",
         "\u202e", "\u200b", "\u0301", "🙂", "👩‍👩‍👧", "مرحبا", "日本語", "書", "รหัส", "पासवर्ड",
         "plan", "cancel", "pasword", "the", "a", "1" * 50, "x" * 300, " ", "&", "<script>", "%00"]
    ),
    max_size=40,
).map("".join)  # fmt: skip
SAID = [
    "*", "**", "*a* OR *b*", "[a TO z]", "x~9", "a^nan", "a^1e999", "(" * 5000, ")" * 5000, "((a)",
    "status:draft", "audience:staff", "path:x", "_:*", "title:(a AND", "\\", "\\\\" * 500,
    '"', '""', '"a b', '"' * 9999, "“a «b” c»", '"a" "b" "c" "d" "e"', "'" * 500, "a'" * 5000,
    "\x00", "\x00" * 999, "\ud800", "\udfff\ud800" * 99, "\u202e evil", "\ufeff", "\u200b" * 400,
    "a" + "\u0301" * 5000, "w" * 200_000, "w " * 10_000, "- " * 5000, "a-" * 5000, "." * 5000,
    "e-mail-" * 3000, "1 " * 5000, "0x" + "f" * 9999, "ﷺ" * 300, "ß" * 300, "ŉ" * 400, "İ" * 300,
    "🙂" * 400, "日" * 5000, "日 " * 300, "한" * 300, "مرحبا " * 99, "\u1100" * 300, "𝒜" * 300,
    "the " * 50, "to be or not to be " * 10, '"the of" ' * 30, "pasword " * 30, "%" * 300, "%ff",
    " ".join(f"w{n}" for n in range(60)), "a\nb\rc\td", "\u2028\u2029\x85", "NaN", "None", "-1", "9" * 400, "../../etc/passwd", "\uffff",
]  # fmt: skip


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    return Visitor(make_site(tmp_path_factory.mktemp("site")).app())


@pytest.fixture(scope="module")
def searcher(visitor: Visitor) -> Searcher:
    found: KnowledgeBase = visitor.app.extensions["kb"]
    return found.edition.searcher


def assert_sound(results: Results) -> None:
    assert len(results.query.text) <= MAX_CHARACTERS
    assert len(results.query.terms) <= MAX_TERMS
    assert results.total >= len(results.hits)
    assert (results.total > 0) == bool(results.hits)
    for hit in (*results.hits, *results.near):
        assert hit.score > 0
        assert hit.article.public
        for part, _ in (*hit.title, *hit.snippet):
            part.encode()  # no lone surrogate gets back out


def ask(searcher: Searcher, text: str) -> None:
    assert_sound(searcher.search(text, "en"))
    assert_sound(searcher.search(text, "en", Options(literal=True, sort="date")))
    suggestions = searcher.suggest(text, "en")
    for completion in suggestions.completions:
        completion.encode()
    assert all(hit.article.public for hit in suggestions.hits)


@pytest.mark.parametrize("text", SAID, ids=range(len(SAID)))
def test_nothing_that_is_said_is_an_error(searcher: Searcher, text: str) -> None:
    ask(searcher, text)
    assert_sound(searcher.search("plan", "en", Options(category=text, tag=text)))


@QUICK
@given(ANYTHING)
def test_nothing_that_can_be_typed_is_an_error(searcher: Searcher, text: str) -> None:
    ask(searcher, text)


@QUICK
@given(PIECES)
def test_no_mixture_of_signs_is_an_error(searcher: Searcher, text: str) -> None:
    ask(searcher, text)


@QUICK
@given(st.text(max_size=20), st.integers(), st.integers(), st.text(max_size=9), st.text(max_size=9))
def test_no_option_is_an_error(
    searcher: Searcher, lang: str, page: int, limit: int, category: str, tag: str
) -> None:
    options = Options(page=page, limit=limit, category=category, tag=tag)
    assert_found_or_not(searcher.search("plan", lang, options))


def assert_found_or_not(results: Results) -> None:
    assert results.page >= 1
    assert len(results.hits) <= results.total


def routes(visitor: Visitor) -> Iterator[str]:
    """The addresses that take a query; those of the JSON API where there is one."""
    known = {str(rule) for rule in visitor.app.url_map.iter_rules()}
    for path in ("/search", "/api/v1/search", "/api/v1/suggest"):
        if path in known:
            yield path


@QUICK
@given(ANYTHING | PIECES | st.sampled_from(SAID))
def test_no_address_answers_an_error(visitor: Visitor, text: str) -> None:
    asked = quote(text.encode("utf-8", "surrogatepass"))[:9_000]
    assert list(routes(visitor))
    for path in routes(visitor):
        answer = visitor.client.get(f"{path}?q={asked}")
        assert answer.status_code == 200 or (answer.status_code == 400 and path != "/search")
        if path == "/search":
            visitor.get(f"{path}?q={asked}")  # and is valid HTML without anything inline


@QUICK
@given(st.binary(max_size=120))
def test_no_bytes_in_an_address_are_an_error(visitor: Visitor, data: bytes) -> None:
    asked = "".join(f"%{byte:02x}" for byte in data)
    assert visitor.client.get(f"/search?q={asked}&page={asked}").status_code == 200


def test_what_looks_like_a_query_language_is_plain_text(searcher: Searcher) -> None:
    plain = [hit.article.slug for hit in searcher.search("plan", "en").hits]
    assert plain
    for text in ("plan*", "(plan", "plan~9", "plan^nan", "title:plan", "+plan", '"plan"'):
        assert plain[0] in [hit.article.slug for hit in searcher.search(text, "en").hits], text
    assert searcher.search("[a TO z]", "en", Options(literal=True)).total < 5
    assert searcher.search("*", "en").total == 0


@pytest.mark.parametrize("word", ["canarydraft", "canarystaff", "canary", "canarydraf"])
def test_nothing_hidden_is_found_suggested_or_corrected_to(searcher: Searcher, word: str) -> None:
    results = searcher.search(word, "en")
    assert (results.hits, results.near, results.correction) == ((), (), None)
    suggestions = searcher.suggest(word, "en")
    assert (suggestions.hits, suggestions.completions) == ((), ())


# What a query may cost is bounded by its length, not by what is in it.


@QUICK
@given(st.sampled_from(SAID) | ANYTHING | PIECES)
def test_the_work_of_a_query_is_bounded(searcher: Searcher, text: str) -> None:
    query, _ = searcher.finder.corrected(parse_query(text, "en"))
    assert len(query.words) <= MAX_WORDS
    assert len(query.terms) <= MAX_TERMS
    assert len(query.stops) <= MAX_TERMS
    assert sum(len(word.others) for word in query.words) <= 3 * MAX_WORDS
    for index in searcher.languages.values():
        assert len(index.expander.alternatives(query)) <= ALTERNATIVES
        for word in query.words:
            assert len(index.endings(word.typed, index.likely(word.typed))) <= 33
            assert len(index.speller.alternatives(word.plain)) <= MOST


def large() -> dict[str, str | bytes]:
    """Long articles of common words, and a large vocabulary of words that are alike."""
    chance = random.Random(4)
    alike = ["".join(chance.choices("abcde", k=8)) for _ in range(4_000)]
    common = ["the", "to", "of", "and", "server", "cloud", "log", "in"]
    return {
        f"a{n:03}.md": f"# Page {n}\n\n{' '.join(chance.choices(common, k=3_000) + alike[n * 100 : n * 100 + 100])}\n"
        for n in range(40)
    }


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    site = make_site(tmp_path_factory.mktemp("large"), large())
    return KnowledgeBase(site.settings).edition.searcher


COSTLY = [
    "the to of and in", '"the to of and the to of and"', "the " * 40, "server cloud log in the",
    " ".join(string.ascii_lowercase * 4), " ".join(["abcde", "abced", "bacde", "dcbaa"] * 9),
    "abcdeabc bcdeabcd cdeabcde deabcdea eabcdeab " * 4, "s c l t o a", "how do I the to of?",
    "abcdeabcdeabcdeabcdeabcdeabcdeabcdeabcde " * 4, "the-to-of-and-server-cloud-log-in-" * 6,
]  # fmt: skip


def test_many_misspelt_words_of_a_large_vocabulary_are_bounded_work(heavy: Searcher) -> None:
    chance = random.Random(8)
    text = " ".join("".join(chance.choices("abcde", k=7)) for _ in range(25))
    query, correction = heavy.finder.corrected(parse_query(text, "en"))
    assert correction
    for index in heavy.languages.values():
        assert len(index.expander.alternatives(query)) == ALTERNATIVES
        ways = [len(index.speller.alternatives(word)) for word in text.split()]
        assert max(ways) == MOST


@pytest.mark.parametrize("text", COSTLY, ids=range(len(COSTLY)))
def test_no_query_costs_much_on_large_articles(
    heavy: Searcher, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    analysed = 0
    analyse = snippets.terms

    def counted(*what: str) -> list[str]:
        nonlocal analysed
        analysed += 1
        return analyse(*what)

    monkeypatch.setattr(snippets, "terms", counted)
    start = time.process_time()
    heavy.search(text, "en", Options(limit=50))
    heavy.suggest(text, "en")
    assert time.process_time() - start < 2
    # 40 articles of 3,100 words: the same word is looked at once, not at every place
    assert analysed < 3_000

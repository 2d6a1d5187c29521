"""Searcher: what a visitor gets, from corrections to pages."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sample_site import make_site

from kb.knowledge_base import KnowledgeBase
from kb.search.analysis import plain_word, words
from kb.search.indexing import build_indexes
from kb.search.results import Options
from kb.search.searcher import MAX_LIMIT, MAX_PAGES, Searcher

if TYPE_CHECKING:
    from pathlib import Path

    from kb.content.library import Library

FILES: dict[str, str | bytes] = {
    "account/index.md": "---\ntitle: Account\n---\n",
    "account/safety/index.md": "---\ntitle: Safety\n---\n",
    "account/safety/password.md": (
        "---\ntitle: Reset your password\ntags: [password, safety]\nupdated: 2026-03-01\n---\n"
        "You have forgotten the password. Open the login page and choose *Forgotten*.\n\n"
        "## When no link arrives\n\nLook into the spam folder for the reset link.\n"
    ),
    "account/safety/factor.md": (
        "---\ntitle: Turn on two-factor authentication\ntags: [safety]\nupdated: 2026-01-01\n---\n"
        "Log in, then scan the code with an authenticator app.\n"
    ),
    "account/close.md": (
        "---\ntitle: Close your account\nupdated: 2026-04-01\ntags: [closing]\n---\n"
        "Everything is deleted after a month. Log in first.\n"
    ),
    "dns/index.md": "---\ntitle: DNS\n---\n",
    "dns/servers.md": (
        "---\ntitle: Change your name servers\ntags: [dns]\nupdated: 2026-02-01\n---\n"
        "Point the domain at our name servers. Propagation needs a day.\n\n"
        "## How long does propagation take?\n\nUp to 48 hours, as caches expire.\n"
    ),
    "dns/delegation.md": (
        "---\ntitle: Delegation\ntags: [dns]\n---\nThe registrar keeps the nameservers of a zone.\n"
    ),
    "dns/records.md": "---\ntitle: Records\n---\nA zoned record is a rare word. Use an mx for mail.\n",
    "twins/one.md": "---\ntitle: Where are my invoices\n---\nInvoices are under Billing.\n",
    "twins/two.md": "---\ntitle: Where are my invoices\n---\nInvoices are under Billing.\n",
    "twins/together.md": "# Hotspots\n\nSome.\n",
    "twins/apart.md": "# Hot spots\n\nSome.\n",
    "ja/billing.md": "---\ntitle: 請求書\nlang: ja\n---\nパスワードを再設定する方法\n",
}  # fmt: skip
MANY = {
    f"many/a{n:03}.md": f"---\ntitle: Topic {n % 5}\ntags: [t{n % 3}]\n---\nwidget {'widget ' * (n % 4)}\n"
    for n in range(120)
}


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return KnowledgeBase(make_site(tmp_path_factory.mktemp("site"), {**FILES, **MANY}).settings)


@pytest.fixture(scope="module")
def library(kb: KnowledgeBase) -> Library:
    return kb.edition.library


@pytest.fixture(scope="module")
def folder(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lexical")
    build_indexes(library, root / "workshop", root / "index", semantic=False)
    return root / "index"


@pytest.fixture(scope="module")
def searcher(folder: Path, library: Library) -> Searcher:
    """Without meaning: what is tested here must not depend on an extra."""
    return Searcher(folder, library, semantic=False)


def slugs(searcher: Searcher, text: str, lang: str = "en", **options: Any) -> list[str]:
    return [hit.article.slug for hit in searcher.search(text, lang, Options(**options)).hits]


@pytest.mark.parametrize(
    ("typed", "meant", "slug"),
    [
        ("propogation", "propagation", "servers"),
        ("forgoten pasword", "forgotten password", "password"),
        ("passwordreset", "password reset", "password"),
        ("authentcator app", "authenticator app", "factor"),
    ],
)
def test_what_was_put_right_is_shown(searcher: Searcher, typed: str, meant: str, slug: str) -> None:
    results = searcher.search(typed, "en")
    assert results.correction
    assert results.correction.text == meant == results.query.text
    assert results.hits[0].article.slug == slug
    assert all(one in typed and other in meant for one, other in results.correction.words)


@pytest.mark.parametrize("typed", ["propogation", "passwordreset", "pasword"])
def test_a_literal_search_keeps_what_was_typed(searcher: Searcher, typed: str) -> None:
    results = searcher.search(typed, "en", Options(literal=True))
    assert results.correction is None
    assert results.query.text == typed
    assert results.hits == ()


@pytest.mark.parametrize("typed", ["zoned", "mx", "delegation", "scan", "請求", "spam widget"])
def test_a_rare_word_that_is_right_is_never_corrected(searcher: Searcher, typed: str) -> None:
    results = searcher.search(typed, "en")
    assert results.correction is None
    assert results.total


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("log in", {"factor", "close", "password"}),
        ("login", {"factor", "close", "password"}),
        ("name servers", {"servers", "delegation"}),
        ("nameservers", {"servers", "delegation"}),
        ("nameserver", {"servers", "delegation"}),
    ],
)
def test_compounds_are_found_in_one_word_and_in_two(
    searcher: Searcher, typed: str, found: set[str]
) -> None:
    assert found <= set(slugs(searcher, typed))


def test_the_way_it_was_typed_counts_for_more(searcher: Searcher) -> None:
    assert slugs(searcher, "hotspots") == ["together", "apart"]
    assert slugs(searcher, "hot spots") == ["apart", "together"]


def test_a_question_with_a_clear_winner_is_answered(searcher: Searcher) -> None:
    results = searcher.search("how long does propagation take?", "en")
    assert results.answer is results.hits[0]
    assert results.answer.section
    assert results.answer.section.text.startswith("Up to 48 hours")


@pytest.mark.parametrize(
    ("typed", "options"),
    [
        ("where are my invoices", {}),  # two articles say the same
        ("where are my invoices", {"limit": 1}),
        ("where are my invoices", {"limit": 1, "page": 2}),
        ("propagation", {}),  # one word is no question
        ("how long does propagation take?", {"page": 2}),
        ("how long does propagation take?", {"page": 2, "limit": 1}),
        ("how long does propagation take?", {"sort": "date"}),
        ("how do I widget the gadget?", {}),  # nearly nothing of it is in any article
        ("how", {}),
        ("?", {}),
    ],
)
def test_an_answer_is_given_only_when_it_is_sure(
    searcher: Searcher, typed: str, options: dict[str, Any]
) -> None:
    assert searcher.search(typed, "en", Options(**options)).answer is None


def everything(searcher: Searcher, text: str, **options: Any) -> list[str]:
    found: list[str] = []
    page = 1
    while True:
        results = searcher.search(text, "en", Options(page=page, **options))
        found += [f"{hit.article.slug}#{hit.anchor}" for hit in results.hits]
        if page >= results.pages:
            return found
        page += 1


@pytest.mark.parametrize("text", ["widget", "topic 3", "widget password", "your", "log in"])
@pytest.mark.parametrize("sort", ["relevance", "date"])
@pytest.mark.parametrize("limit", [1, 7, 10, 50])
def test_pages_follow_each_other_without_a_gap(
    searcher: Searcher, text: str, sort: str, limit: int
) -> None:
    pages = everything(searcher, text, sort=sort, limit=limit)
    assert len(pages) == len(set(pages))
    total = searcher.search(text, "en", Options(sort=sort)).total  # type: ignore[arg-type]
    assert len(pages) == min(total, MAX_PAGES * limit)
    assert pages == everything(searcher, text, sort=sort, limit=MAX_LIMIT)[: len(pages)]


@pytest.mark.parametrize("page", [-5, 0, 1, 21, 10**9])
def test_no_page_is_out_of_range(searcher: Searcher, page: int) -> None:
    results = searcher.search("widget", "en", Options(page=page, limit=10**9))
    assert 1 <= results.page <= MAX_PAGES
    assert len(results.hits) <= MAX_LIMIT


@pytest.mark.parametrize("text", ["widget", "your", "name servers", "password login"])
def test_facets_count_what_narrowing_finds(searcher: Searcher, text: str) -> None:
    results = searcher.search(text, "en")
    assert results.facets
    for facet in results.facets:
        narrowed = searcher.search(text, "en", Options(**{facet.kind: facet.value}))
        assert narrowed.total == facet.count
        again = {(f.kind, f.value): f.count for f in narrowed.facets}
        assert again[facet.kind, facet.value] == facet.count


def test_a_category_holds_what_is_below_it(searcher: Searcher) -> None:
    assert set(slugs(searcher, "log in", category="account")) == {"factor", "close", "password"}
    assert set(slugs(searcher, "log in", category="account/safety")) == {"factor", "password"}
    assert slugs(searcher, "log in", category="account", tag="closing") == ["close"]
    assert slugs(searcher, "log in", category="account/safety", tag="closing") == []
    assert slugs(searcher, "log in", category="nowhere") == []
    assert slugs(searcher, "log in", tag="nowhere") == []


def test_facets_are_in_the_order_of_their_counts(searcher: Searcher) -> None:
    for kind in ("category", "tag"):
        counts = [f.count for f in searcher.search("widget", "en").facets if f.kind == kind]
        assert counts == sorted(counts, reverse=True)
        assert counts


def test_the_newest_first_when_asked(searcher: Searcher) -> None:
    dates = [
        hit.article.updated for hit in searcher.search("log in", "en", Options(sort="date")).hits
    ]
    known = [date for date in dates if date]
    assert len(known) > 1
    assert known == sorted(known, reverse=True)
    assert dates[: len(known)] == known  # what has no date is last


def test_nothing_found_says_what_was_tried_and_what_is_near(searcher: Searcher) -> None:
    results = searcher.search("passwoxyzt", "en")
    assert results.total == 0
    assert results.hits == ()
    assert results.answer is None
    assert "password" in [hit.article.slug for hit in results.near]
    far = searcher.search("qqqqqqqq", "en")
    assert (far.total, far.hits, far.near) == (0, (), ())


def test_what_is_found_has_nothing_near_and_nothing_tried(searcher: Searcher) -> None:
    results = searcher.search("password", "en")
    assert results.total
    assert results.near == ()
    assert results.tried == ()


def test_what_was_put_right_and_still_found_nothing_was_tried(searcher: Searcher) -> None:
    results = searcher.search("propogation", "en", Options(tag="closing"))
    assert results.total == 0
    assert results.tried[0] == "propagation"


@pytest.mark.parametrize(
    ("typed", "slug"),
    [("pas", "password"), ("pa", "password"), ("reset pass", "password"), ("prop", "servers"),
     ("name serv", "servers"), ("請", "billing"), ("請求", "billing"), ("再設", "billing"),
     ("書", "billing"), ("two-fac", "factor"), ("How long does prop", "servers")],
)  # fmt: skip
def test_suggestions_finish_the_last_word(searcher: Searcher, typed: str, slug: str) -> None:
    assert slug in [hit.article.slug for hit in searcher.suggest(typed, "en").hits]


@pytest.mark.parametrize("typed", ["p", "", " ", "?", "*"])
def test_one_letter_suggests_nothing_yet(searcher: Searcher, typed: str) -> None:
    found = searcher.suggest(typed, "en")
    assert (found.completions, found.hits) == ((), ())


@pytest.mark.parametrize("typed", ["pa", "name se", "lo", "reset your pa", "wi", "Cl", "authen"])
def test_completions_finish_what_was_typed_with_real_words(searcher: Searcher, typed: str) -> None:
    completions = searcher.suggest(typed, "en").completions
    assert completions
    last = plain_word([*words(typed)][-1][0])
    for completion in completions:
        assert completion.startswith(typed[: -len(last)])
        finished = plain_word([*words(completion)][-1][0])
        assert finished.startswith(last)
        assert finished != last
        assert any(finished in index.vocabulary for index in searcher.languages.values())
        assert searcher.search(completion, "en").total


def test_a_section_whose_title_fits_is_suggested(searcher: Searcher) -> None:
    (hit, *_) = searcher.suggest("how long propag", "en").hits
    assert hit.anchor == "how-long-does-propagation-take"


def test_no_more_is_suggested_than_asked_for(searcher: Searcher) -> None:
    for limit in (1, 3, 6):
        assert len(searcher.suggest("wid", "en", limit).hits) == limit


QUERIES = [
    "widget",
    "propogation",
    "log in",
    "how long does propagation take?",
    "請求",
    "zzzz",
    '"name servers"',
]


def told(searcher: Searcher, text: str, **options: Any) -> object:
    return replace(searcher.search(text, "en", Options(**options)), took_ms=0.0)


def test_every_worker_answers_the_same(searcher: Searcher, folder: Path, library: Library) -> None:
    other = Searcher(folder, library, semantic=False)
    for text in reversed(QUERIES):
        for page in (2, 1):
            assert told(searcher, text, page=page) == told(other, text, page=page)
        assert searcher.suggest(text, "en") == other.suggest(text, "en")


def test_threads_that_share_a_searcher_answer_the_same(folder: Path, library: Library) -> None:
    expected = [told(Searcher(folder, library, semantic=False), text) for text in QUERIES]
    shared = Searcher(folder, library, semantic=False)
    wrong: list[str] = []

    def ask(shift: int) -> None:
        for n in range(60):
            at = (n + shift) % len(QUERIES)
            if told(shared, QUERIES[at], limit=10) != expected[at]:
                wrong.append(QUERIES[at])
            shared._cached.cache_clear()

    threads = [threading.Thread(target=ask, args=(shift,)) for shift in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_repeated_search_is_answered_from_memory(folder: Path, library: Library) -> None:
    one = Searcher(folder, library, semantic=False)
    first = told(one, "log in")
    assert told(one, "  log   in ") == first
    assert one._cached.cache_info().hits == 1


def test_a_rebuild_without_a_change_changes_no_answer(
    searcher: Searcher, library: Library, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        build_indexes(library, tmp_path / "workshop", tmp_path / name, semantic=False)
        again = Searcher(tmp_path / name, library, semantic=False)
        for text in QUERIES:
            assert told(again, text) == told(searcher, text)


def test_without_meaning_there_are_no_vectors(folder: Path, searcher: Searcher) -> None:
    names = {path.name for path in folder.rglob("*")}
    assert "impacts.npy" in names
    assert not names & {"titles.npy", "sections.npy", "section_starts.npy", "token_weights.npy"}
    assert all(index.meaning is None for index in searcher.languages.values())


REWORDED: dict[str, str | bytes] = {
    "a.md": "# Reset a password\n\nOpen this page.\n",
    "b.md": "# Download a receipt\n\nOpen this page.\n",
    "c.md": "# Delete an account\n\nOpen this page.\n",
    "d.md": "# Invite a colleague\n\nOpen this page.\n",
}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("wipe out my membership page", "c"),
        ("page with proof of payment", "b"),
        ("page for adding coworkers", "d"),
    ],
)
def test_with_meaning_a_reworded_question_finds_its_article(
    tmp_path: Path, text: str, slug: str
) -> None:
    """All share one word with it: without meaning the order of their names decides."""
    pytest.importorskip("wordllama")
    library = KnowledgeBase(make_site(tmp_path, REWORDED).settings).edition.library
    build_indexes(library, tmp_path / "workshop", tmp_path / "index")
    assert slugs(Searcher(tmp_path / "index", library), text)[0] == slug
    assert slugs(Searcher(tmp_path / "index", library, semantic=False), text)[0] == "a"


@pytest.mark.parametrize(
    "text",
    ["reset password", "two-factor authentication", "name servers", "delegation", "spam folder"],
)
def test_with_meaning_literal_queries_keep_their_first_place(
    kb: KnowledgeBase, searcher: Searcher, text: str
) -> None:
    pytest.importorskip("wordllama")
    assert kb.edition.searcher.languages["en"].meaning
    assert slugs(kb.edition.searcher, text)[0] == slugs(searcher, text)[0]


def test_vectors_that_nobody_wants_are_not_read(kb: KnowledgeBase, library: Library) -> None:
    pytest.importorskip("wordllama")
    generation = kb.edition.media.parent
    plain = Searcher(generation / "index", library, semantic=False)
    assert plain.languages["en"].meaning is None


def test_a_heading_that_repeats_the_question_answers_it_with_less_of_a_lead(tmp_path: Path) -> None:
    pages: dict[str, str | bytes] = {
        "zone.md": "# Zones\n\nOf all kinds.\n\n## What is a zone?\n\nA zone is a part.\n",
        "zoned.md": "# Zone reference\n\nA zone, a zone and a zone.\n",
    }
    found = KnowledgeBase(make_site(tmp_path, pages).settings).edition.search(
        "what is a zone", "en"
    )
    assert found.answer
    assert found.answer.anchor == "what-is-a-zone"

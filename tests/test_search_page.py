"""The search page: corrections, the answer, filters, order, and what it says when it finds nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sample_site import Visitor, make_site, sample

STEPS = {
    **sample(),
    "account/devices.md": (
        "---\ntitle: Devices\ntags: [security]\nupdated: 2026-03-01\n---\n"
        "Your devices.\n\n## Remove a lost device {#lost}\n\n"
        "1. Open `Devices`.\n2. Choose the [device](#kinds).\n3. Choose Remove.\n\n"
        "### After that {#after}\n\nChange your [password](password.md).[^1]\n\n[^1]: Note.\n\n"
        "## Kinds of devices {#kinds}\n\nPhones and laptops.\n"
    ),
    "billing/pay.md": (
        "---\ntitle: Pay from another device\ntags: [money, security]\nupdated: 2026-04-01\n---\n"
        "Use any device.\n"
    ),
    "billing/old.md": "---\ntitle: Device fees\ntags: [money]\nupdated: 2020-01-01\n---\nNone.\n",
}


@pytest.fixture
def steps(tmp_path) -> Visitor:  # type: ignore[no-untyped-def]
    return Visitor(make_site(tmp_path, STEPS, contact_url="https://example.com/contact").app())


def link(page: str, name: str) -> str:
    """The address of the first link with this in its name."""
    found = re.findall(r'<a[^>]* href="([^"]*)"([^>]*>(?:(?!</a>).)*)</a>', page, re.S)
    text = [(unescape(url), inside) for url, inside in found]
    return next(url for url, inside in text if name in inside)


def order(page: str) -> list[str]:
    return re.findall(r'result-title"><a href="/articles/([\w-]+)', page)


def test_a_correction_is_shown_with_a_way_back_to_what_was_typed(visitor: Visitor) -> None:
    page = visitor.get("/search?q=pasword")
    assert "Showing results for <strong>password</strong>. Search instead for" in page
    assert 'value="pasword"' in page  # the field keeps what was typed
    assert "<title>pasword · Search" in page
    assert order(page)[0] == "password"
    literal = visitor.get(link(page, "pasword"))
    assert "literal=1" in link(page, "pasword")
    assert "No articles match <q>pasword</q>" in literal
    assert "Showing results for" not in literal


def test_what_was_typed_right_is_not_corrected(visitor: Visitor) -> None:
    assert "Showing results for" not in visitor.get("/search?q=password")


def test_a_question_opens_with_the_section_that_answers_it(steps: Visitor) -> None:
    page = steps.get("/search?q=how+do+I+remove+a+lost+device")
    box = page.split('class="answer-box"')[1].split("answer-more")[0]
    assert "From the article <cite>Devices</cite>" in box
    assert re.search(r"<ol>\s*<li>Open <code>Devices</code>.</li>", box)
    assert box.count("<li>") == 3
    assert '<a href="/articles/devices#kinds">' in box
    assert '<a href="/articles/password">' in box  # resolved as on the article's page
    assert "<h3>After that</h3>" in box
    assert "Kinds of devices" not in box
    assert " id=" not in box
    assert page.count("answer-box") == 1
    assert link(page, "Read the whole article") == "/articles/devices"


@pytest.mark.parametrize("more", ["&page=2", "&sort=date"])
def test_the_answer_opens_only_the_first_page_by_relevance(steps: Visitor, more: str) -> None:
    assert "answer-box" not in steps.get(f"/search?q=how+do+I+remove+a+lost+device{more}")


def test_a_few_words_are_not_answered_like_a_question(steps: Visitor) -> None:
    assert "answer-box" not in steps.get("/search?q=lost+device")


def test_an_answer_inside_a_fold_is_shown_without_the_fold(tmp_path) -> None:  # type: ignore[no-untyped-def]
    body = "<details><summary>More</summary>\n<h2>Bake a cake</h2>\n<p>Mix.</p>\n</details>\n"
    visitor = Visitor(make_site(tmp_path, {"a.md": f"# Kitchen\n\n{body}"}).app())
    page = visitor.get("/search?q=how+do+I+bake+a+cake")
    assert "answer-box" in page
    assert "<p>Mix.</p>" in page


def test_an_answer_as_long_as_a_page_is_a_result_as_usual(tmp_path) -> None:  # type: ignore[no-untyped-def]
    body = "## Bake a cake\n\n" + "Mix, and mix again.\n\n" * 2_000
    visitor = Visitor(make_site(tmp_path, {"a.md": f"# Kitchen\n\n{body}"}).app())
    page = visitor.get("/search?q=how+do+I+bake+a+cake")
    assert order(page) == ["a"]
    assert "answer-box" not in page
    assert "result-snippet" in page


def test_filters_narrow_by_topic_and_tag_and_can_be_removed(steps: Visitor) -> None:
    everything = steps.get("/search?q=device")
    assert set(order(everything)) == {"devices", "pay", "old"}
    billing = steps.get(link(everything, "Billing"))
    assert set(order(billing)) == {"pay", "old"}
    assert 'aria-current="true" aria-label="Remove the filter Billing">Billing' in billing
    both = steps.get(link(billing, "security"))
    assert order(both) == ["pay"]
    assert link(both, "Remove the filter Billing") == "/search?q=device&tag=security"
    assert set(order(steps.get(link(both, "Remove the filter Billing")))) == {"devices", "pay"}


def test_each_filter_says_how_many_results_it_leaves(steps: Visitor) -> None:
    page = steps.get("/search?q=device")
    counts = dict(re.findall(r'class="filter" href="[^"]*">(\w+) .*?</span>(\d+)<', page))
    assert counts == {"Billing": "2", "Account": "1", "money": "2", "security": "2"}


def test_a_filter_that_leaves_everything_is_not_offered(steps: Visitor) -> None:
    page = steps.get("/search?q=lost")
    assert order(page) == ["devices"]
    assert 'class="filter' not in page


def test_results_can_be_sorted_by_date_within_the_filters(steps: Visitor) -> None:
    page = steps.get("/search?q=device&tag=money")
    by_date = link(page, "Date")
    assert by_date == "/search?q=device&tag=money&sort=date"
    sorted_page = steps.get(by_date)
    assert order(sorted_page) == ["pay", "old"]
    assert re.search(r'aria-current="true">Date<', sorted_page)
    assert link(sorted_page, "Relevance") == "/search?q=device&tag=money"
    assert link(sorted_page, "security") == "/search?q=device&tag=security&sort=date"


def test_pages_keep_filters_order_and_literal_search(tmp_path) -> None:  # type: ignore[no-untyped-def]
    many = {f"box/a{n}.md": f"---\ntitle: Widget {n}\ntags: [t]\n---\nwidget\n" for n in range(25)}
    visitor = Visitor(make_site(tmp_path, many).app())
    page = visitor.get("/search?q=widget&tag=t&sort=date&literal=1")
    assert link(page, "Next") == "/search?q=widget&tag=t&sort=date&literal=1&page=2"
    assert "page 3 of 3" in visitor.get("/search?q=widget&tag=t&page=3")
    beyond = visitor.get("/search?q=widget&page=9")
    assert "There are no results on this page" in beyond
    assert "page 9 of" not in beyond
    assert link(beyond, "Go to the first page") == "/search?q=widget"


def test_filters_that_leave_nothing_can_be_lifted(steps: Visitor) -> None:
    page = steps.get("/search?q=lost&category=billing")
    assert "Nothing in <q>Billing</q> matches <q>lost</q>" in page
    assert "Elsewhere there is 1 result." in page
    assert order(steps.get(link(page, "Search everywhere"))) == ["devices"]
    unknown = steps.get("/search?q=lost&tag=%3Cb%3E")
    assert "Nothing in <q>&lt;b&gt;</q>" in unknown


def test_nothing_found_is_said_first_then_tried_near_topics_and_contact(steps: Visitor) -> None:
    page = steps.get("/search?q=deviceless")
    if "Showing results for" in page:
        page = steps.get("/search?q=deviceless&literal=1")
    said = page.index("No articles match <q>deviceless</q>")
    contact = page.index("https://example.com/contact", said)
    near = page.index("These do not match, but come near")
    assert said < contact < near < page.index("Or browse by topic")
    assert 'href="/articles/devices"' in page[near:]
    assert 'class="result' not in page  # nothing that looks like a result
    assert "answer-box" not in page


def test_what_was_tried_is_listed(steps: Visitor, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from dataclasses import replace

    from kb.editions import Edition

    real = Edition.search

    def search(*asked):  # type: ignore[no-untyped-def]
        return replace(real(*asked), tried=("xyzzy <plugh>", "xyzzy"))

    monkeypatch.setattr(Edition, "search", search)
    page = steps.get("/search?q=xyzzy")
    assert "Also tried, with no result: <q>xyzzy &lt;plugh&gt;</q>, <q>xyzzy</q>." in page


def test_every_page_of_a_search_is_kept_from_search_engines(steps: Visitor) -> None:
    for path in ("/search", "/search?q=device", "/search?q=xyzzy", "/search?q=lost&tag=x"):
        assert '<meta name="robots" content="noindex">' in steps.get(path)


def test_a_result_in_another_language_says_so(tmp_path) -> None:  # type: ignore[no-untyped-def]
    files = {"a.md": "---\ntitle: Rechnung\nlang: de\n---\nRechnung\n", "b.md": "# Bill\n\nx\n"}
    page = Visitor(make_site(tmp_path, files).app()).get("/search?q=rechnung")
    assert '<li class="result" lang="de">' in page

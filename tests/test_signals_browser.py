"""Signals of a real browser: what a visitor did is in the journal, once, and nothing else is sent."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from browsing import (
    AGENT,
    DESKTOP,
    NEEDS_CHROMIUM,
    chromium,
    loaded,
    open_page,
    served,
)
from sample_site import make_site, sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser, Locator, Page

    from kb.feedback.events import Click, Contact, Read, Search, Vote

pytestmark = NEEDS_CHROMIUM
SUPPORT = "https://support.example/new"
LONG = "---\ntitle: The long plan\n---\n" + "A plan is a plan.\n\n" * 300
SPANISH = "---\ntitle: El contrato\nlang: es\n---\nUn contrato largo.\n"
BLOCKED = "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
HIDEABLE = """Object.defineProperty(document, 'hidden', { get: () => window.away ?? false });
  window.leave = (away) => { window.away = away; document.dispatchEvent(new Event('visibilitychange')); }"""


@dataclass
class Journal:
    """What is known of everybody, once the browser's last words have arrived."""

    app: Flask
    address: str
    searches: list[Search] = field(default_factory=list)
    clicks: list[Click] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)

    def read(self, **counts: int) -> Journal:
        """Wait until there are as many as expected, and a moment longer for what is too much."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            self._look()
            if all(len(getattr(self, name)) >= count for name, count in counts.items()):
                time.sleep(0.3)
                break
            time.sleep(0.05)
        self._look()
        assert {name: len(getattr(self, name)) for name in counts} == counts
        return self

    def _look(self) -> None:
        kb = self.app.extensions["kb"]
        kb.recorder.flush()
        for name in ("searches", "clicks", "reads", "contacts"):
            setattr(self, name, [*getattr(kb.signals, name)()])
        self.votes = [*kb.journal.votes()]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(f"--user-agent={AGENT}") as browser:
        yield browser


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    files = {**sample(), "billing/long.md": LONG, "es/contrato.md": SPANISH}
    site = make_site(tmp_path, files, contact_url=SUPPORT)
    app = site.app()
    with served(site, app) as address:
        yield Journal(app, address)


def visit(browser: Browser, script: str = "", **options: Any) -> Page:
    page = open_page(browser, viewport=DESKTOP, **options)
    if script:
        page.add_init_script(script)
    return page


def results(page: Page) -> Locator:
    return page.locator(".results .result-title a")


def search(page: Page, journal: Journal, text: str = "plan") -> None:
    page.goto(journal.address)
    page.locator("#home-search").fill(text)
    page.locator("#home-search").press("Enter")
    page.wait_for_url("**/search?q=*")
    page.wait_for_load_state("networkidle")


def leave(page: Page) -> None:
    page.goto("about:blank")


def test_a_search_a_click_a_read_and_a_no_are_one_story(browser: Browser, journal: Journal) -> None:
    page = visit(browser)
    search(page, journal)
    slug = str(results(page).nth(1).get_attribute("href")).removeprefix("/articles/").split("#")[0]
    article = journal.app.extensions["kb"].edition.article(slug)
    results(page).nth(1).click()
    page.get_by_role("heading", level=1, name=article.title).wait_for()
    page.wait_for_timeout(1200)
    page.go_back()
    page.go_forward()
    page.get_by_role("button", name="No").click()
    page.get_by_text("What went wrong?").wait_for()
    leave(page)
    journal.read(searches=1, clicks=1, reads=1, votes=1, contacts=0)
    [search_], [click], [read], [vote] = (
        journal.searches, journal.clicks, journal.reads, journal.votes
    )  # fmt: skip
    assert (search_.text, search_.source, search_.finished) == ("plan", "page", True)
    assert (click.article, click.rank, click.total) == (article.id, 2, search_.total)
    assert (read.article, read.revision) == (article.id, article.revision)
    assert read.seconds >= 1
    assert (vote.helpful, vote.query) == (False, "plan")
    assert search_.token == click.search == read.search == vote.search
    assert page.context.cookies() == []
    page.context.close()


def test_a_result_on_a_later_page_has_its_rank_among_all(browser: Browser, tmp_path: Path) -> None:
    many = {f"many/{n}.md": f"---\ntitle: Gadget {n}\n---\nA gadget.\n" for n in range(15)}
    site = make_site(tmp_path, {**sample(), **many})
    app = site.app()
    with served(site, app) as address:
        page = visit(browser)
        page.goto(f"{address}/search?q=gadget&page=2")
        page.wait_for_load_state("networkidle")
        results(page).nth(2).click()
        page.wait_for_url("**/articles/**")
        journal = Journal(app, address).read(clicks=1)
        assert (journal.clicks[0].rank, journal.clicks[0].total) == (13, 15)
        page.context.close()


@pytest.mark.parametrize("how", ["middle", "control"])
def test_a_result_in_a_new_tab_counts_and_is_read_after_that_search(
    browser: Browser, journal: Journal, how: str
) -> None:
    page = visit(browser)
    search(page, journal)
    with page.context.expect_page() as opened:
        if how == "middle":
            results(page).first.click(button="middle")
        else:
            results(page).first.click(modifiers=["Control"])
    opened.value.wait_for_load_state("networkidle")
    opened.value.bring_to_front()
    opened.value.wait_for_timeout(600)
    leave(opened.value)
    journal.read(searches=1, clicks=1, reads=1)
    assert journal.clicks[0].rank == 1
    assert journal.reads[0].search == journal.searches[0].token
    page.context.close()


def test_other_links_of_the_search_page_are_no_clicks(browser: Browser, journal: Journal) -> None:
    page = visit(browser)
    search(page, journal, "your")
    page.locator(".filter").first.click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("banner").get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    journal.read(searches=1, clicks=0, contacts=0)
    page.context.close()


def test_how_far_and_how_long_somebody_read(browser: Browser, journal: Journal) -> None:
    page = visit(browser)
    page.clock.install()
    for slug, scroll in (("long", 0), ("long", 1), ("cancel", 0)):
        page.goto(f"{journal.address}/articles/{slug}")
        page.wait_for_load_state("networkidle")
        if scroll:
            page.evaluate("scrollTo(0, document.querySelector('[data-vote]').offsetTop / 2)")
            page.wait_for_timeout(200)
        page.clock.fast_forward(40_000)
        leave(page)
        journal.read(reads=1 if slug == "long" else 2)
        read = journal.reads[-1]
        assert 40 <= read.seconds <= 43
        if slug == "cancel":
            assert read.depth == 100
        else:
            assert (1 < read.depth < 30) if not scroll else (45 < read.depth < 80)
    page.context.close()


def test_a_tab_left_open_is_not_read_for_hours(browser: Browser, journal: Journal) -> None:
    page = visit(browser, HIDEABLE)
    page.clock.install()
    page.goto(f"{journal.address}/articles/cancel")
    page.wait_for_load_state("networkidle")
    page.clock.fast_forward(20_000)
    page.evaluate("leave(true)")
    page.clock.fast_forward(3_600_000)  # in another tab
    page.evaluate("leave(false)")
    page.clock.fast_forward(10_000)
    leave(page)
    [read] = journal.read(reads=1).reads
    assert 30 <= read.seconds <= 33
    page.goto(f"{journal.address}/articles/long")
    page.wait_for_load_state("networkidle")
    page.clock.fast_forward(7_200_000)  # in view, with nobody there
    leave(page)
    assert journal.read(reads=2).reads[-1].seconds == 1800
    page.context.close()


def test_leaving_again_at_once_tells_nothing_new(browser: Browser, journal: Journal) -> None:
    page = visit(browser, HIDEABLE)
    told: list[str] = []
    page.on("request", lambda request: "/signals" in request.url and told.append(request.url))
    page.goto(f"{journal.address}/articles/cancel")
    page.wait_for_timeout(700)
    for away in (True, False, True, False):
        page.evaluate(f"leave({str(away).lower()})")
    leave(page)
    journal.read(reads=1)
    assert len([url for url in told if url.endswith("/signals")]) == 1
    page.context.close()


def test_the_way_to_support_has_its_article_and_its_search(
    browser: Browser, journal: Journal
) -> None:
    page = visit(browser)
    page.route("https://support.example/**", lambda route: route.fulfill(body="support"))
    search(page, journal, "xyzzy")
    page.get_by_role("main").get_by_role("link", name="Contact support").click()
    page.wait_for_url(SUPPORT)
    search(page, journal)
    results(page).first.click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("banner").get_by_role("link", name="Contact support").dblclick()
    page.wait_for_url(SUPPORT)
    journal.read(searches=2, contacts=2)
    nothing, plan = journal.searches
    told = [(contact.article, contact.search) for contact in journal.contacts]
    assert told == [("", nothing.token), (journal.clicks[0].article, plan.token)]
    page.context.close()


def test_a_page_in_another_language_tells_of_the_same_search(
    browser: Browser, journal: Journal
) -> None:
    """What is typed there and then searched for, and the contact from there, are one story."""
    page = visit(browser)
    page.route("https://support.example/**", lambda route: route.fulfill(body="support"))
    page.goto(journal.address + "/articles/contrato", wait_until="networkidle")
    assert page.locator("html").get_attribute("lang") == "es"
    page.locator("#header-search").press_sequentially("contrat")
    page.locator(".suggestions:visible").wait_for()
    page.wait_for_timeout(2200)  # long enough in view to be a search
    page.locator("#header-search").press_sequentially("o")
    page.locator("#header-search").press("Enter")
    page.wait_for_url("**/search?q=contrato")
    results(page).first.click()
    page.wait_for_url("**/articles/contrato")
    page.wait_for_load_state("networkidle")
    page.get_by_role("banner").locator(".site-contact").click()
    page.wait_for_url(SUPPORT)
    journal.read(searches=1, clicks=1, contacts=1)
    [search_] = journal.searches
    told = {(search_.text, search_.lang), ("contrato", journal.contacts[0].lang)}
    assert told == {("contrato", "en")}
    assert journal.clicks[0].search == journal.contacts[0].search == search_.token
    page.context.close()


# Suggestions


def type_text(page: Page, journal: Journal, text: str) -> None:
    page.goto(journal.address)
    page.wait_for_load_state("networkidle")
    page.locator("#home-search").click()
    page.locator("#home-search").press_sequentially(text, delay=20)
    page.locator(".suggestions:visible").wait_for()
    loaded(page, f"?q={text}&")  # on a slow machine the list of a shorter text comes first


def test_a_list_that_was_looked_at_and_left_is_a_search(browser: Browser, journal: Journal) -> None:
    page = visit(browser)
    type_text(page, journal, "cance")
    page.wait_for_timeout(2300)
    page.keyboard.press("Escape")
    [typed] = journal.read(searches=1, clicks=0).searches
    assert (typed.text, typed.source, typed.finished) == ("cance", "suggestion", False)
    assert typed.seconds is not None
    assert typed.seconds >= 2
    assert "billing/cancel" in typed.found
    page.context.close()


def test_a_list_that_only_passed_is_no_search(browser: Browser, journal: Journal) -> None:
    page = visit(browser)
    type_text(page, journal, "cance")
    page.keyboard.press("Escape")
    leave(page)
    journal.read(searches=0)
    page.context.close()


def test_a_list_before_enter_is_the_search_of_the_page(browser: Browser, journal: Journal) -> None:
    page = visit(browser)
    type_text(page, journal, "cancel")
    page.wait_for_timeout(2300)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=cancel")
    [entered] = journal.read(searches=1).searches
    assert (entered.source, entered.finished) == ("page", True)
    page.context.close()


@pytest.mark.parametrize("how", ["mouse", "keyboard", "middle"])
def test_a_picked_article_is_a_search_a_click_and_a_read(
    browser: Browser, journal: Journal, how: str
) -> None:
    page = visit(browser)
    type_text(page, journal, "cance")
    listed = page.locator(".suggestions a[data-article]")
    at = page.locator(".suggestions a").evaluate_all(
        "links => links.findIndex((link) => link.dataset.article)"
    )
    total = listed.count()
    if how == "keyboard":
        for _ in range(at + 2):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    else:
        listed.nth(1).click(button="middle" if how == "middle" else "left")
    if how == "middle":
        journal.read(searches=1, clicks=1)
    else:
        page.wait_for_url("**/articles/cancel**")
        page.wait_for_load_state("networkidle")
        leave(page)
        journal.read(searches=1, clicks=1, reads=1)
        assert journal.reads[0].search == journal.searches[0].token
    [typed], [click] = journal.searches, journal.clicks
    assert (typed.text, typed.source, typed.finished) == ("cance", "suggestion", True)
    assert (click.search, click.article) == (typed.token, "billing/cancel")
    assert (click.rank, click.total) == (2, total)
    page.context.close()


# Without JavaScript, without storage, and without consent


def test_without_javascript_searches_and_votes_count(browser: Browser, journal: Journal) -> None:
    page = visit(browser, java_script_enabled=False)
    page.goto(journal.address)
    page.locator("#home-search").fill("plan")
    page.locator("#home-search").press("Enter")
    results(page).first.click()
    page.get_by_role("button", name="No").click()
    page.get_by_text("What went wrong?").wait_for()
    journal.read(searches=1, clicks=0, reads=0, votes=1)
    assert (journal.votes[0].query, journal.votes[0].search) == ("", "")
    page.context.close()


def test_blocked_storage_is_harmless(browser: Browser, journal: Journal) -> None:
    page = visit(browser, BLOCKED)
    search(page, journal)
    results(page).first.click()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)
    leave(page)
    journal.read(searches=1, clicks=1, reads=1)
    assert journal.reads[0].search == journal.searches[0].token  # by the address it came from
    page.context.close()


@pytest.mark.parametrize(
    "script",
    ["Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })",
     "Object.defineProperty(navigator, 'doNotTrack', { value: '1' })"],
)  # fmt: skip
def test_what_only_a_script_knows_of_privacy_is_passed_on(
    browser: Browser, journal: Journal, script: str
) -> None:
    page = visit(browser, script)
    type_text(page, journal, "cance")
    page.locator(".suggestions a[data-article]").first.click()
    page.wait_for_url("**/articles/cancel**")
    [search_] = journal.read(clicks=1, searches=1).searches
    assert (search_.text, search_.token) == ("", journal.clicks[0].search)
    page.context.close()


def test_a_browser_that_asks_not_to_be_tracked_asks_it_with_every_signal(
    browser: Browser, journal: Journal
) -> None:
    page = open_page(browser, extra_http_headers={"DNT": "1"})  # and its scripts are not told
    search(page, journal)
    results(page).first.click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Yes").click()
    page.get_by_text("Thank you").first.wait_for()
    page.get_by_role("banner").get_by_role("link", name="Contact support").click()
    journal.read(searches=1, clicks=1, reads=1, votes=1, contacts=1)
    assert (journal.searches[0].text, journal.votes[0].query) == ("", "")
    assert journal.searches[0].token == journal.reads[0].search == journal.votes[0].search
    page.context.close()

"""Speed as a browser has it: what the first view of a page asks for, and that nothing in it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browsing import DESKTOP, NEEDS_CHROMIUM, PHONE, chromium, open_page, served
from sample_site import Site, make_site, sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Request, Route

pytestmark = NEEDS_CHROMIUM

LONG = "\n\n".join(f"Sentence {n} of a text that is read from top to bottom." for n in range(40))
FILES = {
    **sample(),
    "account/long.md": (
        "---\ntitle: Everything about it\nupdated: 2026-05-01\n---\n"
        "> [!WARNING]\n> Read this first.\n\n```\nkb build\n```\n\n"
        f"## Steps\n\n1. One\n2. Two\n3. Three\n\n## Text\n\n{LONG}\n\n## End\n\nThe end.\n"
    ),
}
# As Lighthouse's slow phone, but for the time that the tests have.
SLOW = {"offline": False, "latency": 40, "downloadThroughput": 400_000, "uploadThroughput": 100_000}
MOVED = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    done(list.getEntries().map((each) => [each.value, ...each.sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]));
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done([]), 200);
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("speed"), FILES)


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with served(site) as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def _view(page: Page, address: str) -> list[tuple[str, int]]:
    """Every request of a view, the icon's too, and its bytes on the wire."""
    sizes: list[tuple[str, int]] = []
    page.on("requestfinished", lambda request: sizes.append((request.url, _sent(request))))
    page.goto(address, wait_until="networkidle")
    return sizes


def _sent(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


@pytest.mark.parametrize("slug", ["cancel", "long"])
def test_an_articles_first_view_takes_at_most_six_requests_and_60_kb(
    browser: Browser, address: str, slug: str
) -> None:
    page = open_page(browser, viewport=PHONE)
    seen = _view(page, f"{address}/articles/{slug}")
    icon = page.locator("link[rel=icon]").get_attribute("href")
    assert icon
    if not any(
        where.endswith(icon) for where, _ in seen
    ):  # without a window there is no place for it
        seen.append((icon, len(page.request.get(address + icon).body())))
    assert len(seen) <= 6, seen
    assert sum(size for _, size in seen) <= 60 * 1024, seen
    page.context.close()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_moves_while_a_page_comes(
    browser: Browser, address: str, viewport: dict[str, int]
) -> None:
    """Slowly, so that each is painted before its script is there; and once more for somebody who
    has read and voted before."""
    page = open_page(browser, viewport=viewport)
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send("Network.setCacheDisabled", {"cacheDisabled": True})
    slow.send("Network.emulateNetworkConditions", SLOW)
    for path in ("/articles/long", "/articles/faq", "/", "/search?q=plan", "/articles/refund"):
        _stands_still(page, address + path)
    page.get_by_role("button", name="Yes").click()
    page.get_by_text("Thank you").first.wait_for()
    for path in ("/", "/articles/refund"):
        _stands_still(page, address + path)
    page.context.close()


def _stands_still(page: Page, address: str) -> None:
    page.goto(address, wait_until="networkidle")
    moved = page.evaluate(MOVED)
    assert sum(value for value, *_ in moved) < 0.001, (address, moved)


def test_a_page_is_fetched_when_somebody_is_about_to_open_it(browser: Browser, site: Site) -> None:
    app = site.app()
    with served(site, app) as address:
        page = open_page(browser, viewport=DESKTOP)
        asked: list[Request] = []
        page.on("request", lambda request: asked.extend([request]))
        page.goto(address + "/articles/cancel", wait_until="networkidle")
        asked.clear()
        with page.expect_request("**/articles/refund"):
            page.get_by_role("link", name="refunds").hover()
        with page.expect_request("**/categories/billing"):
            page.get_by_role("link", name="Billing").first.focus()
        page.get_by_role("link", name="refunds").hover()
        page.locator(".contents a").first.hover()  # a section of this page
        page.locator(".site-name").hover()
        page.wait_for_timeout(150)
        told = [(r.url.removeprefix(address), r.header_value("sec-purpose")) for r in asked]
        ahead = [each for each in told if not each[0].startswith("/static/")]  # the vote came near
        assert ahead == [("/articles/refund", "prefetch"), ("/categories/billing", "prefetch")]
        kb = app.extensions["kb"]
        kb.recorder.flush()
        assert not [*kb.signals.clicks(), *kb.signals.reads(), *kb.signals.searches()]
        page.get_by_role("link", name="refunds").click()
        page.wait_for_url("**/articles/refund#when")
        assert page.evaluate("performance.getEntriesByType('navigation')[0].transferSize") == 0
        page.context.close()


def test_who_saves_data_has_nothing_fetched_ahead(browser: Browser, address: str) -> None:
    page = open_page(browser, viewport=DESKTOP)
    page.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
    )
    page.goto(address + "/articles/cancel", wait_until="networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="refunds").hover()
    page.wait_for_timeout(200)
    assert asked == []
    page.context.close()


@pytest.mark.parametrize(("motion", "fades"), [("no-preference", True), ("reduce", False)])
def test_pages_fade_into_each_other_unless_motion_is_unwanted(
    browser: Browser, address: str, motion: Any, fades: bool
) -> None:
    """On a slow connection, too, where a page with a section in its address could be laid out
    before its sheet is there: Chromium would end the fading with an error of the page."""

    def late(route: Route) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    page = open_page(browser, viewport=DESKTOP, reduced_motion=motion)
    page.add_init_script(
        "addEventListener('pagereveal', (event) => window.faded = Boolean(event.viewTransition))"
    )
    page.route("**/kb.css*", late)
    page.goto(address + "/articles/cancel")
    page.get_by_role("link", name="refunds").click()
    page.wait_for_url("**/articles/refund#when")
    page.go_back()
    page.wait_for_url("**/articles/cancel")
    page.get_by_role("link", name="refunds").click()
    page.wait_for_url("**/articles/refund#when")
    assert page.evaluate("window.faded") is fades
    page.context.close()


def test_what_fails_in_one_part_of_the_script_ends_only_that_part(
    browser: Browser, address: str
) -> None:
    page = open_page(browser)
    page.goto(address + "/articles/faq#100%", wait_until="networkidle")  # anybody may link so
    assert page.get_by_role("button", name="Open all").count() == 1
    page.context.close()
    page = browser.new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.add_init_script("delete window.IntersectionObserver")
    page.goto(address + "/articles/faq", wait_until="networkidle")
    assert ["IntersectionObserver" in error for error in failed] == [True]
    assert page.locator(".reader-note").count() == 1  # the part for coming back goes on
    page.close()

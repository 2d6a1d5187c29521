"""A real browser: read, search and vote, by mouse, by keyboard, without JavaScript, on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browsing import NEEDS_CHROMIUM, PHONE, chromium, open_page, served
from sample_site import make_site, sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

pytestmark = NEEDS_CHROMIUM
PAGES = ["/", "/categories/billing", "/articles/cancel", "/articles/faq", "/search?q=plan",
         "/search?q=pasword", "/search?q=how+do+i+cancel+on+the+web", "/search?q=xyzzy", "/search",
         "/search?q=spam&category=billing", "/search?q=passwordless&literal=1",
         "/nowhere"]  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    files = {**sample(), "billing/reset.md": "# Reset a payment\n\nAsk us to reset it.\n"}
    with served(make_site(tmp_path_factory.mktemp("browser"), files)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("javascript", [True, False])
def test_a_customer_searches_reads_and_votes(
    browser: Browser, address: str, javascript: bool
) -> None:
    page = open_page(browser, java_script_enabled=javascript)
    page.goto(address)
    page.locator("#home-search").fill("cancel")
    page.locator("#home-search").press("Enter")
    page.get_by_role("main").get_by_role("link", name="Cancel your plan").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Cancel your plan"
    page.get_by_role("button", name="No").click()
    page.get_by_text("out of date").click()
    page.get_by_role("textbox", name="What were you trying").fill("The button moved.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thank you").first.wait_for()
    assert ("/votes/" in page.url) is not javascript
    page.context.close()


def test_the_outcome_of_a_vote_is_announced(browser: Browser, address: str) -> None:
    page = open_page(browser)
    page.goto(f"{address}/articles/password")
    page.get_by_role("button", name="Yes").click()
    # not wait_for_function: it evaluates a text in the page, which the page's policy forbids
    page.get_by_role("status").filter(has_text="Your answer is saved").first.wait_for(
        state="attached"
    )
    page.context.close()


@pytest.mark.parametrize("arrives", [True, False])
def test_an_answer_faster_than_its_script_waits_for_it(
    browser: Browser, address: str, arrives: bool
) -> None:
    page = open_page(browser)
    held: list[Route] = []
    page.route("**/vote.js*", lambda route: held.append(route))  # noqa: PLW0108 - it takes no method
    with page.expect_request("**/vote.js*"):
        page.goto(f"{address}/articles/password")
    page.get_by_role("button", name="No").click()
    card = page.locator("[data-vote]")
    assert card.get_attribute("aria-busy") == "true"
    if arrives:
        held[0].continue_()
        page.get_by_text("Your answer is saved").first.wait_for(state="attached")
        assert page.url == f"{address}/articles/password"
        assert card.get_attribute("aria-busy") is None
    else:
        held[0].abort()
        page.wait_for_url("**/votes/**")
    page.context.close()


def test_everything_works_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    page = open_page(browser)
    page.goto(f"{address}/articles/cancel")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("Skip")
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    page.keyboard.type("refund")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=refund")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "/articles/refund":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/refund**")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "yes":
            break
    page.keyboard.press("Enter")
    page.get_by_text("Thank you").first.wait_for()
    page.context.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_address_of_a_question_opens_it(
    browser: Browser, address: str, javascript: bool
) -> None:
    page = open_page(browser, java_script_enabled=javascript)
    page.goto(f"{address}/articles/faq#where-is-my-data")
    page.get_by_text("In Frankfurt.").wait_for(state="visible")
    assert not page.get_by_text("Yes, under Profile.").is_visible()
    page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_small_phone(browser: Browser, address: str, path: str) -> None:
    for width in (320, PHONE["width"]):
        page = open_page(browser, viewport={"width": width, "height": 640})
        page.goto(address + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} px wide"
        page.context.close()


def test_many_filters_scroll_in_their_row_and_not_the_page(browser: Browser, address: str) -> None:
    page = open_page(browser, viewport=PHONE)
    page.goto(f"{address}/search?q=reset")
    filters = page.locator(".filter-group ul").first
    filters.evaluate(
        "row => { for (let n = 0; n < 12; n++) row.append(row.lastElementChild.cloneNode(true)) }"
    )
    assert filters.evaluate("row => row.scrollWidth > row.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.context.close()


def test_dark_is_dark_and_the_choice_is_kept(browser: Browser, address: str) -> None:
    page = open_page(browser, color_scheme="dark")
    page.goto(address)
    assert _lightness(page) < 80
    page.locator("summary").filter(has_text="Theme").click()
    page.get_by_text("Light", exact=True).click()
    assert _lightness(page) > 200
    page.reload()
    assert _lightness(page) > 200
    page.context.close()


def _lightness(page: Page) -> float:
    """Of the page's ground, 0 to 255, as painted."""
    script = """() => {
      const c = document.createElement('canvas').getContext('2d');
      c.fillStyle = getComputedStyle(document.body).backgroundColor;
      c.fillRect(0, 0, 1, 1);
      const d = c.getImageData(0, 0, 1, 1).data;
      return (d[0] + d[1] + d[2]) / 3;
    }"""
    return float(page.evaluate(script))


def test_nothing_is_loaded_from_elsewhere(browser: Browser, address: str) -> None:
    page = open_page(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(address + path)
    assert asked
    assert all(url.startswith(address) for url in asked)
    page.context.close()

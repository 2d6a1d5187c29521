"""Sizes: every page on a narrow screen, enlarged, with a reader's own text size and spacing, by touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from access_site import access_site
from browsing import AGENT, NEEDS_CHROMIUM, chromium, open_page, sign_in
from measuring import LOST, SMALL, SPACED

from kb.web import stamps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import CDPSession, Page

pytestmark = NEEDS_CHROMIUM
PUBLIC = [
    "/", "/categories/router", "/articles/install", "/articles/fragen", "/articles/ar",
    "/search?q=router", "/search?q=xyzzy", "/search", "/contact?article=install", "/nowhere/cancel",
]  # fmt: skip
WIDGET = [
    "/widget/?about=cancel", "/widget/search?q=router", "/widget/articles/install", "/widget/contact",
]  # fmt: skip
STAFF = [
    "/staff/", "/staff/gaps", "/staff/gaps/1", "/staff/searches", "/staff/articles", "/staff/links",
    "/staff/messages", "/staff/messages/1", "/staff/account/", "/staff/design", "/staff/widget",
    "/staff/panel", "/staff/read/articles/install", "/staff/read/drafts",
]  # fmt: skip
LAYOUTS = {"320 px": (320, 640), "1280 px at 200 %": (640, 400), "a phone": (390, 844), "a desktop": (1280, 900)}  # fmt: skip
TEXT_SIZE = "parseFloat(getComputedStyle(document.querySelector('main :is(p, a, h1)')).fontSize)"
ORDINARY = 16  # px, what a browser's text size is unless a reader chooses another


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Signed in, which no public page shows, with a message sent; addresses are relative."""
    with (
        pytest.MonkeyPatch.context() as patch,
        access_site(tmp_path_factory.mktemp("sizes"), widget_origins=("https://shop.example",)) as (
            _,
            address,
        ),
        chromium(f"--user-agent={AGENT}") as browser,
    ):
        patch.setattr(stamps, "QUICKEST", -1)
        page = open_page(browser, base_url=address)
        sign_in(page, address)
        write_to_support(page)
        page.get_by_role("button", name="Send to support").click()
        page.wait_for_url("**/contact/sent/*")
        yield page


@pytest.fixture(scope="module")
def session(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


def write_to_support(page: Page) -> None:
    page.goto("/contact?article=install")
    page.get_by_label("Subject").fill("refund")
    page.get_by_label("Your message").fill("When do I get it back?")
    page.get_by_label("Your e-mail address").fill("sam@example.org")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send to support").wait_for()


def faults(page: Page) -> dict[str, list[str]]:
    """What is lost in each layout, and which targets are small where people touch or point."""
    found: dict[str, list[str]] = {}
    for layout, (width, height) in LAYOUTS.items():
        page.set_viewport_size({"width": width, "height": height})
        found[layout] = page.evaluate(LOST) + page.evaluate(SMALL)
    page.evaluate(SPACED)
    for width, height in (LAYOUTS["a desktop"], LAYOUTS["320 px"]):
        page.set_viewport_size({"width": width, "height": height})
        found[f"spaced in {width} px"] = page.evaluate(LOST)
    return {layout: faults for layout, faults in found.items() if faults}


@pytest.mark.parametrize("path", [*PUBLIC, *WIDGET, "/staff/login", *STAFF])
def test_nothing_is_lost_when_narrow_enlarged_or_spaced_and_targets_are_large(
    page: Page, path: str
) -> None:
    answer = page.goto(path)
    assert answer
    assert answer.status == (404 if "nowhere" in path else 200)
    assert faults(page) == {}


def menu(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/articles/install")
    page.locator(".menu > summary").click()


def share(page: Page) -> None:
    page.goto("/articles/install")
    page.locator(".share > summary").click()


def contents(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/articles/install")
    page.locator(".contents-small > summary").click()


def suggestions(page: Page) -> None:
    page.goto("/")
    page.locator("#home-search").fill("router")
    page.locator(".suggestion").first.wait_for()


def voted_no(page: Page) -> None:
    page.goto("/articles/cancel")
    page.evaluate("localStorage.clear()")  # no earlier vote
    page.reload()
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_label("What were you trying").wait_for()


def enlarged(page: Page) -> None:
    page.goto("/articles/install")
    page.get_by_role("button", name="Enlarge image").click()
    page.get_by_role("dialog").wait_for()


def answered(page: Page) -> None:
    write_to_support(page)
    page.locator(".offer summary").first.click()


def picker(page: Page) -> None:
    page.goto("/staff/")
    page.keyboard.press("Control+k")
    page.get_by_label("Type, or paste").fill("cancel")
    page.locator("[role=option]").first.wait_for()


OPENED = [menu, share, contents, suggestions, voted_no, enlarged, answered, picker]


@pytest.mark.parametrize("opened", OPENED)
def test_what_opens_loses_nothing_either(page: Page, opened: Callable[[Page], None]) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    opened(page)
    assert faults(page) == {}


def test_a_phone_shows_a_picture_at_its_own_size_and_can_leave_it(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    enlarged(page)
    picture = page.locator("dialog img")
    assert picture.bounding_box()["width"] == 1600  # type: ignore[index]
    picture.evaluate("(one) => one.parentElement.scrollTo(9999, 0)")
    right = picture.evaluate("(one) => one.getBoundingClientRect().right")
    assert right <= 390
    page.get_by_role("button", name="Close").click()
    assert not page.get_by_role("dialog").count()


def test_a_reader_s_own_text_size_is_followed_and_loses_nothing(
    page: Page, session: CDPSession
) -> None:
    """Text alone grows, by the browser's own setting, while the window stays."""
    page.set_viewport_size({"width": 1280, "height": 900})
    try:
        _prefer(session, 2 * ORDINARY)
        lost: dict[str, Any] = {}
        for path in (*PUBLIC, *WIDGET, *STAFF):
            page.goto(path)
            size = page.evaluate(TEXT_SIZE)
            if size < 24:
                lost[path] = f"{size} px"
            elif found := page.evaluate(LOST):
                lost[path] = found
        assert lost == {}
    finally:
        _prefer(session, ORDINARY)


def _prefer(session: CDPSession, size: float) -> None:
    sizes = {"standard": round(size), "fixed": round(size * 0.8125)}
    session.send("Page.setFontSizes", {"fontSizes": sizes})

"""Sizes: every page on a narrow screen, enlarged, with a reader's own text size and spacing, by touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from access_places import OPENED, PUBLIC, STAFF, WIDGET, enlarged, writers_page
from browsing import NEEDS_CHROMIUM
from measuring import LOST, SMALL, SPACED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import CDPSession, Page

pytestmark = NEEDS_CHROMIUM
LAYOUTS = {"320 px": (320, 640), "1280 px at 200 %": (640, 400), "a phone": (390, 844), "a desktop": (1280, 900)}  # fmt: skip
TEXT_SIZE = "parseFloat(getComputedStyle(document.querySelector('main :is(p, a, h1)')).fontSize)"
ORDINARY = 16  # px, what a browser's text size is unless a reader chooses another


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Signed in, which no public page shows, with a message sent; addresses are relative."""
    with writers_page(tmp_path_factory.mktemp("sizes")) as page:
        yield page


@pytest.fixture(scope="module")
def session(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


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

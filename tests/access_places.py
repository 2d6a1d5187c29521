"""The places of that site: its pages, and what opens on them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from access_site import staff_page

from kb.web import stamps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

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


@contextmanager
def writers_page(root: Path, **options: Any) -> Iterator[Page]:
    """Signed in, which no public page shows, with a message sent."""
    with pytest.MonkeyPatch.context() as patch, staff_page(root, **options) as page:
        patch.setattr(stamps, "QUICKEST", -1)
        write_to_support(page)
        page.get_by_role("button", name="Send to support").click()
        page.wait_for_url("**/contact/sent/*")
        yield page


def write_to_support(page: Page) -> None:
    page.goto("/contact?article=install")
    page.get_by_label("Subject").fill("refund")
    page.get_by_label("Your message").fill("When do I get it back?")
    page.get_by_label("Your e-mail address").fill("sam@example.org")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send to support").wait_for()


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

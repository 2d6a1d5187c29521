"""Keyboard alone: what customers and staff do, and where the focus is at every step of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from access_site import access_site
from browsing import AGENT, DESKTOP, NEEDS_CHROMIUM, chromium, loaded, open_page, served, sign_in
from sample_site import PASSWORD
from test_widget_browser import Shop
from walking import Walk

from kb.web import stamps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def shop() -> Iterator[tuple[Shop, str]]:
    """Somebody else's page, with its address as the help center allows it."""
    shop = Shop()
    with served(None, shop) as foreign:  # type: ignore[arg-type]
        yield shop, foreign.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, shop: tuple[Shop, str]) -> Iterator[str]:
    root = tmp_path_factory.mktemp("keyboard")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stamps, "QUICKEST", -1)
        with access_site(root, widget_origins=(shop[1],)) as (_, address):
            shop[0].help = address
            yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(f"--user-agent={AGENT}") as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = open_page(
        browser,
        base_url=address,
        viewport=DESKTOP,
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    yield page
    page.context.close()


def said(page: Page, text: str) -> None:
    page.locator("[role=status]", has_text=text).first.wait_for(state="attached")


def test_a_customer_finds_reads_and_passes_on(page: Page) -> None:
    page.goto("/")
    walk = Walk(page)
    assert walk.look() == "Search articles"
    page.keyboard.type("router")
    page.get_by_role("option", name="Install the router").first.wait_for()
    for _ in range(9):
        walk.press("ArrowDown")  # the focus stays in the field
        if page.locator("[aria-selected=true]").inner_text().startswith("Install the router"):
            break
    walk.follow("**/articles/install**")

    # past the header, and back to it
    page.locator(".reader-note").wait_for(state="attached")
    assert walk.press("Tab") == "Skip to the content"
    page.keyboard.press("Enter")
    walk.to("Router")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    walk.to("Share")
    page.keyboard.press("Shift+Tab")
    assert "Router" in walk.look()  # the last of the way here

    # share, and leave the menu
    walk.to("Share")
    walk.press("Enter")
    walk.to("Copy link")
    walk.press("Enter")
    said(page, "The address is copied.")
    assert walk.look() == "Share"
    walk.press("Enter")
    walk.to("Send by e-mail")
    walk.press("Escape")
    assert walk.look() == "Share"
    assert page.locator(".share[open]").count() == 0

    # the address of a section, a step, a picture
    walk.to("Link to “Unpack”")
    page.keyboard.press("Enter")
    page.wait_for_url("**#unpack")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    walk.to("Step 1 is done")
    walk.press("Space")
    assert page.locator(".tick").first.get_attribute("aria-checked") == "true"
    walk.to("Enlarge image")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    assert walk.look() == "Close"
    walk.press("Escape")
    assert "Enlarge image" in walk.look()

    # code and a table scroll, a fold opens, the contents lead back
    walk.to("ping --count")
    walk.to("Copy")
    walk.to("It stays dark")
    walk.press("Enter")
    assert page.get_by_text("Press Reset").is_visible()
    walk.to("Connect", most=120)
    walk.jump()
    page.wait_for_url("**#connect")
    assert walk.press("Tab") == "Link to “Connect”"  # goes on in the section


def test_a_customer_says_no_and_writes_to_support(page: Page) -> None:
    page.goto("/articles/cancel")
    walk = Walk(page)
    walk.to("No")
    loaded(page, "/js/vote")
    page.keyboard.press("Enter")
    page.get_by_label("What were you trying").wait_for()
    assert walk.look() == "Thank you for telling us"
    walk.to("Couldn't find")
    walk.press("Space")
    walk.press("ArrowDown")
    assert page.get_by_label("It is out of date").is_checked()
    walk.to("What were you trying to do?")
    page.keyboard.type("The button moved.")
    walk.to("Send")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="your comment is saved").wait_for()
    assert walk.look() == "Thank you, your comment is saved"
    walk.to("Change my answer")
    page.keyboard.press("Enter")
    assert walk.look() == "Yes"
    walk.to("No")
    page.keyboard.press("Enter")
    page.locator(".vote-contact").wait_for()
    walk.look()
    walk.to("Contact")
    walk.follow("**/contact?article=cancel")

    walk.to("Subject")
    page.keyboard.type("refund")
    walk.to("Your message")
    page.keyboard.type("When do I get the refund?")
    page.locator(".offer").first.wait_for()
    walk.look()  # what appears beside the form takes nothing away
    walk.to("Your e-mail address")
    page.keyboard.type("sam@example.org")
    walk.to("Continue")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send to support").wait_for()
    walk.to("Get a refund")
    walk.press("Enter")
    assert page.locator(".offer details[open]").count() == 1
    walk.to("Read the whole article")
    walk.to("This answered my question")
    walk.to("Send to support")
    walk.follow("**/contact/sent/*")
    walk.to("Back to all topics")


def test_a_customer_opens_questions(page: Page) -> None:
    page.goto("/articles/faq")
    walk = Walk(page)
    walk.to("Open all")
    walk.press("Enter")
    page.get_by_role("button", name="Close all").wait_for()
    walk.look()
    walk.press("Space")
    walk.to("Where is my data?")
    walk.press("Enter")
    walk.to("Link to this answer: Where is my data?")
    walk.jump()
    page.wait_for_url("**#where-is-my-data")
    assert page.get_by_text("In Frankfurt.").is_visible()
    assert "Where is my data?" in walk.press("Tab")  # goes on there, not at the top


def test_a_customer_without_javascript(browser: Browser, address: str) -> None:
    page = open_page(browser, base_url=address, viewport=DESKTOP, java_script_enabled=False)
    page.goto("/")
    walk = Walk(page)
    assert walk.press("Tab") == "Skip to the content"
    walk.to("Search articles")
    page.keyboard.type("router")
    walk.follow("**/search?q=router")
    walk.to("Install the router")
    walk.follow("**/articles/install**")
    walk.to("It stays dark")
    walk.press("Enter")
    assert page.get_by_text("Press Reset").is_visible()
    walk.to("No")
    walk.follow("**/votes/**")
    walk.to("Couldn't find")
    walk.press("Space")
    walk.to("Send")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="your answer is saved").wait_for()
    walk.to("Back to “Install the router”")
    walk.follow("**/articles/install")
    page.context.close()


def test_a_customer_opens_the_widget_and_closes_it(page: Page, shop: tuple[Shop, str]) -> None:
    shop[0].tag = f'<script src="{shop[0].help}/widget.js" defer></script>'
    page.goto(shop[1])
    page.get_by_role("button", name="Help").wait_for()
    outside = Walk(page)
    outside.to("Help")
    assert outside.press("Tab") == "Help"  # after the page's own link of that name
    page.keyboard.press("Enter")
    page.frame_locator("dialog iframe").get_by_role("heading", level=1).wait_for()
    inside = Walk(page, page.frames[1])
    page.wait_for_timeout(200)
    assert inside.look() == "Search articles"
    page.keyboard.type("router")
    page.frame_locator("dialog iframe").get_by_role("option", name="Install").first.wait_for()
    page.keyboard.press("Enter")
    page.frame_locator("dialog iframe").get_by_role("heading", name="results").wait_for()
    inside.to("Install the router")
    page.keyboard.press("Enter")
    page.frame_locator("dialog iframe").get_by_role("heading", name="Install the router").wait_for()
    inside.to("All results", "Shift+Tab")
    inside.to("No")
    loaded(page.frames[1], "/js/vote")
    page.keyboard.press("Enter")
    page.frame_locator("dialog iframe").get_by_label("What were you trying").wait_for()
    assert inside.look() == "Thank you for telling us"
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")
    assert outside.look() == "Help"


def test_staff_find_what_to_do_and_do_it(page: Page) -> None:
    page.goto("/staff/login")
    walk = Walk(page)
    assert walk.look() == "Name"
    page.keyboard.type("ada")
    walk.to("Password")
    page.keyboard.type(PASSWORD)
    walk.follow("**/staff/")

    # rows by j and k, what the keys are by ?, and open one
    first = walk.press("j")
    assert walk.press("j") != first
    assert walk.press("k") == first
    page.keyboard.press("?")
    page.locator("#keys").wait_for()
    assert walk.press("?") == first
    walk.follow("**/staff/gaps/*")
    walk.to("Claim", most=60)
    page.keyboard.press("Enter")
    page.locator(".gap-state", has_text="Claimed").wait_for()
    walk.to("Give it back", most=60)
    walk.press("Enter")
    walk.to("Give back")
    page.keyboard.press("Enter")
    page.locator(".gap-state", has_text="Open").wait_for()
    walk.to("Searches")
    walk.follow("**/staff/searches")
    walk.press("j")

    # an answer for a reply, from wherever the focus was
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Find an answer").wait_for()
    assert "Type, or paste" in walk.look()
    page.keyboard.type("cancel my plan")
    page.locator("#picks [role=option][aria-selected=true]").wait_for()
    page.wait_for_timeout(600)  # the answer to all that was typed may follow that to its beginning
    walk.press("ArrowDown")
    walk.press("ArrowUp")
    walk.press("Enter")
    said(page, "Copied “")
    walk.to("Flag an article")
    walk.press("Enter")
    walk.to("Note")
    walk.to("Close")
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    assert walk.look()

    # a flag that was resolved leaves the list
    page.goto("/staff/articles")
    walk.to("Resolved: Cancel your plan")
    page.keyboard.press("Enter")
    page.locator(".notice").wait_for(state="detached")
    walk.to("Messages")
    walk.follow("**/staff/messages")
    if page.locator("[data-row]").count():
        walk.press("j")
        walk.follow("**/staff/messages/*")
        walk.to("Close: it is answered")
        walk.follow("**/staff/messages")
    walk.to("Sign out")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/login**")


def test_nothing_that_stays_in_view_hides_the_focus(page: Page) -> None:
    """In a small window, down and up again: the note at the foot, the heads of a table."""
    page.set_viewport_size({"width": 1280, "height": 260})
    page.goto("/articles/install")
    walk = Walk(page)
    for step in page.locator(".tick").all():
        step.press("Space")
    page.get_by_role("button", name="Untick all").wait_for()  # the note, until it is answered
    walk.to("No")
    walk.to("Link to “Unpack”", "Shift+Tab")

    sign_in(page, "")
    page.goto("/staff/articles")
    walk = Walk(page)
    names = [walk.press("j") for _ in range(page.locator("[data-row]").count())]
    assert [walk.press("k") for _ in names[1:]] == names[-2::-1]


def test_a_long_list_of_siblings_does_not_hide_the_focus(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 200})
    page.goto("/articles/install")
    walk = Walk(page)
    walk.to("Share")
    walk.to("Router", "Shift+Tab")
    for _ in range(page.locator(".shelf a").count() + 1):
        walk.press("Shift+Tab")

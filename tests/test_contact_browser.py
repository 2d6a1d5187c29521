"""Before writing to support, in a browser: suggestions while typing, by keyboard, without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browsing import AGENT, DESKTOP, NEEDS_CHROMIUM, PHONE, chromium, open_page, served, sign_in
from playwright.sync_api import expect
from sample_site import PNG, add_account, make_site

from kb.web import stamps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Page

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_site(tmp_path_factory.mktemp("contact")).app()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with served(None, app) as address:  # type: ignore[arg-type]
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(f"--user-agent={AGENT}") as browser:
        yield browser


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "QUICKEST", -1)


def fits(page: Page) -> None:
    """Nothing is wider than the window."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0


def stored(app: Flask) -> list[Any]:
    delivery = app.extensions["kb"].delivery
    ways = delivery.outbox.ways(("kept",), 99)
    return delivery.messages.some([way.message for way in ways])


def test_from_a_no_vote_to_a_message_with_what_was_read_meanwhile(
    app: Flask, address: str, browser: Browser
) -> None:
    page = open_page(browser, viewport=DESKTOP)
    page.goto(f"{address}/search?q=money")
    page.goto(f"{address}/articles/cancel")
    page.evaluate("sessionStorage.setItem('kb.search.cancel', 'stop paying')")
    page.get_by_role("button", name="No", exact=True).click()
    link = page.locator(".vote-contact a")
    expect(link).to_be_visible()
    link.click()
    page.wait_for_url("**/contact?article=cancel")
    assert "Cancel your plan" in page.locator(".contact-about").inner_text()
    fits(page)

    # Suggestions come while typing, and are told to who does not see them
    page.get_by_label("Subject").fill("refund")
    page.get_by_label("Your message").press_sequentially("When do I get it", delay=5)
    offer = page.locator(".offer[data-article=refunds]")
    expect(offer).to_be_visible()
    expect(page.locator("[data-contact-status]")).to_contain_text("may answer it")
    summary = offer.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(offer.locator(".offer-text")).to_be_visible()
    fits(page)

    # What is being read stays open while the message grows
    page.get_by_label("Your message").press_sequentially(" back after the refund", delay=5)
    with page.expect_response("**/contact/suggestions"):
        pass
    expect(offer.locator(".offer-text")).to_be_visible()

    # Enter in a field goes on, and answers nothing
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="does one of these answer it?")).to_be_visible()
    fits(page)
    page.get_by_label("Attachments").set_input_files(
        [{"name": "shot.png", "mimeType": "image/png", "buffer": PNG}]
    )
    page.get_by_role("button", name="Send to support").click()
    page.wait_for_url("**/contact/sent/*")
    fits(page)
    [one] = stored(app)
    assert one.reference in page.locator(".contact-reference").inner_text()
    message = one.message
    assert message.text == "When do I get it back after the refund"
    assert message.article == "billing/cancel"
    assert message.searches[0] == "stop paying"
    assert message.opened == ("refunds",)
    assert "refunds" in message.shown
    assert [name for _, name, _ in one.files] == ["shot.png"]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_answer_is_told_on_a_phone_with_and_without_a_script(
    app: Flask, address: str, browser: Browser, script: bool
) -> None:
    before = len(stored(app))
    page = open_page(browser, viewport=PHONE, java_script_enabled=script, color_scheme="dark")
    page.goto(f"{address}/contact?q=refund")
    assert page.get_by_label("Subject").input_value() == "refund"
    if script:  # at once, for what was searched for
        expect(page.locator(".offer[data-article=refunds]")).to_be_visible()
    page.get_by_label("Your message").fill("When do I get it?")
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.get_by_role("button", name="Continue").click()
    offer = page.locator(".offer[data-article=refunds]")
    offer.locator("summary").click()
    expect(offer.locator(".offer-text")).to_be_visible()
    if script:
        fits(page)
    offer.get_by_role("button", name="This answered my question").click()
    page.wait_for_url("**/contact/answered?article=refund")
    expect(page.get_by_text("Nothing was sent to support")).to_be_visible()
    assert len(stored(app)) == before


def test_staff_pages_of_messages_look_right(app: Flask, address: str, browser: Browser) -> None:
    add_account(app)
    page = open_page(browser, viewport=PHONE)
    sign_in(page, address)
    page.goto(f"{address}/staff/messages")
    fits(page)
    page.locator("[data-row] a").first.click()
    page.wait_for_url("**/staff/messages/*")
    fits(page)
    page.get_by_role("button", name="Close: it is answered").click()
    page.wait_for_url("**/staff/messages")

"""The picker in a real browser: found, chosen and copied by keyboard, and nothing by accident."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from browsing import AGENT, DESKTOP, NEEDS_CHROMIUM, PHONE, chromium, open_page, served, sign_in
from sample_site import add_account, make_site, sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = NEEDS_CHROMIUM
FILES = {
    **sample(),
    "billing/plans.md": "---\ntitle: New plans\nstatus: draft\n---\nThe new plans cost less.\n",
    "team/hello.md": (
        "---\ntitle: Ask for the receipt\ntype: reply\n---\nSend us the *receipt*. See "
        "[how to cancel](../billing/cancel.md).\n"
    ),
}
LETTER = "Dear team, my story is long. " * 20 + "\nHow do I get a refund?\nKind regards, Zqann"
CLIPBOARD = """async () => {
  const [item] = await navigator.clipboard.read();
  const told = {};
  for (const type of item.types) told[type] = await (await item.getType(type)).text();
  return told;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str]]:
    site = make_site(tmp_path_factory.mktemp("picker"), FILES)
    app = site.app()
    add_account(app)
    with served(site, app) as address:
        yield app, address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(f"--user-agent={AGENT}") as browser:
        yield browser


@pytest.fixture(scope="module")
def page(site: tuple[Any, str], browser: Browser) -> Page:
    page = open_page(browser, viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, site[1])
    return page


def clipboard(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(CLIPBOARD)
    return found


def chosen(page: Page) -> Any:
    return page.locator("[role=option][aria-selected=true]")


def ask(page: Page, text: str) -> None:
    """And wait for what answers that."""
    with page.expect_response("**/staff/links"):
        page.get_by_label("Type, or paste").fill(text)
    page.locator("[data-missing]").wait_for()


def said(page: Page, text: str) -> None:
    page.locator("[data-status]", has_text=text).wait_for()


def test_an_answer_is_found_chosen_and_copied_by_keyboard(
    site: tuple[Any, str], page: Page
) -> None:
    app, address = site
    page.goto(address + "/staff/links")
    page.evaluate("localStorage.clear()")
    ask(page, "cancel on the phone")
    assert chosen(page).get_attribute("data-section") == "cancel-on-the-phone"
    page.keyboard.press("Enter")
    said(page, "Copied “Cancel your plan”: Address.")
    told = clipboard(page)
    code = told["text/plain"].rpartition("/r/")[2]
    assert told == {"text/plain": f"{address}/r/{code}"}
    link = app.extensions["linking"].links.find(code)
    assert (link.slug, link.section, link.who, link.reference) == (
        "cancel",
        "cancel-on-the-phone",
        "ada",
        "",
    )
    # another article, another form, a ticket
    ask(page, LETTER)
    names = page.locator("[role=option]").evaluate_all(
        "all => all.map((one) => one.dataset.article)"
    )
    for _ in range(names.index("refund")):
        page.keyboard.press("ArrowDown")
    assert chosen(page).get_attribute("data-article") == "refund"
    assert page.get_by_label("Type, or paste").get_attribute("aria-activedescendant") == chosen(
        page
    ).get_attribute("id")
    page.get_by_label("Copy as").select_option("html")
    page.get_by_label("Ticket").fill("#10234")
    page.get_by_role("button", name="Copy", exact=True).click()
    said(page, "Copied “Get a refund”: Link with its title.")
    told = clipboard(page)
    assert told["text/html"].startswith(f'<a href="{address}/r/')
    assert told["text/plain"].startswith("Get a refund")
    # the form stays, and comes back with the page
    page.reload()
    assert page.get_by_label("Copy as").input_value() == "html"
    assert "#10234" in page.locator("table").inner_text()
    ask(page, "receipt")
    assert chosen(page).get_attribute("data-article") == "hello"
    page.keyboard.press("Enter")
    said(page, "Copied “Ask for the receipt”")
    assert f"See how to cancel ({address}/articles/cancel)." in clipboard(page)["text/plain"]
    assert "<em>receipt</em>" in clipboard(page)["text/html"]


def test_a_draft_is_not_copied_without_a_second_key(site: tuple[Any, str], page: Page) -> None:
    page.goto(site[1] + "/staff/links")
    ask(page, "new plans")
    page.evaluate("navigator.clipboard.writeText('before')")
    assert chosen(page).get_attribute("data-hidden") == "Draft"
    for keys in (
        ["Control+Enter"],
        ["Enter", "Enter", "Enter"],
        ["Enter", "ArrowDown", "ArrowUp", "Control+Enter"],
    ):
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_timeout(100)
        assert clipboard(page) == {"text/plain": "before"}
    page.keyboard.press("Enter")
    warning = page.get_by_role("alert")
    assert "“New plans” is not for customers (Draft)" in warning.inner_text()
    page.get_by_role("button", name="Copy", exact=True).click()
    assert clipboard(page) == {"text/plain": "before"}
    page.get_by_label("Copy as").select_option("address")
    page.get_by_label("Type, or paste").press("Control+Enter")
    said(page, "Copied “New plans”")
    assert clipboard(page) == {"text/plain": f"{site[1]}/staff/read/articles/plans"}
    assert warning.is_hidden()


def test_ctrl_k_opens_the_picker_and_one_key_reports_that_nothing_fits(
    site: tuple[Any, str], page: Page
) -> None:
    app, address = site
    page.goto(address + "/staff/gaps")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Find an answer")
    dialog.wait_for()
    ask(page, "dark mode")
    page.keyboard.press("Alt+n")
    page.get_by_text("Reported that nothing fits: “dark mode”.").wait_for()
    again = page.get_by_role("button", name="Nothing fits")
    assert not again.is_visible()
    signals = app.extensions["kb"].signals
    page.get_by_label("Note").first.fill("asked often")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Your note: asked often").wait_for()
    assert [(one.text, one.note, one.who) for one in signals.nothing_fits()] == [
        ("dark mode", "asked often", "ada")
    ]
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("Nothing was reported.").wait_for()
    assert [*signals.nothing_fits()] == []
    again.click()
    page.locator("input[name=note]:focus").wait_for()  # not lost with the button
    page.get_by_role("button", name="Take it back").click()
    ask(page, "plan")
    page.keyboard.press("ArrowDown")
    page.get_by_text("Flag an article").click()
    page.get_by_label("Unclear").check()
    with page.expect_response("**/staff/flags"):
        page.get_by_role("button", name="Flag", exact=True).click()
    page.get_by_text("is flagged").wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.goto(address + "/staff/read/articles/plans")
    page.keyboard.press("Control+k")
    dialog.wait_for()
    ask(page, "receipt")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.goto(address + "/staff/articles")
    page.get_by_text("Flagged by the team").wait_for()
    page.get_by_role("button", name="Resolved").click()
    page.wait_for_load_state()
    assert page.get_by_text("Flagged by the team").count() == 0


def test_what_a_bookmark_brings_is_sent_in_no_address(site: tuple[Any, str], page: Page) -> None:
    _, address = site
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + "/staff/links")
    code = page.get_by_role("link", name="Find an answer").get_attribute("href") or ""
    page.goto(address + "/articles/password#ticket/zoom/4711")  # stands in for a help desk
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.prose'))")
    with page.context.expect_page() as opened:
        page.evaluate(unquote(code.removeprefix("javascript:")))
    panel = opened.value
    panel.on("request", lambda request: asked.append(request.url))
    panel.locator("[role=option]").first.wait_for()
    assert panel.url == address + "/staff/panel"
    assert "We send you an e-mail." in panel.get_by_label("Type, or paste").input_value()
    assert panel.get_by_label("Ticket").input_value() == "4711"
    assert chosen(panel).get_attribute("data-article") == "password"
    assert not [url for url in asked if "e-mail" in url or "4711" in url.partition("#")[0]]
    panel.close()


def test_without_a_clipboard_it_is_copied_by_hand(site: tuple[Any, str], page: Page) -> None:
    """As over http from another machine."""
    page.goto(site[1] + "/staff/links")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_label("Copy as").select_option("markdown")
    ask(page, "refund")
    page.keyboard.press("Enter")
    field = page.get_by_label("Copy it here")
    assert re.fullmatch(rf"\[Get a refund.*\]\({site[1]}/r/\w{{8}}\)", field.input_value())
    assert (
        page.evaluate("getSelection().toString() || document.activeElement.value")
        == field.input_value()
    )


def test_who_was_signed_out_is_told(site: tuple[Any, str], browser: Browser, page: Page) -> None:
    page.goto(site[1] + "/staff/links")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_label("Type, or paste").fill("plan")
    said(page, "You are signed out.")
    assert page.get_by_label("Type, or paste").input_value() == "plan"
    page.context.add_cookies(cookies)  # type: ignore[arg-type]


def test_nothing_is_wider_than_the_window(site: tuple[Any, str], page: Page) -> None:
    for path, size in (
        ("/staff/links", DESKTOP),
        ("/staff/panel", PHONE),
        ("/staff/articles", PHONE),
    ):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(site[1] + path)
        if path == "/staff/articles":
            page.keyboard.press("Control+k")
        ask(page, "new plans")
        page.keyboard.press("Enter")
        page.get_by_text("Flag an article").click()
        page.keyboard.press("Alt+n")
        page.get_by_text("Reported that nothing fits").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

"""Suggestions while typing, in a real browser: by keyboard, mouse, touch and input method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browsing import DESKTOP, NEEDS_CHROMIUM, chromium, loaded, open_page, served
from sample_site import make_site, sample
from test_attacks import EVIL_TITLE, POISON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page, Route

pytestmark = NEEDS_CHROMIUM
FILES = {
    **sample(),
    "bad/poison.md": POISON["poison.md"],
    "cjk/invoice.md": "---\ntitle: 請求書の再発行\n---\n請求書を再発行する方法。\n",
    "account/cafe.md": "---\ntitle: Caférabatt\n---\nRabatt.\n",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(make_site(tmp_path_factory.mktemp("suggestions"), FILES)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = open_page(browser, viewport=DESKTOP)
    page.goto(address)
    yield page
    page.context.close()


def type_text(page: Page, text: str, field: str = "#home-search") -> Locator:
    """Type into a field as a person does -> its open list, of the whole text."""
    page.locator(field).click()
    page.locator(field).press_sequentially(text, delay=15)
    panel = page.locator(".suggestions:visible")
    panel.wait_for()
    loaded(page, f"?q={text.strip()}&")  # on a slow machine the list of a shorter text comes first
    return panel


def active(page: Page) -> str:
    """The text of the suggestion that a screen reader is told about."""
    script = """() => {
      const id = document.activeElement.getAttribute("aria-activedescendant");
      return id ? document.getElementById(id).textContent : "";
    }"""
    return str(page.evaluate(script))


def test_searches_articles_and_sections_are_offered_in_groups(page: Page) -> None:
    panel = type_text(page, "canc")
    groups = panel.get_by_role("group")
    assert groups.count() == 3
    for name, text in (
        ("Searches", "cancel"),
        ("Articles", "Cancel your plan"),
        ("Sections", "you cancel"),
    ):
        assert text in panel.get_by_role("group", name=name).inner_text()


def test_what_was_typed_is_bold_and_nothing_else(page: Page) -> None:
    panel = type_text(page, "canc")
    panel.locator("b", has_text="anc").first.wait_for()  # what "can" found may be there before
    assert set(panel.locator("b").all_inner_texts()) == {"Canc", "canc"}
    page.locator("#home-search").fill("")
    panel = type_text(page, "cafe")
    panel.get_by_role("option").filter(has_text="Caférabatt").wait_for()
    assert panel.locator("b").first.inner_text() in ("Café", "cafe")


def test_arrows_home_and_end_choose_and_enter_opens(page: Page) -> None:
    panel = type_text(page, "canc")
    names = panel.get_by_role("option").all_text_contents()
    field = page.locator("#home-search")
    assert active(page) == ""
    field.press("ArrowDown")
    assert active(page) == names[0]
    field.press("End")
    assert active(page) == names[-1]
    field.press("ArrowDown")
    assert active(page) == ""  # back in the field
    field.press("ArrowUp")
    assert active(page) == names[-1]
    field.press("Home")
    assert active(page) == names[0]
    field.press("ArrowDown")
    assert panel.locator("[aria-selected=true]").all_text_contents() == [names[1]]
    field.press("Enter")
    page.wait_for_url("**/articles/cancel")


def test_home_and_end_move_in_the_text_while_nothing_is_chosen(page: Page) -> None:
    type_text(page, "canc")
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.selectionStart") == 0
    assert active(page) == ""


def test_enter_with_nothing_chosen_submits_what_was_typed(page: Page) -> None:
    type_text(page, "canc")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=canc")


def test_a_completion_searches_for_it(page: Page) -> None:
    panel = type_text(page, "canc")
    panel.get_by_role("group", name="Searches").get_by_role("option").first.click()
    page.wait_for_url("**/search?q=cancel")
    assert page.locator("#search").input_value() == "cancel"


def test_a_section_opens_at_its_place(page: Page) -> None:
    panel = type_text(page, "spam")
    assert panel.get_by_role("option").count()
    page.locator("#home-search").fill("mail arr")
    page.get_by_role("option", name="No e-mail arrived").click()
    page.wait_for_url("**/articles/password#no-e-mail-arrived")


def test_escape_closes_and_keeps_the_text_and_tab_moves_on(page: Page) -> None:
    panel = type_text(page, "canc")
    field = page.locator("#home-search")
    field.press("Escape")
    assert panel.is_hidden()
    assert field.input_value() == "canc"
    field.press("ArrowDown")
    page.locator(".suggestions:visible").wait_for()
    field.press("Tab")
    assert page.locator(".suggestions:visible").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"


def test_a_click_elsewhere_closes(page: Page) -> None:
    panel = type_text(page, "canc")
    page.locator("h1").click()
    panel.wait_for(state="hidden")


def test_the_field_says_what_it_is_and_the_number_is_announced(page: Page) -> None:
    field = page.locator("#home-search")
    panel = type_text(page, "canc")
    assert page.get_by_role("combobox", name="Search articles", expanded=True).count() == 1
    assert field.get_attribute("aria-controls") == panel.get_attribute("id")
    number = panel.get_by_role("option").count()
    status = page.get_by_role("status").filter(has_text=f"{number} suggestion")
    status.first.wait_for(state="attached")
    field.press("Escape")
    assert page.get_by_role("combobox", name="Search articles", expanded=False).count() == 1


def test_one_letter_is_too_little_but_not_in_chinese_or_japanese(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda r: "/suggest" in r.url and ".js" not in r.url and asked.append(r.url))
    page.locator("#home-search").click()
    page.locator("#home-search").press_sequentially("c")
    page.wait_for_timeout(300)
    assert asked == []
    page.locator("#home-search").fill("請")
    page.get_by_role("option", name="請求書の再発行").first.wait_for()


def test_a_late_answer_never_replaces_a_newer_one(page: Page) -> None:
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route) if "q=re&" in route.request.url else route.continue_()

    page.route("**/api/v1/suggest**", hold)
    field = page.locator("#home-search")
    field.click()
    field.press_sequentially("re")
    for _ in range(50):
        if late:
            break
        page.wait_for_timeout(20)
    assert late, "the first question was never asked"
    with page.expect_event("requestfailed") as failed:  # superseded: the browser gives it up
        field.fill("canc")
    assert "q=re&" in failed.value.url
    page.get_by_role("option", name="Cancel your plan").first.wait_for()
    body = '{"query":"re","completions":["late"],"results":[]}'
    late[0].fulfill(body=body, content_type="application/json")
    page.wait_for_timeout(200)
    assert page.get_by_role("option", name="late").count() == 0
    assert page.get_by_role("option", name="Cancel your plan").count()


def test_the_list_stays_until_the_next_one_is_here(page: Page) -> None:
    panel = type_text(page, "can")
    page.route("**/api/v1/suggest**", lambda route: None)  # never answered
    page.locator("#home-search").press_sequentially("c")
    page.wait_for_timeout(200)
    assert panel.is_visible()
    assert "Cancel your plan" in panel.inner_text()


def test_an_answer_is_asked_for_once(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda r: "/api/v1/suggest?" in r.url and asked.append(r.url))
    type_text(page, "canc")
    field = page.locator("#home-search")
    field.fill("cancel")
    page.wait_for_timeout(200)
    field.fill("canc")
    page.wait_for_timeout(200)
    assert len([url for url in asked if "q=canc&" in url]) == 1
    assert page.locator(".suggestions:visible").count() == 1


@pytest.mark.parametrize("failure", ["abort", "error", "nonsense"])
def test_without_an_answer_there_is_no_list_and_the_form_works(page: Page, failure: str) -> None:
    def fail(route: Route) -> None:
        if failure == "abort":
            route.abort()
        elif failure == "error":
            route.fulfill(status=500, body="{}", content_type="application/json")
        else:
            route.fulfill(body="<html>", content_type="text/html")

    page.route("**/api/v1/suggest**", fail)
    field = page.locator("#home-search")
    field.click()
    field.press_sequentially("canc")
    page.wait_for_timeout(250)
    assert page.locator(".suggestions:visible").count() == 0
    field.press("Enter")
    page.wait_for_url("**/search?q=canc")


def test_an_input_method_keeps_its_own_keys(page: Page) -> None:
    """While it composes nothing is asked, and Enter, which accepts a word, submits nothing."""
    asked: list[str] = []
    page.on("request", lambda r: "/api/v1/suggest?" in r.url and asked.append(r.url))
    field = page.locator("#home-search")
    type_text(page, "canc")
    field.press("ArrowDown")
    before = len(asked)
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "せ", "selectionStart": 1, "selectionEnd": 1})
    page.wait_for_timeout(200)
    assert len(asked) == before
    script = """field => field.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", isComposing: true, cancelable: true, bubbles: true })
    )"""
    assert field.evaluate(script) is True  # not swallowed
    assert page.url.endswith("/")
    field.fill("")
    session.send("Input.imeSetComposition", {"text": "請", "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.insertText", {"text": "請求"})
    page.get_by_role("option", name="請求書の再発行").first.wait_for()
    assert "%E8%AB%8B%E6%B1%82" in asked[-1]


def test_a_poisoned_title_is_text_in_the_list(page: Page) -> None:
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    panel = type_text(page, "poison bad")
    shown = panel.locator(".suggestion-title").all_text_contents()
    assert EVIL_TITLE in shown
    assert panel.locator("svg, img, script").count() == 0


def test_it_works_by_touch_on_a_small_phone(browser: Browser, address: str) -> None:
    size = {"width": 320, "height": 640}
    page = open_page(browser, viewport=size, has_touch=True, is_mobile=True)
    page.goto(address + "/search")
    panel = type_text(page, "canc", "#search")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for option in panel.get_by_role("option").all():
        box = option.bounding_box()
        assert box
        assert box["height"] >= 44
    panel.get_by_role("group", name="Articles").get_by_role("option").first.tap()
    page.wait_for_url("**/articles/cancel")
    page.context.close()


@pytest.mark.parametrize(
    ("path", "field"), [("/articles/faq", "#header-search"), ("/search?q=plan", "#search"), ("/nowhere", "#search")]
)  # fmt: skip
def test_every_search_field_suggests(browser: Browser, address: str, path: str, field: str) -> None:
    page = open_page(browser, viewport=DESKTOP)
    page.goto(address + path)
    page.locator(field).fill("")
    panel = type_text(page, "canc", field)
    assert "Cancel your plan" in panel.inner_text()
    page.context.close()


def test_a_field_with_a_query_opens_nothing_until_somebody_types(
    browser: Browser, address: str
) -> None:
    page = open_page(browser)
    page.goto(f"{address}/search?q=cancel")
    page.locator("#search").click()
    page.wait_for_timeout(250)
    assert page.locator(".suggestions:visible").count() == 0
    page.context.close()


def test_the_chosen_suggestion_is_outlined_in_forced_colours(
    browser: Browser, address: str
) -> None:
    page = open_page(browser, forced_colors="active")
    page.goto(address)
    type_text(page, "canc")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".suggestion[aria-selected=true]")
    assert chosen.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.context.close()

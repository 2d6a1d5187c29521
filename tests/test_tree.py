"""The accessibility tree: what a screen reader says of each page, and of what changes on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from access_places import PUBLIC, STAFF, WIDGET, voted_no, write_to_support, writers_page
from browsing import DESKTOP, NEEDS_CHROMIUM
from hearing import announced, faults, find, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = NEEDS_CHROMIUM
PANEL = "/staff/panel"  # a small window beside the help desk, with the picker alone


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    options = {"viewport": DESKTOP, "permissions": ["clipboard-write"]}
    with writers_page(tmp_path_factory.mktemp("tree"), **options) as page:
        yield page


@pytest.mark.parametrize("path", [*PUBLIC, *WIDGET, "/staff/login", *STAFF])
def test_landmarks_headings_names_and_tables_are_told(page: Page, path: str) -> None:
    page.goto(path)
    bare = ["0 banner", "0 contentinfo"] if path == PANEL else []
    assert faults(page) == bare


def test_suggestions_are_counted_and_the_chosen_one_is_told(page: Page) -> None:
    page.goto("/")
    page.locator("#home-search").fill("cancel")
    page.get_by_role("option").first.wait_for()
    field = find(page, "combobox", "Search articles")
    assert field.states["expanded"] is True
    count = page.get_by_role("option").count()
    assert f"{count} suggestions" in announced(page)
    page.keyboard.press("ArrowDown")
    chosen = [one for one in nodes(page) if one.role == "option" and one.states.get("selected")]
    assert len(chosen) == 1
    assert faults(page) == []
    page.keyboard.press("Escape")
    assert find(page, "combobox", "Search articles").states["expanded"] is False
    assert not any("suggestion" in text for text in announced(page))


def test_the_number_of_results_is_told_and_a_list_is_a_list(page: Page) -> None:
    page.goto("/search?q=router")
    assert any("result" in text for text in announced(page))
    tree = nodes(page)
    items = [one for one in tree if one.role == "listitem"]
    assert items
    assert {one.role for one in tree} >= {"list", "listitem", "search", "navigation"}
    page.goto("/search?q=xyzzy")
    assert find(page, "heading", "No articles match").states["level"] == 2


def test_what_an_article_does_is_told(page: Page) -> None:
    page.goto("/articles/install")
    page.locator(".reader-note").wait_for(state="attached")
    assert find(page, "DisclosureTriangle", "Share").states["expanded"] is False
    page.locator(".share > summary").press("Enter")
    assert find(page, "DisclosureTriangle", "Share").states["expanded"] is True
    page.get_by_role("button", name="Copy link").press("Enter")
    page.locator("[role=status]", has_text="copied").wait_for()
    assert "The address is copied." in announced(page)
    assert find(page, "checkbox", "Step 1 is done").states["checked"] == "false"
    page.locator(".tick").first.press("Space")
    assert find(page, "checkbox", "Step 1 is done").states["checked"] == "true"
    assert find(page, "columnheader", "Lamp")
    assert find(page, "region", "Table")
    page.get_by_role("button", name="Enlarge image").press("Enter")
    assert find(page, "dialog", "The back of the router").states["modal"] is True
    page.keyboard.press("Escape")


def test_a_vote_and_what_follows_are_told(page: Page) -> None:
    voted_no(page)
    assert "Your answer is saved." in announced(page)
    assert find(page, "heading", "Thank you for telling us").states["focused"] is True
    assert any(one.role == "radio" and "out of date" in one.name for one in nodes(page))
    page.get_by_role("button", name="Send").press("Enter")
    page.locator(".vote-error:visible").wait_for()
    assert any("Choose a reason" in text for text in announced(page, "alert"))
    assert faults(page) == []


def test_a_mistake_in_the_form_is_told_at_its_field(page: Page) -> None:
    write_to_support(page)
    page.locator(".contact-form").evaluate("(form) => { form.noValidate = true }")
    page.get_by_label("Your e-mail address").fill("sam")
    page.get_by_role("button", name="Send to support").press("Enter")
    page.locator(".contact-fault").wait_for()
    field = find(page, "textbox", "Your e-mail address")
    assert page.get_by_label("Your e-mail address").get_attribute("aria-invalid") == "true"
    assert field.states["invalid"] == "true"
    assert field.states["focused"] is True
    described = page.get_by_label("Your e-mail address").get_attribute("aria-describedby")
    assert described == "fault email-hint"
    assert "This is not an e-mail address." in page.locator("#fault").inner_text()
    assert find(page, "textbox", "Subject").states.get("invalid") in (None, "false")
    assert faults(page) == []


def test_articles_that_may_answer_are_announced(page: Page) -> None:
    page.goto("/contact")
    page.get_by_label("Subject").fill("refund")
    page.locator(".offer").first.wait_for()
    assert any("may answer it" in text for text in announced(page))
    assert faults(page) == []


def test_the_picker_tells_what_it_found_and_did(page: Page) -> None:
    page.goto("/staff/")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").wait_for()
    page.get_by_label("Type, or paste").fill("cancel")
    page.locator("#picks [role=option][aria-selected=true]").wait_for()
    assert find(page, "listbox", "answer")
    page.get_by_label("Type, or paste").press("Enter")
    page.locator("[data-status]", has_text="Copied").wait_for()
    assert any(text.startswith("Copied “") for text in announced(page))
    assert page.evaluate("document.activeElement.hasAttribute('aria-activedescendant')")

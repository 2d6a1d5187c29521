"""The questions after a visit in a real browser: asked once a month, in their place, or not at all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from browsing import AGENT, DESKTOP, NEEDS_CHROMIUM, PHONE, chromium, open_page, served
from sample_site import make_site

from kb.feedback.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from kb.feedback.events import Answer


pytestmark = NEEDS_CHROMIUM
SUPPORT = "https://support.example/new"
SATISFACTION = "How satisfied are you with this help center?"
EFFORT = "How easy was it to find what you needed?"
BLOCKED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"


class Asked:
    """A site with a visitor in it, and what they answered."""

    def __init__(self, app: Flask, address: str, browser: Browser) -> None:
        self.app, self.address, self.browser = app, address, browser

    def visitor(self, script: str = "", **options: Any) -> Page:
        page = open_page(self.browser, **{"viewport": DESKTOP} | options)
        page.route("https://support.example/**", lambda route: route.fulfill(body="support"))
        if script:
            page.add_init_script(script)
        return page

    def read_after_a_search(self, page: Page) -> None:
        page.goto(f"{self.address}/search?q=plan")
        page.wait_for_load_state("networkidle")
        page.locator(".results .result-title a").first.click()
        page.wait_for_url("**/articles/**")
        page.wait_for_load_state("networkidle")

    def vote(self, page: Page, answer: str = "Yes") -> None:
        page.get_by_role("button", name=answer, exact=True).click()
        page.locator(".vote-answer").wait_for()
        page.locator(".ask-place").scroll_into_view_if_needed()

    def settled(self, page: Page) -> None:
        self.read_after_a_search(page)
        self.vote(page)

    def answers(self, count: int) -> list[Answer]:
        """Once there are as many as expected, and a moment later for what is too much."""
        answers = Answers(self.app.extensions["kb"].journal.database)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and len([*answers.all()]) < count:
            time.sleep(0.05)
        time.sleep(0.2)
        assert len([*answers.all()]) == count
        return [*answers.all()]


def question(page: Page, title: str = SATISFACTION) -> None:
    page.get_by_role("heading", name=title).wait_for()


def nothing_is_asked(page: Page) -> None:
    page.wait_for_timeout(400)
    page.locator(".ask-place").scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    assert page.locator(".ask").count() == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(f"--user-agent={AGENT}") as browser:
        yield browser


@pytest.fixture(params=[SUPPORT])
def asked(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Asked]:
    site = make_site(tmp_path, contact_url=request.param)
    app = site.app()
    with served(site, app) as address:
        yield Asked(app, address, browser)


def test_who_found_what_they_looked_for_is_asked_once_a_month(asked: Asked) -> None:
    page = asked.visitor()
    page.clock.set_system_time("2026-11-25T12:00:00Z")
    asked.settled(page)
    question(page)
    assert page.locator(".ask [aria-labelledby] button").all_inner_texts() == [
        "Very satisfied", "Satisfied", "Neutral", "Dissatisfied", "Very dissatisfied",
    ]  # fmt: skip
    page.get_by_role("button", name="Satisfied", exact=True).click()
    question(page, EFFORT)
    page.get_by_role("button", name="Very hard").click()
    question(page, "Thank you, your answers are saved.")
    asked.app.extensions["kb"].recorder.flush()
    (search,) = asked.app.extensions["kb"].signals.searches()
    satisfied, hard = asked.answers(2)
    assert [(one.question, one.score) for one in (satisfied, hard)] == [
        ("satisfaction", 4), ("effort", 1),
    ]  # fmt: skip
    assert (hard.search, hard.visitor) == (search.token, search.visitor)
    assert hard.article in asked.app.extensions["kb"].edition.library.by_id
    # nothing but the month is remembered of it, and no cookie
    kept = page.evaluate("Object.entries(localStorage)")
    assert ["kb.asked", "2026-11"] in kept
    own = ("kb.vote.", "kb.recent", "kb.places")  # of the vote and the reader
    assert [key for key, _ in kept if not key.startswith(own)] == ["kb.asked"]
    assert page.context.cookies() == []

    page.goto(f"{asked.address}/search?q=refund")
    page.locator(".results .result-title a[href*=refund]").first.click()
    page.wait_for_load_state("networkidle")
    asked.vote(page)
    nothing_is_asked(page)
    page.clock.set_system_time("2026-12-01T12:00:00Z")
    page.reload()
    page.get_by_role("button", name="Change my answer").click()
    asked.vote(page)
    question(page)
    page.context.close()


@pytest.mark.parametrize("how", ["without a search", "No"])
def test_nobody_else_is_asked(asked: Asked, how: str) -> None:
    page = asked.visitor()
    if how == "No":
        asked.read_after_a_search(page)
        asked.vote(page, "No")
    else:
        page.goto(f"{asked.address}/articles/cancel")
        page.wait_for_load_state("networkidle")
        asked.vote(page)
    nothing_is_asked(page)
    page.context.close()


def test_who_comes_back_from_support_is_asked(asked: Asked) -> None:
    page = asked.visitor()
    page.goto(f"{asked.address}/search?q=xyzzyplugh")
    page.wait_for_load_state("networkidle")
    page.get_by_role("main").get_by_role("link", name="Contact support").click()
    page.wait_for_url(SUPPORT)
    page.go_back()
    question(page)
    page.get_by_role("button", name="Very dissatisfied").click()
    question(page, EFFORT)
    (answer,) = asked.answers(1)
    assert (answer.question, answer.score, answer.article) == ("satisfaction", 1, "")
    page.context.close()


def test_who_comes_back_later_in_the_same_tab_is_asked_under_an_article(asked: Asked) -> None:
    page = asked.visitor()
    page.goto(asked.address)
    page.wait_for_load_state("networkidle")
    page.get_by_role("banner").get_by_role("link", name="Contact support").click()
    page.wait_for_url(SUPPORT)
    page.goto(f"{asked.address}/articles/cancel")
    page.locator(".ask-place").scroll_into_view_if_needed()
    question(page)
    page.context.close()


@pytest.mark.parametrize("asked", ["mailto:help@support.example"], indirect=True)
def test_a_mail_to_support_leaves_the_page_where_it_is(asked: Asked) -> None:
    page = asked.visitor()
    page.goto(f"{asked.address}/articles/cancel")
    page.wait_for_load_state("networkidle")
    page.get_by_role("banner").get_by_role("link", name="Contact support").click()
    page.wait_for_timeout(1100)
    page.locator(".ask-place").scroll_into_view_if_needed()
    question(page)
    page.context.close()


def test_what_nobody_saw_was_not_asked(asked: Asked) -> None:
    page = asked.visitor(viewport={"width": 1280, "height": 300})
    page.goto(f"{asked.address}/articles/cancel")
    page.wait_for_load_state("networkidle")  # past its pageshow, which would take the mark away
    page.evaluate("sessionStorage.setItem('kb.contact', '1')")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    assert page.evaluate("localStorage.getItem('kb.asked')") is None
    page.locator(".ask-place").scroll_into_view_if_needed()
    question(page)
    page.context.close()


def test_no_thanks_is_an_answer_too(asked: Asked) -> None:
    page = asked.visitor()
    asked.settled(page)
    question(page)
    page.get_by_role("button", name="No, thanks").click()
    question(page, "All right, not this month.")
    assert asked.answers(0) == []
    assert page.evaluate("localStorage.getItem('kb.asked')")
    page.context.close()


def test_by_keyboard_and_for_screen_readers(asked: Asked) -> None:
    page = asked.visitor()
    asked.read_after_a_search(page)
    page.get_by_role("button", name="Yes").press("Enter")
    page.locator(".ask-place").scroll_into_view_if_needed()
    question(page)
    # it came without taking the focus, and it was said
    assert (
        page.evaluate("document.activeElement.textContent").strip() == "Thank you, glad it helped"
    )
    assert "optional question" in page.locator(".ask-place [role=status]").inner_text()
    assert page.get_by_role("group", name=SATISFACTION).is_visible()
    page.get_by_role("button", name="Very satisfied").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    question(page, EFFORT)
    assert page.evaluate("document.activeElement.textContent") == EFFORT
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    question(page, "Thank you, your answers are saved.")
    assert page.evaluate("document.activeElement.id") == "ask-title"
    assert [(one.question, one.score) for one in asked.answers(2)] == [
        ("satisfaction", 4), ("effort", 5),
    ]  # fmt: skip
    page.context.close()


def test_an_answer_that_does_not_arrive_can_be_given_again(asked: Asked) -> None:
    page = asked.visitor()
    asked.settled(page)
    question(page)
    page.route("**/answers", lambda route: route.abort())
    page.get_by_role("button", name="Neutral").click()
    page.get_by_role("alert").get_by_text("could not be sent").wait_for()
    page.unroute("**/answers")
    page.get_by_role("button", name="Neutral").click()
    question(page, EFFORT)
    assert [one.score for one in asked.answers(1)] == [3]
    page.context.close()


@pytest.mark.parametrize(
    "script",
    ["Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })",
     BLOCKED],
    ids=["private", "blocked storage"],
)  # fmt: skip
def test_who_is_private_or_cannot_be_remembered_is_not_asked(asked: Asked, script: str) -> None:
    page = asked.visitor(script)
    asked.settled(page)
    page.wait_for_timeout(500)
    assert page.locator(".ask").count() == 0
    page.get_by_role("banner").get_by_role("link", name="Contact support").click()
    page.wait_for_url(SUPPORT)
    page.go_back()
    nothing_is_asked(page)
    assert page.evaluate("sessionStorage.getItem('kb.contact')") is None
    page.context.close()


def test_who_is_private_by_a_header_alone_is_not_thanked_for_nothing(asked: Asked) -> None:
    page = asked.visitor(extra_http_headers={"DNT": "1"})
    asked.settled(page)
    question(page)
    page.get_by_role("button", name="Neutral").click()
    question(page, "Your browser asks not to be tracked, so nothing was kept.")
    assert asked.answers(0) == []
    page.context.close()


def test_without_javascript_nothing_is_asked(asked: Asked) -> None:
    page = asked.visitor(java_script_enabled=False)
    page.goto(f"{asked.address}/articles/cancel")
    page.get_by_role("button", name="Yes").click()
    page.get_by_text("Thank you").first.wait_for()
    assert page.get_by_text(SATISFACTION).count() == 0
    page.context.close()


@pytest.mark.parametrize(
    ("size", "least"),
    [(DESKTOP, 24), (PHONE, 44)],
    ids=["desktop", "phone"],
)
def test_every_button_is_large_enough_and_all_fits(asked: Asked, size: Any, least: int) -> None:
    page = asked.visitor(viewport=size, reduced_motion="reduce")
    asked.settled(page)
    for title in (SATISFACTION, EFFORT):
        question(page, title)
        for button in page.locator(".ask button").all():
            box = button.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= least, button.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator(".ask-answer").first.click()
    page.context.close()

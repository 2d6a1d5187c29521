"""The widget in a real browser: a shop on one origin, the help center on another."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import AGENT, DESKTOP, NEEDS_CHROMIUM, PHONE, chromium, open_page, served, sign_in
from sample_site import add_account, make_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, FrameLocator, Page

pytestmark = NEEDS_CHROMIUM

# Whatever a shop's styles do to its own elements, with all the force they have.
UGLY = """body *, div, dialog, button, iframe { display: inline !important; position: static !important;
  font: italic 60px serif !important; color: red !important; opacity: 0.1 !important; visibility: hidden !important;
  transform: rotate(40deg) !important; width: 3px !important; z-index: 0 !important; margin: 90px !important; }"""

PAGES = [
    "contact?article=cancel",
    "?about=cancel",
    "search?q=plan",
    "search?q=xyzzy",
    "articles/faq",
]


class Shop:
    """Somebody else's site, as strict as one can be. `tag` is what stands before the page's end."""

    tag = ""
    styles = ""
    help = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        kind = "text/css" if environ["PATH_INFO"] == "/ugly.css" else "text/html; charset=utf-8"
        policy = f"default-src 'none'; style-src 'self'; script-src {self.help}; frame-src {self.help}; require-trusted-types-for 'script'"
        headers = [("Content-Type", kind), ("Content-Security-Policy", policy)]
        if environ["PATH_INFO"] == "/favicon.ico":
            start_response("204 No Content", [])
            return []
        start_response("200 OK", headers)
        page = f"""<!doctype html><html lang="en"><head><title>Plans of Anna77 - The shop</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">{self.styles}</head>
            <body><main><h1>Cancel order 4711 of anna@example.com</h1><p><a id="help" href="{self.help}/">Help</a></p></main>
            {self.tag}</body></html>"""
        return [(UGLY if kind == "text/css" else page).encode()]


@dataclass
class World:
    browser: Browser
    shop: Shop
    allowed: str
    foreign: str
    help: str
    app: Flask

    def visit(self, path: str = "/", tag: str | None = None, **options: Any) -> Page:
        self.shop.tag = tag or f'<script src="{self.help}/widget.js" defer></script>'
        page = open_page(self.browser, **{"viewport": DESKTOP} | options)
        page.goto(self.allowed + path)
        return page


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    shop = Shop()
    with served(None, shop) as foreign, chromium(f"--user-agent={AGENT}") as browser:  # type: ignore[arg-type]
        allowed = foreign.replace("127.0.0.1", "localhost")
        site = make_site(tmp_path_factory.mktemp("widget"), widget_origins=(allowed,))
        app = site.app()
        add_account(app)
        with served(site, app) as address:
            shop.help = address
            yield World(browser, shop, allowed, foreign, address, app)


@pytest.fixture(autouse=True)
def _plain(world: World) -> Iterator[None]:
    yield
    world.shop.styles = ""
    for context in world.browser.contexts:
        context.close()


def panel(page: Page) -> FrameLocator:
    return page.frame_locator("dialog iframe")


def focused(page: Page) -> str:
    """What has the focus in the frame."""
    return str(page.frames[1].evaluate("document.hasFocus() ? document.activeElement.id : ''"))


def wait_until(true: Any) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_nothing_is_asked_for_or_stored_before_it_is_opened(world: World) -> None:
    page = world.visit("/orders/4711/cancel-plan?token=secret#x", tag="<i></i>")
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108
    world.shop.tag = f'<script src="{world.help}/widget.js" defer></script>'
    page.reload(wait_until="networkidle")
    page.get_by_role("button", name="Help").wait_for()
    page.wait_for_timeout(300)
    assert [r.url for r in asked if r.url.startswith(world.help)] == [f"{world.help}/widget.js"]
    script = page.request.get(f"{world.help}/widget.js")
    assert len(script.body()) < 8 * 1024
    page.get_by_role("button", name="Help").click()
    panel(page).get_by_role("heading", level=1).wait_for()
    opened = next(r for r in asked if "/widget/" in r.url)
    assert parse_qs(urlsplit(opened.url).query) == {
        "about": ["Cancel order of. Plans of The shop. orders cancel plan"]
    }
    headers = opened.all_headers()
    assert "referer" not in headers
    assert "cookie" not in headers
    first = panel(page).get_by_role("region", name="Suggested for this page").get_by_role("link")
    assert first.first.inner_text().startswith("Cancel your plan")
    assert page.context.cookies() == []
    stored = "JSON.stringify([{...localStorage}, {...sessionStorage}])"
    assert page.evaluate(stored) == "[{},{}]"


def test_a_customer_searches_reads_and_votes_by_keyboard_alone(world: World) -> None:
    page = world.visit()
    posts: list[Any] = []
    page.on("request", lambda r: r.method == "POST" and posts.append(r))
    button = page.get_by_role("button", name="Help")
    button.focus()
    assert button.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Help center")
    dialog.wait_for()
    assert button.get_attribute("aria-expanded") == "true"
    panel(page).get_by_role("searchbox").or_(panel(page).get_by_role("combobox")).wait_for()
    wait_until(lambda: focused(page) == "widget-search")
    page.keyboard.type("cancel plan")
    panel(page).get_by_role("option").first.wait_for()
    for option in panel(page).get_by_role("option").all():
        assert str(option.get_attribute("href")).startswith("/widget/")
    page.keyboard.press("Escape")  # closes the suggestions, and only them
    panel(page).get_by_role("option").first.wait_for(state="hidden")
    assert dialog.is_visible()
    page.keyboard.press("Enter")
    result = panel(page).locator(".result-title a", has_text="Cancel your plan").first
    result.wait_for()
    result.focus()
    page.keyboard.press("Enter")
    panel(page).get_by_role("heading", level=1, name="Cancel your plan").wait_for()
    assert panel(page).get_by_role("link", name="All results").is_visible()
    yes = panel(page).get_by_role("button", name="Yes")
    yes.focus()
    page.keyboard.press("Enter")
    panel(page).get_by_text("glad it helped").wait_for()
    votes = [r for r in posts if r.url.endswith("/votes")]
    assert [r.all_headers()["sec-fetch-site"] for r in votes] == ["same-origin"]
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert button.get_attribute("aria-expanded") == "false"
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.textContent") == "Help"
    page.keyboard.press("Enter")  # it is where it was
    panel(page).get_by_role("heading", level=1, name="Cancel your plan").wait_for()
    wait_until(lambda: page.frames[1].evaluate("document.hasFocus()"))
    page.goto("about:blank")
    kb = world.app.extensions["kb"]

    def recorded() -> bool:
        kb.recorder.flush()
        return bool([*kb.signals.reads()])

    wait_until(recorded)
    [search] = [s for s in kb.signals.searches() if s.text == "cancel plan"]
    assert (search.source, search.finished) == ("widget", True)
    [click], [read], [vote] = [*kb.signals.clicks()], [*kb.signals.reads()], [*kb.journal.votes()]
    assert click.search == read.search == vote.search == search.token
    assert (vote.helpful, vote.query, click.rank) == (True, "cancel plan", 1)


def test_what_is_written_to_support_is_answered_before_it_is_sent(world: World) -> None:
    page = world.visit()
    page.get_by_role("button", name="Help").click()
    panel(page).get_by_role("link", name="Contact support").click()
    panel(page).get_by_label("Subject").wait_for()
    page.frames[1].wait_for_load_state()
    panel(page).get_by_label("Subject").fill("I want to cancel my plan")
    page.keyboard.press("Escape")  # what was written stays
    page.get_by_role("dialog").wait_for(state="hidden")
    page.keyboard.press("Enter")
    assert panel(page).get_by_label("Subject").input_value() == "I want to cancel my plan"
    answered = panel(page).get_by_role("button", name=re.compile("answered my question.*Cancel"))
    answered.click()
    panel(page).get_by_role("heading", level=1, name="Glad that this answered it").wait_for()
    panel(page).get_by_role("link", name="Back to").click()
    panel(page).get_by_role("heading", level=1, name="Cancel your plan").wait_for()


def test_a_site_that_is_not_allowed_shows_nothing(world: World) -> None:
    world.visit().context.close()
    context = world.browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(world.foreign)
    page.wait_for_timeout(300)
    assert page.get_by_role("button").count() == 0
    assert any("widget_origins" in text for text in said)
    framed = {
        "": ["/widget/", "/widget/articles/cancel", "/articles/cancel"],
        "ok": ["/articles/cancel", "/"],
    }
    for kind, paths in framed.items():
        for path in paths:
            world.shop.tag = f'<iframe src="{escape(world.help + path)}"></iframe>'
            page.goto(world.allowed if kind else world.foreign)
            page.wait_for_timeout(100)
            assert page.frames[1].url.startswith("chrome-error:"), path
    world.shop.tag = f'<iframe src="{world.help}/widget/articles/cancel"></iframe>'
    page.goto(world.allowed)
    page.frame_locator("iframe").get_by_role("heading", level=1, name="Cancel your plan").wait_for()


def test_only_the_help_center_and_the_shop_may_speak_to_each_other(world: World) -> None:
    page = world.visit()
    page.get_by_role("button", name="Help").click()
    wait_until(lambda: focused(page) == "widget-search")
    dialog = page.get_by_role("dialog")
    page.evaluate("postMessage({ kb: 'close' }, '*')")  # from the page itself, not from the frame
    page.frames[1].evaluate(
        "parent.postMessage({ kb: 'other' }, '*'); parent.postMessage(null, '*')"
    )
    other = (
        f"Object.assign(document.createElement('iframe'), {{ src: '{world.help}/widget/search' }})"
    )
    page.evaluate(f"document.body.append({other})")
    page.frame_locator("body > iframe").get_by_role("heading", level=1).wait_for()
    page.frames[2].evaluate("parent.postMessage({ kb: 'close' }, '*')")  # a frame, not the panel's
    page.wait_for_timeout(150)
    assert dialog.is_visible()
    reach = "(() => { try { return String(parent.document.title) } catch (e) { return e.name } })()"
    assert page.frames[1].evaluate(reach) == "SecurityError"
    panel(page).locator("#widget-search").click()  # after which browsers let frames do more
    leave = "(() => { try { top.location = 'about:blank'; return 'left' } catch (e) { return e.name } })()"
    assert page.frames[1].evaluate(leave) == "SecurityError"
    page.frames[1].evaluate("parent.postMessage({ kb: 'close' }, '*')")
    dialog.wait_for(state="hidden")


def test_neither_the_styles_nor_the_buttons_of_the_shop_break_it(world: World) -> None:
    world.shop.styles = '<link rel="stylesheet" href="/ugly.css">'
    script = f'<script src="{world.help}/widget.js" data-label="Ask us" data-position="left" data-scheme="light" data-query="" defer></script>'
    page = world.visit(tag=script)
    button = page.get_by_role("button", name="Ask us")
    button.click()
    page.get_by_role("dialog").wait_for()
    panel(page).get_by_text("Often needed").wait_for()
    box = page.get_by_role("dialog").bounding_box()
    assert box
    assert page.frames[1].evaluate("location.search") == ""  # nothing of the page is sent
    assert (box["x"], box["width"], box["height"]) == (20, 400, 640)
    look = "(e) => [getComputedStyle(e).fontSize, getComputedStyle(e).transform, getComputedStyle(e).visibility]"
    assert button.evaluate(look) == ["16px", "none", "visible"]
    assert (
        page.locator("[role=complementary]").evaluate("(e) => getComputedStyle(e).opacity") == "1"
    )
    page.context.close()

    page = world.visit(tag=script.replace("data-label", 'data-open="#help" data-label'))
    link = page.get_by_role("link", name="Help", exact=True)
    assert page.get_by_role("button").count() == 0
    page.evaluate("document.querySelector('#help').style = ''")
    page.evaluate("document.querySelector('link').remove()")
    link.focus()
    page.keyboard.press("Enter")
    wait_until(lambda: focused(page) == "widget-search")
    assert link.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "help"
    page.emulate_media(color_scheme="dark")
    dark = "getComputedStyle(document.body).colorScheme"
    assert page.frames[1].evaluate(dark) == "light"  # as data-scheme says
    page.evaluate("kb.open('refund')")
    panel(page).locator(".result-title a", has_text="Get a refund").first.wait_for()
    page.evaluate("kb.close()")
    page.get_by_role("dialog").wait_for(state="hidden")


def test_everything_fits(world: World) -> None:
    def fits(page: Page, where: str, width: int) -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where

    page = world.visit(reduced_motion="reduce")
    fits(page, "closed", DESKTOP["width"])
    page.get_by_role("button", name="Help").click()
    panel(page).get_by_role("heading", level=1).wait_for()
    fits(page, "open", DESKTOP["width"])
    page = open_page(world.browser, viewport={"width": 320, "height": 560})
    for path in PAGES:
        page.goto(f"{world.help}/widget/{path}")
        fits(page, path, 320)


def test_on_a_phone_it_fills_the_screen_and_keeps_the_focus(world: World) -> None:
    page = world.visit(viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")
    page.get_by_role("button", name="Help").tap()
    dialog = page.get_by_role("dialog")
    panel(page).get_by_role("heading", level=1).wait_for()
    wait_until(lambda: focused(page) == "main")  # no keyboard on the screen that nobody asked for
    assert dialog.evaluate("(e) => e.matches(':modal')")
    box = dialog.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (PHONE["width"], PHONE["height"])
    assert dialog.evaluate("(e) => getComputedStyle(e).transitionDuration") == "0s"
    panel(page).get_by_role("link", name="Cancel your plan").first.tap()
    panel(page).get_by_role("heading", level=1, name="Cancel your plan").wait_for()
    page.get_by_role("button", name="Close").tap()
    dialog.wait_for(state="hidden")


def test_the_frame_works_without_javascript(world: World) -> None:
    page = open_page(
        world.browser, java_script_enabled=False, viewport={"width": 400, "height": 640}
    )
    page.goto(f"{world.help}/widget/")
    page.locator("#widget-search").fill("cancel")
    page.locator("#widget-search").press("Enter")
    page.locator(".result-title a", has_text="Cancel your plan").first.click()
    assert re.search(r"/widget/articles/cancel", page.url)
    page.get_by_role("button", name="No").click()
    assert "/widget/votes/" in page.url
    page.get_by_text("out of date").click()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", level=1, name="Thank you, your answer is saved").wait_for()


def test_staff_see_it_work_where_they_read_how(world: World) -> None:
    page = open_page(world.browser, viewport=DESKTOP)
    sign_in(page, world.help)
    page.goto(f"{world.help}/staff/widget")
    page.get_by_label("Words on the button").fill("Ask us")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("button", name="Ask us").click()
    wait_until(lambda: focused(page) == "widget-search")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")

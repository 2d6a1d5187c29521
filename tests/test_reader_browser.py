"""What an article does for its reader in a real browser: places, steps, sections, sharing, memory."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from browsing import DESKTOP, NEEDS_CHROMIUM, PHONE, chromium, open_page, served
from sample_site import make_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Response

pytestmark = NEEDS_CHROMIUM
FILLER = "\n\n".join(
    f"Paragraph {n}. " + "The lamp blinks while it looks for a line. " * 6 for n in range(9)
)
ARTICLES: dict[str, str | bytes] = {
    "router/index.md": "---\ntitle: Router\n---\n",
    "router/install.md": (
        "---\ntitle: Install the <router> & go\n---\nIt takes ten minutes.\n\n"
        "## Unpack\n\n1. Open the box.\n2. Take out the **router**.\n\n   It is heavy.\n3. Keep the box.\n\n"
        f"### Small parts\n\n{FILLER}\n\n## Connect\n\n```sh\nping router\n```\n\n{FILLER}\n\n"
        f"## Check the lamp\n\n{FILLER}\n"
    ),
    "router/wrapped.md": (
        '---\ntitle: Wrapped\n---\n<div class="steps" markdown="1">\n\n1. One\n2. Two\n3. Three\n\n</div>\n'
    ),
    **{f"router/a{n}.md": f"---\ntitle: Article {n}\n---\nShort.\n" for n in range(1, 7)},
}  # fmt: skip
INSTALL = "/articles/install"
PRIVATE = "Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true })"
SHEET = (
    "navigator.canShare = () => true; navigator.share = async (what) => { window.shared = what }"
)
KEPT = "Object.keys(localStorage).filter((key) => !key.startsWith('kb.vote')).sort()"
IN_THE_PAST = """([name, days]) => localStorage.setItem(name, JSON.stringify(
    JSON.parse(localStorage.getItem(name)).map((each) => ({ ...each, at: each.at - days * 86400000 }))))"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(make_site(tmp_path_factory.mktemp("reader"), ARTICLES)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A reader's own browser, which may use the clipboard."""
    page = reader(browser, address)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield page
    page.context.close()


def reader(browser: Browser, address: str, script: str = "", **options: Any) -> Page:
    page = open_page(browser, **{"viewport": DESKTOP, "base_url": address} | options)
    if script:
        page.add_init_script(script)
    return page


def read(page: Page, path: str = INSTALL) -> None:
    page.goto(path)
    page.locator(".reader-note").wait_for(state="attached")


def said(page: Page, text: str) -> None:
    page.locator(".reader-note [role=status]", has_text=text).wait_for()


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def kept(page: Page) -> list[str]:
    return list(page.evaluate(KEPT))


def scroll(page: Page, top: float) -> None:
    page.evaluate("(top) => scrollTo({ top, behavior: 'instant' })", top)


def scrolled(page: Page) -> float:
    return float(page.evaluate("scrollY"))


def test_the_address_of_a_section_is_copied_and_all_of_the_section_marked(page: Page) -> None:
    read(page)
    assert page.locator(".section-edge").is_hidden()
    page.get_by_role("heading", name="Connect").hover()
    page.get_by_role("link", name="Link to “Connect”").click()
    said(page, "The address is copied.")
    assert copied(page) == page.url
    assert page.url.endswith("#connect")
    assert marked(page) == pytest.approx(span(page, "#connect", "#check-the-lamp"), abs=120)

    page.goto("/search?q=small+parts")  # a search result leads to its section
    page.locator(".result-title a").first.click()
    page.wait_for_url("**/articles/install#small-parts**")
    page.locator(".section-edge").wait_for()
    assert marked(page) == pytest.approx(span(page, "#small-parts", "#connect"), abs=120)
    page.set_viewport_size(PHONE)
    assert page.locator(".section-edge").bounding_box()["x"] > 0  # type: ignore[index]
    page.wait_for_timeout(100)
    assert marked(page) == pytest.approx(span(page, "#small-parts", "#connect"), abs=120)
    page.get_by_text("On this page").first.click()
    page.locator(".contents-small a", has_text="Unpack").click()
    page.wait_for_timeout(100)
    assert marked(page) == pytest.approx(span(page, "#unpack", "#connect"), abs=120)


def marked(page: Page) -> tuple[float, float]:
    """Where the edge begins and ends on the page."""
    found = page.evaluate(
        "() => { const r = document.querySelector('.section-edge').getBoundingClientRect();"
        " return [r.top + scrollY, r.bottom + scrollY] }"
    )
    return (found[0], found[1])


def span(page: Page, first: str, following: str) -> tuple[float, float]:
    script = "(id) => document.querySelector(id).getBoundingClientRect().top + scrollY"
    return (page.evaluate(script, first), page.evaluate(script, following))


def test_code_is_copied_and_a_refusal_is_told(browser: Browser, page: Page, address: str) -> None:
    read(page)
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Copied").wait_for()
    assert copied(page) == "ping router"
    refused = reader(
        browser, address, "navigator.clipboard.writeText = async () => { throw new Error() }"
    )
    read(refused)
    refused.get_by_role("button", name="Copy", exact=True).click()
    refused.get_by_role("button", name="Not allowed").wait_for()
    refused.context.close()


def test_reading_goes_on_where_it_stopped(page: Page) -> None:
    read(page)
    scroll(page, 1500)
    page.goto("/")
    assert kept(page) == ["kb.places", "kb.recent"]
    page.set_viewport_size({"width": 700, "height": 900})
    read(page)
    said(page, "You stopped here.")
    before = page.evaluate("document.elementFromPoint(300, 40).textContent")
    assert "Paragraph" in before
    assert scrolled(page) > 1200
    page.keyboard.press("Tab")  # goes on from there: the page does not jump to its first link
    assert scrolled(page) > 1000
    page.get_by_role("button", name="To the top").click()
    assert scrolled(page) == 0
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert page.locator(".reader-note button").count() == 0

    scroll(page, 1500)
    page.goto("/")
    read(page, f"{INSTALL}#of-an-older-text")  # an address with a section decides, also an old one
    assert scrolled(page) == 0
    assert page.locator(".reader-note button").count() == 0


def test_a_place_is_forgotten_after_a_day_an_edit_or_the_end(page: Page) -> None:
    read(page)
    scroll(page, 1500)
    page.goto("/")
    page.evaluate(IN_THE_PAST, ["kb.places", 1.01])
    page.goto("/")
    page.locator(".reader-note").wait_for(state="attached")
    assert kept(page) == ["kb.recent"]

    read(page)
    scroll(page, 1500)
    page.goto("/")
    page.evaluate(
        "localStorage.setItem('kb.places',"
        ' localStorage.getItem(\'kb.places\').replace(/"revision":"\\w+"/, \'"revision":"x"\'))'
    )
    read(page)
    assert scrolled(page) == 0

    scroll(page, 99_999)
    page.goto("/")
    assert kept(page) == ["kb.recent"]


def test_the_last_five_articles_are_on_the_home_page_until_they_are_cleared(page: Page) -> None:
    page.goto("/")
    section = page.get_by_role("region", name="Recently read")
    assert section.count() == 0
    for path in ("/articles/a1", INSTALL, *(f"/articles/a{n}" for n in range(2, 6)), INSTALL):
        read(page, path)
    sent: list[str] = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.goto("/")
    section.wait_for()
    titles = ["Install the <router> & go", "Article 5", "Article 4", "Article 3", "Article 2"]
    assert section.get_by_role("link").all_inner_texts() == titles
    assert [url for url in sent if INSTALL in url] == []
    section.get_by_role("link").last.click()
    page.wait_for_url("**/articles/a2")
    page.locator(".reader-note").wait_for(state="attached")
    page.go_back()
    section.get_by_role("link", name="Article 2").and_(
        section.locator("li:first-child a")
    ).wait_for()
    back = "() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    list_kept = page.evaluate("localStorage.getItem('kb.recent')")
    page.evaluate("localStorage.removeItem('kb.recent')")  # as another tab may do
    page.evaluate(back)
    assert section.count() == 0
    page.evaluate("(list) => localStorage.setItem('kb.recent', list)", list_kept)
    page.evaluate(back)
    section.get_by_role("button", name="Clear the list").click()
    section.get_by_text("The list is cleared.").wait_for()
    assert "cleared" in page.evaluate("document.activeElement.textContent")
    assert kept(page) == []
    page.reload()
    page.locator(".reader-note").wait_for(state="attached")
    assert section.count() == 0


def test_what_the_storage_was_given_by_others_is_no_link(page: Page) -> None:
    page.goto("/")
    for planted in (
        "nonsense", "{}", "[1, null]", '[{"url": "/articles/a1", "at": 1}]',
        '[{"url": "javascript:alert(1)", "at": %d, "title": "x"}]',
        '[{"url": "/articles//evil.example", "at": %d, "title": "x"}]',
    ):  # fmt: skip
        now = page.evaluate("Date.now()")
        value = planted.replace("%d", str(now))
        page.evaluate("(text) => localStorage.setItem('kb.recent', text)", value)
        page.reload()
        page.locator(".reader-note").wait_for(state="attached")
        assert page.get_by_role("region", name="Recently read").count() == 0, planted


def test_who_asks_not_to_be_tracked_leaves_no_trail(browser: Browser, address: str) -> None:
    page = reader(browser, address, PRIVATE)
    read(page)
    page.get_by_role("checkbox", name="Step 1 is done").click()
    assert kept(page) == ["kb.steps"]
    scroll(page, 1500)
    page.goto("/search")
    assert kept(page) == ["kb.steps"]
    page.evaluate("localStorage.setItem('kb.recent', '[]')")  # from before they asked
    page.goto("/")
    page.locator(".reader-note").wait_for(state="attached")
    assert page.get_by_role("region", name="Recently read").count() == 0
    assert kept(page) == ["kb.steps"]
    page.context.close()


def test_steps_are_ticked_off_by_keyboard_and_kept(page: Page) -> None:
    read(page)
    first, second, third = (
        page.get_by_role("checkbox", name=f"Step {n} is done") for n in (1, 2, 3)
    )
    first.focus()
    page.keyboard.press("Space")
    assert first.get_attribute("aria-checked") == "true"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    read(page)
    assert [each.get_attribute("aria-checked") for each in (first, second, third)] == [
        "true", "true", "false",
    ]  # fmt: skip
    third.click()
    said(page, "All steps are ticked.")
    page.get_by_role("button", name="Untick all").click()
    assert page.get_by_role("checkbox", checked=True).count() == 0
    assert page.evaluate("document.activeElement.ariaLabel") == "Step 1 is done"
    assert kept(page) == ["kb.recent"]

    second.click()
    page.evaluate(IN_THE_PAST, ["kb.steps", 31])
    read(page)
    assert page.get_by_role("checkbox", checked=True).count() == 0

    read(page, "/articles/wrapped")  # as other tools mark steps
    assert page.get_by_role("checkbox").count() == 3


def test_nothing_moves_when_the_script_arrives(browser: Browser, address: str) -> None:
    script = (
        "() => ['h1', '.article-about', '.prose', '.prose ol', '.prose li:nth-child(2)', '.prose h3']"
        ".map((s) => document.querySelector(s).getBoundingClientRect())"
        ".flatMap(({ left, top, right, bottom }) => [left, top, right, bottom])"
    )
    for viewport in (DESKTOP, PHONE):
        places = []
        for javascript in (True, False):
            page = reader(browser, address, viewport=viewport, java_script_enabled=javascript)
            page.goto(INSTALL)
            if javascript:
                page.locator(".tick").first.wait_for()
            else:
                assert page.locator(".tick, .reader-note").count() == 0
                assert not page.locator(".share").is_visible()
            places.append(page.evaluate(script))
            page.context.close()
        assert places[0] == pytest.approx(places[1], abs=1)


def test_an_article_is_shared_from_one_quiet_button(
    browser: Browser, page: Page, address: str
) -> None:
    read(page, f"{INSTALL}?from=mail")
    share = page.locator(".share summary")
    share.focus()
    page.keyboard.press("Enter")
    mail = page.get_by_role("link", name="Send by e-mail").get_attribute("href")
    assert mail is not None
    assert mail.startswith("mailto:?subject=Install%20the%20%3Crouter%3E%20%26%20go&body=http")
    assert mail.endswith("%2Farticles%2Finstall")
    assert not page.get_by_role("button", name="Other apps").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Copy link").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    share.click()
    page.get_by_role("button", name="Copy link").click()
    said(page, "The address is copied.")
    assert copied(page) == address + INSTALL
    assert not page.get_by_role("button", name="Copy link").is_visible()

    phone = reader(browser, address, SHEET, viewport=PHONE)
    read(phone)
    phone.locator(".share summary").click()
    phone.get_by_role("button", name="Other apps").click()
    assert phone.evaluate("window.shared") == {
        "title": "Install the <router> & go",
        "url": address + INSTALL,
    }
    phone.context.close()


def test_what_readers_gain_fits_a_small_phone_and_axe_finds_nothing_where_they_stopped(
    browser: Browser, address: str
) -> None:
    """The rest of it is in the gallery, whose clock takes away how somebody came."""
    from axe_playwright_python.sync_playwright import Axe

    page = reader(browser, address, viewport={"width": 320, "height": 640})
    read(page)
    page.get_by_role("checkbox").first.click()
    scroll(page, 1500)
    page.goto("/")
    page.get_by_role("region", name="Recently read").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    read(page)
    said(page, "You stopped here.")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()


def test_an_article_stays_light_in_scripts(page: Page) -> None:
    """All that an article can load while somebody reads to its end, searches and votes."""
    sizes: dict[str, int] = {}

    def weigh(answer: Response) -> None:
        if answer.url.partition("?")[0].endswith(".js"):
            sizes[urlsplit(answer.url).path] = len(gzip.compress(answer.body()))

    page.on("response", weigh)
    read(page)
    scroll(page, 99_999)
    page.locator("#header-search").focus()
    page.get_by_role("button", name="Yes").click()
    page.get_by_text("Thank you").first.wait_for()
    assert sizes.keys() >= {f"/static/js/{name}.js" for name in ("kb", "suggest", "vote")}
    assert sum(sizes.values()) <= 15 * 1024, json.dumps(sizes)

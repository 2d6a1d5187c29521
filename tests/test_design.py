"""The design: its page, and how pages look with more contrast, on paper and from right to left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from browsing import chromium, needs_chromium, open_page, served, sign_in
from sample_site import ROOT, Site, Visitor, add_account, make_site, sample, signed_in

from kb.web.design import COLOURS
from kb.web.languages import direction, in_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ARABIC = (
    "---\ntitle: إلغاء اشتراكك\nlang: ar\nsummary: أوقف الدفع متى شئت.\n---\n"
    "اضغط `Cancel --now`.\n\n> [!WARNING]\n> نزّل فواتيرك أولاً.\n\n"
    "## قبل\n\nأ\n\n## بعد\n\nب\n\n## ثم\n\n```bash\nkb build\n```\n"
)
PARTS = (
    "---\ntitle: Parts\nupdated: 2026-05-01\n---\n"
    "See [refunds](../billing/refund.md) and [a site](https://example.com/a).\n\n"
    "<details><summary>A fold</summary>\n\nfolded away\n\n</details>\n\n"
    "## One\n\n1\n\n## Two\n\n2\n\n## Three\n\n```bash\nkb build\n```\n"
)
FILES = {**sample(), "account/ar.md": ARABIC, "account/parts.md": PARTS}
CSS = (ROOT / "static" / "css" / "kb.css").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("design"), FILES)


@pytest.fixture(scope="module")
def address(shared_site: Site) -> Iterator[str]:
    app = shared_site.app()
    add_account(app)
    with served(shared_site, app) as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


# ── Its page ────────────────────────────────────────────────────────────


def test_it_is_for_staff_and_linked_from_their_pages(shared_site: Site) -> None:
    visitor = Visitor(shared_site.app())
    assert visitor.client.get("/staff/design").status_code == 303
    signed_in(visitor, "sam")
    assert "/staff/design" in visitor.links("/staff/searches")
    visitor.get("/staff/design")


def test_it_shows_every_colour_token() -> None:
    tokens = CSS[CSS.index("@layer tokens {") :]
    plain = r"--([\w-]+): (?:light-dark|color-mix|oklch|var\(--(?:n\d|accent))"
    declared = set(re.findall(plain, tokens))
    shown = {colour.name for group in COLOURS.values() for colour in group}
    assert declared - shown == set()


def _figures(page: Page) -> list[tuple[str, float, list[float]]]:
    found: list[tuple[str, float, list[float]]] = page.evaluate(
        "[...document.querySelectorAll('[data-colour]')].map((row) => [row.dataset.colour,"
        " Number(row.dataset.least ?? 0),"
        " [...row.querySelectorAll('[data-ratio]')].map((figure) => Number(figure.textContent))])"
    )
    return found


@needs_chromium
def test_it_measures_contrast_in_both_schemes_and_its_forms_send_nothing(
    browser: Browser, address: str
) -> None:
    page = open_page(browser)
    sign_in(page, address)
    page.goto(address + "/staff/design")
    page.wait_for_function("document.querySelector('[data-colour=bad] [data-ratio]').textContent")
    figures = _figures(page)
    for name, least, both in figures:
        assert len(both) == 2, name
        assert min(both) >= max(least, 1), f"{name}: {both}"
    ratios: dict[str, list[float]] = {name: both for name, _, both in figures}
    assert ratios["page"] == [1, 1]
    assert ratios["text"][0] != ratios["text"][1]
    _more_contrast_is_more(page)
    _own_colours_lose_no_sign(page)
    page.emulate_media(forced_colors="none", contrast="no-preference")
    sent: list[Any] = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.get_by_role("button", name="Yes", exact=True).click()
    page.get_by_role("button", name="This answered my question").first.click()
    assert page.url == address + "/staff/design"
    assert sent == []
    page.context.close()


@needs_chromium
def test_it_draws_everything_as_under_the_pointer_and_with_the_focus(
    browser: Browser, address: str
) -> None:
    page = open_page(browser)
    sign_in(page, address)
    page.goto(address + "/staff/design")
    button = ".design-part .button-quiet:not(:disabled)"

    def drawn() -> tuple[str, ...]:
        return (
            _style(page, button, "backgroundColor"),
            _style(page, ".design-part .crumbs a", "textDecorationLine"),
            _style(page, button, "outlineStyle"),
        )

    rest = drawn()
    assert rest[1:] == ("none", "none")
    page.get_by_text("Under the pointer", exact=True).click()
    ground, line, outline = drawn()
    assert ground != rest[0]
    assert (line, outline) == ("underline", "none")
    page.get_by_text("With the focus", exact=True).first.click()
    assert drawn() == (rest[0], "none", "solid")
    page.get_by_text("At rest", exact=True).click()
    assert drawn() == rest
    page.context.close()


def _more_contrast_is_more(page: Page) -> None:
    page.emulate_media(contrast="more")
    page.reload()
    page.wait_for_function("document.querySelector('[data-colour=bad] [data-ratio]').textContent")
    ratios = {name: min(both) for name, _, both in _figures(page)}
    for name in ("text", "text-soft", "text-quiet", "accent", "note", "good", "warn", "bad"):
        assert ratios[name] >= 7, f"{name}: {ratios[name]}"
    assert min(ratios["hairline"], ratios["line"], ratios["solid-text"]) >= 3


def _own_colours_lose_no_sign(page: Page) -> None:
    """With forced colours every ground is the same: what it told has to be told otherwise."""
    page.emulate_media(forced_colors="active", contrast="no-preference")
    canvas = _style(page, "body", "backgroundColor")
    for ground in (".prose mark", ".choice input:checked + span"):
        assert _style(page, ground, "backgroundColor") != canvas, ground
    for shape, kind in ((".callout-title", "::before"), (".prose summary", "::before")):
        assert _style(page, shape, "backgroundColor", kind) != canvas, shape
    for chosen in (".pages a[aria-current]", ".suggestion[aria-selected=true]"):
        assert _style(page, chosen, "outlineStyle") == "solid", chosen
    assert _style(page, ".button:not(.button-quiet)", "borderTopColor") != canvas
    text = _style(page, "body", "color")
    assert _style(page, ".contact-fault svg", "color") == text
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def _style(page: Page, selector: str, name: str, pseudo: str = "") -> str:
    script = "([selector, pseudo, name]) => getComputedStyle(document.querySelector(selector), pseudo)[name]"
    found: str = page.evaluate(script, [selector, pseudo, name])
    return found


# ── On paper ────────────────────────────────────────────────────────────


@needs_chromium
def test_an_article_prints_as_a_document_with_its_addresses(browser: Browser, address: str) -> None:
    page = open_page(browser, color_scheme="dark")
    page.goto(address + "/articles/parts")
    assert not page.locator(".print-address").is_visible()
    page.emulate_media(media="print")
    shown = page.evaluate(
        "[...document.querySelectorAll('body *')].filter((e) => !e.closest('.article-head, .prose')"
        " && e.checkVisibility() && e.childElementCount === 0).map((e) => e.className)"
    )
    assert shown == ["print-address"]
    assert page.get_by_text("folded away").bounding_box()
    for href in ("/articles/refund", "https://example.com/a"):
        link = f".prose a[href='{href}']"
        assert _style(page, link, "content", "::after").replace('" "', "") == f'" ({href})"'
    assert _style(page, "time", "content", "::after") == '"1 May 2026"'
    assert _style(page, "html", "colorScheme") == "light"
    page.context.close()


# ── From right to left ──────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["ar", "he", "fa", "ur", "fa-IR", "AR"])
def test_languages_that_run_leftward_say_so(lang: str) -> None:
    assert direction(lang) == ' dir="rtl"'
    assert in_language(lang, "en") == f' lang="{lang}" dir="rtl"'
    assert in_language("en", lang) == ' lang="en" dir="ltr"'
    assert in_language(lang, lang) == ""


def test_other_languages_say_nothing_of_it() -> None:
    assert direction("arn") == direction("de") == direction("") == ""
    assert in_language("de", "en") == ' lang="de"'
    assert in_language('"><script>', "en") == ' lang="&#34;&gt;&lt;script&gt;"'


def test_an_arabic_article_runs_leftward_and_what_is_around_it_does_not(shared_site: Site) -> None:
    page = Visitor(shared_site.app()).get("/articles/ar")
    own = ' lang="ar" dir="rtl"'
    for part in ("<h1{}>", '<p class="lede"{}>', '<div class="prose"{}>', '<ol role="list"{}>'):
        assert part.format(own) in page
    assert page.count('dir="rtl"') == 6  # also in the list beside it
    assert '<html lang="en">' in page


def test_a_site_in_arabic_runs_leftward(shared_site: Site) -> None:
    own = shared_site.settings
    arabic = Site(shared_site.root, own.model_copy(update={"lang": "ar"}))
    page = Visitor(arabic.app()).get("/articles/ar")
    assert '<html lang="ar" dir="rtl">' in page
    assert "<h1>" in page


def test_styles_name_no_side_where_text_may_run_either_way() -> None:
    sided = re.compile(
        r"(?:margin|padding|border)-(?:left|right)|(?<![\w-])(?:left|right): "
        r"|(?:text-align|float): (?:left|right)"
    )
    meant = (".right) { text-align: right", ".align-right {", "  pre { text-align: left; }")
    for path in sorted((ROOT / "static" / "css").rglob("*.css")):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not sided.search(line) or any(part in line for part in meant), (path.name, line)


@needs_chromium
def test_an_arabic_article_stands_right_and_its_code_left(browser: Browser, address: str) -> None:
    page = open_page(browser, viewport={"width": 390, "height": 844})
    page.goto(address + "/articles/ar")
    assert _style(page, ".callout", "borderRightWidth") == "3px"
    assert _style(page, ".callout", "borderLeftWidth") == "0px"
    assert _style(page, "pre", "direction") == "ltr"
    assert _style(page, ".vote", "direction") == "ltr"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.context.close()

"""The design: its page, and how pages look with more contrast, on paper and from right to left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from browsing import NEEDS_CHROMIUM, chromium, open_page, served, sign_in
from sample_site import ROOT, Site, Visitor, add_account, make_site, sample, signed_in

from kb.web.design import COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CSS = (ROOT / "static" / "css" / "kb.css").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("design"), sample())


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
    tokens = CSS[CSS.index("@layer tokens {") : CSS.index("@layer base {")]
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


@NEEDS_CHROMIUM[0]
@NEEDS_CHROMIUM[1]
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
    sent: list[Any] = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.get_by_role("button", name="Yes", exact=True).click()
    page.get_by_role("button", name="This answered my question").first.click()
    assert page.url == address + "/staff/design"
    assert sent == []
    page.context.close()

"""Edges: what is seen of fields and of what is chosen stands out from its ground, in both schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from access_site import staff_page
from browsing import NEEDS_CHROMIUM
from measuring import EDGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = NEEDS_CHROMIUM
PAGES = [
    "/", "/articles/install", "/search?q=router", "/contact?article=install", "/nowhere", "/widget/",
    "/staff/links", "/staff/gaps/1", "/staff/account/", "/staff/widget", "/staff/design",
]  # fmt: skip
LEAST = 3  # WCAG 2.2, 1.4.11


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with staff_page(tmp_path_factory.mktemp("edges")) as page:
        yield page


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_an_edge_that_is_seen(page: Page, path: str) -> None:
    page.goto(path)
    for summary in page.locator(".gap-actions summary").all():
        summary.click()
    faint: dict[str, Any] = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        edges: dict[str, float] = page.evaluate(EDGES, "input, select, textarea")
        assert edges
        faint |= {f"{name}, {scheme}": ratio for name, ratio in edges.items() if ratio < LEAST}
    assert faint == {}


def test_what_the_arrow_keys_chose_is_told_by_more_than_a_shade(page: Page) -> None:
    page.goto("/")
    page.locator("#home-search").fill("router")
    page.locator(".suggestion").first.wait_for()
    page.keyboard.press("ArrowDown")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        edges: dict[str, float] = page.evaluate(EDGES, "[role=option][aria-selected=true]")
        assert len(edges) == 1
        assert min(edges.values()) >= LEAST

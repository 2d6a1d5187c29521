"""Languages of parts: a title in another language says so in every list that has it (WCAG 3.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from access_site import staff_page
from browsing import NEEDS_CHROMIUM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = NEEDS_CHROMIUM
FOREIGN = {"es": "Instalar el enrutador", "ar": "تركيب router", "de": "Fragen zum Router"}
# Every text that is a foreign title or has one, and the languages that say so around it
SPOKEN = """(titles) => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const e = node.parentElement;
    const whole = e.closest("a, h1, option, span, cite")?.textContent ?? "";
    for (const [lang, title] of Object.entries(titles)) {
      if (!whole.includes(title) || !title.includes(node.data.trim()) || !node.data.trim()) continue;
      const around = e.closest("[lang]");
      const dir = getComputedStyle(around).direction;
      if (around.lang !== lang || (lang === "ar" && dir !== "rtl")) found.push(`${node.data}: ${around.lang}, ${dir}`);
      window.kbFound = (window.kbFound ?? 0) + 1;
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with staff_page(tmp_path_factory.mktemp("parts")) as page:
        yield page


def spoken(page: Page, least: int) -> None:
    """All of at least so many foreign titles that the page shows say their language."""
    page.evaluate("window.kbFound = 0")
    assert page.evaluate(SPOKEN, FOREIGN) == []
    assert page.evaluate("window.kbFound") >= least


@pytest.mark.parametrize(
    ("path", "least"),
    [
        ("/", 3),  # often needed, its topic, recently updated
        ("/categories/router", 3),
        ("/articles/install", 3),  # the shelf, previous or next
        ("/search?q=router", 2),
        ("/articles/es", 1),
        ("/widget/search?q=router", 2),
        ("/staff/articles", 3),
        ("/staff/read/search?q=router", 2),
        ("/staff/read/categories/router", 3),
    ],
)
def test_a_title_in_another_language_says_so_in_lists(page: Page, path: str, least: int) -> None:
    page.goto(path)
    spoken(page, least)


def test_suggestions_what_was_read_and_answers_for_replies_say_it(page: Page) -> None:
    for slug in ("es", "ar", "fragen"):
        page.goto(f"/articles/{slug}")
        page.locator(".reader-note").wait_for(state="attached")
    page.goto("/")
    page.get_by_role("region", name="Recently read").wait_for()
    spoken(page, 6)
    before = page.evaluate("window.kbFound")
    page.locator("#home-search").fill("enrut")
    page.get_by_role("option", name="Instalar").first.wait_for()
    spoken(page, before + 1)
    page.goto("/staff/links")
    page.get_by_label("Type, or paste").fill("Abra la caja")
    page.locator("#picks [role=option]", has_text="Instalar").wait_for()
    spoken(page, 1)

"""The gallery's camera: a browser in front of its sites that brings a page into one of its states."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from browsing import chromium
from gallery_site import NOW, Gallery, gallery
from gallery_states import WIDTHS, State, stay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

HEIGHTS = {390: 844, 820: 1180, 1280: 900}
MEDIA: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "contrast": {"color_scheme": "light", "contrast": "more"},
    "contrast-dark": {"color_scheme": "dark", "contrast": "more"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
    "print": {"color_scheme": "light", "media": "print"},
}
USUAL = {"contrast": "no-preference", "forced_colors": "none", "media": "screen"}
EAGER = """Promise.allSettled([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode();
}))"""
"""What is below the window is in the picture, too."""

A_MOMENT = "() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 20))"
"""Of the page: on a busy machine its scripts get as far in it as elsewhere."""

QUIET, PATIENCE = 3, 15
"""Moments in a row in which nothing is on its way, and seconds to wait for them."""


@dataclass
class Camera:
    """A browser in front of the sites. `faults` are errors of scripts and what the policy refused."""

    browser: Browser
    sites: Gallery
    options: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @contextmanager
    def at(self, state: State, width: int) -> Iterator[Page]:
        """The page in its state, in a browser that has never been here."""
        context = self._context(state, width)
        try:
            page = context.new_page()
            pending = self._reach(page, state)
            if state.script:
                page.evaluate(EAGER)
                settle(page, pending, state.script)
            yield page
        finally:
            context.close()

    def show(self, page: Page, look: str) -> None:
        page.emulate_media(**USUAL | MEDIA[look])

    def look(self, page: Page, state: State, look: str, cut: int = 0) -> bytes:
        """A picture; of a whole page with its first `cut` pixels from the top, 0 all of them."""
        self.show(page, look)
        still: dict[str, Any] = {"animations": "disabled", "caret": "hide"}
        if state.part in ("", "window"):
            if cut and not state.part:
                width = page.viewport_size["width"]  # type: ignore[index]
                still["clip"] = {"x": 0, "y": 0, "width": width, "height": cut}
            return page.screenshot(full_page=not state.part, **still)
        return page.locator(state.part).screenshot(**still)

    def _reach(self, page: Page, state: State) -> set[object]:
        """-> what is on its way there, from then on."""
        pending = self._watch(page, state)
        page.goto(self.sites.path(state.path))
        settle(page, pending, state.script)
        if state.do is not stay:
            state.do(page)
            settle(page, pending, state.script)
        return pending

    def _context(self, state: State, width: int) -> BrowserContext:
        address, phone = self.sites.addresses[state.site], width == min(WIDTHS)
        context = self.browser.new_context(
            base_url=address, viewport={"width": width, "height": HEIGHTS[width]},
            has_touch=phone, is_mobile=phone, java_script_enabled=state.script,
            service_workers="allow" if state.worker else "block",
            reduced_motion="reduce", locale="en-GB", timezone_id="UTC", **self.options,
        )  # fmt: skip
        self._sign_in(context, state)
        context.clock.set_fixed_time(NOW)
        context.set_default_timeout(PATIENCE * 1000)
        return context

    def _sign_in(self, context: BrowserContext, state: State) -> None:
        if state.who:
            cookie, address = (
                self.sites.cookies[state.site, state.who],
                self.sites.addresses[state.site],
            )
            context.add_cookies([{"name": "kb", "value": cookie, "url": address}])

    def _watch(self, page: Page, state: State) -> set[object]:
        """What the page has asked for and not got yet."""
        pending: set[object] = set()

        def ended(asked: object) -> None:  # playwright takes no function of a set
            pending.discard(asked)

        def begun(asked: object) -> None:
            pending.add(asked)

        page.on("request", begun)
        page.on("requestfinished", ended)
        page.on("requestfailed", ended)
        page.on("pageerror", lambda error: self.faults.append(f"{state.slug}: {error}"))
        page.on(
            "console",
            lambda m: (
                "Content Security" in m.text and self.faults.append(f"{state.slug}: {m.text}")
            ),
        )
        return pending


def settle(page: Page, pending: set[object], script: bool) -> None:
    """Until nothing is on its way any more, and fonts and pictures are there."""
    quiet, deadline = 0, time.monotonic() + PATIENCE
    while quiet < QUIET and time.monotonic() < deadline:
        if script:
            page.evaluate(A_MOMENT)
        else:
            page.wait_for_timeout(20)
        quiet = 0 if pending else quiet + 1


@contextmanager
def camera(kind: type[Camera] = Camera, *, whole: bool = True, **options: Any) -> Iterator[Camera]:
    """In front of all sites, or of the full one alone."""
    with (
        tempfile.TemporaryDirectory(prefix="kb-gallery-") as folder,
        gallery(Path(folder), whole=whole) as sites,
        chromium() as browser,
    ):
        yield kind(browser, sites, options)

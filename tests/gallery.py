"""The gallery: a picture of every page and state, at three widths and in two schemes, to leaf through.

    python tests/gallery.py OUT [--only NAME] [--width N] [--scheme light|dark]
    python tests/gallery.py --references

The second renews what tests/test_pixels.py compares with.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from browsing import chromium
from gallery_index import index
from gallery_site import NOW, Gallery, gallery
from gallery_states import SCHEMES, STATES, WIDTHS, State

if TYPE_CHECKING:
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
        page = context.new_page()
        pending = self._watch(page, state)
        try:
            page.goto(self.sites.path(state.path))
            settle(page, pending, state.script)
            state.do(page)
            if state.script:
                page.evaluate(EAGER)
            settle(page, pending, state.script)
            yield page
        finally:
            context.close()

    def look(self, page: Page, state: State, look: str, cut: int = 0) -> bytes:
        """A picture; of a whole page with its first `cut` pixels from the top, 0 all of them."""
        page.emulate_media(**USUAL | MEDIA[look])
        still: dict[str, Any] = {"animations": "disabled", "caret": "hide"}
        if state.part in ("", "window"):
            if cut and not state.part:
                width = page.viewport_size["width"]  # type: ignore[index]
                still["clip"] = {"x": 0, "y": 0, "width": width, "height": cut}
            return page.screenshot(full_page=not state.part, **still)
        return page.locator(state.part).screenshot(**still)

    def _context(self, state: State, width: int) -> BrowserContext:
        address, phone = self.sites.addresses[state.site], width == min(WIDTHS)
        context = self.browser.new_context(
            base_url=address, viewport={"width": width, "height": HEIGHTS[width]},
            has_touch=phone, is_mobile=phone, java_script_enabled=state.script,
            service_workers="allow" if state.worker else "block",
            reduced_motion="reduce", locale="en-GB", timezone_id="UTC", **self.options,
        )  # fmt: skip
        if state.who:
            cookie = self.sites.cookies[state.site, state.who]
            context.add_cookies([{"name": "kb", "value": cookie, "url": address}])
        context.clock.set_fixed_time(NOW)
        context.set_default_timeout(PATIENCE * 1000)
        return context

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


def take(
    camera: Camera, folder: Path, chosen: Choice, tell: Callable[[str], None] = print
) -> list[State]:
    """Pictures of what is chosen -> the states that have any."""
    states = [state for state in STATES if chosen.has(state)]
    for number, state in enumerate(states, 1):
        begin = time.perf_counter()
        try:
            for width in chosen.widths(state):
                _take(camera, folder, state, width, chosen.looks(state))
        except Exception as error:  # the others are worth a look all the same
            camera.faults.append(f"{state.slug}: {str(error).splitlines()[0]}")
        tell(f"[{number}/{len(states)}] {state.slug} {time.perf_counter() - begin:.1f} s")
    return states


def _take(camera: Camera, folder: Path, state: State, width: int, looks: tuple[str, ...]) -> None:
    with camera.at(state, width) as page:
        for look in looks:
            path = folder / f"{state.slug}-{width}-{look}.png"
            path.write_bytes(camera.look(page, state, look))


@dataclass(frozen=True)
class Choice:
    """What of the table is wanted: states with `only` in their names, one width, one scheme."""

    only: str = ""
    width: int = 0
    scheme: str = ""

    def has(self, state: State) -> bool:
        return self.only.lower() in f"{state.page} {state.name} {state.slug}".lower() and bool(
            self.widths(state)
        )

    def widths(self, state: State) -> list[int]:
        return [width for width in state.widths if self.width in (0, width)]

    def looks(self, state: State) -> tuple[str, ...]:
        return tuple(look for look in state.looks if self.scheme in ("", look))


@contextmanager
def camera(*, whole: bool = True, **options: Any) -> Iterator[Camera]:
    """In front of all sites, or of the full one alone."""
    with (
        tempfile.TemporaryDirectory(prefix="kb-gallery-") as folder,
        gallery(Path(folder), whole=whole) as sites,
        chromium() as browser,
    ):
        yield Camera(browser, sites, options)


def main() -> int:
    given = _arguments()
    with camera(whole=not given.references) as one:
        if given.references:
            from pixels import renew

            renew(one)
        else:
            given.out.mkdir(parents=True, exist_ok=True)
            states = take(one, given.out, Choice(given.only, given.width, given.scheme))
            (given.out / "index.html").write_text(index(given.out, states), "utf-8")
            print(given.out / "index.html")
        print(*one.faults, sep="\n", file=sys.stderr)
        return bool(one.faults)


def _arguments() -> Any:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "out", type=Path, nargs="?", help="the folder for the pictures and their index.html"
    )
    parser.add_argument(
        "--only",
        default="",
        metavar="NAME",
        help="only pages and states with these letters in their name",
    )
    parser.add_argument("--width", type=int, default=0, choices=WIDTHS)
    parser.add_argument("--scheme", default="", choices=SCHEMES)
    parser.add_argument("--references", action="store_true", help="renew tests/references")
    given = parser.parse_args()
    if bool(given.out) == given.references:
        parser.error("Name a folder, or give --references.")
    return given


if __name__ == "__main__":
    sys.exit(main())

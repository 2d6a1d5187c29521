"""Axe in front of the gallery: what WCAG 2.2 AA and good practice forbid, in each state, width and look."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT
from gallery_camera import Camera

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gallery_states import State
    from playwright.sync_api import BrowserContext, Frame, Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("color-contrast", "link-in-text-block")
"""What can differ between two looks of a page: its structure is the same."""

RUN = """([options, forced]) => {
  const keeps = (one) => getComputedStyle(one).forcedColorAdjust === "none";
  const where = forced ? [...document.querySelectorAll("*")].filter(keeps) : document;
  return where.length !== 0 && axe.run(where, options).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) =>
      [id, target.flat().join(" "), [...any, ...all, ...none][0]?.message ?? ""])));
}"""
"""In forced colours a browser paints texts in the reader's, but tells axe what the page wanted: there
it looks only at parts that keep colours of their own."""


@dataclass(frozen=True)
class Violation:
    """What `rule` forbids, at the element of a selector."""

    rule: str
    selector: str
    message: str
    state: str
    width: int
    look: str

    def __str__(self) -> str:
        where = f"{self.state} at {self.width} px, {self.look}"
        return f"{self.rule}: {self.selector} ({where}): {self.message}"


@dataclass
class Inspector(Camera):
    """A camera that looks with axe. It keeps a context for each site, visitor and width: a new one
    costs as much as the look."""

    contexts: dict[tuple[object, ...], BrowserContext] = field(default_factory=dict)

    @contextmanager
    def at(self, state: State, width: int) -> Iterator[Page]:
        context = self._kept(state, width)
        page = context.new_page()
        try:
            self._reach(page, state)
            yield page
        finally:
            if state.worker:
                context.close()
            else:
                _forget(page)

    def violations(self, page: Page, state: State, looks: tuple[str, ...]) -> Iterator[Violation]:
        """All rules in the first look, those of colours in the others."""
        width = page.viewport_size["width"]  # type: ignore[index]
        for frame in page.frames:
            frame.evaluate(AXE_SCRIPT)
        for look in looks:
            self.show(page, look)
            for frame in page.frames:
                for rule, selector, message in _found(frame, look, whole=look == looks[0]):
                    yield Violation(rule, selector, message, state.slug, width, look)

    def _kept(self, state: State, width: int) -> BrowserContext:
        """Not one whose articles are kept: it would answer for the site from then on."""
        if state.worker:
            return self._context(state, width)
        key = (state.site, state.who, width, state.script)
        if key not in self.contexts:
            self.contexts[key] = self._context(state, width)
        else:
            self.contexts[key].clear_cookies()
            self._sign_in(self.contexts[key], state)
        return self.contexts[key]

    def _context(self, state: State, width: int) -> BrowserContext:
        """Axe is a script. Where there shall be none, those of pages are not loaded: they have no
        others, and nothing of theirs is shown only where scripts are off."""
        context = super()._context(replace(state, script=True), width)
        if not state.script:
            context.route("**/*.js*", lambda route: route.abort())
        return context


def _forget(page: Page) -> None:
    """What this visitor has read and voted for."""
    page.evaluate("localStorage.clear()")
    page.close()


def _found(frame: Frame, look: str, *, whole: bool) -> list[tuple[str, str, str]]:
    """Each frame by itself: a frame that is waited for by another may never answer."""
    options: dict[str, Any] = {
        "resultTypes": ["violations"],
        "iframes": False,
        "runOnly": list(TAGS if whole else COLOURS),
    }
    if whole:  # axe leaves it out unless it is asked for
        options["rules"] = {"target-size": {"enabled": True}}
    return frame.evaluate(RUN, [options, look == "forced"]) or []

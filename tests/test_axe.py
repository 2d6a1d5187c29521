"""Axe finds nothing that WCAG 2.2 AA or good practice forbids, in any state of any page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browsing import NEEDS_CHROMIUM
from gallery_axe import Inspector
from gallery_camera import camera
from gallery_states import SCHEMES, STATES, State

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = NEEDS_CHROMIUM
HOME = next(state for state in STATES if state.slug == "home")
ACCIDENTS = {
    "a contrast": ("color-contrast", "document.body.style.color = '#888'"),
    "a name": (
        "label",
        "document.querySelector('#home-search').removeAttribute('placeholder'); document.querySelector('#home-search-label').remove()",
    ),
    "the language": ("html-has-lang", "document.documentElement.removeAttribute('lang')"),
}


@pytest.fixture(scope="module")
def inspector() -> Iterator[Inspector]:
    with camera(Inspector) as inspector:
        yield inspector


def chosen(number: int, state: State) -> tuple[int, tuple[str, ...]]:
    """A width, and all looks; from state to state another comes first. All widths are a command:
    python tests/gallery.py --axe"""
    first = number % len(SCHEMES)
    looks = (
        SCHEMES[first],
        SCHEMES[1 - first],
        *(look for look in state.looks if look not in SCHEMES),
    )
    return state.widths[number % len(state.widths)], looks


@pytest.mark.parametrize(
    ("number", "state"), [*enumerate(STATES)], ids=[state.slug for state in STATES]
)
def test_axe_finds_nothing(inspector: Inspector, number: int, state: State) -> None:
    width, looks = chosen(number, state)
    inspector.faults.clear()
    with inspector.at(state, width) as page:
        found = [*map(str, inspector.violations(page, state, looks))]
    assert found + inspector.faults == []


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_axe_finds_an_accident(inspector: Inspector, accident: str) -> None:
    rule, script = ACCIDENTS[accident]
    with inspector.at(HOME, 1280) as page:
        page.evaluate(f"() => {{ {script} }}")
        assert rule in {one.rule for one in inspector.violations(page, HOME, ("light",))}


@pytest.mark.parametrize("look", ["dark", "contrast", "contrast-dark", "forced", "print"])
def test_axe_finds_a_faint_text_in_any_look(inspector: Inspector, look: str) -> None:
    """Also in forced colours, where a text keeps a colour of its own."""
    with inspector.at(HOME, 390) as page:
        page.evaluate("""() => {
          const one = document.querySelector("main p, main h2");
          Object.assign(one.style, { forcedColorAdjust: "none", color: "#777", background: "#888" });
        }""")
        found = [
            one for one in inspector.violations(page, HOME, ("light", look)) if one.look == look
        ]
        assert {one.rule for one in found} == {"color-contrast"}


@pytest.mark.parametrize("slug", ["search-hits", "contact-looked-at"])
def test_a_mark_is_seen_in_forced_colours(inspector: Inspector, slug: str) -> None:
    """Which axe does not: a browser gives it the ink of a marked text, with or without a ground."""
    state = next(state for state in STATES if state.slug == slug)
    with inspector.at(state, 390) as page:
        inspector.show(page, "forced")
        grounds = page.evaluate(
            "() => [...document.querySelectorAll('mark')].map((one) => getComputedStyle(one).backgroundColor)"
        )
        assert set(grounds) == {"rgb(255, 255, 0)"}

"""Pages look as they did when somebody looked at them; and what the comparison lets pass, and what not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from browsing import CHROMIUM, FLAGS, NEEDS_CHROMIUM
from gallery_camera import Camera, camera
from gallery_states import STATES
from PIL import Image
from pixels import (
    CUT,
    FONTS,
    REFERENCES,
    RENEW,
    Comparison,
    Shot,
    compare,
    fonts,
    lay_out,
    same_fonts,
    shots,
    shrink,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = NEEDS_CHROMIUM
KB = 1024
OTHERWISE = (
    "--font-render-hinting=none", "--disable-lcd-text", "--disable-font-subpixel-positioning",
)  # fmt: skip
SHIFTED = "main, header { transform: translate(0.4px, 0.3px) }"
ACCIDENTS = {
    "a rule is gone": ("light", ".category-card { padding: 0 !important; border: 0 !important }"),
    "another accent": ("light", ":root { --accent: #b0305c !important; --solid: #b0305c !important }"),
    "a gap has doubled": ("light", ".cards { gap: 2.5rem !important }"),
    "an icon is missing": ("light", ".search svg { visibility: hidden }"),
    "an icon is missing in the dark": ("dark", ".menu svg { visibility: hidden }"),
    "a surface is wrong": ("dark", ":root { --raised: #101010 !important }"),
    "the page is too bright": ("dark", ":root { --page: #2a2a2a !important }"),
    "a column has moved": ("dark", "main { translate: 16px }"),
    "the text is larger": ("light", "main { zoom: 1.04 }"),
    "no styles at all": ("forced", "* { all: revert !important }"),
}  # fmt: skip


@pytest.fixture(scope="module")
def scene() -> Iterator[Camera]:
    with camera(whole=False, bypass_csp=True) as scene:
        yield scene


@pytest.fixture(scope="module", autouse=True)
def _same_fonts(scene: Camera) -> None:
    page = scene.browser.new_page()
    here = fonts(page)
    page.close()
    kept = json.loads(FONTS.read_text("utf-8"))
    if not same_fonts(here, kept):
        pytest.skip(f"other fonts here, {here}, than in the references, {kept}: {RENEW}")


def problems(scene: Camera, shot: Shot, folder: Path, css: str = "") -> list[str]:
    """What differs from the references, and where it can be looked at."""
    told = []
    with scene.at(shot.state, shot.width) as page:
        if css:
            page.add_style_tag(content=css)
        for look in shot.looks:
            seen, kept = (
                shrink(scene.look(page, shot.state, look, CUT)),
                Image.open(shot.reference(look)),
            )
            found = compare(seen, kept)
            if not found.alike:
                told.append(
                    f"{look}: {found}; see {lay_out(folder, f'{shot}-{look}', seen, kept, found)}"
                )
    return told


@pytest.mark.parametrize("shot", shots(), ids=str)
def test_the_page_looks_as_it_did(scene: Camera, shot: Shot, tmp_path: Path) -> None:
    told = problems(scene, shot, tmp_path)
    assert not told, "\n".join([*told, f"Meant? Look at them, then {RENEW}"])
    assert scene.faults == []


def test_text_that_is_drawn_otherwise_passes(scene: Camera, tmp_path: Path) -> None:
    named = {str(shot): replace(shot, looks=shot.looks[:1]) for shot in shots()}
    some = [named["home-1280"], named["article-with-all-parts-390"]]
    for shot in some:
        assert problems(scene, shot, tmp_path, SHIFTED) == []
    starting = scene.browser.browser_type
    browser = starting.launch(executable_path=CHROMIUM, args=[*FLAGS, *OTHERWISE])
    other = Camera(browser, scene.sites)
    for shot in some:
        assert problems(other, shot, tmp_path) == []
    browser.close()


def test_accidents_are_noticed(scene: Camera) -> None:
    home = next(shot for shot in shots() if str(shot) == "home-1280")

    def found(look: str) -> Comparison:
        seen = shrink(scene.look(page, home.state, look, CUT))
        return compare(seen, Image.open(home.reference(look)))

    with scene.at(home.state, home.width) as page:
        for name, (look, css) in ACCIDENTS.items():
            style = page.add_style_tag(content=css)
            what = found(look)
            assert not what.alike, f"{name}: {what}"
            style.evaluate("(style) => style.remove()")
        assert found("light").alike  # all is as before


def test_a_failure_leaves_pictures_to_look_at(tmp_path: Path) -> None:
    white, black = (Image.new("RGB", (40, 40), colour) for colour in ("white", "black"))
    found = compare(white, black)
    assert not found.alike
    with Image.open(lay_out(tmp_path, "home", white, black, found)) as sheet:
        assert sheet.size == (288, 80)


def test_other_fonts_are_told_from_the_same() -> None:
    assert same_fonts([100.0, 50.4], [100.9, 50.0])
    assert not same_fonts([100.0, 50.0], [100.0, 52.0])
    assert not same_fonts([100.0], [100.0, 50.0])


def test_the_references_are_few_and_small() -> None:
    pictures = {path.name for path in REFERENCES.glob("*.png")}
    assert pictures == {shot.reference(look).name for shot in shots() for look in shot.looks}
    assert sum(path.stat().st_size for path in REFERENCES.iterdir()) < 400 * KB
    assert len({state.slug for state in STATES} & {shot.state.slug for shot in shots()}) >= 16

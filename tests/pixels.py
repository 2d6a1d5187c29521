"""Pixels: chosen pictures of the gallery, made small, beside those that were looked at and kept.

A pixel of a small picture is the mean of 4 by 4. It differs by as much as it is outside of what the
nine around its place in the other picture are, and the other way round: text that is drawn a little
otherwise stays inside. What is gone, moved or painted otherwise does not.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from gallery_states import STATES, State
from PIL import Image

if TYPE_CHECKING:
    from gallery_camera import Camera
    from numpy.typing import NDArray
    from playwright.sync_api import Page

    Small = NDArray[np.int16]

REFERENCES = Path(__file__).parent / "references"
FONTS = REFERENCES / "fonts.json"
RENEW = "python tests/gallery.py --references"
SHRINK, COLOURS = 4, 256
CUT = 1_200
"""Pixels from the top that are kept."""

WINDOW = 5
"""Small pixels of a square that is looked at as a whole: an icon."""

BROKEN, FAINT, FEW = 14, 6, 0.01
"""A mean difference that no square may have, and one that at most so many may."""

TALLER = 2
"""Small pixels by which a page may have another height."""

CHOSEN: dict[str, dict[int, tuple[str, ...]]] = {
    "home": {1280: ("light", "dark", "forced"), 390: ("light",)},
    "category-with-topics-below": {820: ("dark",)},
    "article-with-all-parts": {1280: ("light", "dark"), 390: ("dark",), 820: ("print",)},
    "article-right-to-left": {390: ("light",)},
    "article-suggestions": {1280: ("light",)},
    "questions-open": {820: ("light",)},
    "vote-no": {390: ("light", "dark")},
    "search-hits": {1280: ("light",), 390: ("dark",)},
    "search-nothing": {390: ("light",)},
    "not-found-with-hits": {820: ("light",)},
    "contact-looked-at": {1280: ("light",), 390: ("dark",)},
    "widget-article": {390: ("light",)},
    "sign-in-wrong": {390: ("dark",)},
    "week": {1280: ("light",)},
    "gaps-to-do": {390: ("dark",)},
    "links-found": {820: ("light",)},
    "design": {1280: ("light",)},
}

PROBES = (
    ("400 17px system-ui", "Where the code is, and what the hub needs"),
    ("700 30px system-ui", "How can we help?"),
    ("400 15px ui-monospace, monospace", "curl --silent http://hub.local:8080"),
    ("400 17px system-ui", "הפסיקו לשלם מתי שתרצו"),
)
MEASURE = """(probes) => probes.map(([font, text]) => {
    const context = document.createElement("canvas").getContext("2d");
    context.font = font;
    return Math.round(context.measureText(text).width * 10) / 10;
})"""
SAME_FONT = 0.015


@dataclass(frozen=True)
class Shot:
    state: State
    width: int
    looks: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.state.slug}-{self.width}"

    def reference(self, look: str) -> Path:
        return REFERENCES / f"{self}-{look}.png"


def shots() -> list[Shot]:
    states = {state.slug: state for state in STATES}
    return [
        Shot(states[slug], width, looks)
        for slug, widths in CHOSEN.items()
        for width, looks in widths.items()
    ]


def shrink(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    return image.resize((image.width // SHRINK, image.height // SHRINK), Image.Resampling.BOX)


# Beside one another


@dataclass(frozen=True)
class Comparison:
    """`worst` is the largest mean difference of a square, `faint` the share of those above FAINT,
    `taller` the difference of the heights in small pixels."""

    worst: float
    faint: float
    taller: int
    difference: NDArray[Any]

    @property
    def alike(self) -> bool:
        return self.worst <= BROKEN and self.faint <= FEW and self.taller <= TALLER

    def __str__(self) -> str:
        return f"worst square {self.worst:.1f}, {self.faint:.2%} differ, {self.taller} taller"


def compare(seen: Image.Image, kept: Image.Image) -> Comparison:
    """Pictures of the same width."""
    height = min(seen.height, kept.height)
    a, b = (np.asarray(one.convert("RGB"))[:height].astype(np.int16) for one in (seen, kept))
    if a.shape != b.shape:
        return Comparison(255, 1, abs(seen.height - kept.height), np.full((1, 1), 255))
    difference = np.maximum(_outside(a, b), _outside(b, a))
    squares = _means(difference)
    taller = abs(seen.height - kept.height)
    return Comparison(squares.max(), float((squares > FAINT).mean()), taller, difference)


def _outside(one: Small, other: Small) -> Small:
    """How far each pixel is outside of those around its place in the other picture."""
    height, width = one.shape[:2]
    padded = np.pad(other, ((1, 1), (1, 1), (0, 0)), mode="edge")
    around = np.stack([padded[y : y + height, x : x + width] for y in range(3) for x in range(3)])
    below, above = around.min(0) - one, one - around.max(0)
    return np.maximum(np.maximum(below, above), 0).max(2)


def _means(difference: Small) -> NDArray[Any]:
    """Of every square of the size of the window, wherever it begins."""
    sums = np.pad(difference.astype(np.int64), ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    n = WINDOW
    return (sums[n:, n:] - sums[:-n, n:] - sums[n:, :-n] + sums[:-n, :-n]) / n**2


def lay_out(
    folder: Path, name: str, seen: Image.Image, kept: Image.Image, found: Comparison
) -> Path:
    """What is seen, what was kept, and the difference, side by side."""
    heat = Image.fromarray(np.clip(found.difference * 4, 0, 255).astype(np.uint8)).convert("RGB")
    pictures = [one.convert("RGB") for one in (seen, kept, heat)]
    sheet = Image.new(
        "RGB", (sum(one.width + 8 for one in pictures), max(one.height for one in pictures))
    )
    left = 0
    for one in pictures:
        sheet.paste(one, (left, 0))
        left += one.width + 8
    path = folder / f"{name}.png"
    sheet.resize((sheet.width * 2, sheet.height * 2), Image.Resampling.NEAREST).save(path)
    return path


# Fonts and references


def fonts(page: Page) -> list[float]:
    """How wide some texts are here: pictures are compared where the fonts are the same."""
    found: list[float] = page.evaluate(MEASURE, PROBES)
    return found


def same_fonts(here: list[float], kept: list[float]) -> bool:
    return len(here) == len(kept) and all(
        abs(a - b) <= SAME_FONT * b for a, b in zip(here, kept, strict=True)
    )


def renew(camera: Camera) -> None:
    REFERENCES.mkdir(exist_ok=True)
    for old in REFERENCES.glob("*.png"):
        old.unlink()
    for shot in shots():
        with camera.at(shot.state, shot.width) as page:
            for look in shot.looks:
                small = shrink(camera.look(page, shot.state, look, CUT))
                kept = small.quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE)
                kept.save(shot.reference(look), "PNG", optimize=True)
            widths = fonts(page)
        print(shot)
    FONTS.write_text(json.dumps(widths) + "\n", "utf-8")
    print(sum(path.stat().st_size for path in REFERENCES.iterdir()) // 1024, "KB")

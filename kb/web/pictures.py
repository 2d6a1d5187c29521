"""Pictures: what other sites show beside a link to a page: its title, on the site's colour."""

from __future__ import annotations

import io
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from PIL import Image, ImageColor, ImageDraw, ImageFont

from kb.resources import resource_folder

WIDTH, HEIGHT = 1200, 630
_MARGIN, _MARK = 88, 56
_SIZES, _SMALL = (84, 76, 68, 60, 54), 34
_MOST_LINES, _MOST_LETTERS, _ROOM = 4, 200, 240
_PAPER, _INK = 0, 255
_BOOK = (
    ((16, 10.5), (13, 9), (9, 8.5), (9, 21.5), (13, 22), (16, 23.5), (16, 10.5)),
    ((16, 10.5), (19, 9), (23, 8.5), (23, 21.5), (19, 22), (16, 23.5), (16, 10.5)),
)
_KEPT = 256  # some 4 MB
_MISSING = "\uffff"  # no font has it: how a font shows what it lacks
_SELECTORS = "\ufe0e\ufe0f"  # say how the symbol before them looks

_drawing = threading.Lock()  # a font must not be used twice at the same time


@dataclass(frozen=True, slots=True)
class Picture:
    """`site` stands above the title, `topic` below it; each may be "". Colours are #rrggbb.

    `marked`: with the mark of kb, which a site with a logo of its own does not show.
    """

    title: str
    site: str
    topic: str
    colour: str
    ink: str
    marked: bool = True


@lru_cache(_KEPT)
def draw(picture: Picture) -> bytes:
    """A PNG. What the font has no letters for is left out, down to the mark alone."""
    site, topic = _shown(picture.site), _shown(picture.topic)
    title = _shown(picture.title) or site
    with _drawing:
        image = Image.new("L", (WIDTH, HEIGHT), 0)
        pen = ImageDraw.Draw(image)
        if picture.marked:
            _mark(pen)
        if site != title:
            left = _MARGIN + (_MARK + 20) * picture.marked
            middle = (left, _MARGIN + _MARK / 2)
            pen.text(middle, _cut(site, _SMALL), _INK, _font(_SMALL), "lm")
        _title(pen, title)
        bottom = (_MARGIN, HEIGHT - _MARGIN)
        pen.text(bottom, _cut(topic, _SMALL), _INK, _font(_SMALL), "ls")
    return _png(image, picture)


def _shown(text: str) -> str:
    """The text without its symbols, "" when a letter of it would become a box."""
    plain = unicodedata.normalize("NFC", text[:_MOST_LETTERS])
    seen = [one for one in plain if unicodedata.category(one) != "Cf" and one not in _SELECTORS]
    kept = [one for one in seen if _has(one) or unicodedata.category(one)[0] not in "SC"]
    return " ".join("".join(kept).split()) if all(map(_has, kept)) else ""


@cache
def _has(letter: str) -> bool:
    return letter.isspace() or _shape(letter) != _shape(_MISSING)


def _shape(letter: str) -> tuple[tuple[int, int], bytes]:
    with _drawing:
        mask = _font(_SMALL).getmask(letter)
    return mask.size, bytes(mask)


def _mark(pen: ImageDraw.ImageDraw) -> None:
    """The open book of favicon.svg."""
    left = top = _MARGIN
    pen.rounded_rectangle((left, top, left + _MARK, top + _MARK), 14, _INK)
    for page in _BOOK:
        points = [(left + x * _MARK / 32, top + y * _MARK / 32) for x, y in page]
        pen.line(points, _PAPER, 4, "curve")


def _title(pen: ImageDraw.ImageDraw, title: str) -> None:
    """In the largest size in which it fits, in the middle of its part of the picture."""
    for size in _SIZES:
        lines = _lines(title, size)
        if len(lines) * size <= _ROOM:
            break
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], _cut(" ".join(lines[_MOST_LINES - 1 :]), size)]
    step = round(size * 1.2)
    top = HEIGHT / 2 + 16 - step * (len(lines) - 1) / 2
    for number, line in enumerate(lines):
        pen.text((_MARGIN, top + number * step), line, _INK, _font(size), "lm")


def _lines(text: str, size: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and not _fits(longer, size):
            lines.append(word)
        else:
            lines[-1] = longer
    return [_cut(line, size) for line in lines]  # a single word may be too long


def _cut(text: str, size: int) -> str:
    if _fits(text, size):
        return text
    while text and not _fits(f"{text}…", size):
        text = text[:-1]
    return f"{text.rstrip()}…"


def _fits(text: str, size: int) -> bool:
    return _font(size).getlength(text) <= WIDTH - 2 * _MARGIN


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    file = resource_folder("static") / "vendor" / "inter" / "semibold.woff"
    return ImageFont.truetype(str(file), size)


def _png(image: Image.Image, picture: Picture) -> bytes:
    """Sixteen colours: the two, and those between them at the edges of letters."""
    paper, ink = ImageColor.getrgb(picture.colour), ImageColor.getrgb(picture.ink)
    steps = [
        [round(a + (b - a) * n / 15) for a, b in zip(paper, ink, strict=True)] for n in range(16)
    ]
    coloured = image.point([level * 15 // 255 for level in range(256)])
    coloured.putpalette([channel for step in steps for channel in step])
    data = io.BytesIO()
    coloured.save(data, "PNG", bits=4)
    return data.getvalue()

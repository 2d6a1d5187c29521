"""Shown: what a reader sees of an article outside code, to confirm what its source has."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from kb.content.article import Rendered

_AROUND = 120
_CODE = re.compile(r"<(pre|code)\b[^>]*>.*?</\1>", re.DOTALL)
_ADDRESSES = re.compile(r'\s(?:href|src|alt|title)="([^"]*)"')


class Shown:
    """`source` is what `scanning.prose` left of the article's body."""

    def __init__(self, rendered: Rendered, source: str) -> None:
        self.source = source
        page = _CODE.sub(" ", rendered.html)
        addresses = [unquote(html.unescape(a)) for a in _ADDRESSES.findall(page)]
        text = html.unescape(re.sub(r"<[^<>]*>", "", page))
        self.text = _squeezed("\n".join([rendered.title, text, *addresses]))

    def confirmed(self, spans: list[tuple[int, int]]) -> list[tuple[int, str]]:
        """The spans of the source that a reader sees, as offset and text.

        Of equal texts of which only some are shown, those that stand in the same company.
        """
        places: dict[str, list[tuple[int, int]]] = {}
        for start, end in spans:
            places.setdefault(_squeezed(self.source[start:end]), []).append((start, end))
        kept = {span for text, found in places.items() for span in self._shown(text, found)}
        return [(start, self.source[start:end]) for start, end in spans if (start, end) in kept]

    def _shown(self, text: str, spans: list[tuple[int, int]]) -> set[tuple[int, int]]:
        shown = [m.span() for m in re.finditer(re.escape(text), self.text)]
        if len(shown) >= len(spans):
            return set(spans)
        pairs = [(self._likeness(span, place), span, place) for span in spans for place in shown]
        kept: dict[tuple[int, int], tuple[int, int]] = {}
        for _, span, place in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
            if span not in kept and place not in kept.values():
                kept[span] = place
        return set(kept)

    def _likeness(self, span: tuple[int, int], place: tuple[int, int]) -> int:
        """How many letters around the two places are the same."""
        before, behind = _around(self.source, *span)
        shown_before, shown_behind = _around(self.text, *place)
        return _alike(before[::-1], shown_before[::-1]) + _alike(behind, shown_behind)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s*_\\]+", "", text)


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    return _company(text[max(0, start - _AROUND) : start]), _company(text[end : end + _AROUND])


def _company(text: str) -> str:
    """The letters of a text that a reader sees, without where its links lead."""
    return re.sub(r"\]\([^)]*\)|[\W_]+", "", text)


def _alike(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))

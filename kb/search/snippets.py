"""Snippets: the section that answers a query best, and its words in a few lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.search.analysis import fold, is_cjk, terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.search.query import Query

LENGTH = 190
Fragment = tuple[str, bool]  # text, and whether it is one of the words looked for


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the query in a text: where it stands and which term it is."""

    start: int
    end: int
    term: str


class Highlighter:
    """Finds a query's terms in texts: a regular expression finds candidates, analysis decides."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.terms = frozenset(query.terms)
        self._pattern = _pattern(query.terms)
        self._lang = query.lang
        self._known: dict[str, str | None] = {}

    def matches(self, text: str) -> list[Match]:
        if self._pattern is None:
            return []
        shown = text if text.isascii() else text.translate(_FOLDED)
        found = []
        for word in self._pattern.finditer(shown):
            here = self._term(word[0])
            if here is not None:
                found.append(Match(word.start(), word.end(), here))
        return found

    def _term(self, word: str) -> str | None:
        """Which term of the query a word is; texts repeat their words."""
        if word not in self._known:
            mine = (term for term in terms(word, self._lang) if term in self.terms)
            self._known[word] = next(mine, None)
        return self._known[word]

    def snippet(self, text: str) -> tuple[Fragment, ...]:
        """About two lines of the text around most of the terms."""
        text = " ".join(text.split())
        found = self.matches(text)
        start = self._window(found)
        start = _past_a_dash(text, _back_to_a_start(text, start))
        end = _on_to_an_end(text, start + LENGTH)
        parts = list(_fragments(text, start, end, found))
        if start > 0:
            parts.insert(0, ("… ", False))
        if end < len(text):
            parts.append((" …", False))
        return tuple(parts)

    def mark(self, text: str) -> tuple[Fragment, ...]:
        """The whole text, with the terms marked."""
        return tuple(_fragments(text, 0, len(text), self.matches(text)))

    def _window(self, found: list[Match]) -> int:
        def worth(first: Match) -> int:
            return len({m.term for m in found if first.start <= m.start < first.start + LENGTH})

        return max(found[:40], key=worth).start if found else 0


@lru_cache(maxsize=256)
def _pattern(wanted: tuple[str, ...]) -> re.Pattern[str] | None:
    """Words that may have one of these stems: a stem's last letters may differ in the word."""
    pairs = [re.escape(term) for term in wanted if is_cjk(term)]
    starts = {re.escape(t[: max(2, len(t) - 2)]) for t in wanted if not is_cjk(t)}
    ways = [*pairs]
    if starts:
        either = "|".join(sorted(starts, key=len, reverse=True))
        ways.append(rf"(?<![^\W_])(?:{either})[^\W_]*(?:['’][^\W_]+)*")
    return re.compile("|".join(ways), re.I) if ways else None


class _Folding(dict[int, str]):
    """For `str.translate`: a letter folded to one letter, so that places stay the same."""

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code))
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


_FOLDED = _Folding()
_DASH = re.compile(r"(?:[-–—•:|]+ )+")


def _back_to_a_start(text: str, start: int) -> int:
    """A sentence's start shortly before, else a word's start with a few words before it."""
    if start < 60:
        return 0
    stop = max(text.rfind(mark, start - 80, start) for mark in (". ", "? ", "! ", "。"))
    if stop >= 0:
        return stop + (1 if text[stop] == "。" else 2)
    space = text.find(" ", start - 40, start)
    return space + 1 if space >= 0 else start


def _past_a_dash(text: str, start: int) -> int:
    """Not from the dash of a list: what it stood after is not shown."""
    dash = _DASH.match(text, start)
    return dash.end() if dash and start else start


def _on_to_an_end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", end - 30, end)
    return space if space > 0 else end


def _fragments(text: str, start: int, end: int, found: Iterable[Match]) -> Iterable[Fragment]:
    at = start
    for match in found:
        if at <= match.start and match.end <= end:
            if at < match.start:
                yield text[at : match.start], False
            yield text[match.start : match.end], True
            at = match.end
    if at < end:
        yield text[at:end], False

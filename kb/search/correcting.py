"""Correcting: a query with words that no article has -> the query that was probably meant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kb.search.query import parse_query
from kb.search.results import Correction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.search.language_index import LanguageIndex
    from kb.search.query import Query
    from kb.search.spelling import Fix


def correct(
    query: Query, index: LanguageIndex, known: Callable[[str], bool]
) -> tuple[Query, Correction | None]:
    """`known` says of a word whether any language has it: then it stays."""
    if all(word.stop or word.plain in index.vocabulary for word in query.words):
        return query, None
    fixes = index.speller.correct(query.text, known, index.together)
    if not fixes:
        return query, None
    text, places = _rewritten(query.text, fixes)
    words = tuple((fix.typed, fix.corrected) for fix in fixes)
    return _with_others(parse_query(text, query.lang), places), Correction(text, words)


def _rewritten(text: str, fixes: Sequence[Fix]) -> tuple[str, dict[int, tuple[str, ...]]]:
    """The corrected text, and where in it the words begin that may have been others."""
    done, at = "", 0
    places = {}
    for fix in fixes:
        done += text[at : fix.start]
        for part, others in _parts(fix):
            places[len(done) + part] = others
        done += fix.corrected
        at = fix.end
    return done + text[at:], places


def _parts(fix: Fix) -> list[tuple[int, tuple[str, ...]]]:
    """Where each word of a correction begins, and what else that word may have been."""
    parts = fix.corrected.split()
    if len(parts) == 1:
        return [(0, fix.others)]
    others = [other.split() for other in fix.others]
    alike = [other for other in others if len(other) == len(parts)]
    begins = (sum(len(part) + 1 for part in parts[:n]) for n in range(len(parts)))
    return [
        (begin, tuple(dict.fromkeys(other[n] for other in alike if other[n] != part)))
        for n, (begin, part) in enumerate(zip(begins, parts, strict=True))
    ]


def _with_others(query: Query, places: dict[int, tuple[str, ...]]) -> Query:
    words = (word._replace(others=places.get(word.start, ())) for word in query.words)
    return replace(query, words=tuple(words))

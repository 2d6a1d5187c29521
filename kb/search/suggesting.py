"""Suggesting: what is offered while somebody types, from the same arrays as the results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from kb.search.analysis import is_cjk, plain_word, words
from kb.search.query import Query, Word, parse_query
from kb.search.ranking import best
from kb.search.results import Hit, Suggestions
from kb.search.scoring import lexical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.search.language_index import Heading, LanguageIndex
    from kb.search.ranking import Scores
    from kb.search.snippets import Fragment

COMPLETIONS = 3
TRIED = 12  # words looked at for completions
SHORTEST = 2


def suggest(index: LanguageIndex, query: Query, limit: int) -> Suggestions:
    """The last word may be unfinished: it stands for every word that starts with it."""
    last = _unfinished(query)
    if last is None or (len(query.text) < SHORTEST and not is_cjk(last.typed)):
        return Suggestions(query, (), ())
    before = _before(query, last)
    likely = index.likely(last.typed)
    ending = index.ranking.best_of(index.endings(last.typed, likely))
    if before.terms:
        scores = lexical(index.ranking, before, ending=ending)
        both = scores * (ending > 0)
        scores = both if both.any() else scores
    else:
        scores = ending
    scores = index.without_pages(scores)
    typed = _Typed(frozenset(before.terms), last.plain, f" {last.plain}")
    offered = (
        hit
        for number in best(scores, limit).tolist()
        for hit in _offered(index, number, float(scores[number]), typed)
    )
    hits = tuple(islice(offered, limit))
    return Suggestions(query, tuple(_completions(index, query, last, before, likely, scores)), hits)


def _unfinished(query: Query) -> Word | None:
    """The last word, or the last part of a compound: `config` of `wp-config`."""
    last = next(reversed([*words(query.text)]), None)
    if last is None:
        return None
    return Word(last.start(), last.end(), last[0], plain_word(last[0]), (), stop=False)


def _before(query: Query, last: Word) -> Query:
    """What stands before the last word: the words that are finished."""
    text = query.text[: last.start]
    if query.words and query.words[-1].start == last.start:
        return Query(text, query.lang, query.words[:-1], ())
    return replace(parse_query(text, query.lang), phrases=())


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed so far: the terms of the finished words, and the unfinished one."""

    terms: frozenset[str]
    unfinished: str
    beginning: str  # a space and the unfinished word, as it stands in a heading

    def held(self, heading: Heading) -> int:
        """How many parts of it a heading has."""
        return len(self.terms & heading.terms) + (self.beginning in heading.plain)

    def mark(self, heading: Heading) -> tuple[Fragment, ...]:
        text, at = heading.text, 0
        parts: list[Fragment] = []
        for start, end, plain, term in heading.words:
            if self._begins(plain) or term in self.terms:
                parts += [(text[at:start], False), (text[start:end], True)]
                at = end
        return tuple(part for part in (*parts, (text[at:], False)) if part[0])

    def _begins(self, plain: str) -> bool:
        return plain.startswith(self.unfinished) or (is_cjk(plain) and self.unfinished in plain)


def _offered(index: LanguageIndex, number: int, score: float, typed: _Typed) -> Iterator[Hit]:
    """A document by its title, by a section's title, or by both; else as a whole.

    Without a snippet: there is no room for it below a search field.
    """
    article, _ = index.entries[number]
    title, *headings = index.headings(number)
    shown = typed.mark(title)
    heading = max(headings, key=typed.held, default=None)
    titled = heading.section if heading and typed.held(heading) else None
    if titled is None or any(marked for _, marked in shown):
        yield Hit(article, title.section, shown, (), score)
    if titled:
        yield Hit(article, titled, shown, (), score)


def _completions(
    index: LanguageIndex,
    query: Query,
    last: Word,
    before: Query,
    likely: list[str],
    scores: Scores,
) -> list[str]:
    """The text so far with its last word finished: the words that most found documents have."""
    ends = {index.term(word): word for word in reversed(likely[:TRIED])}
    endings = [(term, word) for term, word in reversed(ends.items()) if word != last.plain]
    if before.terms:
        found = scores > 0
        held = {term: int(np.count_nonzero(found[index.ranking.postings(term)[0]]))
                for term, _ in endings}  # fmt: skip
        endings = sorted(
            (ending for ending in endings if held[ending[0]]),
            key=lambda ending: (-held[ending[0]], ending[1]),
        )
    return [query.text[: last.start] + word for _, word in endings[:COMPLETIONS]]

"""Suggesting: what is offered while somebody types, from the same arrays as the results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from kb.search.analysis import is_cjk, plain_word, words
from kb.search.query import Word, parse_query
from kb.search.ranking import best
from kb.search.results import Hit, Suggestions
from kb.search.scoring import lexical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.search.language_index import Heading, LanguageIndex
    from kb.search.query import Query
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
    before = replace(parse_query(query.text[: last.start], query.lang), phrases=())
    ending = index.ranking.best_of(index.endings(last.typed))
    if before.terms:
        scores = lexical(index.ranking, before, ending=ending)
        both = scores * (ending > 0)
        scores = both if both.any() else scores
    else:
        scores = ending
    scores = index.without_pages(scores)
    typed = _Typed(frozenset(before.terms), last.plain, index)
    offered = (
        hit
        for number in best(scores, limit).tolist()
        for hit in _offered(index, number, float(scores[number]), typed)
    )
    hits = tuple(islice(offered, limit))
    return Suggestions(query, tuple(_completions(index, query, last, before, scores)), hits)


def _unfinished(query: Query) -> Word | None:
    """The last word, or the last part of a compound: `config` of `wp-config`."""
    last = next(reversed([*words(query.text)]), None)
    if last is None:
        return None
    return Word(last.start(), last.end(), last[0], plain_word(last[0]), (), stop=False)


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed so far: the terms of the finished words, and the unfinished one."""

    terms: frozenset[str]
    unfinished: str
    index: LanguageIndex

    def held(self, heading: Heading) -> int:
        """How many parts of it a heading has."""
        return len(self.terms & heading.terms) + (f" {self.unfinished}" in heading.plain)

    def mark(self, title: str) -> tuple[Fragment, ...]:
        parts: list[Fragment] = []
        at = 0
        for match in words(title):
            if self._part(match[0]):
                parts += [(title[at : match.start()], False), (match[0], True)]
                at = match.end()
        return tuple(part for part in (*parts, (title[at:], False)) if part[0])

    def _part(self, word: str) -> str:
        plain = plain_word(word)
        if plain.startswith(self.unfinished) or (is_cjk(word) and self.unfinished in word):
            return self.unfinished
        term = self.index.term(word)
        return term if term in self.terms else ""


def _offered(index: LanguageIndex, number: int, score: float, typed: _Typed) -> Iterator[Hit]:
    """A document by its title, by a section's title, or by both; else as a whole.

    Without a snippet: there is no room for it below a search field.
    """
    article, anchor = index.entries[number]
    if anchor:
        section = index.sections(number)[0]
        yield Hit(article, section, typed.mark(section.title), (), score)
        return
    title = typed.mark(article.title)
    heading = max(index.headings(number), key=typed.held, default=None)
    titled = heading.section if heading and typed.held(heading) else None
    if titled is None or any(marked for _, marked in title):
        yield Hit(article, None, title, (), score)
    if titled:
        yield Hit(article, titled, title, (), score)


def _completions(
    index: LanguageIndex, query: Query, last: Word, before: Query, scores: Scores
) -> list[str]:
    """The text so far with its last word finished: the words that most found documents have."""
    if is_cjk(last.typed):
        return []
    ends = {index.term(w): w for w in reversed(index.vocabulary.starting_with(last.plain, TRIED))}
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

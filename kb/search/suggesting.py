"""Suggesting: what is offered while somebody types, from the same arrays as the results."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kb.search.analysis import is_cjk, plain_word, words
from kb.search.query import Word, parse_query
from kb.search.ranking import best
from kb.search.results import Hit, Suggestions
from kb.search.scoring import lexical
from kb.search.snippets import Highlighter

if TYPE_CHECKING:
    from kb.search.language_index import LanguageIndex
    from kb.search.query import Query
    from kb.search.ranking import Scores

COMPLETIONS = 3
TRIED = 12  # words looked at for completions
SHORTEST = 2


def suggest(index: LanguageIndex, query: Query, limit: int) -> Suggestions:
    """The last word may be unfinished: it stands for every word that starts with it."""
    last = _unfinished(query)
    if last is None or (len(query.text) < SHORTEST and not is_cjk(last.typed)):
        return Suggestions(query, (), ())
    before = replace(parse_query(query.text[: last.start], query.lang), phrases=())
    endings = index.endings(last.typed)
    ending = index.ranking.best_of(endings)
    if before.terms:
        scores = lexical(index.ranking, before, ending=ending)
        both = scores * (ending > 0)
        scores = both if both.any() else scores
    else:
        scores = ending
    scores = index.without_pages(scores)
    shown = replace(query, words=(*before.words, replace(last, terms=tuple(endings[:8]))))
    highlighter = Highlighter(shown)
    hits = tuple(_hit(index, int(n), float(scores[n]), highlighter) for n in best(scores, limit))
    return Suggestions(query, tuple(_completions(index, query, last, scores)), hits)


def _unfinished(query: Query) -> Word | None:
    """The last word, or the last part of a compound: `config` of `wp-config`."""
    last = next(reversed([*words(query.text)]), None)
    if last is None:
        return None
    return Word(last.start(), last.end(), last[0], plain_word(last[0]), (), stop=False)


def _completions(index: LanguageIndex, query: Query, last: Word, scores: Scores) -> list[str]:
    """The text so far with its last word finished, by how many of the found documents have it."""
    if is_cjk(last.typed):
        return []
    found = scores > 0
    counted = []
    seen = set()
    for word in index.vocabulary.starting_with(last.plain, TRIED):
        term = index.term(word)
        if word == last.plain or term in seen:
            continue
        seen.add(term)
        documents = index.ranking.postings(term)[0]
        count = int(np.count_nonzero(found[documents]))
        if count:
            counted.append((-count, word))
    return [query.text[: last.start] + word for _, word in sorted(counted)[:COMPLETIONS]]


def _hit(index: LanguageIndex, number: int, score: float, highlighter: Highlighter) -> Hit:
    """Without a snippet: there is no room for it below a search field."""
    article, anchor = index.entries[number]
    sections = index.sections(number)
    section = sections[0] if anchor else index.titled_section(number, highlighter.query)
    where = section if section and section.anchor else None
    title = section.title if anchor and section else article.title
    return Hit(article, where, highlighter.mark(title), (), score)

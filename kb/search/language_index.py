"""LanguageIndex: the compiled index of one language, opened, with the Library's articles."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kb.search.analysis import is_cjk, plain_word, term_of, words
from kb.search.dictionary import open_dictionary
from kb.search.expanding import Expander
from kb.search.meaning import open_meaning
from kb.search.query import parse_query
from kb.search.ranking import Ranking
from kb.search.related import Related
from kb.search.results import Facet
from kb.search.scoring import fused, lexical
from kb.search.sections import best_section
from kb.search.spelling import Speller
from kb.search.synonyms import Synonyms
from kb.search.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from kb.content.article import Article, Section
    from kb.content.library import Library
    from kb.search.query import Query
    from kb.search.ranking import Scores

MOST_FACETS = 8  # of a kind
MOST_ENDINGS = 32  # words that an unfinished one may become


class HeadingWord(NamedTuple):
    """`plain` is folded but not stemmed."""

    start: int
    end: int
    plain: str
    term: str


class Heading(NamedTuple):
    """A title, or the heading of a section; `plain` are its words with a space before each."""

    text: str
    section: Section | None
    words: tuple[HeadingWord, ...]
    plain: str
    terms: frozenset[str]


class LanguageIndex:
    """Shared by threads. A document's number is its place in `entries`: article and anchor."""

    def __init__(self, folder: Path, lang: str, library: Library, *, semantic: bool) -> None:
        """Raises OSError, ValueError or KeyError when files and Library do not fit together."""
        self.lang = lang
        self.library = library
        self.ranking = Ranking(folder)
        self.vocabulary = Vocabulary.open(folder)
        dictionary = open_dictionary(folder)
        self.speller = Speller(self.vocabulary, lang, dictionary)
        self.meaning = open_meaning(folder) if semantic else None
        synonyms = Synonyms(library.synonyms, lang)
        self.expander = Expander(self.ranking, self.vocabulary, dictionary, synonyms, lang)
        parts = (key.partition("#") for key in self.ranking.keys)
        self.entries = [(library.by_slug[slug], anchor) for slug, _, anchor in parts]
        self.number = {key: n for n, key in enumerate(self.ranking.keys)}
        self._term = term_of(lang)
        self.headings = lru_cache(maxsize=4_096)(self._headings_of)
        self.narrowed = lru_cache(maxsize=64)(self._narrowed)

    @cached_property
    def related(self) -> Related:
        return Related(self.ranking, self.lang)

    def knows(self, word: str) -> bool:
        """Whether any document has this word, in whatever form, or it is a synonym of some."""
        return self._term(word) in self.ranking or self.expander.synonyms.knows(word)

    def known(self, query: Query) -> int:
        """How many of the query's terms some document has.

        Words of another language have the endings of this one; what says little there says little.
        """
        return sum([term in self.ranking for term in self.own(query).terms])

    def own(self, query: Query) -> Query:
        """The same words as they are looked up in this language."""
        if query.lang == self.lang:
            return query
        little = {word.start for word in query.words if word.stop}
        own = parse_query(query.text, self.lang)
        words = (w._replace(stop=w.stop or w.start in little) for w in own.words)
        return replace(own, words=tuple(words))

    def together(self, first: str, second: str) -> bool:
        """Whether a document has both words."""
        return self.ranking.together(self._term(first), self._term(second))

    def scores(self, query: Query, *, literal: bool = False) -> Scores:
        """What the query is worth in every document; 0: not found."""
        if literal:
            scores = lexical(self.ranking, query)
        else:
            scores = lexical(self.ranking, query, self.expander.alternatives(query))
            scores = fused(scores, self.meaning, query)
        return self.without_pages(scores)

    def without_pages(self, scores: Scores) -> Scores:
        """A FAQ page is no result beside a question of its that answers better."""
        questions, firsts, pages = self._questions
        if len(pages):
            most = np.maximum.reduceat(scores[questions], firsts)
            scores[pages[most >= scores[pages]]] = 0
        return scores

    @cached_property
    def _questions(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The documents that are questions of FAQ pages, page by page; where those of each page
        begin among them; the pages' documents."""
        questions, page_of = [], []
        for number, (article, anchor) in enumerate(self.entries):
            if anchor:
                questions.append(number)
                page_of.append(self.number[f"{article.slug}#"])
        pages, firsts = np.unique(np.array(page_of, np.int64), return_index=True)
        return np.array(questions, np.int64), firsts, pages

    @cached_property
    def days(self) -> NDArray[np.int64]:
        """When each document's article last changed, in days; 0: it does not say."""
        dates = (article.updated or article.created for article, _ in self.entries)
        return np.array([date.toordinal() if date else 0 for date in dates], np.int64)

    def _narrowed(self, category: str, tag: str) -> NDArray[np.bool_]:
        """Which documents are in a category, or below it, and have a tag; "" asks nothing."""
        return np.array(
            [
                (not category or category in self._above(article))
                and (not tag or tag in article.tags)
                for article, _ in self.entries
            ],
            bool,
        )

    def _above(self, article: Article) -> set[str]:
        trails = (self.library.trail(path) for path in article.categories)
        return {category.path for trail in trails for category in trail}

    @cached_property
    def _facets(self) -> tuple[list[Facet], NDArray[np.int64], NDArray[np.int64]]:
        """All facets, and pairs of a document and a facet that it belongs to."""
        number: dict[Facet, int] = {}
        pairs = []
        for document, (article, _) in enumerate(self.entries):
            own = [
                Facet("category", path, self.library.category_of[path].title, 0)
                for path in sorted(self._above(article))
            ]
            own += [Facet("tag", tag, tag, 0) for tag in dict.fromkeys(article.tags)]
            pairs += [(document, number.setdefault(facet, len(number))) for facet in own]
        both = np.array(pairs, np.int64).reshape(-1, 2)
        return list(number), both[:, 0], both[:, 1]

    def count_facets(self, scores: Scores) -> dict[tuple[str, str], Facet]:
        """Kind and value -> the facet with how many of the found documents it has."""
        facets, documents, numbers = self._facets
        counts = np.bincount(numbers[scores[documents] > 0], minlength=len(facets))
        return {
            (facet.kind, facet.value): Facet(facet.kind, facet.value, facet.title, int(count))
            for facet, count in zip(facets, counts.tolist(), strict=True)
            if count
        }

    def likely(self, word: str) -> list[str]:
        """The words that an unfinished one may become, most frequent first; none for CJK."""
        if is_cjk(word):
            return []
        return self.vocabulary.starting_with(plain_word(word), MOST_ENDINGS)

    def endings(self, word: str, likely: list[str]) -> list[str]:
        """The terms that an unfinished word may become, those of the `likely` words."""
        if is_cjk(word):
            return self.ranking.starting_with(word[-2:])
        own = [self._term(word)] if self.knows(word) else []
        return list(dict.fromkeys(own + [self._term(one) for one in likely]))

    def term(self, word: str) -> str:
        """What a word is looked up as."""
        return self._term(word)

    def best_section(self, number: int, query: Query) -> Section:
        """The section of a document that has most of the query."""
        some = self.sections(number)
        if len(some) == 1:
            return some[0]
        return some[best_section(self.ranking, number, query.word_of, len(some))]

    def _headings_of(self, number: int) -> tuple[Heading, ...]:
        """An article's title, and its headings but one that repeats it; or just its question."""
        article, anchor = self.entries[number]
        if anchor:
            section = self.sections(number)[0]
            return (self._heading(section.title, section),)
        others = (s for s in article.sections if s.anchor and s.title != article.title)
        return (
            self._heading(article.title, None),
            *(self._heading(section.title, section) for section in others),
        )

    def _heading(self, text: str, section: Section | None) -> Heading:
        found = tuple(
            HeadingWord(match.start(), match.end(), plain_word(match[0]), self._term(match[0]))
            for match in words(text)
        )
        plain = "".join(f" {word.plain}" for word in found)
        return Heading(text, section, found, plain, frozenset(word.term for word in found))

    def sections(self, number: int) -> list[Section]:
        """The sections of a document: all of its article, or its one question."""
        article, anchor = self.entries[number]
        if not anchor:
            return list(article.sections)
        return [s for s in article.sections if s.anchor == anchor] or list(article.sections)

"""Needs: what visitors want to know, each answered by one article, and their words for it."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rewording import content_words, mistyped, reworded

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence

    from kb.content.article import Article

LEAST_WORDS = 60  # of an article that is asked about
TWIN = 0.8  # from this likeness on, another article says the same
LONG_TAIL = 0.8  # exponent of Zipf's law
REWORDED = 0.25  # of the words that the thesaurus knows
MISTYPED = 0.1  # of the searches
TITLE = 3  # times a title's words count in an article's likeness to another
USUAL = 3  # articles that may have the same heading before it says nothing
TERMS = 80  # of an article that its likeness to another is judged by
_SENTENCE = re.compile(r"(?<=[.?!:])\s+|\n+")
_OPENINGS = ("how do i", "how to", "how can i", "where do i", "can i", "")
_LETTERS = (
    "I cannot find out how to {what}.",
    "How can I {what}? I found nothing that says it.",
    "We need help to {what}.",
    "I read some of your articles, but none explains this: {what}.",
    "My question is about this: {what}.",
)


@dataclass(frozen=True, slots=True)
class Need:
    """`article` is the id of the one that answers; `headings` and `sentences` are its own.

    `rarity`: words -> how telling they are. People leave the others out first.
    """

    article: str
    title: str
    headings: tuple[str, ...]
    sentences: tuple[str, ...]
    rarity: Mapping[str, float]

    def search(self, chance: random.Random) -> str:
        """What one visitor types for it, different at each call."""
        ways = (self._by_title, self._by_question, self._by_heading, self._by_sentence)
        way = chance.choices(ways, (45, 12, 18, 25))[0]
        words = reworded(way(chance), REWORDED, chance)
        text = " ".join(words)
        return mistyped(text, chance) if chance.random() < MISTYPED else text

    def letter(self, chance: random.Random) -> str:
        """What one visitor writes to support: a sentence or two."""
        what = " ".join(reworded(self.title.lower().split(), REWORDED, chance))
        text = chance.choice(_LETTERS).format(what=what)
        if self.sentences and chance.random() < 0.5:
            more = " ".join(reworded(chance.choice(self.sentences).split(), REWORDED, chance))
            text += f" {more}"
        return text

    def _by_title(self, chance: random.Random) -> list[str]:
        """Some words of the title, in their order."""
        count = chance.choice((2, 2, 3, 3, 4, 5))
        return self._shortened(content_words(self.title), count, chance)

    def _by_question(self, chance: random.Random) -> list[str]:
        return [*chance.choice(_OPENINGS).split(), *self.title.lower().split()[:9]]

    def _by_heading(self, chance: random.Random) -> list[str]:
        """A heading says little without a word of the title."""
        if not self.headings:
            return self._by_title(chance)
        heading = content_words(chance.choice(self.headings))
        title = [word for word in content_words(self.title) if word not in heading]
        context = self._shortened(title, chance.choice((1, 2)), chance)
        return context + self._shortened(heading, 3, chance)

    def _by_sentence(self, chance: random.Random) -> list[str]:
        if not self.sentences:
            return self._by_title(chance)
        words = content_words(chance.choice(self.sentences))
        title = [word for word in content_words(self.title) if word not in words]
        context = self._shortened(title, chance.choice((0, 1, 1, 2)), chance)
        return context + self._shortened(words, chance.choice((2, 3, 4)), chance)

    def _shortened(self, words: list[str], count: int, chance: random.Random) -> list[str]:
        """Some of the words, each once, in their order."""
        words = list(dict.fromkeys(words))
        luck = {word: chance.random() ** (1 / self.rarity.get(word, 1.0)) for word in words}
        kept = sorted(words, key=lambda word: -luck[word])[:count]
        return [word for word in words if word in kept]


def need_of(
    article: Article, rarity: Mapping[str, float], usual: Container[str] = frozenset()
) -> Need:
    """`usual` are headings of many articles, such as Overview, which nobody looks for.

    Nor does anybody look for sentences such as "Click Save": they have a word of the title.
    """
    titles = (section.title for section in article.sections)
    headings = [t for t in titles if t not in usual and len(content_words(t)) >= 2]
    about = set(content_words(article.title))
    sentences = [
        sentence
        for section in article.sections
        for sentence in _SENTENCE.split(section.text)
        if 5 <= len(sentence.split()) <= 30 and about.intersection(content_words(sentence))
    ]
    return Need(article.id, article.title, tuple(headings), tuple(sentences), rarity)


def rarities(articles: Collection[Collection[str]]) -> dict[str, float]:
    """Words -> the logarithm of how few articles have them."""
    held_by = Counter(word for words in articles for word in words)
    return {word: math.log(1 + len(articles) / count) for word, count in held_by.items()}


def can_be_asked(article: Article) -> bool:
    return (
        article.searchable
        and article.lang == "en"
        and len(article.text.split()) >= LEAST_WORDS
        and len(set(content_words(article.title))) >= 2
    )


class Likeness:
    """How alike two articles are, 0 to 1: the cosine of their most telling words."""

    def __init__(self, articles: Iterable[Article]) -> None:
        counts = {article.id: _counts(article) for article in articles}
        self.rarity = rarities(counts.values())
        self._vectors = {one: _vector(words, self.rarity) for one, words in counts.items()}
        self.between = lru_cache(maxsize=400_000)(self._between)

    def _between(self, one: str, other: str) -> float:
        """Of articles by their ids; 0 for one that was not there at the beginning."""
        first, second = self._vectors.get(one, {}), self._vectors.get(other, {})
        return sum(weight * second[word] for word, weight in first.items() if word in second)


def _counts(article: Article) -> Counter[str]:
    words = Counter(content_words(article.text))
    words.update(TITLE * content_words(article.title))
    return words


def _vector(words: Counter[str], rarity: Mapping[str, float]) -> dict[str, float]:
    weights = {word: (1 + math.log(count)) * rarity[word] for word, count in words.items()}
    told = sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:TERMS]
    length = math.sqrt(sum(weight * weight for _, weight in told)) or 1.0
    return {word: weight / length for word, weight in told}


def chosen_to_go(
    articles: Sequence[Article], count: int, likeness: Likeness, chance: random.Random
) -> frozenset[str]:
    """Ids of articles at random that leave a gap: of a twin, the other would still answer."""
    going: list[str] = []
    for article in chance.sample(articles, len(articles)):
        if len(going) == count:
            break
        alike = (likeness.between(article.id, o.id) for o in articles if o.id != article.id)
        if can_be_asked(article) and max(alike, default=0.0) < TWIN:
            going.append(article.id)
    return frozenset(going)


class Needs:
    """All needs, drawn with a long tail: a few are everybody's, most are rare."""

    def __init__(
        self, articles: Iterable[Article], rarity: Mapping[str, float], chance: random.Random
    ) -> None:
        asked = [article for article in articles if can_be_asked(article)]
        headings = Counter(title for a in asked for title in {s.title for s in a.sections})
        usual = {title for title, count in headings.items() if count > USUAL}
        self.all = [need_of(article, rarity, usual) for article in asked]
        chance.shuffle(self.all)
        self._weights = [rank**-LONG_TAIL for rank in range(1, len(self.all) + 1)]

    def drawn(self, count: int, chance: random.Random) -> list[Need]:
        return chance.choices(self.all, self._weights, k=count)

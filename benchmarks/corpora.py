"""Corpora: real articles, and as many as wanted made from them with a fixed seed.

A made article takes its plan (how many sections, how long) from one real article and its
sentences from three, so that words keep company as they do in life. A few words are new: the
vocabulary of a growing help center grows, most of it rare.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.content.article import Section
from kb.content.cache import RenderCache
from kb.content.library import Library
from kb.content.reader import Reader

if TYPE_CHECKING:
    from pathlib import Path

    from kb.content.article import Article

SEED = 20_240_501
SOURCES = 3  # articles that a made one takes its sentences from
CHANGED = 0.25  # of the sentences have one word replaced
NEW = 0.3  # of the replaced words are new ones
_SENTENCE = re.compile(r"(?<=[.?!:])\s+|\n+")


def real(folder: Path, cache: Path) -> Library:
    """The public articles of a folder; `cache` keeps what was rendered."""
    return Reader(folder, "en", RenderCache(cache)).read().public


def enlarged(library: Library, count: int) -> Library:
    """The articles, and made ones until there are `count`; cut to `count` when there are more."""
    maker = _Maker(library.articles)
    articles = [*library.articles[:count]]
    articles += [maker.article(number) for number in range(len(articles), count)]
    return Library(tuple(sorted(articles, key=lambda a: a.path)), library.categories)


class _Maker:
    def __init__(self, articles: tuple[Article, ...]) -> None:
        self.random = random.Random(SEED)
        self.articles = articles
        self.sentences = [
            [part for part in _SENTENCE.split(article.text) if part] or [article.title]
            for article in articles
        ]
        self.words = [
            word for texts in self.sentences for text in texts for word in re.findall(r"\w+", text)
        ]
        self.headings = [
            section.title for a in articles for section in a.sections if section.title
        ] or [article.title for article in articles]

    def article(self, number: int) -> Article:
        chosen = self.random.choices(range(len(self.articles)), k=SOURCES)
        plan = self.articles[chosen[0]]
        pool = [sentence for n in chosen for sentence in self.sentences[n]]
        title = self._title([self.articles[n].title for n in chosen])
        sections = tuple(self._section(section, pool) for section in plan.sections)
        slug = re.sub(r"\W+", "-", title.lower()).strip("-") + f"-{number}"
        return replace(
            plan, id=slug, slug=slug, path=f"made/{slug}.md", title=title, summary="",
            sections=sections, html="", source="", links=(), anchors=(), aliases=(),
        )  # fmt: skip

    def _title(self, titles: list[str]) -> str:
        """The first half of one title and the second of another."""
        first, second = (title.split() for title in titles[:2])
        return " ".join(first[: -(-len(first) // 2)] + second[len(second) // 2 :])

    def _section(self, plan: Section, pool: list[str]) -> Section:
        title = self.random.choice(self.headings) if plan.title else ""
        sentences, length = [], 0
        while length < len(plan.text):
            sentences.append(self._changed(self.random.choice(pool)))
            length += len(sentences[-1]) + 1
        return Section(plan.anchor, plan.level, title, "\n".join(sentences))

    def _changed(self, sentence: str) -> str:
        """Perhaps with a word from anywhere in place of one of its own, as frequent as it is."""
        if self.random.random() >= CHANGED:
            return sentence
        words = sentence.split(" ")
        words[self.random.randrange(len(words))] = self._word()
        return " ".join(words)

    def _word(self) -> str:
        word = self.random.choice(self.words)
        if self.random.random() >= NEW:
            return word
        other = self.random.choice(self.words)
        return word[: -(-len(word) // 2)] + other[len(other) // 2 :]

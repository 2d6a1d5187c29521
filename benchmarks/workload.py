"""Workload: what the engines are asked, the same for all, chosen with a fixed seed."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpora import SEED

if TYPE_CHECKING:
    from pathlib import Path

    from kb.content.article import Article

QUERIES = 200
FROM_JUDGEMENTS = 80  # of them at most; the others are words of titles
TYPED = 20  # queries that are also typed letter by letter
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Workload:
    """`queries` have only words that the articles have; `typed` are beginnings of some.

    `misspelt` are the queries with one typing error in each; `warming` are others, to warm up.
    """

    queries: list[str]
    warming: list[str]
    typed: list[str]
    misspelt: list[str]


def workload(articles: tuple[Article, ...], judgements: Path) -> Workload:
    """`judgements`: the folder of the sets; without it every query is made of titles."""
    chance = random.Random(SEED)
    asked = _known(_asked(judgements), articles)
    chance.shuffle(asked)
    titles = _from_titles(articles, chance, 2 * QUERIES)
    queries = asked[:FROM_JUDGEMENTS]
    queries += [title for title in titles if title not in queries][: QUERIES - len(queries)]
    warming = [title for title in titles if title not in queries][:QUERIES]
    chance.shuffle(queries)
    misspelt = [_misspelt(query, chance) for query in queries]
    short = [query for query in queries if len(query) <= 30][:TYPED]
    beginnings = (query[:end].rstrip() for query in short for end in range(2, len(query) + 1))
    typed = list(dict.fromkeys(beginnings))
    chance.shuffle(typed)
    return Workload(queries, warming, typed, misspelt)


def _asked(judgements: Path) -> list[str]:
    lines = [
        line
        for path in sorted(judgements.glob("*.queries.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return list(dict.fromkeys(json.loads(line)["query"] for line in lines))


def _known(queries: list[str], articles: tuple[Article, ...]) -> list[str]:
    """Those whose every word is in the articles: the others would be corrected."""
    words = {word for a in articles for word in re.findall(r"\w+", f"{a.title}\n{a.text}".lower())}
    return [query for query in queries if words.issuperset(re.findall(r"\w+", query.lower()))]


def _from_titles(articles: tuple[Article, ...], chance: random.Random, count: int) -> list[str]:
    """One to five words of a title that stand side by side."""
    found: dict[str, None] = {}
    while len(found) < count:
        words = re.findall(r"\w+", chance.choice(articles).title)
        length = chance.choices((1, 2, 3, 4, 5), (1, 4, 4, 2, 1))[0]
        begin = chance.randrange(max(1, len(words) - length + 1))
        chosen = words[begin : begin + length]
        if chosen and min(len(chosen[0]), len(chosen[-1])) >= 4:  # not `to the`
            found[" ".join(chosen).lower()] = None
    return list(found)


def _misspelt(query: str, chance: random.Random) -> str:
    """One letter swapped, left out, put in or mistaken, in the middle of one of its long words."""
    words = query.split(" ")
    places = [n for n, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not places:
        return query
    place = chance.choice(places)
    word = words[place]
    at = chance.randrange(1, len(word) - 2)
    words[place] = chance.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + chance.choice(LETTERS) + word[at:],
            word[:at] + chance.choice(LETTERS) + word[at + 1 :],
        )
    )
    return " ".join(words)

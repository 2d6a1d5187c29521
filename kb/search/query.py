"""Query: what a person typed -> terms and phrases. There is no query language to abuse."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.search.analysis import STOP, fold, terms, words

MAX_CHARACTERS, MAX_TERMS = 200, 12
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]+)["“”„«»]')


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is what was typed, tidied; `terms` the different terms that are looked up.

    `phrases` are the quoted parts, each as the words that must stand side by side.
    """

    text: str
    terms: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    lang: str


def tidy(text: str) -> str:
    """At most 200 characters on one line, without control characters and lone surrogates."""
    text = text[: 4 * MAX_CHARACTERS].encode("utf-8", "replace").decode()
    text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())[:MAX_CHARACTERS].strip()


def parse_query(text: str, lang: str) -> Query:
    """Everything typed is plain text but quotes, which ask for the words as they stand."""
    text = tidy(text)
    content = " ".join(w[0] for w in words(text) if fold(w[0]) not in STOP)
    found = terms(content, lang) or terms(text, lang)
    phrases = tuple(p for p in (tuple(terms(q, lang)) for q in _QUOTED.findall(text)) if len(p) > 1)
    distinct = tuple(dict.fromkeys(found))[:MAX_TERMS]
    return Query(text, distinct, phrases[:3], lang)

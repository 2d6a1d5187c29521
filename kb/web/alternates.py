"""Alternates: the same article in other languages, as search engines are told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kb.content.article import Article
    from kb.content.library import Library

DEFAULT = "x-default"
"""For readers of a language that there is no translation into: the original."""


class Alternate(NamedTuple):
    """`url` is an address on this site."""

    lang: str
    url: str


def alternates(library: Library, article: Article) -> tuple[Alternate, ...]:
    """All languages of an article with its own; what search engines should leave out is in none."""
    group = [one for one in library.in_languages(article) if not one.noindex]
    if article not in group or len(group) < 2:
        return ()
    original = [Alternate(DEFAULT, one.url) for one in group if not one.translates]
    return (*(Alternate(one.lang, one.url) for one in group), *original)

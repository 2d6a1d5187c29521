"""Offers: the articles that may answer a message, each with the section that does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from kb.content.excerpts import section_html
from kb.web import found
from kb.web.bodies import body_of

if TYPE_CHECKING:
    from kb.editions import Edition
    from kb.search.results import Hit

MOST = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """To be read in place: `body` is the section as safe HTML, "" when it is too long."""

    hit: found.ShownHit
    body: Markup


def offers(edition: Edition, text: str, lang: str) -> list[Offer]:
    """The best first, one for each article; none for no text."""
    return [_offer(edition, hit) for hit in edition.answers(text, lang, MOST)]


def _offer(edition: Edition, hit: Hit) -> Offer:
    page = body_of(edition, hit.article, str)
    where = (hit.section, *hit.article.sections)  # the article as a whole: how it begins
    pieces = (section_html(page, section, hit.article.url, top=4) for section in where)
    body = next((piece for piece in pieces if piece), "")
    return Offer(found.hit(edition.library, hit), Markup(body))  # noqa: S704  (sanitised)

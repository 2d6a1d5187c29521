"""Excerpts: one section of an article's page, to be shown on another page."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from kb.content.faq import VOID, split_questions
from kb.content.fit import ATTRIBUTE, TAG

if TYPE_CHECKING:
    from re import Match

    from kb.content.article import Section

MOST = 30_000  # characters of HTML: a longer section is no answer but a page
_HEADING = re.compile(r"(?<=^<)(/?)h([1-6])\b")
_TAG_NAME = re.compile(r"<(/?)([a-z0-9]+)")
_LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PLACES = frozenset({"id", "name", "headers"})


def section_html(body: str, section: Section | None, url: str, top: int = 3) -> str:
    """A section with those below it, out of the safe HTML of the page at `url`.

    None asks for what stands before the first heading. The answer is "" when there is no such
    section, or when it is too long. No element keeps an id, so that none is on the other page
    twice; a link to a place in the article leads there. The headings below the section begin at
    level `top`.
    """
    found = _cut(body, section)
    if len(found) > MOST:
        return ""
    lowered = top - 1 - (section.level if section else 1)
    return TAG.sub(lambda tag: _moved(tag[0], url, lowered), found)


def _cut(body: str, section: Section | None) -> str:
    """Up to the next heading of its level or above, or to the end of what it stands in."""
    if section is None:
        return split_questions(body, 6)[0]
    level = section.level
    own = re.compile(
        rf'<h{level}[^>]* id="{re.escape(escape(section.anchor))}"[^>]*>.*?</h{level}>'
    )
    heading = own.search(body) if section.anchor else None
    if heading is None:
        return ""
    depth = 0
    for tag in TAG.finditer(body, heading.end()):
        name = _TAG_NAME.match(tag[0])
        if name is None or name[2] in VOID:
            continue
        next_one = depth == 0 and not name[1] and name[2] in _LEVELS[:level]
        depth += -1 if name[1] else 1
        if next_one or depth < 0:
            return body[heading.end() : tag.start()].strip()
    return body[heading.end() :].strip()


def _moved(tag: str, url: str, lowered: int) -> str:
    def attribute(found: Match[str]) -> str:
        name, value = found[1], found[2]
        if name in _PLACES:
            return ""
        return f' href="{url}{value}"' if name == "href" and value.startswith("#") else found[0]

    tag = _HEADING.sub(lambda h: f"{h[1]}h{min(6, max(3, int(h[2]) + lowered))}", tag)
    return ATTRIBUTE.sub(attribute, tag)

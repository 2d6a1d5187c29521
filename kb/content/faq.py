"""FAQ: a page of questions -> its questions, each with its own address."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.content.article import Section

_PREFIX = re.compile(r"^\s*(?:Q|Question)\s*[:.)]\s*", re.I)
_ANSWER = re.compile(r"^(\s*<p>)\s*(?:<strong>\s*A(?:nswer)?\s*[:.]\s*</strong>|A:)\s*")
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s[\w-]+(?:="[^"]*")?)*)\s*/?>')
VOID = frozenset({"br", "hr", "img", "input", "col", "wbr", "source", "track"})
_MARKS = ("?", "？", "؟", ";", "՞", "¿")


@dataclass(frozen=True, slots=True)
class Question:
    """One expandable question. `html` is the answer, already safe.

    `group` is the title of the heading above it that gathers several questions, or "".
    """

    anchor: str
    title: str
    html: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    anchor: str
    title: str
    start: int
    end: int


def is_question(title: str) -> bool:
    """`How do I …?`, `Q: …`, and the question marks of other scripts."""
    return bool(_PREFIX.match(title)) or title.rstrip().endswith(_MARKS)


def is_faq(sections: Sequence[Section]) -> bool:
    """A page most of whose headings, three or more, are questions."""
    titles = [section.title for section in sections if section.title]
    return len(titles) >= 3 and 2 * sum(map(is_question, titles)) > len(titles)


def question_level(sections: Sequence[Section]) -> int:
    """The heading level of the questions: of most that ask, else of most headings. 0: none."""
    headings = [section for section in sections if section.title]
    asking = [section.level for section in headings if is_question(section.title)]
    levels = asking or [section.level for section in headings]
    return Counter(levels).most_common(1)[0][0] if levels else 0


def plain_question(title: str) -> str:
    """`Q: How much?` -> `How much?`"""
    return _PREFIX.sub("", title)


def split_questions(body: str, level: int) -> tuple[str, list[Question]]:
    """A page's safe HTML -> what stands before the first question, and the questions.

    Headings below `level` stay inside their answer, headings above it gather questions.
    """
    headings = [h for h in _top_headings(body) if h.level <= level]
    first = next((h.start for h in headings), len(body))
    questions, group = [], ""
    for heading, following in zip(headings, [*headings[1:], None], strict=False):
        answer = body[heading.end : following.start if following else len(body)].strip()
        if heading.level < level:
            group = heading.title
            if not answer:
                continue
        title = plain_question(heading.title)
        answer = _ANSWER.sub(r"\1", answer)
        questions.append(Question(heading.anchor, title, answer, "" if title == group else group))
    return body[:first].strip(), questions


def _top_headings(body: str) -> list[_Heading]:
    """Headings outside every other element: only there the page may be cut."""
    found: list[_Heading] = []
    depth, start = 0, None
    for tag in _TAG.finditer(body):
        closing, name = tag[1], tag[2]
        if name in VOID:
            continue
        heading = re.fullmatch("h[2-6]", name)
        depth += -1 if closing else 1
        if heading and not closing and depth == 1:
            start = tag
        elif heading and closing and depth == 0 and start:
            inner = re.sub(r"<[^>]*>", "", body[start.end() : tag.start()])
            anchor = re.search(r'\sid="([^"]*)"', start[3])
            title = " ".join(html.unescape(inner).split())
            level = int(name[1])
            found.append(
                _Heading(
                    level,
                    html.unescape(anchor[1]) if anchor else "",
                    title,
                    start.start(),
                    tag.end(),
                )
            )
    return found

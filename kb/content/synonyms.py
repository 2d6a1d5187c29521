"""Synonyms: words that mean the same to customers, as writers list them in `synonyms.txt`.

sign in, log in, login      each finds the articles of the others
mobile => phone, tablet     one way: `mobile` finds what `phone` finds, not the reverse
[de]                        the language of the lines below
# a comment
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.content.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_LINES, LONGEST_LINE = 5_000, 1_000
MOST_PHRASES, MOST_WORDS = 24, 6  # in a group, in a phrase
CODE = "bad-synonym"

_LANG = re.compile(r"\[\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*\]")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_FILE = re.compile(r"synonyms(?:\.([a-z]{2,3}))?\.txt", re.I)
_ARROW = re.compile(r"=>|→")


@dataclass(frozen=True, slots=True)
class Synonym:
    """One group: whoever searches for one of `typed` also finds what has one of `meant`."""

    lang: str
    typed: tuple[str, ...]
    meant: tuple[str, ...]


def read_synonyms(
    lists: Iterable[tuple[str, str]], lang: str
) -> tuple[tuple[Synonym, ...], list[Problem]]:
    """The groups of all files; `lists` are names and texts, `lang` is the site's language."""
    found: list[Synonym] = []
    problems: list[Problem] = []
    for name, text in sorted(lists):
        if named := _FILE.fullmatch(name):
            own, wrong = parse_synonyms(text, named[1] or lang, name)
            found += own
            problems += wrong
    return tuple(found), problems


def parse_synonyms(text: str, lang: str, path: str) -> tuple[list[Synonym], list[Problem]]:
    """The groups of a file, and its lines that are none; `lang` is that of its first lines."""
    current: str | None = _base(lang)
    groups: list[Synonym] = []
    problems: list[Problem] = []
    lines = re.split(r"\r\n|\n|\r", text)
    for number, raw in enumerate(lines[:MOST_LINES], 1):
        line = _COMMENT.sub("", raw[: LONGEST_LINE + 1]).strip()
        try:
            if line.startswith("["):
                current = None  # what is below an unknown language belongs to none
                current = _language(line)
            elif line and current:
                groups.append(_group(line, current))
        except _Mistake as mistake:
            problems.append(Problem(path, number, 1, CODE, str(mistake), mistake.hint))
    if len(lines) > MOST_LINES:
        hint = "Remove groups that no customer needs."
        message = f"only the first {MOST_LINES:,} lines are read"
        problems.append(Problem(path, MOST_LINES + 1, 1, CODE, message, hint))
    return groups, problems


class _Mistake(Exception):
    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint or "Write `sign in, log in, login`, or `mobile => phone` for one way."


def _language(line: str) -> str:
    found = _LANG.fullmatch(line)
    if not found:
        raise _Mistake(f"`{line[:40]}` is not a language", "Write `[de]` on a line of its own.")
    return _base(found[1])


def _base(lang: str) -> str:
    return lang.partition("-")[0].lower()


def _group(line: str, lang: str) -> Synonym:
    if len(line) > LONGEST_LINE:
        raise _Mistake(f"the line has over {LONGEST_LINE:,} characters", "Make two groups of it.")
    if not line.isprintable() or "\ufffd" in line:
        raise _Mistake("the line is not UTF-8 text", "Save the file as UTF-8.")
    sides = [_phrases(side) for side in _ARROW.split(line)]
    if len(sides) > 2:
        raise _Mistake("there is more than one `=>`")
    if not all(sides):
        raise _Mistake("a side of `=>` is empty" if len(sides) == 2 else "the group is empty")
    if len(sides) == 1 and len(sides[0]) < 2:
        raise _Mistake(f"`{sides[0][0]}` stands alone: a group has two phrases or more")
    return Synonym(lang, sides[0], sides[-1])


def _phrases(side: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for part in side.split(","):
        phrase = " ".join(unicodedata.normalize("NFC", part).split())
        if len(phrase.split()) > MOST_WORDS:
            raise _Mistake(f"`{phrase[:40]}…` has over {MOST_WORDS} words", "Shorten it.")
        if any(c.isalnum() for c in phrase):
            found.setdefault(phrase.casefold(), phrase)
        elif phrase:
            raise _Mistake(f"`{phrase[:40]}` has no letter")
    if len(found) > MOST_PHRASES:
        raise _Mistake(f"a group has over {MOST_PHRASES} phrases", "Make two groups of it.")
    return tuple(found.values())

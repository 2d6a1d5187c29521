"""Synonyms: `synonyms.txt` -> groups of words that mean the same to a customer.

sign in, log in, login     one group a line
mfa => two-factor          one way: who searches the left finds the right, not the other way
[de]                       what follows is German; `synonyms.de.txt` is German as a whole
# a comment
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.content.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_LINES, LONGEST_LINE, LONGEST_PHRASE = 5_000, 1_000, 60
_LANG = re.compile(r"\[\s*([A-Za-z]{2,3})(?:-\w+)?\s*\]")
_FILE = re.compile(r"synonyms(?:\.([a-z]{2,3}))?\.txt", re.I)
HINT = "Write a group such as `cancel, unsubscribe`, or `mfa => two-factor` for one way."


@dataclass(frozen=True, slots=True)
class Synonym:
    """Whoever searches for one of `typed` also finds what has one of `meant`."""

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
        if file := _FILE.fullmatch(name):
            own, wrong = parse_synonyms(text, (file[1] or lang).lower(), name)
            found += own
            problems += wrong
    return tuple(found), problems


def parse_synonyms(text: str, lang: str, path: str) -> tuple[list[Synonym], list[Problem]]:
    found: list[Synonym] = []
    problems: list[Problem] = []
    lang = lang.partition("-")[0]
    lines = text.splitlines()
    for number, line in enumerate(lines[:MOST_LINES], 1):
        told = line.split("#", 1)[0].strip()
        if heading := _LANG.fullmatch(told):
            lang = heading[1].lower()
        elif told:
            sides = [_phrases(side) for side in told[:LONGEST_LINE].split("=>")]
            mistake = _mistake(told, sides)
            if mistake:
                problems.append(Problem(path, number, 1, "bad-synonym", mistake, HINT))
            else:
                found.append(Synonym(lang, sides[0], sides[-1]))
    if len(lines) > MOST_LINES:
        message = f"only the first {MOST_LINES:,} lines are used"
        problems.append(Problem(path, MOST_LINES + 1, 1, "bad-synonym", message))
    return found, problems


def _phrases(side: str) -> tuple[str, ...]:
    phrases = (" ".join(phrase.split()) for phrase in side.split(","))
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))


def _mistake(told: str, sides: list[tuple[str, ...]]) -> str:
    if len(told) > LONGEST_LINE:
        return f"the line is longer than {LONGEST_LINE:,} characters"
    if len(sides) > 2:
        return "there is more than one `=>`"
    if not all(sides):
        return "there is nothing on one side of `=>`"
    if len(sides) == 1 and len(sides[0]) < 2:
        return "a group needs at least two words"
    if any(len(phrase) > LONGEST_PHRASE for side in sides for phrase in side):
        return f"a phrase is longer than {LONGEST_PHRASE} characters"
    return ""

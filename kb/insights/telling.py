"""Telling: gaps in plain sentences, and text that stays text when it is pasted as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.insights.diagnosis import Diagnosis
    from kb.insights.queue import Row

_SYNTAX = re.compile(r"[\\`*_\[\]<>#|!~&]")
# What chats and wikis make links or mentions of by themselves: https://x, www.x.y, x.y, @x, a@x.
_LINKED = re.compile(r"(?<=\S)(?=[.@][^\W\d_])|(?<=:)(?=//)|(?<=@)(?=\S)")
_NOTHING = "\u200b"  # a space of no width


def in_markdown(text: str) -> str:
    """One line in which nothing makes a link, a picture, a heading, a cell or a mention."""
    line = " ".join(text.split())
    line = "".join(char for char in line if char.isprintable())
    return _LINKED.sub(_NOTHING, _SYNTAX.sub(r"\\\g<0>", line))


def name_of(row: Row) -> str:
    return row.gap.label or f"{row.gap.people} people, each in other words"


def told(diagnosis: Diagnosis) -> str:
    """The diagnosis as a sentence."""
    title = f"“{diagnosis.article.title}”" if diagnosis.article else ""
    share = f"{diagnosis.share:.0%} of them"
    return {
        "missing": "Nothing near exists: an article is missing.",
        "words": f"{title} answers it, but in other words: {share} found it in the end.",
        "ranking": f"{title} answers it, but stands at place {diagnosis.rank}.",
        "article": f"{title} was read and did not help: so say {share}.",
        "audience": f"{title} answers it, but is for staff only.",
    }[diagnosis.kind]


def demand_of(row: Row) -> str:
    gap = row.gap
    trend = f", {gap.before} in the time before" if gap.before else ", none in the time before"
    surge = "Surge. " if gap.surge else ""
    least = f"at least {gap.demand:.1f} people a week"
    return f"{surge}{gap.people} people{trend}; {least}"


def state_of(row: Row) -> str:
    entry = row.gap.entry
    return " ".join(filter(None, [entry.state, f"by {entry.who}" if entry.who else ""]))

"""Mails: what a customer wrote -> its sentences, and how likely each is what they ask."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kb.search.analysis import base
from kb.search.query import Query, parse_query

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 20_000
"""Characters of a mail that are read."""

MOST = 100  # sentences, so that a mail of 20 KB of short lines costs no more than others
ASKED = 1.5  # times: of a question
ANNOUNCED = 3.0  # times: of what comes after "What I would like to know:"

_QUOTED = re.compile(r"^[ \t]*>.*$", re.M)
_ENDS = re.compile(r"(?<=[.?!:;])\s+|(?<=[。？！])|\n+|\s[-\u2013\u2014]+\s")
_FIRST = 40  # characters that are no signature
_SIGNATURE = re.compile(
    r"""^[ \t]*(?:
        --[ ]?$ | _{3,} | cheers\b.{0,20}$ | sincerely\b | yours\b.{0,20}$ | sent\ from\ my\b
      | (?:(?:with|best|kind|warm|many)[ ]){0,2}(?:regards|wishes|thanks)\b.{0,20}$
      | mit\ (?:freundlichen|besten)\b | (?:viele|beste|liebe)\ grüße | cordialement\b
      | bien\ à\ vous | (?:un\ )?saludos?\b.{0,20}$ | atentamente\b | cordiali\ saluti
      | distinti\ saluti | met\ vriendelijke\ groet | atenciosamente\b
    )""",
    re.I | re.M | re.X,
)
_WONDERS = re.compile(
    r"\b(?:(?:like|want|need|love) to (?:know|understand|learn)|wonder(?:ing)?|not sure|how to)\b"
    r"|\bmöchte (?:ich )?(?:gerne? )?wissen\b|\bje voudrais savoir\b|\bquisiera saber\b",
    re.I,
)
# What every mail to support says: a sentence of nothing else is not what it is about.
_FILLERS = {
    "en": frozenset(
        """
        able about actually advance advice advise again already also answer anyone anything
        appreciate ask asking attached avoid both case cause caused causes change changed check
        correct day days dear different doing done else even everything explain find first fix fixed
        forward glad go good great happen happened happening happens hear hello help helped helpful
        here hi hope however idea issue know last later let like long look looking matter maybe mean
        meaning means month much need needed new normal nothing old possible problem question
        questions quick really reason reasons reply right said same see solve someone something soon
        sorry start started still stop stopped suggestion sure team tell thank thanks thing things
        time today told tomorrow tried true try trying understand urgent urgently use used using
        very wanted way week weeks work working would wrong yesterday
        """.split()  # noqa: SIM905
    )
}


class Sentence(NamedTuple):
    """`weight`: how likely it is what the mail asks, 1 for one that only tells."""

    query: Query
    weight: float


def sentences(text: str, lang: str) -> Iterator[Sentence]:
    """The sentences that say something, each once; all there are when none does."""
    every = dict.fromkeys(_spoken(text[:LONGEST]))
    parsed = [(parse_query(sentence, lang), lead) for sentence, lead in every]
    found = [one for one in parsed if one[0].terms]
    telling = [one for one in found if _says_something(one[0], lang)]
    for query, lead in (telling or found)[:MOST]:
        yield Sentence(query, (ASKED if query.asks or _WONDERS.search(query.text) else 1.0) * lead)


def _spoken(text: str) -> Iterator[tuple[str, float]]:
    """Sentences but greetings' and quotes', and how much each was announced."""
    own = _QUOTED.sub("", text)
    text = own if own.strip() else text
    signature = _SIGNATURE.search(text, _FIRST)
    lead = 1.0
    for part in _ENDS.split(text[: signature.start()] if signature else text):
        sentence = part.strip()
        if sentence.endswith(":"):
            lead = ANNOUNCED
        elif sentence:
            yield sentence, lead
            lead = 1.0


def _says_something(query: Query, lang: str) -> bool:
    fillers = _FILLERS.get(base(lang), frozenset())
    return any(not word.stop and word.plain not in fillers for word in query.words)

"""Evidence: what a gap's failures tell when they are added up, in words that may be shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.insights.cited import Cited, cited
from kb.insights.labels import ENOUGH

if TYPE_CHECKING:
    from kb.content.library import Library
    from kb.insights.gaps import Gap

    Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Involved:
    """An article in a gap's evidence: how many searches found it among the first three, how many
    people opened it, voted it down and wrote to support from it."""

    article: Cited
    found: int
    opened: int
    voted: int
    contacts: int


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that belong to a gap, and how many people used them."""

    key: tuple[str, str]
    text: str
    people: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """`ended` tells how often the searches had which outcome. `wordings` are those that may be
    shown, `hidden` counts the others."""

    ended: tuple[tuple[str, int], ...]
    involved: tuple[Involved, ...]
    wordings: tuple[Wording, ...]
    hidden: int


def evidence(gap: Gap, library: Library) -> Evidence:
    """Of the failures of a gap; nothing of them is in it but sums and words of three visitors."""
    return Evidence(_ended(gap), _involved(gap, library), *_wordings(gap))


def _ended(gap: Gap) -> tuple[tuple[str, int], ...]:
    ended = Counter(one.outcome for one in gap.failures if one.source == "search")
    return tuple((outcome, round(count / gap.part)) for outcome, count in ended.most_common())


def _involved(gap: Gap, library: Library) -> tuple[Involved, ...]:
    """The articles that customers met, those they turned from first."""
    people: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for failure in gap.failures:
        who = people[failure.article]
        who["opened"].add(failure.visitor)
        if failure.source == "vote" or failure.outcome == "read_voted_no":
            who["voted"].add(failure.visitor)
        if failure.source == "contact":
            who["contacts"].add(failure.visitor)
    found = Counter(dict(gap.found))
    rows = [
        Involved(
            cited(article),
            found[one],
            *(round(len(people[one][w]) / gap.part) for w in ("opened", "voted", "contacts")),
        )
        for one in {*people, *found}
        if (article := library.by_id.get(one))
    ]
    order = sorted(rows, key=lambda row: (-row.voted, -row.opened, -row.found, row.article.slug))
    return tuple(order)


def _wordings(gap: Gap) -> tuple[tuple[Wording, ...], int]:
    """Words that three visitors used, or staff; as they were typed where that may be shown."""
    people: dict[Key, set[str]] = defaultdict(set)
    typed: dict[Key, Counter[str]] = defaultdict(Counter)
    shown = {text for text, _ in gap.samples}
    for failure in gap.failures:
        key = (failure.lang, failure.normal)
        people[key].add(failure.visitor)
        text = " ".join(failure.text.split())
        text = text if text in shown and not failure.visitor else text.casefold()
        if text in shown:
            typed[key][text] += 1
    allowed = {key for key, who in people.items() if len(who) >= ENOUGH or "" in who}
    rows = [
        Wording(key, _shown_as(key, typed[key]), round(len(people[key]) / gap.part))
        for key in allowed
    ]
    order = sorted(rows, key=lambda row: (-row.people, row.text))
    return tuple(order), len(people) - len(allowed)


def _shown_as(key: Key, typed: Counter[str]) -> str:
    return typed.most_common(1)[0][0] if typed else key[1]

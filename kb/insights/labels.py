"""Labels: what may be shown of customers' words: a text from its third visitor on, or words that
three visitors used."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from kb.search.analysis import plain_word, stop_words, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.feedback.failures import Failure

ENOUGH = 3
"""Distinct visitors who must have typed something before anybody sees it as it was typed."""

MOST_WORDS = 5
MOST_SAMPLES = 12


def label(failures: Sequence[Failure]) -> str:
    """What a gap is about, in customers' words; "" when too few of them used the same."""
    shown, _ = samples(failures)
    if shown:
        return shown[0][0]
    return _common_words(failures)


def samples(failures: Iterable[Failure]) -> tuple[tuple[tuple[str, int], ...], int]:
    """Texts with how many visitors typed them, most first, and how many texts are not shown.

    What staff wrote is their own, and shown from the first on, as they wrote it first; words that
    both used are one text.
    """
    typed: dict[str, set[str]] = defaultdict(set)
    written: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for failure in failures:
        text = " ".join(failure.text.split())
        if failure.visitor and text:
            typed[text.casefold()].add(failure.visitor)
        elif text:
            written[text.casefold()] += 1
            spelled.setdefault(text.casefold(), text)
    enough = Counter({text: len(who) for text, who in typed.items() if len(who) >= ENOUGH})
    counts = [
        (text if text in enough else spelled[text], number)
        for text, number in (enough + written).items()
    ]
    counts.sort(key=lambda sample: (-sample[1], sample[0]))
    return tuple(counts[:MOST_SAMPLES]), len(typed) - len(enough)


def _common_words(failures: Iterable[Failure]) -> str:
    """The words that most visitors used, in the order in which they usually stand."""
    used: dict[str, set[str]] = defaultdict(set)
    places: dict[str, list[int]] = defaultdict(list)
    for failure in failures:
        stops = stop_words(failure.lang or "en")
        for place, match in enumerate(words(failure.text)):
            word = plain_word(match[0])
            if word and word not in stops:
                used[word].add(failure.visitor)
                places[word].append(place)
    common = [word for word, who in used.items() if len(who) >= ENOUGH]
    common.sort(key=lambda word: (-len(used[word]), word))
    chosen = common[:MOST_WORDS]
    return " ".join(sorted(chosen, key=lambda word: (sum(places[word]) / len(places[word]), word)))

"""The journal of the gap benchmark: filled by the product's writers, and what others make of it.

Other systems list searches without results and searches without a click, by their count.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from kb.feedback.events import Vote
from kb.feedback.journal import Journal
from kb.feedback.signals import Signals
from kb.feedback.tables import votes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from truth import Event

    from kb.feedback.events import Search

BATCH = 5_000
T = TypeVar("T")


def record(url: str, events: Iterable[Event]) -> None:
    """Everything in its order; the votes, of which each is a transaction in life, in bulk."""
    journal = Journal(url)
    events = list(events)
    signals = Signals(journal.database)
    for batch in _batches(event for event in events if not isinstance(event, Vote)):
        signals.write(batch)
    new = journal.database.insert(votes).on_conflict_do_nothing()
    for batch in _batches(event for event in events if isinstance(event, Vote)):
        with journal.database.writing() as connection:
            connection.execute(new, [asdict(vote) for vote in batch])
    journal.close()


def _batches(events: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(events, BATCH)):
        yield batch


def without_results(url: str) -> list[frozenset[str]]:
    return _by_count(url, lambda search, clicked: not search.total)


def without_click(url: str) -> list[frozenset[str]]:
    """Those that had results."""
    return _by_count(url, lambda search, clicked: bool(search.total) and not clicked)


def _by_count(url: str, failed: Callable[[Search, bool], bool]) -> list[frozenset[str]]:
    """Each normalised text a gap of its own, the most frequent first."""
    journal = Journal(url)
    signals = Signals(journal.database)
    clicked = {click.search for click in signals.clicks()}
    counts = Counter(
        search.normal
        for search in signals.searches()
        if search.normal and search.finished and failed(search, search.token in clicked)
    )
    journal.close()
    ranked = sorted(counts, key=lambda normal: (-counts[normal], normal))
    return [frozenset({normal}) for normal in ranked]

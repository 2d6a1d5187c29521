"""Sections: which section of a document has most of a query, from the places of its terms.

Reading ten articles' texts for that would take most of the time that a page of results takes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from kb.search.documents import FIELDS
from kb.search.segments import FIELD_SHIFT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kb.search.ranking import Ranking

HEADINGS, BODY = FIELDS.index("headings"), FIELDS.index("body")
_PLACE = (1 << FIELD_SHIFT) - 1
ENOUGH = 5  # more matches than these do not make a section better


def best_section(ranking: Ranking, document: int, words: Mapping[str, int], sections: int) -> int:
    """The number of the section with most different words, those in its heading counting twice.

    `words` are terms and the number of the word that each is a part of. At a tie the section with
    more matches, then the first. `sections` is how many the document has.
    """
    in_heading, in_text, matches = _found(ranking, document, words, sections)

    def worth(section: int) -> tuple[int, int]:
        heading, text = in_heading[section], in_text[section]
        return len(heading) + len(heading | text), min(matches[section], ENOUGH)

    found = in_heading.keys() | in_text.keys()
    return max(sorted(found), key=worth, default=0)


def _found(
    ranking: Ranking, document: int, words: Mapping[str, int], sections: int
) -> tuple[dict[int, set[int]], dict[int, set[int]], dict[int, int]]:
    """By section: the words in its heading, those in its text, and the matches in its text."""
    begins = ranking.sections_of(document)
    headings, texts = begins[:sections], begins[sections:]
    in_heading: dict[int, set[int]] = defaultdict(set)
    in_text: dict[int, set[int]] = defaultdict(set)
    matches: dict[int, int] = defaultdict(int)
    for term, word in words.items():
        for posting in ranking.places_in(term, document):
            field, place = posting >> FIELD_SHIFT, posting & _PLACE
            if field == HEADINGS and headings:
                in_heading[bisect_right(headings, place) - 1].add(word)
            elif field == BODY and texts:
                section = max(0, bisect_right(texts, place) - 1)
                in_text[section].add(word)
                matches[section] += 1
    return in_heading, in_text, matches

"""Compiling: segments -> the arrays that ranking reads, one folder a language.

    terms.txt          the terms, sorted; a term's number is its line
    keys.txt           the documents' keys, sorted; a document's number is its line
    starts.npy         int64, terms + 1: a term's postings are documents[starts[t]:starts[t + 1]]
    documents.npy      uint32, a posting's document, rising within a term
    impacts.npy        float32, a posting's share of the score: BM25F, weights, boost folded in
    place_begins.npy   uint32, a posting's first place; in place_counts.npy, uint32, how many
    places.npy         uint32, field << 24 | place, those of deleted documents too
    dense.npy          float32, common terms × documents: impacts of terms in very many documents
    dense_terms.npy    uint32, the number of each row's term, sorted
    lengths.npy        float32, fields × documents
    averages.npy       float64, the fields' average lengths
    boosts.npy         float32, documents
    section_places.npy uint32, a document's places where its headings begin, then its sections
    section_place_starts.npy  int64, documents + 1
    vocabulary         the unstemmed words, see `vocabulary`

The formula is Whoosh's BM25F, which follows Robertson, Zaragoza and Taylor, "Simple BM25
Extension to Multiple Weighted Fields" (2004), in scoring each field by itself:

    impact(t, d) = boost(d) · idf(t) · Σ_f weight(f) · tf · (K1 + 1) / (tf + K1 · norm(f, d))
    norm(f, d)   = 1 - B_f + B_f · length(f, d) / average length of f
    idf(t)       = ln(N / (n + 1)) + 1, n the documents that hold t in any field

but for the idf: of a field each, a common word would be rare, and weigh heavily, in a field that
few documents have.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.search.documents import LENGTH_SHARES, WEIGHTS
from kb.search.ragged import starts
from kb.search.segments import texts
from kb.search.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from kb.search.segments import Segment

K1 = 0.8
FIELD_WEIGHTS = np.array([WEIGHTS[name] for name in WEIGHTS])
B = np.array([LENGTH_SHARES[name] for name in WEIGHTS])
DENSE = 8  # a term in more documents than one of so many is kept as a row of all of them


def compile_segments(segments: Sequence[Segment], folder: Path) -> None:
    """Write the arrays of all live documents into a new `folder`."""
    folder.mkdir(parents=True)
    keys, numbers = _number_documents(segments)
    arrays = _documents(segments, numbers, len(keys))
    terms, postings = _postings(segments, numbers, arrays["averages"])
    arrays |= _impacts(postings, len(terms), arrays["boosts"])
    arrays |= _dense(arrays, len(keys))
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "terms.txt").write_text("\n".join(terms))
    (folder / "keys.txt").write_text("\n".join(keys))
    _vocabulary(segments).save(folder)


def _number_documents(segments: Sequence[Segment]) -> tuple[list[str], list[NDArray[np.int64]]]:
    """The live keys, sorted, and for each segment its documents' numbers among them; -1: gone."""
    all_keys = [texts(segment.arrays.keys) for segment in segments]
    live = [
        key
        for segment, keys in zip(segments, all_keys, strict=True)
        for key, alive in zip(keys, segment.alive.tolist(), strict=True)
        if alive
    ]
    number = {key: n for n, key in enumerate(sorted(live))}
    numbers = [
        np.where(s.alive, np.array([number.get(key, -1) for key in keys], np.int64), -1)
        for s, keys in zip(segments, all_keys, strict=True)
    ]
    return list(number), numbers


def _documents(
    segments: Sequence[Segment], numbers: list[NDArray[np.int64]], documents: int
) -> dict[str, NDArray[Any]]:
    """What is known of each document, by its number."""
    fields = len(WEIGHTS)
    lengths = np.zeros((fields, documents), np.float32)
    boosts = np.zeros(documents, np.float32)
    sections: list[NDArray[np.uint32]] = [np.zeros(0, np.uint32)] * documents
    totals = np.zeros(fields)
    for segment, number in zip(segments, numbers, strict=True):
        arrays, alive = segment.arrays, segment.alive
        lengths[:, number[alive]] = arrays.lengths[:, alive]
        boosts[number[alive]] = arrays.boosts[alive]
        totals += arrays.totals[:, alive].sum(axis=1)
        ends = np.cumsum(arrays.section_counts)
        for n, end, size in zip(number.tolist(), ends, arrays.section_counts, strict=True):
            if n >= 0:
                sections[n] = arrays.sections[end - size : end]
    return {
        "lengths": lengths,
        "boosts": boosts,
        # over all documents, those without the field included, as Whoosh does
        "averages": totals / max(1, documents),
        "section_places": np.concatenate([np.zeros(0, np.uint32), *sections]),
        "section_place_starts": starts(np.array([len(row) for row in sections], np.int64)),
    }


def _postings(
    segments: Sequence[Segment], numbers: list[NDArray[np.int64]], averages: NDArray[np.float64]
) -> tuple[list[str], dict[str, NDArray[Any]]]:
    """All live postings, by term and document, and the terms that are left."""
    own_terms = [texts(segment.arrays.terms) for segment in segments]
    terms = sorted({term for some in own_terms for term in some})
    number_of = {term: n for n, term in enumerate(terms)}
    found: dict[str, list[NDArray[Any]]] = {
        name: [np.zeros(0, kind)]
        for name, kind in (("term", np.int64), ("document", np.int64), ("summed", np.float64),
                           ("place_begins", np.int64), ("place_counts", np.uint32))
    }  # fmt: skip
    places = [np.zeros(0, np.uint32)]
    for segment, own, number in zip(segments, own_terms, numbers, strict=True):
        arrays = segment.arrays
        document = number[arrays.document]
        live = slice(None) if segment.alive.all() else document >= 0
        of_term = np.array([number_of[term] for term in own], np.int64)
        found["term"].append(of_term[arrays.term[live]])
        found["document"].append(document[live])
        found["summed"].append(_summed(segment, averages)[live])
        found["place_begins"].append(arrays.first_place[live] + sum(map(len, places)))
        found["place_counts"].append(arrays.place_count[live])
        places.append(arrays.places)
    joined = {name: np.concatenate(some) for name, some in found.items()}
    documents = max(1, sum(int((number >= 0).sum()) for number in numbers))
    order = np.argsort(joined["term"] * documents + joined["document"], kind="stable")
    postings = {name: some[order] for name, some in joined.items()}
    used = np.bincount(postings["term"], minlength=len(terms)) > 0
    postings["term"] = (np.cumsum(used) - 1)[postings["term"]]
    postings["places"] = np.concatenate(places)
    return [term for term, kept in zip(terms, used.tolist(), strict=True) if kept], postings


def _summed(segment: Segment, averages: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each posting what its fields are worth, before the idf."""
    arrays = segment.arrays
    if not len(arrays.first_part):
        return np.zeros(0)
    worth = saturation(arrays.part_count, arrays.part_field, arrays.part_length, averages)
    summed: NDArray[np.float64] = np.add.reduceat(worth, arrays.first_part)
    return summed


def _impacts(
    postings: dict[str, NDArray[Any]], terms: int, boosts: NDArray[np.float32]
) -> dict[str, NDArray[Any]]:
    frequencies = np.bincount(postings["term"], minlength=terms)
    weights = idf(frequencies, len(boosts))
    scores = postings["summed"] * weights[postings["term"]] * boosts[postings["document"]]
    return {
        "starts": starts(frequencies),
        "documents": postings["document"].astype(np.uint32),
        "impacts": scores.astype(np.float32),
        "place_begins": postings["place_begins"].astype(np.uint32),
        "place_counts": postings["place_counts"],
        "places": postings["places"],
    }


def saturation(
    count: NDArray[Any],
    field: NDArray[Any],
    length: NDArray[Any],
    average: NDArray[np.float64],
) -> NDArray[np.float64]:
    """What a term's `count` in a field of some `length` is worth, weighted, before the idf."""
    per_word = K1 * B / np.maximum(average, 1e-9)
    norm = (K1 * (1 - B))[field] + per_word[field] * length
    weighted: NDArray[np.float64] = (FIELD_WEIGHTS * (K1 + 1))[field] * count / (count + norm)
    return weighted


def idf(frequencies: NDArray[Any], documents: int) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = np.log(max(1, documents) / (frequencies + 1.0)) + 1
    return weights


def _dense(arrays: dict[str, NDArray[Any]], documents: int) -> dict[str, NDArray[Any]]:
    begins = arrays["starts"]
    common = np.flatnonzero(np.diff(begins) > max(64, documents // DENSE))
    rows = np.zeros((len(common), documents), np.float32)
    for row, term in enumerate(common):
        postings = slice(begins[term], begins[term + 1])
        rows[row, arrays["documents"][postings]] = arrays["impacts"][postings]
    return {"dense": rows, "dense_terms": common.astype(np.uint32)}


def _vocabulary(segments: Sequence[Segment]) -> Vocabulary:
    """The unstemmed words of all live documents."""
    counts: Counter[str] = Counter()
    for segment in segments:
        words = texts(segment.arrays.words)
        live = segment.arrays.word[segment.alive[segment.arrays.word_document]]
        counts.update(
            dict(zip(words, np.bincount(live, minlength=len(words)).tolist(), strict=True))
        )
    return Vocabulary.of({word: count for word, count in counts.items() if count})

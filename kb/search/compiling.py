"""Compiling: segments -> the arrays that ranking reads, one folder a language.

    terms.txt          the terms, sorted; a term's number is its line
    keys.txt           the documents' keys, sorted; a document's number is its line
    starts.npy         int64, terms + 1: a term's postings are documents[starts[t]:starts[t + 1]]
    documents.npy      uint32, a posting's document, rising within a term
    impacts.npy        float32, a posting's share of the score: BM25F, weights, boost folded in
    place_starts.npy   int64, postings + 1: as `starts`, for places
    places.npy         uint32, field << 24 | place
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

from typing import TYPE_CHECKING, Any

import numpy as np

from kb.search.documents import LENGTH_SHARES, WEIGHTS
from kb.search.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from kb.search.segments import Postings, Segment

K1 = 0.8
FIELD_WEIGHTS = np.array([WEIGHTS[name] for name in WEIGHTS])
B = np.array([LENGTH_SHARES[name] for name in WEIGHTS])
DENSE = 4  # a term in more than a quarter of the documents is kept as a row of all of them
FIELD_SHIFT = 24


def compile_segments(segments: Sequence[Segment], folder: Path) -> None:
    """Write the arrays of all live documents into a new `folder`."""
    folder.mkdir(parents=True)
    keys, numbers = _number_documents(segments)
    lengths = _gather([s.lengths.T for s in segments], numbers, (len(keys), len(WEIGHTS))).T
    boosts = _gather([s.boosts for s in segments], numbers, (len(keys),))
    terms, postings = _join([s.postings for s in segments], numbers)
    arrays = _impacts(postings, len(terms), lengths, boosts)
    arrays |= {"lengths": lengths, "boosts": boosts, **_sections(segments, numbers, len(keys))}
    arrays |= _dense(arrays, len(keys))
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "terms.txt").write_text("\n".join(terms))
    (folder / "keys.txt").write_text("\n".join(keys))
    words, used = _join([s.words for s in segments], numbers)
    counts = np.bincount(used["text"], minlength=len(words))
    Vocabulary.of(dict(zip(words, counts.tolist(), strict=True))).save(folder)


def _number_documents(segments: Sequence[Segment]) -> tuple[list[str], list[NDArray[np.int64]]]:
    """The live keys, sorted, and for each segment its documents' numbers among them; -1: gone."""
    live = [key for s in segments for key, alive in zip(s.keys, s.alive, strict=True) if alive]
    number = {key: n for n, key in enumerate(sorted(live))}
    numbers = [
        np.where(s.alive, np.array([number.get(key, -1) for key in s.keys], np.int64), -1)
        for s in segments
    ]
    return list(number), numbers


def _gather(
    parts: list[Any], numbers: list[NDArray[np.int64]], shape: tuple[int, ...]
) -> NDArray[np.float32]:
    """Rows of the segments' documents, as rows of the numbered documents."""
    whole = np.zeros(shape, np.float32)
    for part, number in zip(parts, numbers, strict=True):
        live = number >= 0
        whole[number[live]] = part[live]
    return whole


def _sections(
    segments: Sequence[Segment], numbers: list[NDArray[np.int64]], documents: int
) -> dict[str, NDArray[Any]]:
    rows: list[NDArray[np.uint32]] = [np.zeros(0, np.uint32)] * documents
    for segment, number in zip(segments, numbers, strict=True):
        split = np.split(segment.sections, np.cumsum(segment.section_count)[:-1])
        for n, row in zip(number.tolist(), split, strict=True):
            if n >= 0:
                rows[n] = row
    return {
        "section_places": np.concatenate([np.zeros(0, np.uint32), *rows]),
        "section_place_starts": _starts(np.array([len(row) for row in rows], np.int64)),
    }


def _join(
    parts: Sequence[Postings], numbers: list[NDArray[np.int64]]
) -> tuple[list[str], dict[str, NDArray[Any]]]:
    """All live postings, by term, document and field, and the terms that are left."""
    texts = [part.terms() for part in parts]
    terms = sorted({text for some in texts for text in some})
    number_of = {term: n for n, term in enumerate(terms)}
    found: dict[str, list[NDArray[Any]]] = {name: [] for name in ("text", "document", "field")}
    counts, places = [], []
    for part, some, number in zip(parts, texts, numbers, strict=True):
        of_text = np.array([number_of[text] for text in some], np.int64)
        document = number[part.document]
        live = document >= 0
        found["text"].append(of_text[part.text[live]] if some else np.zeros(0, np.int64))
        found["document"].append(document[live])
        found["field"].append(part.field[live])
        if len(part.count):
            counts.append(part.count[live])
            places.append(part.places[np.repeat(live, part.count)])
    joined = {name: _concatenated(some, np.int64) for name, some in found.items()}
    joined["count"] = _concatenated(counts, np.int64)
    joined["places"] = _concatenated(places, np.uint32)
    used = np.zeros(len(terms), bool)
    used[joined["text"]] = True
    joined["text"] = (np.cumsum(used) - 1)[joined["text"]]
    return [term for term, kept in zip(terms, used, strict=True) if kept], joined


def _concatenated(parts: list[NDArray[Any]], kind: type) -> NDArray[Any]:
    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, kind)


def _impacts(
    postings: dict[str, NDArray[Any]],
    terms: int,
    lengths: NDArray[np.float32],
    boosts: NDArray[np.float32],
) -> dict[str, NDArray[Any]]:
    documents = len(boosts)
    order = np.argsort(
        (postings["text"] * max(documents, 1) + postings["document"]) * 8 + postings["field"],
        kind="stable",
    )
    text, document, field, count = (
        postings[name][order] for name in ("text", "document", "field", "count")
    )
    pair = text * max(documents, 1) + document
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    frequencies = np.bincount(text[first], minlength=terms)
    # over all documents, those without the field included, as Whoosh does
    averages = np.bincount(field, count, minlength=len(WEIGHTS)) / max(1, documents)
    saturated = saturation(count, field, lengths[field, document], averages)
    summed = np.add.reduceat(saturated, first) if len(first) else saturated
    scores = summed * idf(frequencies, documents)[text[first]] * boosts[document[first]]
    place_starts = _starts(np.add.reduceat(count, first) if len(first) else count)
    return {
        "starts": _starts(frequencies),
        "documents": document[first].astype(np.uint32),
        "impacts": scores.astype(np.float32),
        "place_starts": place_starts,
        "places": _places(postings, order, count, field),
        "averages": averages,
    }


def saturation(
    count: NDArray[Any],
    field: NDArray[Any],
    length: NDArray[Any],
    average: NDArray[np.float64],
) -> NDArray[np.float64]:
    """What a term's `count` in a field of some `length` is worth, weighted, before the idf."""
    share = B[field]
    norm = 1 - share + share * length.astype(np.float64) / np.maximum(average[field], 1e-9)
    weighted: NDArray[np.float64] = FIELD_WEIGHTS[field] * count * (K1 + 1) / (count + K1 * norm)
    return weighted


def idf(frequencies: NDArray[Any], documents: int) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = np.log(max(1, documents) / (frequencies + 1.0)) + 1
    return weights


def _starts(sizes: NDArray[Any]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _places(
    postings: dict[str, NDArray[Any]],
    order: NDArray[Any],
    count: NDArray[Any],
    field: NDArray[Any],
) -> NDArray[np.uint32]:
    """The places in the order of the postings: runs of `count` items are moved as a whole."""
    begin = (np.cumsum(postings["count"]) - postings["count"])[order]
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    moved: NDArray[np.uint32] = postings["places"][np.repeat(begin, count) + within]
    fields = np.repeat(field << FIELD_SHIFT, count).astype(np.uint32)
    return moved | fields


def _dense(arrays: dict[str, NDArray[Any]], documents: int) -> dict[str, NDArray[Any]]:
    starts = arrays["starts"]
    common = np.flatnonzero(np.diff(starts) > max(64, documents // DENSE))
    rows = np.zeros((len(common), documents), np.float32)
    for row, term in enumerate(common):
        postings = slice(starts[term], starts[term + 1])
        rows[row, arrays["documents"][postings]] = arrays["impacts"][postings]
    return {"dense": rows, "dense_terms": common.astype(np.uint32)}

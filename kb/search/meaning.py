"""Meaning: texts and queries as vectors of static word embeddings, when the extra is installed.

    titles.npy          float32, documents × 256, unit length: title with questions and keywords
    sections.npy        float32, sections × 256, unit length
    section_starts.npy  int64, documents + 1
    token_weights.npy   float32, vocabulary of the model

A text's vector is the mean of its tokens' vectors, rare tokens weighing more (Arora, Liang and
Ma, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings", 2017: a / (a + p(token))). The
model is the file inside the wheel of `wordllama`; importing that package would take seconds.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

import numpy as np

from kb.search.ragged import items, starts
from kb.search.ranking import best, load_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kb.search.documents import Document
    from kb.search.ranking import Scores

    Vectors = NDArray[np.float32]

LANG = "en"  # the language that the model knows
RARE = 1e-3  # `a` of the formula
BATCH = 256
WIDTH = 256  # of a vector
MOST_TITLES = 20_000  # of more documents only those that share a word with the query are compared
CANDIDATES = 1_000
_FILES = ("weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json")


def installed() -> bool:
    """Whether the extra `semantic` is there."""
    return _paths() is not None


@cache
def _paths() -> tuple[Path, Path] | None:
    spec = importlib.util.find_spec("wordllama")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        weights, tokenizer = (Path(folder) / name for name in _FILES)
        if weights.is_file() and tokenizer.is_file():
            return weights, tokenizer
    return None


class Model:
    """Token vectors, float16, tokens × 256. One a process: 16 MB, a quarter of a second."""

    def __init__(self, weights: Path, tokenizer: Path) -> None:
        from safetensors.numpy import load_file  # noqa: PLC0415  (the extra may be missing)
        from tokenizers import Tokenizer  # noqa: PLC0415

        self.vectors: NDArray[np.float16] = load_file(weights)["embedding.weight"]
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [one.ids for one in found]

    def embed_texts(self, texts: Sequence[str], weights: NDArray[np.float32]) -> Vectors:
        vectors = np.zeros((len(texts), WIDTH), np.float32)
        for begin in range(0, len(texts), BATCH):
            some = texts[begin : begin + BATCH]
            vectors[begin : begin + BATCH] = self.embed(self.tokens(some), weights)
        return vectors

    def embed(self, tokens: Sequence[Sequence[int]], weights: NDArray[np.float32]) -> Vectors:
        """Texts × 256, of unit length, or zero for a text without tokens."""
        vectors = np.zeros((len(tokens), WIDTH), np.float32)
        for row, ids in enumerate(tokens):
            if ids:
                vectors[row] = weights[ids] @ self.vectors[ids].astype(np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = vectors / np.maximum(norms, 1e-9)
        return unit


_loading = Lock()


def model() -> Model | None:
    """Loaded at the first call, for a tenth of a second; None without the extra."""
    with _loading:
        return _model()


@cache
def _model() -> Model | None:
    paths = _paths()
    return Model(*paths) if paths else None


def embed_documents(documents: Sequence[Document], folder: Path, kept: Path) -> None:
    """Write the vectors of documents, sorted by key, into `folder`.

    Those of the last time are in `kept`: documents of the same digest are not embedded again.
    Does nothing without the model.
    """
    found = model()
    if found is None or not documents:
        return
    old = _Kept.open(kept)
    if old is None or not old.size / 2 <= len(documents) <= old.size * 2:
        # Else one edit would change every weight, and so every vector.
        texts = [text for one in documents for text in (one.about, *one.passages)]
        old = _Kept.nothing(_token_weights(found, texts), len(documents))
    known = {digest: n for n, digest in enumerate(old.digests)}
    fresh = [one for one in documents if one.digest not in known]
    titles, sections, counts = _embed(found, fresh, old.weights)
    at = {one.digest: len(old.digests) + n for n, one in enumerate(fresh)} | known
    order = np.array([at[one.digest] for one in documents], np.int64)
    counts = np.concatenate([old.counts, counts])
    titles = np.concatenate([old.titles, titles])[order]
    sections = np.concatenate([old.sections, sections])[
        items(starts(counts)[:-1][order], counts[order])
    ]
    new = _Kept(
        [one.digest for one in documents], old.size, old.weights, titles, sections, counts[order]
    )
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    new.save_vectors(folder)
    new.save(kept)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the next build can use: the documents' digests, and for how many documents the tokens
    were weighed; else as in the module's description, `counts` being the number of sections."""

    digests: list[str]
    size: int
    weights: NDArray[np.float32]
    titles: Vectors
    sections: Vectors
    counts: NDArray[np.int64]

    @classmethod
    def nothing(cls, weights: NDArray[np.float32], size: int) -> _Kept:
        none = np.zeros((0, WIDTH), np.float32)
        return cls([], size, weights, none, none, np.zeros(0, np.int64))

    @classmethod
    def open(cls, folder: Path) -> _Kept | None:
        try:
            state = json.loads((folder / "state.json").read_bytes())
            weights, titles, sections, begins = (
                np.load(folder / f"{name}.npy", mmap_mode="r") for name in _NAMES
            )
            return cls(state["digests"], state["size"], weights, titles, sections, np.diff(begins))
        except (OSError, ValueError, KeyError, EOFError):
            return None

    def save(self, folder: Path) -> None:
        self.save_vectors(folder)
        state = {"digests": self.digests, "size": self.size}
        (folder / "state.json").write_text(json.dumps(state))

    def save_vectors(self, folder: Path) -> None:
        np.save(folder / "token_weights.npy", self.weights)
        np.save(folder / "titles.npy", self.titles)
        np.save(folder / "sections.npy", self.sections)
        np.save(folder / "section_starts.npy", starts(self.counts))


_NAMES = ("token_weights", "titles", "sections", "section_starts")


def _embed(
    found: Model, documents: Sequence[Document], weights: NDArray[np.float32]
) -> tuple[Vectors, Vectors, NDArray[np.int64]]:
    """Vectors of titles and of all sections, and how many sections each document has."""
    passages = [document.passages for document in documents]
    titles = found.embed_texts([document.about for document in documents], weights)
    sections = found.embed_texts([text for some in passages for text in some], weights)
    return titles, sections, np.array([len(some) for some in passages], np.int64)


def _token_weights(found: Model, texts: list[str]) -> NDArray[np.float32]:
    counts = np.zeros(len(found.vectors))
    for begin in range(0, len(texts), BATCH):
        for ids in found.tokens(texts[begin : begin + BATCH]):
            np.add.at(counts, ids, 1)
    weights: NDArray[np.float32] = (RARE / (RARE + counts / max(1, counts.sum()))).astype(
        np.float32
    )
    return weights


class Meaning:
    """The vectors of one language's documents, and the model to ask with."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or ValueError when the files are not there."""
        self._titles = load_array(folder / "titles.npy")
        self._sections = load_array(folder / "sections.npy")
        self._starts = load_array(folder / "section_starts.npy")
        self._counts = np.diff(self._starts)
        self._weights = load_array(folder / "token_weights.npy")

    def vector(self, text: str) -> Vectors:
        found = model()
        assert found is not None  # as `open_meaning` has seen
        vector: Vectors = found.embed(found.tokens([text]), self._weights)[0]
        return vector

    def titles(self, vector: Vectors, scores: Scores) -> Vectors:
        """Of each document the cosine of its title with the vector, not below 0.

        `scores` say which documents are worth comparing when there are very many.
        """
        if len(self._titles) <= MOST_TITLES:
            return np.maximum(self._titles @ vector, 0)
        cosines = np.zeros(len(self._titles), np.float32)
        numbers = best(scores, CANDIDATES)
        cosines[numbers] = np.maximum(self._titles[numbers] @ vector, 0)
        return cosines

    def sections(self, vector: Vectors, documents: NDArray[np.int64]) -> Vectors:
        """The cosine of the best section of each of these documents, not below 0."""
        sizes = self._counts[documents]
        cosines = self._sections[items(self._starts[documents], sizes)] @ vector
        found = np.zeros(len(documents), np.float32)
        owners = np.repeat(np.arange(len(documents)), sizes)
        np.maximum.at(found, owners, cosines)
        return found


def open_meaning(folder: Path) -> Meaning | None:
    """None when the vectors were not made, or the extra is missing here."""
    if not (folder / "titles.npy").is_file() or not installed():
        return None
    Thread(target=model, name="kb-model", daemon=True).start()  # nobody waits for it when opening
    return Meaning(folder)

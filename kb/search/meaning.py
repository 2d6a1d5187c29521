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
import zipfile
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

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

    def embed(self, tokens: Sequence[Sequence[int]], weights: NDArray[np.float32]) -> Vectors:
        """Texts × 256, of unit length, or zero for a text without tokens."""
        vectors = np.zeros((len(tokens), self.vectors.shape[1]), np.float32)
        for row, ids in enumerate(tokens):
            if ids:
                vectors[row] = weights[ids] @ self.vectors[ids].astype(np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = vectors / np.maximum(norms, 1e-9)
        return unit


@cache
def model() -> Model | None:
    paths = _paths()
    return Model(*paths) if paths else None


def embed_documents(documents: Sequence[Document], folder: Path, cache_folder: Path) -> None:
    """Write the vectors of documents, sorted by key; texts seen before come from the cache.

    Does nothing without the model.
    """
    found = model()
    if found is None or not documents:
        return
    cache_folder.mkdir(parents=True, exist_ok=True)
    texts = [document.about for document in documents]
    for document in documents:
        texts += document.passages
    vectors, weights = _embed(found, texts, cache_folder / "meaning.npz")
    sizes = [len(document.passages) for document in documents]
    np.save(folder / "titles.npy", vectors[: len(documents)])
    np.save(folder / "sections.npy", vectors[len(documents) :])
    np.save(folder / "section_starts.npy", np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))
    np.save(folder / "token_weights.npy", weights)


def _embed(found: Model, texts: list[str], path: Path) -> tuple[Vectors, NDArray[np.float32]]:
    """Vectors of the texts, and the token weights; both are kept in the file at `path`.

    Weights are counted once and again when the texts have become twice or half as many: else
    one edit would change every vector.
    """
    digests = [blake2b(t.encode("utf-8", "replace"), digest_size=16).digest() for t in texts]
    kept = _load(path)
    if kept is None or not len(texts) / 2 <= int(kept["size"]) <= len(texts) * 2:
        weights = _token_weights(found, texts)
        known: dict[bytes, int] = {}
        old = np.zeros((0, found.vectors.shape[1]), np.float32)
        size = len(texts)
    else:
        weights, old, size = kept["weights"], kept["vectors"], int(kept["size"])
        known = {row.tobytes(): n for n, row in enumerate(kept["digests"])}
    new = [n for n, digest in enumerate(digests) if digest not in known]
    vectors = np.zeros((len(texts), found.vectors.shape[1]), np.float32)
    for begin in range(0, len(new), BATCH):
        rows = new[begin : begin + BATCH]
        vectors[rows] = found.embed(found.tokens([texts[n] for n in rows]), weights)
    same = [n for n, digest in enumerate(digests) if digest in known]
    vectors[same] = old[[known[digests[n]] for n in same]]
    if new or len(known) != len(texts):
        packed = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16)
        np.savez(path, weights=weights, vectors=vectors, digests=packed, size=size)
    return vectors, weights


def _load(path: Path) -> dict[str, NDArray[Any]] | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


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

    def __init__(self, folder: Path, found: Model) -> None:
        """Raises OSError or ValueError when the files are not there."""
        self._model = found
        self._titles = load_array(folder / "titles.npy")
        self._sections = load_array(folder / "sections.npy")
        self._starts = load_array(folder / "section_starts.npy")
        self._weights = load_array(folder / "token_weights.npy")

    def vector(self, text: str) -> Vectors:
        vector: Vectors = self._model.embed(self._model.tokens([text]), self._weights)[0]
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
        begins, sizes = self._starts[documents], np.diff(self._starts)[documents]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        cosines = self._sections[np.repeat(begins, sizes) + within] @ vector
        found = np.zeros(len(documents), np.float32)
        np.maximum.at(found, np.repeat(np.arange(len(documents)), sizes), cosines)
        return found


def open_meaning(folder: Path) -> Meaning | None:
    """None when the vectors were not made, or the extra is missing here."""
    if not (folder / "titles.npy").is_file():
        return None
    found = model()
    return Meaning(folder, found) if found else None

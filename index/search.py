"""Hybrid search: dense, BM25 over words and BM25 over bigrams, fused by reciprocal rank."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.dense import DenseIndex
from index.disk_cache import DiskCache
from index.fusion import fuse_rankings, separate_ties
from index.lexical import LexicalIndex
from index.model import Encoder, Progress, Vectors
from index.segment import segment_bigrams, segment_words

Mode = Literal["hybrid", "dense", "lexical"]
Rows = npt.NDArray[np.int64]

DENSE_WEIGHT = 2.0
WORDS_WEIGHT = 0.5
BIGRAMS_WEIGHT = 0.5
CANDIDATES = 200
"""How deep each ranking is read before fusion, at least."""
BLOCK = 256
SAME_COSINE = 0.99
"""How near two vectors of one text are when one encoder made both, in bfloat16 and in float32 too."""

_NORM_TOLERANCE = 0.01

log = logging.getLogger(__name__)


class HybridIndex:
    """Searchable texts with their ids; an id may stand for several texts, the best of which counts."""

    def __init__(
        self, ids: Sequence[str], dense: DenseIndex, words: LexicalIndex, bigrams: LexicalIndex, encoder: Encoder
    ) -> None:
        self.ids = list(ids)
        self.dense = dense
        self.words = words
        self.bigrams = bigrams
        self.encoder = encoder

    @classmethod
    def build(
        cls,
        ids: Sequence[str],
        texts: Sequence[str],
        encoder: Encoder,
        *,
        progress: Progress | None = None,
        vectors_cache: Path | None = None,
    ) -> HybridIndex:
        """Index ``texts``, one id each; vectors are kept in ``vectors_cache`` between runs, if given."""
        vectors = encode_passages(texts, encoder, progress=progress, cache=vectors_cache)
        return cls(
            ids,
            DenseIndex.build(vectors),
            LexicalIndex.build([segment_words(text) for text in texts]),
            LexicalIndex.build([segment_bigrams(text) for text in texts]),
            encoder,
        )

    def search(self, query: str, k: int, *, mode: Mode = "hybrid", rows: Rows | None = None) -> list[tuple[str, float]]:
        """Return at most ``k`` distinct ids, best first, with strictly falling scores.

        ``rows`` keeps the search to these texts. Scores of different modes do not compare.
        """
        return self.search_vector(query, self.encode_query(query), k, mode=mode, rows=rows)

    def encode_query(self, query: str) -> Vectors:
        """Return the unit vector of a query, shape (dimension,)."""
        vector: Vectors = self.encoder.encode([query], kind="query")[0]
        return vector

    def search_vector(
        self, query: str, vector: Vectors, k: int, *, mode: Mode = "hybrid", rows: Rows | None = None
    ) -> list[tuple[str, float]]:
        """``search`` with the query's vector at hand."""
        if not self.ids or k < 1:
            return []
        depth = max(CANDIDATES, 2 * k)
        rankings: list[list[int]] = []
        weights: list[float] = []
        if mode != "lexical":
            rankings.append([row for row, _ in self.dense.search(vector, depth, rows)])
            weights.append(DENSE_WEIGHT)
        if mode != "dense":
            rankings.append(_rank(self.words.score(segment_words(query)), depth, rows))
            rankings.append(_rank(self.bigrams.score(segment_bigrams(query)), depth, rows))
            weights.extend([WORDS_WEIGHT, BIGRAMS_WEIGHT])
        best: dict[str, float] = {}
        for row, score in fuse_rankings(rankings, weights):
            best.setdefault(self.ids[row], score)
            if len(best) == k:
                break
        return list(zip(best, separate_ties(list(best.values())), strict=True))


def encode_passages(
    texts: Sequence[str], encoder: Encoder, *, progress: Progress | None = None, cache: Path | None = None
) -> Vectors:
    """Return the unit vectors of passages, shape (len(texts), dimension), taking known ones from the cache.

    Texts are encoded longest first (batches of like length waste no padding), and every
    block is in the cache before the next begins, so that a run cut off goes on where it was.
    The cache is emptied where its vectors are not this encoder's, whatever its name.
    """
    keys = [hashlib.sha256(f"{encoder.name}\0{text}".encode("utf-8", "surrogatepass")).digest() for text in texts]
    with DiskCache(cache) as store:
        kept = {key: _read_vector(data) for key, data in store.get(keys).items()}
        found = {key: vector for key, vector in kept.items() if vector is not None}
        probe = min((i for i, key in enumerate(keys) if key in found), key=lambda i: len(texts[i]), default=None)
        if probe is not None and not is_from(encoder, texts[probe], found[keys[probe]]):
            log.warning(
                "the encoder %s is not the one that the vectors kept came from: they are made anew", encoder.name
            )
            store.clear()
            found = {}
        missing = sorted({i for i, key in enumerate(keys) if key not in found}, key=lambda i: -len(texts[i]))
        for begin in range(0, len(missing), BLOCK):
            block = missing[begin : begin + BLOCK]
            if progress:
                progress("encode", begin, len(missing))
            vectors = encoder.encode([texts[i] for i in block], kind="passage")
            fresh = {keys[i]: vector for i, vector in zip(block, vectors, strict=True)}
            store.put({key: vector.astype("<f4").tobytes() for key, vector in fresh.items()})
            found.update(fresh)
        if progress and missing:
            progress("encode", len(missing), len(missing))
    if not keys:
        return np.zeros((0, encoder.encode(["空"], kind="passage").shape[1]), dtype=np.float32)
    return np.stack([found[key] for key in keys]).astype(np.float32)


def is_from(encoder: Encoder, text: str, vector: Vectors) -> bool:
    """Say whether ``vector`` is what this encoder gives for the passage ``text``, but for rounding.

    A model's folder may have been replaced by another under the same name.
    """
    fresh = encoder.encode([text], kind="passage")[0]
    return fresh.shape == vector.shape and float(fresh @ vector) >= SAME_COSINE


def _read_vector(data: bytes) -> Vectors | None:
    """Return the vector, or None where damage shows: a unit vector has its norm."""
    if len(data) % 4:
        return None
    vector: Vectors = np.frombuffer(data, dtype="<f4")
    with np.errstate(over="ignore", invalid="ignore"):
        norm = float(np.linalg.norm(vector))
    return vector if abs(norm - 1) < _NORM_TOLERANCE else None


def _rank(scores: Vectors, depth: int, rows: Rows | None) -> list[int]:
    """Return the rows with a score above zero, best first; equal scores in row order."""
    candidates = np.flatnonzero(scores > 0) if rows is None else rows[scores[rows] > 0]
    order = candidates[np.argsort(-scores[candidates], kind="stable")]
    return [int(row) for row in order[:depth]]

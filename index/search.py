"""Hybrid search: dense, BM25 over words and BM25 over bigrams, their scores fused; what a query names goes first."""

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
from index.exact import ExactIndex, ExactMatch
from index.fusion import (
    Features,
    FusionWeights,
    Scores,
    fuse_scores,
    open_weights,
    scale_bm25,
    scale_cosines,
    scale_scores,
    score_documents,
    separate_ties,
)
from index.lexical import LexicalIndex, rank_rows
from index.model import Encoder, Progress, Reranker, Vectors
from index.segment import segment_bigrams, segment_words

Mode = Literal["hybrid", "dense", "lexical"]
Rows = npt.NDArray[np.int64]

NAMED_WEIGHT = 0.15
"""What the clauses of a document that the query names are given: a fifth of what parts the best cosine from the last.

Set by hand: of the 1,235 training questions seven name a law that is there, too few to learn from.
"""
CLAUSE_WEIGHT = 12.0
"""What a clause is given that the query names with its document: more than all scores together, a reranker's too."""
CANDIDATES = 200
"""How many of each ranking's best are fused, at least."""
RERANKED = 20
"""How many of the best fused candidates a reranker reads."""
RERANK_WEIGHT = 2.0
"""What the scores of a reranker that is not calibrated count beside the fused ones, its best 1 and its last 0."""
BLOCK = 256
SAME_COSINE = 0.99
"""How near two vectors of one text are when one encoder made both, in bfloat16 and in float32 too."""

_NORM_TOLERANCE = 0.01

log = logging.getLogger(__name__)


class HybridIndex:
    """Searchable texts with their ids; an id may stand for several texts, the best of which counts."""

    def __init__(
        self,
        ids: Sequence[str],
        dense: DenseIndex,
        words: LexicalIndex,
        bigrams: LexicalIndex,
        encoder: Encoder,
        *,
        exact: ExactIndex | None = None,
        weights: FusionWeights | None = None,
        documents: Rows | None = None,
        reranker: Reranker | None = None,
        texts: Sequence[str] = (),
    ) -> None:
        """Search by these parts.

        ``documents`` says of which document, by its number, each row is; ``reranker`` reads
        ``texts``, which are those indexed, row by row.
        """
        self.ids = ids
        self.dense = dense
        self.words = words
        self.bigrams = bigrams
        self.encoder = encoder
        self.exact = exact
        self.weights = weights or open_weights()
        self.documents = documents
        self.reranker = reranker
        self.texts = texts

    @classmethod
    def build(
        cls,
        ids: Sequence[str],
        texts: Sequence[str],
        encoder: Encoder,
        *,
        exact: ExactIndex | None = None,
        documents: Rows | None = None,
        reranker: Reranker | None = None,
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
            exact=exact,
            documents=documents,
            reranker=reranker,
            texts=texts,
        )

    def search(self, query: str, k: int, *, mode: Mode = "hybrid", rows: Rows | None = None) -> list[tuple[str, float]]:
        """Return at most ``k`` distinct ids, best first, with strictly falling scores.

        ``rows``, rising, keeps the search to these texts. Scores of different modes do not compare.
        """
        return self.search_vector(query, self.encode_query(query), k, mode=mode, rows=rows)

    def encode_query(self, query: str) -> Vectors:
        """Return the unit vector of a query, shape (dimension,)."""
        vector: Vectors = self.encoder.encode([query], kind="query")[0]
        return vector

    def search_vector(
        self,
        query: str,
        vector: Vectors,
        k: int,
        *,
        mode: Mode = "hybrid",
        rows: Rows | None = None,
        rerank: bool = True,
    ) -> list[tuple[str, float]]:
        """``search`` with the query's vector at hand; without ``rerank`` in the order of the fused scores."""
        if not self.ids or k < 1:
            return []
        found, scores = self.rank_candidates(query, vector, max(CANDIDATES, 2 * k), mode=mode, rows=rows)
        if self.reranker is not None and rerank and mode == "hybrid":
            found, scores = self._rerank(self.reranker, query, found, scores)
        best: dict[str, float] = {}
        for row, score in zip(found.tolist(), scores.tolist(), strict=True):
            best.setdefault(self.ids[row], score)
            if len(best) == k:
                break
        return list(zip(best, separate_ties(list(best.values())), strict=True))

    def rank_candidates(
        self, query: str, vector: Vectors, depth: int, *, mode: Mode = "hybrid", rows: Rows | None = None
    ) -> tuple[Rows, Scores]:
        """Return the rows among the first ``depth`` of any ranking, each once, with their fused scores, best first."""
        found, features = self.gather_features(query, vector, depth, mode=mode, rows=rows)
        scores = fuse_scores(features, self.weights)
        if self.documents is not None and mode == "hybrid":
            scores = scores + self.weights.document * score_documents(scores, self.documents[found])
        if self.exact is not None and mode == "hybrid" and (match := self.exact.find(query)):
            found, scores = self._prefer_named(match, self.exact, found, scores, rows)
        order = np.lexsort((found, -scores))
        return found[order], scores[order]

    def gather_features(
        self, query: str, vector: Vectors, depth: int, *, mode: Mode = "hybrid", rows: Rows | None = None
    ) -> tuple[Rows, Features]:
        """Return the rows among the first ``depth`` of any ranking, rising, and what each kind of search says of them.

        The features are the scaled dense, words and bigrams scores, shape (rows, 3); 0 of
        a kind that the mode leaves out.
        """
        if rows is not None and rows.size == len(self.ids):
            rows = None
        nearest: list[tuple[int, float]] = []
        if mode != "lexical":
            nearest = self.dense.search(vector, depth, rows)
        parts = [np.array([row for row, _ in nearest], dtype=np.int64)]
        lexical: list[Vectors] = []
        if mode != "dense":
            lexical = [self.words.score(segment_words(query)), self.bigrams.score(segment_bigrams(query))]
            parts += [rank_rows(scores, depth, rows) for scores in lexical]
        found = np.unique(np.concatenate(parts))
        features = np.zeros((found.size, 3))
        if nearest:
            cosines = np.zeros(found.size, dtype=np.float32)
            listed = np.searchsorted(found, parts[0])
            cosines[listed] = [score for _, score in nearest]
            others = np.ones(found.size, dtype=np.bool_)
            others[listed] = False
            cosines[others] = self.dense.score_rows(vector, found[others])
            features[:, 0] = scale_cosines(cosines, nearest[-1][1], nearest[0][1])
        for column, scores in enumerate(lexical, 1):
            features[:, column] = scale_bm25(scores[found])
        return found, features

    def _rerank(self, reranker: Reranker, query: str, found: Rows, scores: Scores) -> tuple[Rows, Scores]:
        """Put the best candidates in the order of both scores; the others stay behind them, as they were."""
        given = reranker.score(query, [self.texts[row] for row in found[:RERANKED].tolist()])
        gain = given.astype(np.float64) if reranker.calibrated else RERANK_WEIGHT * scale_scores(given)
        head = scores[: given.size] + gain
        order = np.lexsort((found[: given.size], -head))
        head, tail = head[order], scores[given.size :]
        # The head's last may have less than the best behind it had.
        drop = max(0.0, float(tail[0] - head[-1])) if tail.size else 0.0
        return np.concatenate([found[order], found[given.size :]]), np.concatenate([head, tail - drop])

    def _prefer_named(
        self, match: ExactMatch, exact: ExactIndex, found: Rows, scores: Scores, rows: Rows | None
    ) -> tuple[Rows, Scores]:
        """Raise the rows of the documents that a query names, and the clauses that it names above all others."""
        clauses = exact.list_clauses(match)
        if rows is not None:
            clauses = clauses[np.isin(clauses, rows)]
        missed = clauses[~np.isin(clauses, found)]
        found = np.concatenate([found, missed])
        raised = np.concatenate([scores, np.zeros(missed.size)])
        raised += NAMED_WEIGHT * exact.are_named(found, match) + CLAUSE_WEIGHT * np.isin(found, clauses)
        return found, raised


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

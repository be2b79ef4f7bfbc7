"""What a search costs as the index grows, with the vectors and the clock that ``eval.benchmarks.scale`` measures by."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from index.model import Vectors

SIZES = (1_000, 10_000, 100_000, 1_000_000)
QUERIES = 200
K = 200
"""How many rows a search is asked for, as hybrid search asks."""
NOISE = 0.05
"""How far a vector that is drawn again lies from the one it came from, about."""
SEED = 4
_BLOCK = 100_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What one search among so many vectors costs.

    ``kind`` is ``exact`` or ``chosen`` (what Wence searches with at that size), ``about``
    says which search that is; ``recall`` is recall@10 of exact search, and ``memory_mib``
    ``None`` where the platform does not tell.
    """

    kind: str
    about: str
    rows: int
    p50_ms: float
    p95_ms: float
    memory_mib: float | None
    recall: float


class VectorIndex(Protocol):
    """What is measured: ``index.dense.DenseIndex`` is one."""

    def search(self, query: Vectors, k: int) -> list[tuple[int, float]]:
        """Return the ``k`` best rows with their cosine, best first."""
        ...


def resample_vectors(vectors: Vectors, rows: int) -> Vectors:
    """Return so many unit vectors: the given ones in an order of chance, then more of them drawn again with noise."""
    random = np.random.default_rng(SEED)
    sample: Vectors = np.empty((rows, vectors.shape[1]), dtype=np.float32)
    own = min(rows, len(vectors))
    sample[:own] = vectors[random.permutation(len(vectors))[:own]]
    for begin in range(own, rows, _BLOCK):
        block = sample[begin : begin + _BLOCK]
        block[:] = vectors[random.integers(0, len(vectors), len(block))]
        block += random.standard_normal(block.shape, dtype=np.float32) * (NOISE / vectors.shape[1] ** 0.5)
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    return sample


def time_searches(index: VectorIndex, queries: Vectors) -> list[float]:
    """Return the milliseconds of each query's search for ``K`` rows, the first of them asked once before."""
    index.search(queries[0], K)
    times = []
    for query in queries:
        begin = time.perf_counter()
        index.search(query, K)
        times.append((time.perf_counter() - begin) * 1000)
    return times

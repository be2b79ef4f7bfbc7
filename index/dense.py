"""Dense search: cosine over the unit vectors of one or more shards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.model import Vectors
from index.rows import Rows, divide_rows, number_rows
from index.vectors import ShardVectors


class DenseIndex:
    """The vectors of every row that counts, float32 unit vectors of one dimension."""

    def __init__(self, shards: Sequence[ShardVectors], kept: Sequence[Rows | None], dimension: int) -> None:
        self._shards = tuple(shards)
        self._stretches = number_rows([shard.shape[0] for shard in shards], kept)
        self.dimension = dimension

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index ``vectors``, shape (rows, dimension)."""
        return cls([ShardVectors.build(vectors)], [None], vectors.shape[1])

    @property
    def rows(self) -> int:
        """How many vectors there are."""
        return self._stretches[-1].end if self._stretches else 0

    def search(self, query: Vectors, k: int, rows: Rows | None = None) -> list[tuple[int, float]]:
        """Return the ``k`` best rows with their cosine, best first, among ``rows`` (rising) where these are given.

        Exact where a shard has no more than ``index.vectors.EXACT_ROWS`` rows; in a larger
        one a row in a hundred of the best ten may be missed. Equal cosines come in row order.
        """
        found: list[Rows] = [np.zeros(0, dtype=np.int64)]
        cosines: list[Vectors] = [np.zeros(0, dtype=np.float32)]
        for place, local in divide_rows(self._stretches, rows) if k > 0 else ():
            stretch, shard = self._stretches[place], self._shards[place]
            within = stretch.kept if local is None else local
            best, scores = shard.search(
                query, k, None if within is not None and within.size == stretch.size else within
            )
            found.append(stretch.number(best))
            cosines.append(scores)
        numbers, scores = np.concatenate(found), np.concatenate(cosines)
        order = np.lexsort((numbers, -scores))[:k]
        return list(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))

    def score_rows(self, query: Vectors, rows: Rows) -> Vectors:
        """Return the cosine of each of ``rows`` (rising) with a query, exact."""
        parts = [
            self._shards[place].score(query, np.arange(self._stretches[place].size) if local is None else local)
            for place, local in divide_rows(self._stretches, rows)
        ]
        scores: Vectors = np.concatenate([np.zeros(0, dtype=np.float32), *parts])
        return scores

    def reconstruct_rows(self, rows: Rows) -> Vectors:
        """Return the vectors of ``rows`` (rising), shape (rows, dimension)."""
        parts = [
            self._shards[place].read(np.arange(self._stretches[place].size) if local is None else local)
            for place, local in divide_rows(self._stretches, rows)
        ]
        return np.concatenate([np.zeros((0, self.dimension), dtype=np.float32), *parts])

    def reconstruct_row(self, row: int) -> Vectors:
        """Return the vector of one row, shape (dimension,)."""
        vector: Vectors = self.reconstruct_rows(np.array([row]))[0]
        return vector

    def reconstruct(self) -> Vectors:
        """Return all vectors, shape (rows, dimension)."""
        return self.reconstruct_rows(np.arange(self.rows))

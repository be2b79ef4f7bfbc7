"""The unit vectors of one shard: a file that is scanned while that is fast enough, with cells beside it beyond."""

from __future__ import annotations

import os
import threading
import weakref
from pathlib import Path

import numpy as np

from index.model import Vectors
from index.near import NearIndex
from index.rows import Rows

EXACT_ROWS = 80_000
"""How many vectors are scanned for a query; where there are more, cells are made (``eval.benchmarks.scale``)."""
FEW_ROWS = 20_000
"""How many rows of a shard with cells are read and compared one by one rather than looked for in the cells."""
DEEPER = 100
"""How many more candidates than wanted the cells are asked for, so that the exact order loses none."""


class ShardVectors:
    """The vectors of every row, float32; searched exactly, or through cells where there are many."""

    def __init__(self, vectors: Vectors, near: NearIndex | None, file: Path | None = None, offset: int = 0) -> None:
        self._vectors = vectors
        self._near = near
        self._handle: int | None = None
        self._offset = offset
        self._lock = threading.Lock()
        if file is not None and near is not None:
            self._handle = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            weakref.finalize(self, os.close, self._handle)

    @classmethod
    def build(cls, vectors: Vectors) -> ShardVectors:
        """Index ``vectors``, shape (rows, dimension), in memory."""
        whole: Vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        return cls(whole, NearIndex.build(whole) if len(whole) > EXACT_ROWS else None)

    @property
    def shape(self) -> tuple[int, int]:
        """How many vectors there are, and their length."""
        rows, dimension = self._vectors.shape
        return rows, dimension

    def search(self, query: Vectors, k: int, rows: Rows | None) -> tuple[Rows, Vectors]:
        """Return the ``k`` best rows, among ``rows`` (rising) where given, and their cosines, in any order."""
        if self._near is not None and (rows is None or rows.size > max(FEW_ROWS, k)):
            marks = None
            if rows is not None:
                marks = np.zeros(len(self._vectors), dtype=np.bool_)
                marks[rows] = True
            rows = np.sort(self._near.search(query, k + DEEPER, marks))
        elif rows is None:
            return _take_best(np.arange(len(self._vectors)), self._vectors @ query, k)
        return _take_best(rows, self.score(query, rows), k)

    def score(self, query: Vectors, rows: Rows) -> Vectors:
        """Return the cosine of each of these rows with a query."""
        if self._near is None and 4 * rows.size > len(self._vectors):
            every: Vectors = self._vectors @ query
            return every[rows]
        scores: Vectors = self.read(rows) @ query
        return scores

    def read(self, rows: Rows) -> Vectors:
        """Return the vectors of these rows, shape (rows, dimension).

        Few rows of many are read from the file: a mapping would come to hold every page
        that any query has touched, and those beside it.
        """
        if self._handle is None:
            return self._vectors[rows]
        found: Vectors = np.empty((rows.size, self._vectors.shape[1]), dtype=np.float32)
        size = found.itemsize * found.shape[1]
        breaks = np.flatnonzero(np.diff(rows) != 1) + 1
        with self._lock:
            for begin, end in zip([0, *breaks.tolist()], [*breaks.tolist(), rows.size], strict=True):
                if end > begin:
                    os.lseek(self._handle, self._offset + int(rows[begin]) * size, os.SEEK_SET)
                    data = os.read(self._handle, (end - begin) * size)
                    found[begin:end] = np.frombuffer(data, dtype=np.float32).reshape(end - begin, -1)
        return found

    def save(self, folder: Path) -> None:
        """Write the vectors, and the cells where there are some, into ``folder``."""
        folder.mkdir()
        np.save(folder / "vectors.npy", self._vectors, allow_pickle=False)
        if self._near is not None:
            self._near.save(folder / "cells.faiss")

    @classmethod
    def load(cls, folder: Path) -> ShardVectors:
        """Open what ``save`` wrote; what is malformed raises OSError, ValueError or RuntimeError."""
        mapped = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        if mapped.ndim != 2 or mapped.dtype != np.float32:
            raise ValueError("not a table of vectors")
        cells = folder / "cells.faiss"
        near = NearIndex.load(cells) if cells.exists() else None
        return cls(np.asarray(mapped), near, folder / "vectors.npy", mapped.offset)


def _take_best(rows: Rows, scores: Vectors, k: int) -> tuple[Rows, Vectors]:
    if rows.size > k:
        best = np.argpartition(-scores, k - 1)[:k]
        return rows[best], scores[best]
    return rows, scores

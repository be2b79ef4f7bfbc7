"""Dense search: exact inner product over unit vectors in a FAISS flat index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.model import Vectors


class DenseIndex:
    """The vectors of every row, float32 unit vectors of one dimension."""

    def __init__(self, store: Any) -> None:
        self._store = store

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index ``vectors``, shape (rows, dimension)."""
        import faiss

        store = faiss.IndexFlatIP(vectors.shape[1])
        store.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(store)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._store.d)

    @property
    def rows(self) -> int:
        """How many vectors there are."""
        return int(self._store.ntotal)

    def search(self, query: Vectors, k: int, rows: npt.NDArray[np.int64] | None = None) -> list[tuple[int, float]]:
        """Return the ``k`` best rows with their cosine, best first, among ``rows`` where these are given."""
        import faiss

        parameters: Any = faiss.SearchParameters
        wanted = min(k, self.rows if rows is None else rows.size)
        if wanted == 0:
            return []
        selector = None if rows is None else parameters(sel=faiss.IDSelectorBatch(rows))
        scores, found = self._store.search(query.reshape(1, -1), wanted, params=selector)
        return [(int(row), float(score)) for row, score in zip(found[0], scores[0], strict=True) if row >= 0]

    def reconstruct_row(self, row: int) -> Vectors:
        """Return the vector of one row, shape (dimension,)."""
        vector: Vectors = self._store.reconstruct(row)
        return vector

    def reconstruct(self) -> Vectors:
        """Return all vectors, shape (rows, dimension)."""
        vectors: Vectors = self._store.reconstruct_n(0, self.rows)
        return vectors

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        import faiss

        # Not faiss.write_index: a full disk is to be an OSError, and a path may have any characters.
        path.write_bytes(faiss.serialize_index(self._store).tobytes())

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read what ``save`` wrote; what is no index raises RuntimeError."""
        import faiss

        return cls(faiss.deserialize_index(np.frombuffer(path.read_bytes(), dtype=np.uint8)))

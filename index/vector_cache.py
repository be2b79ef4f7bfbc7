"""Vectors kept between builds, by a hash of encoder and text, in one SQLite file."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

import numpy as np

from index.model import Vectors

log = logging.getLogger(__name__)


class VectorCache:
    """A map from key to float32 vector; without a path, an empty one that keeps nothing.

    Only a convenience: a file that is damaged is dropped and begun anew.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> VectorCache:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _connect(self._path)
            except sqlite3.DatabaseError as error:
                log.warning("the vector cache %s is damaged (%s) and begun anew", self._path, error)
                self._path.unlink()
                self._connection = _connect(self._path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors known for these keys."""
        if self._connection is None:
            return {}
        found: dict[bytes, Vectors] = {}
        for key in set(keys):
            row = self._connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
            if row is not None:
                found[key] = np.frombuffer(row[0], dtype="<f4")
        return found

    def put(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Keep these vectors; they are on disk when this returns."""
        if self._connection is not None:
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()],
                )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60)
    try:
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        connection.execute("SELECT count(*) FROM vectors").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection

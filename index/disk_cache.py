"""Vectors kept between builds, by a hash of encoder and text, in one SQLite file."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from index.model import Vectors

LOCK_SECONDS = 10.0
"""How long to wait for another process that is writing to the same file."""

_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR)
"""The codes of a file that is no database, a damaged one, or one with another table."""
_NORM_TOLERANCE = 0.01

log = logging.getLogger(__name__)


class VectorCache:
    """A map from key to float32 unit vector; without a path, an empty one that keeps nothing.

    Only a convenience: a file that is damaged is dropped and begun anew, and one that cannot
    be read or written is done without. Either is a warning, never an error.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> VectorCache:
        if self._path is not None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._connection = _connect(self._path)
            except (OSError, sqlite3.Error) as error:
                self._give_up(error)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors known for these keys; what is stored but is no unit vector is not known."""
        found: dict[bytes, Vectors] = {}
        if self._connection is None:
            return found
        try:
            for key in set(keys):
                row = self._connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
                vector = None if row is None else _read_vector(row[0])
                if vector is not None:
                    found[key] = vector
        except sqlite3.Error as error:
            self._give_up(error)
        return found

    def put(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Keep these vectors; they are on disk when this returns, unless a warning was logged."""
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        self._write("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def clear(self) -> None:
        """Forget every vector."""
        self._write("DELETE FROM vectors", [()])

    def _write(self, statement: str, rows: Sequence[tuple[bytes, ...]]) -> None:
        if self._connection is None:
            return
        try:
            with self._connection:
                self._connection.executemany(statement, rows)
        except sqlite3.Error as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Close the file; where it is damaged, begin it anew."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._path is None or getattr(error, "sqlite_errorcode", -1) & 0xFF not in _DAMAGED:
            log.warning("the vector cache %s cannot be used (%s): going on without it", self._path, error)
            return
        log.warning("the vector cache %s is damaged (%s) and begun anew", self._path, error)
        try:
            # A journal left beside it would be played back into the new file.
            for end in ("", "-journal", "-wal", "-shm"):
                self._path.with_name(self._path.name + end).unlink(missing_ok=True)
            self._connection = _connect(self._path)
        except (OSError, sqlite3.Error) as again:
            log.warning("the vector cache %s cannot be begun anew (%s): going on without it", self._path, again)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=LOCK_SECONDS)
    try:
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        connection.execute("SELECT key, vector FROM vectors LIMIT 1").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _read_vector(data: object) -> Vectors | None:
    """Return the vector, or None where damage shows: SQLite has no checksums, but a unit vector has its norm."""
    if not isinstance(data, bytes) or len(data) % 4:
        return None
    vector: Vectors = np.frombuffer(data, dtype="<f4")
    with np.errstate(over="ignore", invalid="ignore"):
        norm = float(np.linalg.norm(vector))
    return vector if abs(norm - 1) < _NORM_TOLERANCE else None

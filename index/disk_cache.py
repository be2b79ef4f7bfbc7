"""What is dear to make again, kept between builds by a hash of what it was made from, in one SQLite file each."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

LOCK_SECONDS = 10.0
"""How long to wait for another process that is writing to the same file."""

_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR)
"""The codes of a file that is no database, a damaged one, or one with another table."""

log = logging.getLogger(__name__)


class DiskCache:
    """A map from key to bytes; without a path, an empty one that keeps nothing.

    Only a convenience: a file that is damaged is dropped and begun anew, and one that cannot
    be read or written is done without. Either is a warning, never an error.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> DiskCache:
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

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return what is kept for these keys. SQLite has no checksums: whoever reads it sees whether it is whole."""
        found: dict[bytes, bytes] = {}
        if self._connection is None:
            return found
        try:
            for key in set(keys):
                row = self._connection.execute("SELECT value FROM entries WHERE key = ?", (key,)).fetchone()
                if row is not None and isinstance(row[0], bytes):
                    found[key] = row[0]
        except sqlite3.Error as error:
            self._give_up(error)
        return found

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keep these; they are on disk when this returns, unless a warning was logged."""
        self._write("INSERT OR REPLACE INTO entries VALUES (?, ?)", list(entries.items()))

    def clear(self) -> None:
        """Forget everything."""
        self._write("DELETE FROM entries", [()])

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
            log.warning("the cache %s cannot be used (%s): going on without it", self._path, error)
            return
        log.warning("the cache %s is damaged (%s) and begun anew", self._path, error)
        try:
            # A journal left beside it would be played back into the new file.
            for end in ("", "-journal", "-wal", "-shm"):
                self._path.with_name(self._path.name + end).unlink(missing_ok=True)
            self._connection = _connect(self._path)
        except (OSError, sqlite3.Error) as again:
            log.warning("the cache %s cannot be begun anew (%s): going on without it", self._path, again)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=LOCK_SECONDS)
    try:
        connection.execute("CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB)")
        connection.execute("SELECT key, value FROM entries LIMIT 1").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection

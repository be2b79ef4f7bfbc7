"""The conversations of the page, kept in SQLite in the home, and what readers thought of the answers.

    <home>/conversations.sqlite3
        conversations   id, name, created, updated
        exchanges       a question each, with the answer and its evidence as they were (``rag.snapshot``, JSON),
                        and the reader's rating

Each method is one transaction; what it did is on disk when it returns. A question is kept
before it is answered, so that one whose answer died with the program is still there, and
is told from an answered one by ``done``. Safe to share between threads and processes.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from corpus.errors import NotFound, WenceError
from rag.model import Answer
from rag.snapshot import Snapshot, read_snapshot, snapshot_record

FILE_NAME = "conversations.sqlite3"
FORMAT = 1
LOCK_SECONDS = 10.0
NAME_LENGTH = 60
"""The most characters of a conversation's name; one without a name is called by its first question."""
LISTED = 50
"""How many conversations the page lists, with each answer anew; those before are searched for."""

Verdict = Literal["", "up", "down"]
RatingReason = Literal["", "wrong_clause", "incomplete", "should_abstain", "should_answer", "other"]

_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS exchanges (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    asked TEXT NOT NULL, question TEXT NOT NULL, documents TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '', snapshot TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '',
    verdict TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', remark TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS exchanges_by_conversation ON exchanges (conversation, key);
"""
_LIST = (
    "SELECT c.id, c.name, c.created, c.updated, (SELECT count(*) FROM exchanges e WHERE e.conversation = c.id) "
    "FROM conversations c"
)
_LAST = "(SELECT max(e.key) FROM exchanges e WHERE e.conversation = c.id)"
_GONE = "no conversation {id!r}: it may have been deleted; choose one of the list"
_COLUMNS = "key, asked, question, documents, done, snapshot, error, verdict, reason, remark"


@dataclass(frozen=True, slots=True)
class Rating:
    """What a reader thought of an answer: ``verdict``, why, and a remark in words of their own."""

    verdict: Verdict = ""
    reason: RatingReason = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer so far, or with the line that says what went wrong; ``done`` when no more comes.

    ``key`` is its number in the store, 0 where it is not kept; ``asked`` an ISO time;
    ``documents`` the ids that the question was asked of, none for all.
    """

    question: str
    kept: Snapshot | None = None
    error: str = ""
    done: bool = False
    key: int = 0
    asked: str = ""
    documents: tuple[str, ...] = ()
    rating: Rating = Rating()

    @property
    def answer(self) -> Answer | None:
        """The answer alone."""
        return self.kept.answer if self.kept else None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in a list; ``updated`` is the ISO time of its last question, ``questions`` their number."""

    id: str
    name: str
    created: str
    updated: str
    questions: int


class StoreError(WenceError):
    """The conversations cannot be read or written."""


class ConversationStore:
    """The conversations of one home."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE_NAME
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.RLock()

    def list_conversations(self, words: str = "", *, limit: int = LISTED) -> list[Conversation]:
        """Return at most ``limit`` conversations that hold ``words`` in any of their texts, the last used first."""
        where, values = "", []
        if words.strip():
            pattern = f"%{_escape_like(words.strip())}%"
            where = (
                "WHERE c.name LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM exchanges e WHERE e.conversation = c.id "
                "AND (e.question LIKE ? ESCAPE '\\' OR e.answer LIKE ? ESCAPE '\\'))"
            )
            values = [pattern] * 3
        with self._open() as connection:
            rows = connection.execute(f"{_LIST} {where} ORDER BY {_LAST} DESC LIMIT {limit:d}", values).fetchall()
        return [Conversation(*row) for row in rows]

    def find(self, conversation: str) -> Conversation:
        """Return a conversation by its id.

        Raises
        ------
        NotFound
            There is none.
        """
        with self._open() as connection:
            row = connection.execute(f"{_LIST} WHERE c.id = ?", (conversation,)).fetchone()
        if row is None:
            raise NotFound(_GONE.format(id=conversation[:40]))
        return Conversation(*row)

    def count_rated(self) -> int:
        """Return how many answers were rated."""
        with self._open() as connection:
            (count,) = connection.execute("SELECT count(*) FROM exchanges WHERE verdict != ''").fetchone()
        return int(count)

    def add_question(self, conversation: str, question: str, documents: Sequence[str] = ()) -> tuple[str, Exchange]:
        """Keep a question, in a new conversation where ``conversation`` is ""; return the conversation's id and it.

        A conversation that was deleted meanwhile is begun anew under its id.
        """
        now = _now()
        id = conversation or secrets.token_hex(8)
        with self._open() as connection:
            connection.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET updated = excluded.updated",
                (id, shorten_name(question), now, now),
            )
            key = connection.execute(
                "INSERT INTO exchanges (conversation, asked, question, documents) VALUES (?, ?, ?, ?)",
                (id, now, _mend(question), json.dumps(list(documents))),
            ).lastrowid
        return id, Exchange(question, key=key or 0, asked=now, documents=tuple(documents))

    def finish(self, exchange: Exchange) -> None:
        """Keep what an exchange has come to: its answer with its evidence, or its error."""
        kept = json.dumps(snapshot_record(exchange.kept)) if exchange.kept else ""
        words = exchange.answer.text if exchange.answer else ""
        with self._open() as connection:
            connection.execute(
                "UPDATE exchanges SET done = 1, answer = ?, snapshot = ?, error = ? WHERE key = ?",
                (_mend(words), kept, _mend(exchange.error), exchange.key),
            )

    def read(self, conversation: str) -> list[Exchange]:
        """Return the exchanges of a conversation, oldest first.

        Raises
        ------
        NotFound
            There is none of this id.
        """
        self.find(conversation)
        with self._open() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM exchanges WHERE conversation = ? ORDER BY key", (conversation,)
            ).fetchall()
        return [_read_exchange(row) for row in rows]

    def read_exchange(self, key: int) -> Exchange | None:
        """Return an exchange by its number, None where it was deleted."""
        with self._open() as connection:
            row = connection.execute(f"SELECT {_COLUMNS} FROM exchanges WHERE key = ?", (key,)).fetchone()
        return _read_exchange(row) if row else None

    def rename(self, conversation: str, name: str) -> None:
        """Give a conversation another name; an empty one changes nothing."""
        if name.strip():
            with self._open() as connection:
                connection.execute("UPDATE conversations SET name = ? WHERE id = ?", (shorten_name(name), conversation))

    def delete(self, conversation: str) -> None:
        """Forget a conversation with all its exchanges."""
        with self._open() as connection:
            connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,))

    def rate(self, key: int, rating: Rating) -> None:
        """Keep what a reader thought of an answer, in place of what they thought before."""
        with self._open() as connection:
            connection.execute(
                "UPDATE exchanges SET verdict = ?, reason = ?, remark = ? WHERE key = ?",
                (rating.verdict, rating.reason, _mend(rating.remark), key),
            )

    def list_rated(self) -> list[tuple[list[Exchange], Exchange]]:
        """Return each exchange that was rated, with those before it in its conversation, in the order asked."""
        with self._open() as connection:
            ids = connection.execute(
                "SELECT DISTINCT conversation FROM exchanges WHERE verdict != '' ORDER BY key"
            ).fetchall()
        found = []
        for (id,) in ids:
            exchanges = self.read(id)
            found += [(exchanges[:n], one) for n, one in enumerate(exchanges) if one.rating.verdict]
        return found

    def close(self) -> None:
        """Close the file; the next call opens it anew."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction; what SQLite refuses is one clear line."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = _connect(self.path)
                with self._connection:
                    yield self._connection
            except (sqlite3.Error, OSError) as error:
                raise StoreError(
                    f"the conversations in {self.path} cannot be read or written ({error}): see that the disk has room "
                    "and the file may be written; if it is damaged, move it away and they begin anew"
                ) from error


def shorten_name(text: str) -> str:
    """Return a name for a conversation: the text on one line, shortened."""
    line = " ".join(_mend(text).split())
    return line if len(line) <= NAME_LENGTH else f"{line[: NAME_LENGTH - 1]}…"


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=LOCK_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged outlives the machine's power
        (format,) = connection.execute("PRAGMA user_version").fetchone()
        if format > FORMAT:
            raise sqlite3.DatabaseError(f"it is of format {format}, this Wence reads {FORMAT}: use the newer one")
        connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")
    except BaseException:
        connection.close()
        raise
    return connection


def _read_exchange(row: Sequence[Any]) -> Exchange:
    key, asked, question, documents, done, snapshot, error, verdict, reason, remark = row
    kept = None
    if snapshot:
        try:
            kept = read_snapshot(json.loads(snapshot))
        except (ValueError, TypeError, LookupError, AttributeError):
            # One damaged row takes nothing else with it.
            error = "这条回答的存档已损坏，读不出来 / the record of this answer is damaged and cannot be read"
    return Exchange(
        question, kept, error, bool(done), key, asked, tuple(json.loads(documents)), Rating(verdict, reason, remark)
    )


def _mend(text: str) -> str:
    # SQLite and JSON files take Unicode alone; a lone surrogate would be refused.
    return text.encode("utf-8", "replace").decode("utf-8")


def _escape_like(text: str) -> str:
    return _mend(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="milliseconds")

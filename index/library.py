"""The documents of an index with their clauses, chunks and sentences, over all shards, each read when asked for.

Documents are numbered in the order in which the index lists them; clauses, chunks and
sentences shard by shard, those of documents that no longer count left out.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Literal, TypeVar, overload

import numpy as np

from corpus.model import Clause, Document, ParsedDocument
from index.model import Chunk, Sentence
from index.records import Entry, Records
from index.rows import Rows, Stretch, number_rows

KEPT_CHARACTERS = 32_000_000
"""How much text of documents read of late is kept in memory, about ten bytes a character with its clauses."""

Kind = Literal["clauses", "chunks", "sentences"]
Value = TypeVar("Value")


class Library:
    """What an index holds, beside what searches it.

    ``parsed``, ``clauses`` and ``chunks`` are found by id; ``documents`` (without their
    clauses), ``chunk_ids``, ``chunk_texts`` and ``sentences`` by number. ``clause_documents``,
    ``chunk_clauses`` and ``sentence_clauses`` hold the numbers of what each belongs to;
    the last two rise.
    """

    def __init__(self, shards: Sequence[Records], dead: Sequence[frozenset[str]], order: Sequence[str]) -> None:
        self._shards = tuple(shards)
        self._order = tuple(order)
        entries = [
            (number, place, entry)
            for number, (shard, ids) in enumerate(zip(shards, dead, strict=True))
            for place, entry in enumerate(shard.entries)
            if entry.id not in ids
        ]
        self._places = {entry.id: (shard, place) for shard, place, entry in entries}
        if len(self._places) != len(entries) or self._places.keys() != set(order) or len(order) != len(entries):
            raise ValueError("the documents listed are not those of the shards")
        self._first_clause = _count_before(entries, "clauses")
        self._first_chunk = _count_before(entries, "chunks")
        clauses = _number_kept(shards, dead, "clauses")
        self.chunk_stretches = _number_kept(shards, dead, "chunks")
        self.sentence_stretches = _number_kept(shards, dead, "sentences")
        numbers = {id: number for number, id in enumerate(order)}
        self.clause_documents = _join(
            np.full(entry.clauses, numbers[entry.id], dtype=np.int64) for _, _, entry in entries
        )
        self.chunk_clauses = _find_clauses(clauses, self.chunk_stretches, [shard.chunks for shard in shards])
        self.chunk_documents = self.clause_documents[self.chunk_clauses]
        self.sentence_clauses = _find_clauses(clauses, self.sentence_stretches, [shard.sentences for shard in shards])
        self.corpus_hash = hash_corpus({entry.id: entry.text_sha256 for _, _, entry in entries})

        self.parsed: Mapping[str, ParsedDocument] = _Found(self.read_parsed, self._order.__iter__, len(order))
        self.documents: Sequence[Document] = _Numbered(self._read_document, len(order))
        self.clauses: Mapping[str, Clause] = _Found(self._find_clause, self._list_clauses, self.clause_documents.size)
        self.chunk_ids: Sequence[str] = _Numbered(self._read_chunk_id, self.chunk_clauses.size)
        self.chunks: Mapping[str, Chunk] = _Found(self._find_chunk, self.chunk_ids.__iter__, len(self.chunk_ids))
        self.chunk_texts: Sequence[str] = _Numbered(self._read_chunk_text, self.chunk_clauses.size)
        self.sentences: Sequence[Sentence] = _Numbered(self._read_sentence, self.sentence_clauses.size)
        self._recent: OrderedDict[str, ParsedDocument] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()

    def read_parsed(self, id: str) -> ParsedDocument:
        """Return a document with its clauses; KeyError where there is none of this id."""
        with self._lock:
            if id in self._recent:
                self._recent.move_to_end(id)
                return self._recent[id]
            shard, place = self._places[id]
            parsed = self._recent[id] = self._shards[shard].read_parsed(place)
            self._characters += len(parsed.document.text)
            while self._characters > KEPT_CHARACTERS and len(self._recent) > 1:
                _, old = self._recent.popitem(last=False)
                self._characters -= len(old.document.text)
            return parsed

    def read_clause(self, number: int) -> Clause:
        """Return the clause of this number."""
        id = self._order[self.clause_documents[number]]
        return self.read_parsed(id).clauses[number - self._first_clause[id]]

    def number_clause(self, id: str) -> int:
        """Return the number of a clause; KeyError where there is none of this id."""
        document = id.rpartition("#")[0]
        for number, clause in enumerate(self.read_parsed(document).clauses, self._first_clause[document]):
            if clause.id == id:
                return number
        raise KeyError(id)

    def find_sentence(self, row: int) -> tuple[int, int]:
        """Return where a sentence begins and ends in its document."""
        shard, local = _locate(self.sentence_stretches, row)
        _, start, end = self._shards[shard].sentences[local].tolist()
        return start, end

    def _read_document(self, number: int) -> Document:
        shard, place = self._places[self._order[number]]
        return self._shards[shard].read_document(place)

    def _find_clause(self, id: str) -> Clause:
        return self.read_clause(self.number_clause(id))

    def _list_clauses(self) -> Iterator[str]:
        return (clause.id for id in self._places for clause in self.read_parsed(id).clauses)

    def _read_chunk_id(self, row: int) -> str:
        shard, local = _locate(self.chunk_stretches, row)
        return self._shards[shard].read_chunk_id(local)

    def _read_chunk_text(self, row: int) -> str:
        shard, local = _locate(self.chunk_stretches, row)
        parsed = self.read_parsed(self._order[self.clause_documents[self.chunk_clauses[row]]])
        return self._shards[shard].read_chunk(local, parsed).text

    def _find_chunk(self, id: str) -> Chunk:
        document = id.rpartition("/")[0].rpartition("#")[0]
        parsed = self.read_parsed(document)
        shard, place = self._places[document]
        first = self._first_chunk[document]
        for row in range(first, first + self._shards[shard].entries[place].chunks):
            if self._read_chunk_id(row) == id:
                return self._shards[shard].read_chunk(_locate(self.chunk_stretches, row)[1], parsed)
        raise KeyError(id)

    def _read_sentence(self, row: int) -> Sentence:
        return Sentence(self.read_clause(int(self.sentence_clauses[row])).id, *self.find_sentence(row))


def hash_corpus(texts: Mapping[str, str]) -> str:
    """Return a hash of documents' ids and the hashes of their texts, the same for the same documents in any order."""
    digest = hashlib.sha256()
    for id in sorted(texts):
        data = id.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data + bytes.fromhex(texts[id]))
    return digest.hexdigest()


def _count_before(entries: Sequence[tuple[int, int, Entry]], kind: Kind) -> dict[str, int]:
    """Return for each document how many rows the documents before it have, which is the number of its own first."""
    before = accumulate((getattr(entry, kind) for _, _, entry in entries), initial=0)
    return {entry.id: count for (_, _, entry), count in zip(entries, before, strict=False)}


def _number_kept(shards: Sequence[Records], dead: Sequence[frozenset[str]], kind: Kind) -> tuple[Stretch, ...]:
    sizes: list[int] = []
    kept: list[Rows | None] = []
    for shard, ids in zip(shards, dead, strict=True):
        counts = [getattr(entry, kind) for entry in shard.entries]
        sizes.append(sum(counts))
        living = [entry.id not in ids for entry in shard.entries]
        kept.append(None if all(living) else np.flatnonzero(np.repeat(living, counts)))
    return number_rows(sizes, kept)


def _find_clauses(clauses: Sequence[Stretch], rows: Sequence[Stretch], tables: Sequence[Rows]) -> Rows:
    """Return the number of the clause that each row belongs to."""
    owners = [table[:, 0] if of.kept is None else table[of.kept, 0] for of, table in zip(rows, tables, strict=True)]
    return _join(stretch.number(owner) for stretch, owner in zip(clauses, owners, strict=True))


def _join(parts: Iterator[Rows]) -> Rows:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _locate(stretches: Sequence[Stretch], row: int) -> tuple[int, int]:
    """Return which shard a row is in, and where."""
    for place, stretch in enumerate(stretches):
        if row < stretch.end:
            return place, row - stretch.begin if stretch.kept is None else int(stretch.kept[row - stretch.begin])
    raise IndexError(row)


class _Found(Mapping[str, Value]):
    """Values found by id when asked for."""

    def __init__(self, find: Callable[[str], Value], list_ids: Callable[[], Iterator[str]], size: int) -> None:
        self._find, self._list_ids, self._size = find, list_ids, size

    def __getitem__(self, id: str) -> Value:
        return self._find(id)

    def __iter__(self) -> Iterator[str]:
        return self._list_ids()

    def __len__(self) -> int:
        return self._size


class _Numbered(Sequence[Value]):
    """Values read by number when asked for."""

    def __init__(self, read: Callable[[int], Value], size: int) -> None:
        self._read, self._size = read, size

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, number: int) -> Value: ...

    @overload
    def __getitem__(self, number: slice) -> list[Value]: ...

    def __getitem__(self, number: int | slice) -> Value | list[Value]:
        if isinstance(number, slice):
            return [self._read(i) for i in range(*number.indices(self._size))]
        return self._read(range(self._size)[number])

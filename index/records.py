"""The documents of one shard, with their clauses, chunks and sentences, as files read when asked.

documents.json                 a line on each document: where it is from and how many rows it has
documents.jsonl, clauses.jsonl one line a document: its particulars and text; its spans and clauses
chunk_ids.txt, places.txt      the id of each chunk; the line that tells its place
chunks.npy, sentences.npy      clause (counted through the shard), start and end of each
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.model import Document, ParsedDocument
from corpus.record import bare_clause_record, document_record, read_document, read_parsed
from index.model import Chunk, Sentence
from index.texts import Texts, map_array, write_texts

_APART = ("spans", "damaged", "notes")


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of a shard: where it came from (see ``index.sources.Source``), and how many rows it has."""

    id: str
    source: str
    sha256: str
    part: str
    text_sha256: str
    clauses: int
    chunks: int
    sentences: int


class Records:
    """The documents of a shard, by their place in it."""

    def __init__(self, folder: Path) -> None:
        rows = json.loads((folder / "documents.json").read_text("utf-8"))
        self.entries = tuple(_check_entry(Entry(**row)) for row in rows)
        self._documents = Texts(folder / "documents.jsonl")
        self._clauses = Texts(folder / "clauses.jsonl")
        self._ids = Texts(folder / "chunk_ids.txt")
        self._places = Texts(folder / "places.txt")
        self.chunks = map_array(folder / "chunks.npy", np.integer, 2)
        self.sentences = map_array(folder / "sentences.npy", np.integer, 2)
        found = (len(self._documents), len(self._clauses), len(self._ids), len(self._places))
        rows_of = (len(self.entries), len(self.entries), len(self.chunks), len(self.chunks))
        counted = [sum(getattr(entry, kind) for entry in self.entries) for kind in ("chunks", "sentences")]
        if found != rows_of or counted != [len(self.chunks), len(self.sentences)]:
            raise ValueError("the counts of a shard are not those of its files")

    def read_document(self, place: int) -> Document:
        """Return a document without its clauses."""
        return read_document(json.loads(self._documents[place]))

    def read_parsed(self, place: int) -> ParsedDocument:
        """Return a document with its clauses."""
        apart = json.loads(self._clauses[place])
        clauses = apart.pop("clauses")
        return read_parsed(json.loads(self._documents[place]) | apart, clauses)

    def read_chunk_id(self, row: int) -> str:
        """Return the id of a chunk."""
        return self._ids[row]

    def read_chunk(self, row: int, parsed: ParsedDocument) -> Chunk:
        """Return a chunk of this document."""
        _, start, end = self.chunks[row].tolist()
        id = self._ids[row]
        words = parsed.document.text[start:end]
        return Chunk(
            id, id.rpartition("/")[0], parsed.document.id, start, end, f"{self._places[row]}\n{words}"
        )  # fmt: skip


def write_records(
    folder: Path,
    documents: Sequence[tuple[ParsedDocument, Entry]],
    chunks: Sequence[Chunk],
    sentences: Sequence[Sentence],
) -> None:
    """Write the documents of a shard, with their chunks and sentences in the documents' order, into ``folder``."""
    records = [document_record(parsed) for parsed, _ in documents]
    apart = [
        {kind: record.pop(kind) for kind in _APART} | {"clauses": [bare_clause_record(one) for one in parsed.clauses]}
        for record, (parsed, _) in zip(records, documents, strict=True)
    ]
    write_texts(folder / "documents.jsonl", map(print_json, records))
    write_texts(folder / "clauses.jsonl", map(print_json, apart))
    write_texts(folder / "chunk_ids.txt", (chunk.id for chunk in chunks))
    write_texts(folder / "places.txt", (chunk.text.partition("\n")[0] for chunk in chunks))
    numbers = {clause.id: i for i, clause in enumerate(clause for one, _ in documents for clause in one.clauses)}
    for name, spans in (("chunks", chunks), ("sentences", sentences)):
        np.save(folder / f"{name}.npy", _tabulate(spans, numbers), allow_pickle=False)
    entries = ",\n".join(print_json(asdict(entry)) for _, entry in documents)
    (folder / "documents.json").write_text(f"[{entries}]\n", "utf-8")


def _tabulate(spans: Sequence[Chunk] | Sequence[Sentence], numbers: Mapping[str, int]) -> npt.NDArray[np.int64]:
    rows = [(numbers[span.clause_id], span.start, span.end) for span in spans]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _check_entry(entry: Entry) -> Entry:
    if not all(type(getattr(entry, kind)) is int for kind in ("clauses", "chunks", "sentences")):
        raise TypeError("a count is not a number")
    return entry


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line; lone surrogates survive as escapes."""
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(print_json(record) + "\n")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read JSON objects, one a line."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise TypeError(f"{path.name}: a line is not a JSON object")
            yield record


def print_json(record: Mapping[str, Any]) -> str:
    """Return a JSON object in one line, Chinese as it is; where there is a lone surrogate, all as escapes."""
    line = json.dumps(record, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(record)
    return line

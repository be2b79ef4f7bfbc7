"""Documents, clauses and chunks as JSON Lines, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.model import ParsedDocument
from corpus.record import bare_clause_record, document_record, read_parsed
from index.model import Chunk


def write_parsed(folder: Path, parsed: Mapping[str, ParsedDocument]) -> None:
    """Write ``documents.jsonl`` (with spans) and ``clauses.jsonl``, in the order of ``parsed``."""
    write_lines(folder / "documents.jsonl", (document_record(one) for one in parsed.values()))
    write_lines(folder / "clauses.jsonl", (bare_clause_record(c) for one in parsed.values() for c in one.clauses))


def read_all_parsed(folder: Path) -> dict[str, ParsedDocument]:
    """Read what ``write_parsed`` wrote; a malformed record raises ValueError, TypeError or LookupError."""
    records = {record["id"]: record for record in read_lines(folder / "documents.jsonl")}
    clauses: dict[str, list[dict[str, Any]]] = {id: [] for id in records}
    for record in read_lines(folder / "clauses.jsonl"):
        clauses[record["document_id"]].append(record)
    return {id: read_parsed(record, clauses[id]) for id, record in records.items()}


def write_chunks(folder: Path, chunks: Iterable[Chunk]) -> None:
    """Write ``chunks.jsonl``; of the text only the context line, the rest is the document's."""
    write_lines(folder / "chunks.jsonl", (asdict(chunk) | {"text": chunk.text.partition("\n")[0]} for chunk in chunks))


def read_chunks(folder: Path, parsed: Mapping[str, ParsedDocument]) -> list[Chunk]:
    """Read what ``write_chunks`` wrote, in the order of the vectors."""
    chunks: list[Chunk] = []
    for record in read_lines(folder / "chunks.jsonl"):
        words = parsed[record["document_id"]].document.text[record["start"] : record["end"]]
        chunks.append(Chunk(**(record | {"text": f"{record['text']}\n{words}"})))
    return chunks


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line; lone surrogates survive as escapes."""
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=not _encodable(record)) + "\n")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read JSON objects, one a line."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise TypeError(f"{path.name}: a line is not a JSON object")
            yield record


def _encodable(record: Mapping[str, Any]) -> bool:
    try:
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True

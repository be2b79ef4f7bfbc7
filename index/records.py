"""Documents, clauses and chunks as JSON Lines, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from corpus.model import Clause, Document, ParsedDocument, Span
from index.model import Chunk

_DATES = ("published", "effective", "repealed")


def write_parsed(folder: Path, parsed: Mapping[str, ParsedDocument]) -> None:
    """Write ``documents.jsonl`` (with spans) and ``clauses.jsonl``, in the order of ``parsed``."""
    write_lines(
        folder / "documents.jsonl",
        (
            _dated(asdict(one.document))
            | {"spans": [_span(s) for s in one.spans], "damaged": [_span(s) for s in one.damaged]}
            for one in parsed.values()
        ),
    )
    # A clause's text is the document's; only the offsets are written, so that the two cannot differ.
    write_lines(
        folder / "clauses.jsonl",
        ({k: v for k, v in asdict(c).items() if k != "text"} for one in parsed.values() for c in one.clauses),
    )


def read_parsed(folder: Path) -> dict[str, ParsedDocument]:
    """Read what ``write_parsed`` wrote; a malformed record raises ValueError, TypeError or KeyError."""
    clauses: dict[str, list[Clause]] = {}
    texts: dict[str, str] = {}
    heads: list[tuple[Document, tuple[Span, ...], tuple[Span, ...]]] = []
    for record in read_lines(folder / "documents.jsonl"):
        spans, damaged = (tuple(Span(*span) for span in record.pop(kind)) for kind in ("spans", "damaged"))
        for name in _DATES:
            record[name] = date.fromisoformat(record[name]) if record[name] else None
        document = Document(**record)
        heads.append((document, spans, damaged))
        texts[document.id] = document.text
        clauses[document.id] = []
    for record in read_lines(folder / "clauses.jsonl"):
        id = record["document_id"]
        text = texts[id][record["start"] : record["end"]]
        clauses[id].append(Clause(**(record | {"path": tuple(record["path"]), "text": text})))
    return {head.id: ParsedDocument(head, tuple(clauses[head.id]), spans, damaged) for head, spans, damaged in heads}


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


def _dated(record: dict[str, Any]) -> dict[str, Any]:
    return record | {name: record[name].isoformat() if record[name] else None for name in _DATES}


def _span(span: Span) -> list[Any]:
    return [span.kind, span.start, span.end, span.reason]


def _encodable(record: Mapping[str, Any]) -> bool:
    try:
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True

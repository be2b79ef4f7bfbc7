"""Clauses and parsed documents as JSON objects, and back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from corpus.model import Clause, Document, Event, ParsedDocument, Span

_DATES = ("published", "effective", "repealed")


def clause_record(clause: Clause, document: Document) -> dict[str, Any]:
    """Return the object of ``wence clauses --json``, in the field order of DESIGN.md."""
    return {
        "document": clause.document_id,
        "source": document.source,
        "number": clause.number,
        "label": clause.label,
        "path": list(clause.path),
        "heading": clause.heading,
        "text": clause.text,
        "start": clause.start,
        "end": clause.end,
    }


def document_record(parsed: ParsedDocument) -> dict[str, Any]:
    """Return a parsed document without its clauses, as ``read_parsed`` takes it."""
    document = parsed.document
    return asdict(document) | {
        **{name: _print_day(getattr(document, name)) for name in _DATES},
        "history": [[_print_day(event.day), event.action, event.text] for event in document.history],
        "repeals": list(document.repeals),
        "spans": [_span_record(span) for span in parsed.spans],
        "damaged": [_span_record(span) for span in parsed.damaged],
        "notes": list(parsed.notes),
    }


def bare_clause_record(clause: Clause) -> dict[str, Any]:
    """Return a clause without its text: that is the document's, so that the two cannot differ."""
    record = asdict(clause)
    del record["text"]
    return record


def read_parsed(record: dict[str, Any], clauses: list[dict[str, Any]]) -> ParsedDocument:
    """Return what ``document_record`` and ``bare_clause_record`` were made from.

    Raises
    ------
    ValueError, TypeError, LookupError
        A record is malformed.
    """
    fields = dict(record)
    spans, damaged = (tuple(Span(*span) for span in fields.pop(kind)) for kind in ("spans", "damaged"))
    notes = tuple(fields.pop("notes"))
    document = read_document(fields)
    found = tuple(_read_clause(clause, document.text) for clause in clauses)
    return ParsedDocument(document, found, spans, damaged, notes)


def read_document(record: dict[str, Any]) -> Document:
    """Return the document of a record of ``document_record`` without its spans, damage and notes.

    Raises
    ------
    ValueError, TypeError, LookupError
        The record is malformed.
    """
    fields = dict(record)
    for name in _DATES:
        fields[name] = _read_day(fields[name])
    fields["history"] = tuple(Event(_read_day(day), action, text) for day, action, text in fields["history"])
    fields["repeals"] = tuple(fields["repeals"])
    return Document(**fields)


def _read_clause(record: dict[str, Any], text: str) -> Clause:
    return Clause(**(record | {"path": tuple(record["path"]), "text": text[record["start"] : record["end"]]}))


def _print_day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read_day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def _span_record(span: Span) -> list[Any]:
    return [span.kind, span.start, span.end, span.reason]

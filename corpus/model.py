"""The domain values of a parsed document: Document, Clause, Span, ParsedDocument.

Offsets everywhere are half-open and count Unicode code points of ``Document.text``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

SpanKind = Literal["clause", "heading", "metadata", "removed", "damaged"]


@dataclass(frozen=True, slots=True)
class Document:
    """A policy, law or regulation as ingested.

    ``id`` is the file's stem; ``title`` what the document calls itself; ``text`` the
    decoded source, unaltered. Dates and numbers that the document does not state are
    ``None`` or empty.
    """

    id: str
    title: str
    issuer: str
    doc_number: str
    published: date | None
    effective: date | None
    repealed: date | None
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One 条 or one （X） item, from its label to its end, all its paragraphs included.

    ``number`` is Chinese numerals alone (四十, 一百二十之一), empty for a preamble or a
    closing paragraph, whose ``label`` says which it is. ``text`` is
    ``document.text[start:end]``, always. ``id`` is ``<document id>#<number>``.
    """

    id: str
    document_id: str
    path: tuple[str, ...]
    number: str
    label: str
    heading: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text with what it is and, for removals and damage, why."""

    kind: SpanKind
    start: int
    end: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document taken apart.

    ``spans`` (kinds clause, heading, metadata, removed), in order, partition
    ``document.text`` without gap or overlap. ``damaged`` lists the damaged characters,
    wherever they stand. ``clauses`` are in document order.
    """

    document: Document
    clauses: tuple[Clause, ...]
    spans: tuple[Span, ...]
    damaged: tuple[Span, ...]

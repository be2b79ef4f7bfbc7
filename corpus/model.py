"""The domain values of a document: SourceText, Document, Event, Clause, Span, ParsedDocument.

Offsets everywhere are half-open and count Unicode code points of ``Document.text``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

SpanKind = Literal["clause", "heading", "metadata", "removed", "damaged"]


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a file holds: its text, and what the file's format says of parts of it.

    Each paragraph, heading and table row is a line of ``text``. ``removed`` (kind
    "removed", with reasons) are whole lines that are no part of the document by its
    format, as a web page's navigation is. ``headings`` pairs the offset at which a heading
    line begins with its level, 1 the highest. ``title`` is what the format's own
    particulars call the document, often empty. ``notes`` are lines for whoever adds the
    file: what of it could not be read.
    """

    text: str
    removed: tuple[Span, ...] = ()
    headings: tuple[tuple[int, int], ...] = ()
    title: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A step in a history: ``action`` (通过, 公布, 修正, 修订, 批准, 施行, 废止) and the words that tell it."""

    day: date | None
    action: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A policy, law or regulation as ingested.

    ``id`` is the file's stem; ``title`` what the document calls itself; ``text`` the
    decoded source, or the text that the file's format holds, unaltered. Dates and numbers
    that the document does not state are ``None`` or empty. ``level`` is 宪法, 法律, 行政法规,
    部门规章, 地方性法规, 地方政府规章, 司法解释, 党内法规, 党内政策 or 规范性文件, empty where nothing tells it.
    ``history`` is in the order told; ``repeals`` are the titles that it says cease to be
    in force with it.
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
    level: str = ""
    history: tuple[Event, ...] = ()
    repeals: tuple[str, ...] = ()


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
    wherever they stand. ``clauses`` are in document order. ``notes`` are those of the
    ``SourceText``.
    """

    document: Document
    clauses: tuple[Clause, ...]
    spans: tuple[Span, ...]
    damaged: tuple[Span, ...]
    notes: tuple[str, ...] = ()

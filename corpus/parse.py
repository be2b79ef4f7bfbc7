"""A file or a text to a ParsedDocument: every character accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.clauses import split_clauses
from corpus.clean import find_furniture
from corpus.damage import find_damage
from corpus.lines import BLANKS, Line, split_lines
from corpus.load import load_file
from corpus.metadata.lines import find_metadata
from corpus.metadata.particulars import read_metadata
from corpus.model import Clause, Document, ParsedDocument, SourceText, Span
from corpus.outline.articles import split_run_on
from corpus.outline.entries import is_markup

if TYPE_CHECKING:
    from corpus.settings import CorpusSettings

FURNITURE_IN_CLAUSE = "page furniture"
"""The reason of a damaged span that is a removed line in the middle of a clause."""


def parse_file(path: Path, limits: CorpusSettings, *, stem: str = "", source: str = "") -> dict[str, ParsedDocument]:
    """Read a file and take it apart; its documents by the name of their part, "" for the one of a file of one.

    The id is ``stem`` (the file's, where it is not given); of several documents in one
    file, as the laws of a table are, it is the part's name. ``source`` is the path as given.

    Raises
    ------
    DocumentError
        The file cannot be read as a document.
    """
    stem, source = stem or path.stem, source or str(path)
    loaded = load_file(path, limits, name=source)
    return {one.part: parse_source(one.content, id=one.part or stem, source=source) for one in loaded}


def parse_document(path: Path) -> ParsedDocument:
    """Read a file that holds one document (of several, the first) and take it apart, within the usual limits.

    Raises as ``parse_file`` does.
    """
    from corpus.settings import CorpusSettings

    return next(iter(parse_file(path, CorpusSettings()).values()))


def rename_document(parsed: ParsedDocument, id: str) -> ParsedDocument:
    """Return the parsed document under another id, its clauses' ids with it."""
    old = len(parsed.document.id)
    return replace(
        parsed,
        document=replace(parsed.document, id=id),
        clauses=tuple(replace(clause, id=id + clause.id[old:], document_id=id) for clause in parsed.clauses),
    )


def parse_text(text: str, *, id: str, source: str) -> ParsedDocument:
    """Take a plain text apart, as ``parse_source`` does."""
    return parse_source(SourceText(text), id=id, source=source)


def parse_source(content: SourceText, *, id: str, source: str) -> ParsedDocument:
    """Take the text of a file apart into clauses, headings, metadata and removed spans, which partition it.

    White space around these is a removed span with the reason "blank". A removed line in
    the middle of a clause stays inside the clause's span, whose text is unbroken, and is
    listed among the damaged spans, so that no quote reaches over it.
    """
    text = content.text
    lines = split_run_on(split_lines(text))
    levels = _find_levels(lines, content.headings)
    furniture = {**find_furniture(lines), **_find_removed(lines, content.removed)}
    particulars = find_metadata(lines, furniture, content.title, levels)
    skipped = {**furniture, **particulars}
    clauses, headings = split_clauses(text, lines, skipped, levels, document_id=id)
    metadata = read_metadata(text, lines, particulars, stem=id, title=content.title)
    document = Document(
        id=id,
        title=metadata.title,
        issuer=metadata.issuer,
        doc_number=metadata.doc_number,
        published=metadata.published,
        effective=metadata.effective,
        repealed=metadata.repealed,
        source=source,
        text=text,
        level=metadata.level,
        history=metadata.history,
        repeals=metadata.repeals,
    )
    outside, inside = _place_skipped(lines, furniture, particulars, clauses)
    named = [*(Span("clause", clause.start, clause.end) for clause in clauses), *headings, *outside]
    return ParsedDocument(
        document=document,
        clauses=tuple(clauses),
        spans=tuple(_fill_gaps(text, sorted(named, key=lambda span: span.start))),
        damaged=tuple(sorted([*find_damage(text), *inside], key=lambda span: span.start)),
        notes=content.notes,
    )


def _find_removed(lines: Sequence[Line], removed: Iterable[Span]) -> dict[int, str]:
    """Return the filled lines that lie in removed spans, by position, with the reason of each."""
    spans = sorted(removed, key=lambda span: span.start)
    found: dict[int, str] = {}
    place = 0
    for position, line in enumerate(lines):
        while place < len(spans) and spans[place].end <= line.start:
            place += 1
        if line.text and place < len(spans) and spans[place].start <= line.start:
            found[position] = spans[place].reason
    return found


def _find_levels(lines: Sequence[Line], headings: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return the levels of heading lines by position."""
    starts = {line.start: position for position, line in enumerate(lines) if line.text}
    return {starts[start]: level for start, level in headings if start in starts}


def _place_skipped(
    lines: Sequence[Line], furniture: Mapping[int, str], particulars: Mapping[int, str], clauses: Sequence[Clause]
) -> tuple[list[Span], list[Span]]:
    """Return the skipped lines that stand between clauses, and those that stand inside one."""
    outside: list[Span] = []
    inside: list[Span] = []
    remaining = list(reversed(clauses))
    for position in sorted({*furniture, *particulars}):
        line = lines[position]
        while remaining and remaining[-1].end <= line.start:
            remaining.pop()
        if remaining and remaining[-1].start <= line.start:
            inside.append(Span("damaged", line.start, line.end, FURNITURE_IN_CLAUSE))
        elif position in particulars:
            outside.append(Span("metadata", line.start, line.end, particulars[position]))
        else:
            outside.append(Span("removed", line.start, line.end, furniture[position]))
    return outside, inside


def _fill_gaps(text: str, spans: Iterable[Span]) -> list[Span]:
    """Add a removed span for every stretch that no span covers: white space, Markdown signs, an end mark."""
    whole: list[Span] = []
    position = 0
    for span in [*spans, Span("removed", len(text), len(text))]:
        if position < span.start:
            gap = text[position : span.start].strip(BLANKS)
            reason = "blank" if not gap else "markup" if is_markup(gap) else "end mark"
            whole.append(Span("removed", position, span.start, reason))
        if span.start < span.end:
            whole.append(span)
        position = span.end
    return whole

"""The lines of a file to a SourceText, and the rows of a table to lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.errors import DocumentError
from corpus.labels import read_label
from corpus.lines import BLANKS, drop_blanks
from corpus.model import SourceText, Span

_SHORT_CELL = 80
_LONG_CELL = 40
_SENTENCE_END = "。；：;:！？"


@dataclass(slots=True)
class SourceLine:
    """A line of a document in the making, or a piece of one.

    ``level`` is that of a heading, 0 for text. ``removed`` is the reason why the line is
    no part of the document, "" where it is. ``joint`` is what stands before the line:
    a line break, or the tab or space that joins it to the piece before.
    """

    text: str
    level: int = 0
    removed: str = ""
    joint: str = "\n"


def build_source(lines: Iterable[SourceLine], *, title: str = "", notes: Iterable[str] = ()) -> SourceText:
    """Return the text that lines make up, with its headings and removed lines.

    A line of several pieces is removed where all of them are, and no heading.
    """
    whole: list[str] = []
    removed: list[Span] = []
    headings: list[tuple[int, int]] = []
    position = 0
    for pieces in _group_pieces(lines):
        text = "".join(piece.text if place == 0 else piece.joint + piece.text for place, piece in enumerate(pieces))
        if all(piece.removed for piece in pieces):
            removed.append(Span("removed", position, position + len(text), pieces[0].removed))
        elif len(pieces) == 1 and pieces[0].level:
            headings.append((position + len(text) - len(text.lstrip(BLANKS)), pieces[0].level))
        whole.append(text)
        position += len(text) + 1
    return SourceText("\n".join(whole), tuple(removed), tuple(headings), title, tuple(notes))


def _group_pieces(lines: Iterable[SourceLine]) -> Iterable[list[SourceLine]]:
    pieces: list[SourceLine] = []
    for line in lines:
        if pieces and line.joint == "\n":
            yield pieces
            pieces = []
        pieces.append(line)
    if pieces:
        yield pieces


def check_length(characters: int, limit: int) -> None:
    """Raise ``DocumentError`` where a text is longer than is read."""
    if characters > limit:
        raise DocumentError(f"holds more than the {limit / 1e6:g} million characters that are read; split the file")


def join_row(lines: Sequence[SourceLine], cells: Sequence[tuple[int, int]]) -> None:
    """Join the cells of a table's row into one line, by tabs, where the row is one of data.

    ``cells`` are the half-open ranges of ``lines`` that each cell holds, in order; an
    empty cell between two others leaves its tab. A page laid out by tables has whole
    texts in its cells: a cell of several paragraphs keeps a line for each, only a bare
    number or label before it joins its first; so does a cell that is a long clause.
    """
    filled = [(column, start, end) for column, (start, end) in enumerate(cells) if start < end]
    if len(filled) < 2:
        return
    last: tuple[int, bool, str] | None = None
    for column, start, end in filled:
        single = _is_single(lines, start, end)
        if last is not None:
            last_column, last_single, last_text = last
            text = lines[start].text.lstrip(BLANKS)
            if last_single and (_is_bare_label(last_text) or single) and not _begins_clause(text):
                lines[start].joint = "\t" * (column - last_column)
        last = (column, single, lines[start].text if end - start == 1 else "")


def _is_single(lines: Sequence[SourceLine], start: int, end: int) -> bool:
    """Say whether a cell is one line; the lines of a short cell that only wraps are joined by spaces."""
    breaks = [line for line in lines[start + 1 : end] if line.joint == "\n"]
    if not breaks:
        return True
    heads = [lines[start], *breaks]
    if sum(len(line.text) for line in lines[start:end]) > _SHORT_CELL:
        return False
    if any(line.text[-1:] in _SENTENCE_END or read_label(line.text.strip(BLANKS)) for line in heads):
        return False
    for line in breaks:
        line.joint = " "
    return True


def _is_bare_label(text: str) -> bool:
    words = drop_blanks(text)
    if not words or len(words) > 12:
        return False
    label = read_label(words)
    return words.isdecimal() or (label is not None and label.end == len(words))


def _begins_clause(text: str) -> bool:
    label = read_label(text) if len(text) > _LONG_CELL else None
    return label is not None and label.kind == "article" and label.apart and not label.refers

"""An answer's words cut along its statements, so that whatever shows them knows where its citations stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.model import Answer, Origin, Statement

_MARKERS = re.compile(r"\s*(?:\[\d+\]\s*)*\[\d+\]")
_BLANK_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an answer's words, and the positions in ``Answer.citations`` of what is cited behind it.

    ``origin`` is that of the statement that the stretch is, None between statements.
    """

    text: str
    origin: Origin | None = None
    citations: tuple[int, ...] = ()


def split_answer(answer: Answer) -> list[Piece]:
    """Cut ``answer.text`` along its statements; Wence's own [n] are left out, every citation stands in some piece.

    A [1] that a document or a model wrote stays in the words. Citations that no statement
    found in the text names come in a last piece without words.
    """
    text, at = answer.text, 0
    pieces: list[Piece] = []
    for statement in answer.statements:
        found = text.find(statement.text, at)
        if found < 0:
            continue
        known = (position for position in statement.citations if 0 <= position < len(answer.citations))
        pieces.append(Piece(text[at:found]))
        pieces.append(Piece(_restore_lines(statement, answer), statement.origin, tuple(dict.fromkeys(known))))
        at = found + len(statement.text)
        if statement.citations and (markers := _MARKERS.match(text, at)):
            at = markers.end()
    pieces.append(Piece(text[at:]))
    named = {position for piece in pieces for position in piece.citations}
    unnamed = tuple(position for position in range(len(answer.citations)) if position not in named)
    pieces.append(Piece("", citations=unnamed))
    return [piece for piece in pieces if piece.text or piece.citations]


def _restore_lines(statement: Statement, answer: Answer) -> str:
    # A whole clause quoted as one statement keeps the lines that the document gives its items.
    if (
        statement.origin == "extract"
        and len(statement.citations) == 1
        and 0 <= statement.citations[0] < len(answer.citations)
    ):
        quote = answer.citations[statement.citations[0]].quote
        if "".join(quote.split()) == "".join(statement.text.split()):
            return _BLANK_LINES.sub("\n", quote)
    return statement.text

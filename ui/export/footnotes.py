"""The footnotes of a conversation: their numbers, and the clauses they lead to.

Numbers run through the whole conversation in the order in which the text comes to them; so
do those of the clauses, each of which is listed once however often it is quoted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.model import Clause, Document, Span
from rag.model import Citation
from rag.snapshot import Snapshot
from ui.records.conversations import Exchange
from ui.rendering.answers import Range
from ui.rendering.pieces import split_answer


@dataclass(frozen=True, slots=True)
class Footnote:
    """A citation with its number; ``clause`` and ``document`` are None where they were not kept.

    ``entry`` is the number of the clause's ``Entry``, 0 where there is none.
    """

    number: int
    citation: Citation
    clause: Clause | None
    document: Document | None
    entry: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A clause that is quoted, as it was when it was quoted.

    ``damaged`` are the damaged spans inside it, ``quoted`` the ranges that are quoted, both
    in offsets of the document's text; ``footnotes`` the numbers of those that quote it.
    """

    number: int
    clause: Clause
    document: Document | None
    damaged: tuple[Span, ...]
    quoted: tuple[Range, ...]
    footnotes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Apparatus:
    """The footnotes and clauses of a conversation, in the order of their numbers.

    ``numbers`` gives the footnote of an exchange's position and a citation's position in
    its answer.
    """

    footnotes: tuple[Footnote, ...]
    entries: tuple[Entry, ...]
    numbers: Mapping[tuple[int, int], int]


def number_footnotes(exchanges: Sequence[Exchange]) -> Apparatus:
    """Number the citations of a conversation, and the clauses that they quote.

    A clause whose words or document had changed between two answers is listed twice, once
    as it was for each.
    """
    footnotes: list[Footnote] = []
    entries: dict[object, Entry] = {}
    numbers: dict[tuple[int, int], int] = {}
    for at, exchange in enumerate(exchanges):
        if exchange.kept is None:
            continue
        kept, answer = exchange.kept, exchange.kept.answer
        named = (position for piece in split_answer(answer) for position in piece.citations)
        for position in dict.fromkeys(named):
            number = numbers[at, position] = len(footnotes) + 1
            citation = answer.citations[position]
            clause = kept.clauses.get(citation.clause_id)
            if clause is None:
                footnotes.append(Footnote(number, citation, None, None, 0))
                continue
            entry = _add_quote(entries, clause, kept, citation, number)
            footnotes.append(Footnote(number, citation, clause, entry.document, entry.number))
    return Apparatus(tuple(footnotes), tuple(entries.values()), numbers)


def _add_quote(entries: dict[object, Entry], clause: Clause, kept: Snapshot, citation: Citation, number: int) -> Entry:
    parsed = kept.parsed.get(clause.document_id)
    document = parsed.document if parsed else None
    inside = parsed.damaged if parsed else ()
    damaged = tuple(span for span in inside if span.start < clause.end and span.end > clause.start)
    key = (clause, document, damaged)
    known = entries.get(key) or Entry(len(entries) + 1, clause, document, damaged, (), ())
    quoted = known.quoted
    # Words that do not stand where the citation says are not marked as if they did.
    if clause.text[max(citation.start - clause.start, 0) : citation.end - clause.start] == citation.quote:
        quoted = (*quoted, (citation.start, citation.end))
    entries[key] = Entry(known.number, clause, document, damaged, quoted, (*known.footnotes, number))
    return entries[key]

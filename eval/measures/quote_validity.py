"""Quote validity: every quote stands, word for word, where its citation says; anything above 0 is a fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from corpus.model import ParsedDocument
from eval.measures.model import CitedQuote, Outcome, Score


class Sources(Protocol):
    """What quotes are checked against; an index is one."""

    @property
    def parsed(self) -> Mapping[str, ParsedDocument]:
        """The documents by id."""
        ...


def count_quote_violations(outcomes: Sequence[Outcome]) -> Score:
    """Return how many citations break a promise; n counts the citations that were checked.

    No value where there was no index to check against.
    """
    checked = [outcome for outcome in outcomes if outcome.violations is not None]
    count = sum(len(outcome.violations or ()) for outcome in checked)
    return Score(float(count) if checked else None, sum(len(outcome.citations) for outcome in checked))


def find_violations(citations: Sequence[CitedQuote], sources: Sources) -> tuple[str, ...]:
    """Return a line for each citation that is not true to its document."""
    faults = ((citation, _find_fault(citation, sources)) for citation in citations)
    return tuple(
        f"{citation.clause_id} [{citation.start}:{citation.end}]: {fault}" for citation, fault in faults if fault
    )


def _find_fault(citation: CitedQuote, sources: Sources) -> str:
    parsed = sources.parsed.get(citation.document)
    if parsed is None:
        return "no such document in the index"
    # A number may stand twice in a document (an annex that counts anew): any of them will do.
    places = [
        (clause.start, clause.end) for clause in parsed.clauses if (clause.number or clause.label) == citation.clause
    ]
    if not places:
        return "no such clause in the document"
    if not citation.quote.strip():
        return "the quote is empty"
    if not any(start <= citation.start < citation.end <= end for start, end in places):
        return f"outside its clause {places}"
    if parsed.document.text[citation.start : citation.end] != citation.quote:
        return "the quote is not the document's text there"
    if any(span.start < citation.end and citation.start < span.end for span in parsed.damaged):
        return "the quote reaches over damaged characters"
    return ""

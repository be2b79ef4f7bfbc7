"""Answers to questions that name a clause or a part: it is quoted, listed, searched inside, or asked which is meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from corpus.model import Clause
from index.store import Index
from rag import messages
from rag.evidence import Evidence
from rag.extract import FIGURES, NAMED_ANSWERS, Quotation, choose_evidence, quote_evidence
from rag.finding import RELATED, Finding
from rag.lookup import MOST_CLAUSES, Lookup, look_up, quote_clause, quote_heading
from rag.messages import say
from rag.reading import EvidenceReader
from rag.refusals import Refusals
from rag.understand import Query

ASKED_APART = 6
"""So many clauses that a question names are each asked for themselves; more of them together."""


class PlaceFinder:
    """Answers from places named; ``bar`` and ``stricter`` as in ``rag.extract.choose_evidence``."""

    def __init__(
        self, index: Index, reader: EvidenceReader, refusals: Refusals, *, bar: float, stricter: float
    ) -> None:
        self._index = index
        self._reader = reader
        self._refusals = refusals
        self._bar = bar
        self._stricter = stricter

    def look_up(self, query: Query, scope: Sequence[str]) -> Finding:
        """Return the clauses or the part that a question names, what in them answers, or why they cannot be given."""
        found = self._find(query, scope)
        if found.candidates:
            return self.ask_which(query, found.candidates)
        if not found.clauses:
            return self._refuse_lookup(query, found, scope)
        whole = query.tells_only or (query.listing and found.headings_only)
        if not whole and not (query.references.paragraph or query.references.point):
            narrowed = self._narrow(query, found, scope)
            if narrowed is not None:
                return narrowed
        if found.headings_only:
            return self.list_part(query, found.clauses)
        quotations = tuple(q for clause in found.clauses for q in quote_clause(clause, query.references))
        if not quotations:
            return self._refuse_lookup(query, found, scope)
        text = self._refusals.describe_missing(query, found, scope) if found.missing else ""
        return Finding(query, quotations=quotations, text=text, settled=True)

    def _find(self, query: Query, scope: Sequence[str]) -> Lookup:
        """Return what the references lead to, in each document the numbers that stand behind its name."""
        if not query.places:
            return look_up(query.references, self._index.parsed, scope, named=bool(query.documents))
        found = [
            look_up(replace(query.references, numbers=numbers), self._index.parsed, [id], named=True)
            for id, numbers in query.places
        ]
        return Lookup(
            tuple(clause for one in found for clause in one.clauses),
            tuple(number for one in found for number in one.missing),
        )

    def list_part(self, query: Query, clauses: Sequence[Clause]) -> Finding:
        """Return the clauses of a part by their headings, or the clause itself where it is the only one."""
        if len({clause.document_id for clause in clauses}) > 1:
            return self.ask_which(query, clauses[:MOST_CLAUSES])
        if len(clauses) == 1:
            return Finding(query, quotations=tuple(quote_clause(clauses[0], query.references)), settled=True)
        return Finding(query, quotations=tuple(map(quote_heading, clauses[:MOST_CLAUSES])), settled=True)

    def _narrow(self, query: Query, found: Lookup, scope: Sequence[str]) -> Finding | None:
        """Return what answers inside the clauses or the part named, None where all of it is the better answer.

        Of several clauses that are named, each is asked for itself.
        """
        vector = self._index.hybrid.encode_query(query.search)
        named = [clause.id for clause in found.clauses]
        groups = [[id] for id in named] if len(named) <= ASKED_APART and not found.headings_only else [named]
        bar = self._bar if found.headings_only else NAMED_ANSWERS
        evidence: list[Evidence] = []
        quotations: list[Quotation] = []
        for group in groups:
            read = self._reader.find_evidence(query, vector, scope, clauses=group)
            evidence.extend(read)
            quotations += quote_evidence(query, choose_evidence(query, read, bar=bar, stricter=self._stricter))
        evidence.sort(key=lambda one: -one.score)
        if quotations:
            return Finding(query, tuple(evidence), tuple(quotations))
        if query.claim or query.asks & (FIGURES if found.headings_only else query.asks):
            text = self._refusals.explain(query, scope)
            related = tuple(dict.fromkeys(one.clause for one in evidence))[:RELATED]
            return Finding(query, tuple(evidence), related=related, reason="no_support", text=text)
        return None

    def _refuse_lookup(self, query: Query, found: Lookup, scope: Sequence[str]) -> Finding:
        text = self._refusals.describe_missing(query, found, scope)
        related = tuple(found.clauses) or self._nearest(scope)
        return Finding(query, related=related, reason="no_support", text=text, settled=True)

    def _nearest(self, scope: Collection[str]) -> tuple[Clause, ...]:
        if len(scope) != 1:
            return ()
        return tuple(clause for id in scope for clause in self._index.parsed[id].clauses if clause.number)[:RELATED]

    def ask_which(self, query: Query, candidates: Sequence[Clause]) -> Finding:
        """Return that the documents of these clauses all have what is named, and it is for the person to choose."""
        titles = list(dict.fromkeys(self._refusals.title(clause.document_id) for clause in candidates))
        text = say(
            messages.AMBIGUOUS,
            english=query.english,
            count=len(titles),
            titles=messages.join_titles(titles, english=query.english),
        )
        return Finding(query, related=tuple(candidates), reason="ambiguous", text=text, settled=True)

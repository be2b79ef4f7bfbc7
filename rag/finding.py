"""What was found for a question, and the answer that is made of it without an LLM."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.model import Clause
from rag import messages
from rag.evidence import Evidence
from rag.extract import Quotation
from rag.messages import say
from rag.model import Answer, Citation, Reason, Statement
from rag.reading import SUBJECT
from rag.understand import Query

RELATED = 3
"""Clauses that an abstention shows."""
CLEAR = 3.0
"""Log-odds from which an answer to a short question stands without the turns before it."""
HOPELESS = -2.5
"""Log-odds below which a short question is off the subject, whatever was asked before it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one question or a part of it.

    ``evidence`` is everything looked at, best first; ``quotations`` what answers; with
    none, ``reason`` and ``text`` say why. ``settled`` findings (a lookup, a refusal)
    leave nothing for an LLM to write. ``unasked`` is one for the questions beyond those
    that are answered at once.
    """

    query: Query
    evidence: tuple[Evidence, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    related: tuple[Clause, ...] = ()
    reason: Reason = ""
    text: str = ""
    settled: bool = False
    unasked: bool = False


def score_findings(findings: Sequence[Finding]) -> float:
    """Return the log-odds of the worst-answered of several questions; of one that was refused none is lower."""
    return min(
        max((_favour(one, finding.query) for one in finding.evidence), default=-math.inf) for finding in findings
    )


def stands_alone(finding: Finding) -> bool:
    """Whether a question needs no earlier turn: it is clearly answered, or clearly off the subject."""
    if not finding.evidence:
        return True
    best = finding.evidence[0]
    if not finding.quotations:
        return best.score < HOPELESS
    elsewhere = bool(finding.query.subject) and best.clause.document_id not in finding.query.subject
    return best.score >= CLEAR + SUBJECT * elsewhere


def _favour(one: Evidence, query: Query) -> float:
    """Return the log-odds of a sentence, higher in the document that the answer before was about."""
    return one.score + SUBJECT * (one.clause.document_id in query.subject)


def compose_answer(findings: Sequence[Finding], cite: Callable[[Quotation], list[Citation]]) -> Answer:
    """Return the extractive answer of the findings: grounded, partial, or abstained; ``cite`` cites a quotation."""
    citations: list[Citation] = []
    statements: list[Statement] = []
    for citation in (one for finding in findings for quote in finding.quotations for one in cite(quote)):
        if not any(_stands_in(citation, known) for known in citations):
            statements.append(quote_statement(citation, len(citations)))
            citations.append(citation)
    if not statements:
        first = findings[0]
        return Answer(
            text=first.text, status="abstained", reason=first.reason or "no_support", related=name_related(findings)
        )
    notes = [finding.text for finding in findings if finding.text]
    open_parts = [finding.query.asked.strip() for finding in findings if not finding.quotations and not finding.unasked]
    english = findings[0].query.english
    if open_parts:
        notes.append(say(messages.REST, english=english, parts="；".join(open_parts)))
    rest = tuple(dict.fromkeys(notes))
    body = [f"{statement.text}[{position + 1}]" for position, statement in enumerate(statements)]
    return Answer(
        text="\n".join([*body, *rest]),
        statements=tuple(statements),
        citations=tuple(citations),
        status="partial" if rest else "grounded",
        rest=rest,
    )


def quote_statement(citation: Citation, position: int) -> Statement:
    """Return the statement that is a quote and no more; ``position`` is that of its citation."""
    return Statement(" ".join(citation.quote.split()).rstrip("；;"), (position,), "extract")


def _stands_in(one: Citation, other: Citation) -> bool:
    return one.clause_id == other.clause_id and other.start <= one.start and one.end <= other.end


def name_related(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the ids of the related clauses of all findings, each once."""
    return tuple(dict.fromkeys(clause.id for finding in findings for clause in finding.related))

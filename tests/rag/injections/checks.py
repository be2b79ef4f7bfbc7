"""What holds of every answer, whatever the question or the documents say."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from rag import Wence
from rag.model import Answer, Citation, Statement
from rag.wording import squeeze
from tests.ui.test_render import read_safe
from ui.rendering.answers import render_answer, render_clause, render_question

_MARKER = re.compile(r"\[(\d+)\]")
ACTIVE = re.compile(r"<[a-z/]|\]\(|https?://|javascript:|<\|", re.IGNORECASE)
"""What a page or a Markdown reader would load or run."""


def cited(answer: Answer) -> frozenset[str]:
    """Return the ids of the clauses that an answer cites."""
    return frozenset(citation.clause_id for citation in answer.citations)


def check_answer(answer: Answer, wence: Wence, payload: Collection[str]) -> None:
    """Check that quotes are verbatim, that statements cite them, and that nothing else of ``payload`` is said."""
    quoted = "\n".join(check_citation(citation, wence) for citation in answer.citations)
    own = answer.text
    for statement in answer.statements:
        assert statement.citations
        assert all(0 <= position < len(answer.citations) for position in statement.citations)
        if statement.origin == "extract":
            assert stands_in_clauses(statement, answer, wence)
        assert statement.text in own
        own = own.replace(statement.text, "", 1)
    assert {int(number) for number in _MARKER.findall(own)} <= set(range(1, len(answer.citations) + 1))
    for words in (answer.text, *(statement.text for statement in answer.statements)):
        assert all(mark in quoted for mark in ACTIVE.findall(words))
        assert not [word for word in payload if word in words and word not in quoted]
    assert (answer.status == "abstained") == (not answer.citations) == (answer.reason != "")


def check_citation(citation: Citation, wence: Wence) -> str:
    """Check that a quote stands in its clause; return the clause's words."""
    clause = wence.index.clauses[citation.clause_id]
    text = wence.index.parsed[clause.document_id].document.text
    assert text[citation.start : citation.end] == citation.quote != ""
    assert clause.start <= citation.start < citation.end <= clause.end
    return clause.text


def stands_in_clauses(statement: Statement, answer: Answer, wence: Wence) -> bool:
    """Whether a statement is, letter for letter, in the clauses that it cites."""
    clauses = [wence.index.clauses[answer.citations[position].clause_id] for position in statement.citations]
    return squeeze(statement.text) in squeeze("".join(clause.text for clause in clauses))


def check_page(question: str, answer: Answer, wence: Wence) -> None:
    """Check that the page shows question, answer and cited clauses with no markup of theirs."""
    for language in ("zh", "en"):
        read_safe(render_question(question, language))
        read_safe(render_answer(answer, wence.index, language))
        for citation in answer.citations:
            clause = wence.index.clauses[citation.clause_id]
            ranges = [(citation.start, citation.end)]
            read_safe(render_clause(clause, wence.index, language, ranges=ranges, today=date(2026, 1, 1)))

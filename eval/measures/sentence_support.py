"""Whether what a statement cites bears it out, told without a judge: φ of the sentence measures.

A statement is borne out by citations when

- it stands, word for word, in their quotes put together (white space and width folded, a
  closing sign forgiven): an extract always should; or
- it is an LLM's, and the clause of one of them bears it out as ``rag.citations`` verifies
  a draft: its words in order, and figures, bodies, negations, forces and conditions
  agree. The same check let the sentence through when it was written, so what is below 1
  here is a fault; whether sense is kept is for a judge to say.

Which citations matter is told as ALCE does (Gao et al., 2023, "Enabling Large Language
Models to Generate Text with Citations", section 4): of a statement that all its citations
together bear out, a citation is irrelevant if it does not bear it out alone and the others
do without it; every other one is precise.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.model import Clause
from eval.measures.evidence_recall import fold_text
from eval.measures.model import CitedQuote, CitedStatement, StatementSupport
from eval.measures.quote_validity import Sources
from index.model import Hit
from rag.citations import Verified, verify_sentence
from rag.draft import DraftSentence
from rag.model import Passage

_CLOSING = "。．.；;，,、：:"


def judge_statements(
    statements: Sequence[CitedStatement], citations: Sequence[CitedQuote], sources: Sources
) -> tuple[StatementSupport, ...]:
    """Return how each statement stands to what it cites, in their order."""
    return tuple(
        _judge(statement, [citations[position] for position in statement.citations], sources)
        for statement in statements
    )


def _judge(statement: CitedStatement, cited: Sequence[CitedQuote], sources: Sources) -> StatementSupport:
    if not _bears_out(cited, statement, sources):
        return StatementSupport(False, 0)
    if len(cited) == 1:
        return StatementSupport(True, 1)
    precise = sum(
        _bears_out([one], statement, sources)
        or not _bears_out([*cited[:position], *cited[position + 1 :]], statement, sources)
        for position, one in enumerate(cited)
    )
    return StatementSupport(True, precise)


def _bears_out(cited: Sequence[CitedQuote], statement: CitedStatement, sources: Sources) -> bool:
    """Say whether citations, taken together, bear a statement out; none bears out nothing."""
    wanted = fold_text(statement.text).rstrip(_CLOSING)
    if wanted and wanted in fold_text("".join(citation.quote for citation in cited)):
        return True
    return statement.origin == "llm" and _is_verified(statement.text, cited, sources)


def _is_verified(text: str, cited: Sequence[CitedQuote], sources: Sources) -> bool:
    found = {clause.id: clause for citation in cited if (clause := _find_clause(citation, sources))}
    passages = [Passage(Hit(clause.id, 1.0, rank), clause) for rank, clause in enumerate(found.values(), 1)]
    parsed = {passage.clause.document_id: sources.parsed[passage.clause.document_id] for passage in passages}
    verdict = verify_sentence(
        DraftSentence(text, tuple(range(1, len(passages) + 1))),
        passages,
        {id: one.damaged for id, one in parsed.items()},
        titles={id: one.document.title for id, one in parsed.items()},
    )
    return isinstance(verdict, Verified)


def _find_clause(citation: CitedQuote, sources: Sources) -> Clause | None:
    parsed = sources.parsed.get(citation.document)
    for clause in parsed.clauses if parsed else ():
        if (clause.number or clause.label) == citation.clause and clause.start <= citation.start < clause.end:
            return clause
    return None

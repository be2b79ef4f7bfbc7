"""An answer as the JSON object of ``answers.jsonl`` and ``wence ask --json``."""

from __future__ import annotations

from typing import Any

from index.store import Index
from rag.model import Answer


def answer_record(answer: Answer, index: Index, *, id: str, question: str) -> dict[str, Any]:
    """Return the object in the field order of DESIGN.md; ``notice`` is added only where there is one."""
    record: dict[str, Any] = {
        "id": id,
        "question": question,
        "answer": answer.text,
        "status": answer.status,
        "reason": answer.reason,
        "citations": [
            _place(index, citation.clause_id) | {"quote": citation.quote, "start": citation.start, "end": citation.end}
            for citation in answer.citations
        ],
        "statements": [
            {"text": statement.text, "citations": list(statement.citations), "origin": statement.origin}
            for statement in answer.statements
        ],
        "removed": [{"text": removal.text, "reason": removal.reason} for removal in answer.removed],
        "related": [
            _place(index, id) | {"start": index.clauses[id].start, "end": index.clauses[id].end}
            for id in answer.related
        ],
        "timings_ms": {name: round(value, 2) for name, value in answer.timings.items()},
    }
    if answer.notice:
        record["notice"] = answer.notice
    return record


def _place(index: Index, clause_id: str) -> dict[str, Any]:
    clause = index.clauses[clause_id]
    return {
        "document": clause.document_id,
        "title": index.parsed[clause.document_id].document.title,
        "clause": clause.number,
        "label": clause.label,
    }

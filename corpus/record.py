"""A clause as the JSON object of ``wence clauses --json``."""

from __future__ import annotations

from typing import Any

from corpus.model import Clause, Document


def clause_record(clause: Clause, document: Document) -> dict[str, Any]:
    """Return the object in the field order of DESIGN.md."""
    return {
        "document": clause.document_id,
        "source": document.source,
        "number": clause.number,
        "label": clause.label,
        "path": list(clause.path),
        "heading": clause.heading,
        "text": clause.text,
        "start": clause.start,
        "end": clause.end,
    }

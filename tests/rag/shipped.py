"""The shipped documents as passages, for tests that verify against real clauses."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from corpus.model import ParsedDocument, Span
from corpus.parse import parse_document
from index.model import Hit
from rag.model import Passage

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"
POLICY = "关于开展质量提升行动的指导意见"
QUALITY = "产品质量法(2018-12-29)"
CONSUMER = "消费者权益保护法(2013-10-25)"


@cache
def read_shipped() -> dict[str, ParsedDocument]:
    return {path.stem: parse_document(path) for path in sorted(DOCUMENTS.iterdir())}


def take_passages(*clause_ids: str) -> list[Passage]:
    """Return passages for ``<document id>#<number>`` ids, in order."""
    clauses = {clause.id: clause for parsed in read_shipped().values() for clause in parsed.clauses}
    return [Passage(Hit(id, 1.0 / rank, rank), clauses[id]) for rank, id in enumerate(clause_ids, start=1)]


def read_titles() -> dict[str, str]:
    return {id: parsed.document.title for id, parsed in read_shipped().items()}


def read_damaged() -> dict[str, tuple[Span, ...]]:
    return {id: parsed.damaged for id, parsed in read_shipped().items()}

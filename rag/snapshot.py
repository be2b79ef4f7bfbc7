"""An answer with the documents and clauses that it names, as they were when it was given.

An index changes: documents are replaced and taken out. What a conversation keeps is the
answer with its evidence, so that it can be read, exported and audited when the index holds
something else. A snapshot is read like an index: ``parsed`` and ``clauses`` by id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from corpus.model import Clause, ParsedDocument
from corpus.record import document_record, read_parsed
from rag.model import Answer, Citation, Removal, Statement

if TYPE_CHECKING:
    from corpus.catalog import Catalog
    from index.store import Index


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An answer and what it names.

    ``parsed`` holds the documents of the clauses named, and others of the same titles, by
    id: without their text, with those clauses and the damage inside them alone.
    ``corpus_hash`` is that of the index that answered (``Manifest.corpus_hash``).
    """

    answer: Answer
    corpus_hash: str
    parsed: Mapping[str, ParsedDocument]
    clauses: Mapping[str, Clause]


def take_snapshot(answer: Answer, index: Index, catalog: Catalog) -> Snapshot:
    """Return the answer with what it cites and what it calls related, as the index holds them now."""
    ids = dict.fromkeys([*(citation.clause_id for citation in answer.citations), *answer.related])
    clauses = {id: index.clauses[id] for id in ids if id in index.clauses}
    named = {clause.document_id for clause in clauses.values()}
    titles = {index.parsed[id].document.title for id in named}
    parsed = {}
    for one in catalog.documents:
        if one.id in named:
            kept = [clause for clause in clauses.values() if clause.document_id == one.id]
            parsed[one.id] = _reduce(index.parsed[one.id], kept)
        elif one.title in titles:
            parsed[one.id] = ParsedDocument(replace(one, text=""), (), (), ())
    return Snapshot(answer, index.manifest.corpus_hash, parsed, clauses)


def _reduce(parsed: ParsedDocument, kept: list[Clause]) -> ParsedDocument:
    damaged = [
        span for span in parsed.damaged if any(span.start < clause.end and span.end > clause.start for clause in kept)
    ]
    return ParsedDocument(replace(parsed.document, text=""), tuple(kept), (), tuple(damaged))


def snapshot_record(snapshot: Snapshot) -> dict[str, Any]:
    """Return the snapshot as a JSON object, as ``read_snapshot`` takes it."""
    return {
        "corpus_hash": snapshot.corpus_hash,
        "answer": asdict(snapshot.answer) | {"timings": dict(snapshot.answer.timings)},
        "documents": [
            {"document": document_record(parsed), "clauses": [asdict(clause) for clause in parsed.clauses]}
            for parsed in snapshot.parsed.values()
        ],
    }


def read_snapshot(record: dict[str, Any]) -> Snapshot:
    """Return what ``snapshot_record`` was made from.

    Raises
    ------
    ValueError, TypeError, LookupError, AttributeError
        The record is malformed.
    """
    parsed = {}
    for one in record["documents"]:
        bare = read_parsed(one["document"], [])
        clauses = tuple(Clause(**(clause | {"path": tuple(clause["path"])})) for clause in one["clauses"])
        parsed[bare.document.id] = replace(bare, clauses=clauses)
    clauses_by_id = {clause.id: clause for one in parsed.values() for clause in one.clauses}
    return Snapshot(_read_answer(record["answer"]), str(record["corpus_hash"]), parsed, clauses_by_id)


def _read_answer(record: dict[str, Any]) -> Answer:
    statements = tuple(Statement(one["text"], tuple(one["citations"]), one["origin"]) for one in record["statements"])
    return Answer(
        **record
        | {
            "statements": statements,
            "citations": tuple(Citation(**one) for one in record["citations"]),
            "removed": tuple(Removal(**one) for one in record["removed"]),
            "related": tuple(record["related"]),
            "rest": tuple(record["rest"]),
        }
    )

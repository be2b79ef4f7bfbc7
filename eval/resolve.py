"""Tie a question set to an index: names of documents become ids, bare clause numbers clause ids."""

from __future__ import annotations

import logging
from collections.abc import Container
from dataclasses import replace
from typing import Protocol

from corpus.errors import NotFound, QuestionSetError
from corpus.model import Document
from eval.questions import Question, QuestionSet

logger = logging.getLogger(__name__)


class Catalog(Protocol):
    """Finds documents by id, title or usual short title."""

    def resolve(self, name: str) -> Document:
        """Return the document; raises ``NotFound``."""
        ...


def resolve_questions(question_set: QuestionSet, catalog: Catalog) -> tuple[Question, ...]:
    """Return the questions with ``documents``, ``clauses`` and ``also`` as the index knows them.

    Raises
    ------
    QuestionSetError
        A document is not in the index, or a question is asked of documents that do not
        hold a clause it must cite; the message names the line.
    """
    ids: dict[str, str] = {}

    def find(name: str, line: int) -> str:
        if name not in ids:
            try:
                ids[name] = catalog.resolve(name).id
            except NotFound as error:
                raise QuestionSetError(f"{question_set.path}, line {line}: {error}") from error
        return ids[name]

    def name_clause(clause: str, documents: tuple[str, ...], line: int) -> str:
        document, separator, number = clause.rpartition("#")
        return f"{find(document, line)}#{number}" if separator else f"{documents[0]}#{clause}"

    resolved = []
    for question in question_set.questions:
        documents = tuple(find(name, question.line) for name in question.documents)
        clauses = tuple(name_clause(clause, documents, question.line) for clause in question.clauses)
        for clause in clauses:
            if documents and clause.rpartition("#")[0] not in documents:
                raise QuestionSetError(
                    f"{question_set.path}, line {question.line}: clause {clause!r} is in none of the documents "
                    "that the question is asked of"
                )
        also = tuple(name_clause(clause, documents, question.line) for clause in question.also)
        resolved.append(replace(question, documents=documents, clauses=clauses, also=also))
    return tuple(resolved)


def find_unknown_clauses(questions: tuple[Question, ...], known: Container[str]) -> tuple[str, ...]:
    """Return the clauses that must be cited and that the index lacks, each once, with a warning.

    They stay in the gold and count as missed: an index that lost a clause is at fault for it.
    """
    unknown: dict[str, None] = {}
    for question in questions:
        for clause in question.clauses:
            if clause not in known and clause not in unknown:
                logger.warning("question %s: the index has no clause %s; it counts as missed", question.id, clause)
                unknown[clause] = None
    return tuple(unknown)

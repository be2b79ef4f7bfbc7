"""The sentences that search proposes for the questions of a set, and which of them answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from eval.measures.evidence_recall import fold_text
from eval.questions import Question
from index.rows import Rows
from rag.evidence import Evidence
from rag.understand import Query

if TYPE_CHECKING:
    from rag import Wence

GRAM = 4
COVERED = 0.5
"""The share of a gold string's 4-grams from which a sentence that holds them answers with it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is searched for: understood, and the documents it is asked of."""

    question: Question
    query: Query
    scope: tuple[str, ...]


def ask_questions(wence: Wence, questions: Sequence[Question], *, day: date) -> Iterator[Asked]:
    """Yield the questions that are searched for; those that name a clause, or a law that is not here, are not."""
    for question in questions:
        query = wence.extractor.understand(question.question, question.documents, question.history, day)
        if query.references or query.unknown or not query.text.strip():
            continue
        yield Asked(question, query, wence.extractor.choose_scope(query, question.documents, day))


def label_sentence(one: Evidence, question: Question) -> bool | None:
    """Whether a sentence answers: it holds gold evidence. None where that is not known.

    Another sentence of a gold clause, and one of a clause that may be cited besides, may answer too.
    """
    if one.clause.id not in question.clauses:
        return None if one.clause.id in question.also else False
    return True if holds_evidence(one.text, question) else None


def holds_evidence(sentence: str, question: Question) -> bool:
    """Whether a sentence holds a gold string, or most of one."""
    text = fold_text(sentence)
    for evidence in map(fold_text, question.evidence):
        if evidence in text or text in evidence:
            return True
        grams = _take_grams(evidence)
        if grams and len(grams & _take_grams(text)) > COVERED * len(grams):
            return True
    return False


def find_answers(wence: Wence, question: Question) -> Rows:
    """Return the rows of the index's sentences that hold the question's evidence, rising."""
    library = wence.index.library
    found: list[int] = []
    for id in question.clauses:
        clause = wence.index.clauses[id]
        number = library.number_clause(id)
        begin, end = np.searchsorted(library.sentence_clauses, [number, number + 1]).tolist()
        for row in range(begin, end):
            first, last = library.find_sentence(row)
            if holds_evidence(clause.text[first - clause.start : last - clause.start], question):
                found.append(row)
    return np.array(sorted(found), dtype=np.int64)


def _take_grams(text: str) -> set[str]:
    return {text[i : i + GRAM] for i in range(len(text) - GRAM + 1)}

"""What sentences are matched by before any is read: the question adapter, and the weights of search's measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from eval.questions import Question
from eval.training.candidates import Asked, find_answers, label_sentence
from index.training.listwise import Candidates, fit_weights
from index.training.train_adapter import Answered
from rag.evidence import ADAPTED, RANK_OFFSET, Evidence, MatchWeights

if TYPE_CHECKING:
    from rag import Wence

UNRELATED = 400
"""Of how many questions the cosines with all sentences are averaged."""


def gather_answered(wence: Wence, questions: Sequence[Asked]) -> list[Answered]:
    """Return the questions that the documents answer, as the adapter is trained on them."""
    library = wence.index.library
    documents = library.clause_documents[library.sentence_clauses]
    places = {id: place for place, id in enumerate(wence.index.parsed)}
    found = []
    for asked in questions:
        rows = find_answers(wence, asked.question)
        if rows.size:
            own = np.flatnonzero(documents == places[asked.question.clauses[0].rpartition("#")[0]])
            found.append(Answered(wence.index.hybrid.encode_query(asked.query.search), rows, own))
    return found


def fit_match(wence: Wence, questions: Sequence[Asked], *, scopes: Sequence[Sequence[str]]) -> MatchWeights:
    """Return what makes the sentences that answer likeliest among those that search proposes; a scope a question.

    What known questions count is not learned here, since these documents have none: it stays as it is.
    """
    lists: list[tuple[list[Evidence], list[Sequence[float]]]] = []
    for asked, scope in zip(questions, scopes, strict=True):
        vector = wence.index.hybrid.encode_query(asked.query.search)
        found = wence.finder.match_evidence(asked.query.search, vector, scope)
        lists.append((found, [_measure(one) for one in found]))
    sentence, chunk, clause_cover, things, rank = _fit([asked.question for asked in questions], lists)
    return MatchWeights(sentence, chunk, clause_cover, things, rank, ADAPTED.known, measure_unrelated(wence, questions))


def fit_beside_reading(wence: Wence, questions: Sequence[Asked]) -> MatchWeights:
    """Return the same of the sentences that were read, beside a reading that counts 1, and with known questions."""
    lists: list[tuple[list[Evidence], list[Sequence[float]]]] = []
    for asked in questions:
        vector = wence.index.hybrid.encode_query(asked.query.search)
        found, readings = wence.reader.read(asked.query, vector, asked.scope)
        lists.append(
            (found, [(read, *_measure(one), one.known) for one, read in zip(found, readings.tolist(), strict=True)])
        )
    reading, *learned = _fit([asked.question for asked in questions], lists)
    sentence, chunk, clause_cover, things, rank, known = (weight / reading for weight in learned)
    return MatchWeights(sentence, chunk, clause_cover, things, rank, known, ADAPTED.unrelated)


def _measure(one: Evidence) -> tuple[float, ...]:
    return one.similarity, one.chunk_similarity, one.clause_cover, one.things, 1 / (RANK_OFFSET + one.rank)


def _fit(
    questions: Sequence[Question], lists: Sequence[tuple[Sequence[Evidence], Sequence[Sequence[float]]]]
) -> list[float]:
    """Return the weights of the measures by which the sentences that answer are likeliest, a list a question."""
    features, labels = [], []
    for question, (found, measures) in zip(questions, lists, strict=True):
        marks = [label_sentence(one, question) for one in found]
        kept = [(row, mark) for row, mark in zip(measures, marks, strict=True) if mark is not None]
        if any(mark for _, mark in kept):
            features.append(np.array([row for row, _ in kept]))
            labels.append(np.array([bool(mark) for _, mark in kept]))
    learned: list[float] = fit_weights(Candidates.gather(features, labels, [int(one.sum()) for one in labels])).tolist()
    return learned


def measure_unrelated(wence: Wence, questions: Sequence[Asked]) -> float:
    """Return the mean cosine of questions, adapted where there is an adapter, with all sentences."""
    mean = wence.index.sentence_vectors.reconstruct().mean(axis=0)
    vectors = [wence.index.hybrid.encode_query(asked.query.search) for asked in questions[:UNRELATED]]
    adapted = [wence.finder.adapt(vector) for vector in vectors]
    return float(np.mean([vector @ mean for vector in adapted]))

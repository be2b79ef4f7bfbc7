"""What sentences are matched by before any is read: the question adapter, and the weights of search's measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from eval.training.candidates import Asked, find_answers, label_sentence
from index.training.listwise import Candidates, fit_weights
from index.training.train_adapter import Answered
from rag.evidence import ADAPTED, RANK_OFFSET, MatchWeights

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
    features, labels = [], []
    for asked, scope in zip(questions, scopes, strict=True):
        vector = wence.index.hybrid.encode_query(asked.query.search)
        found = wence.finder.match_evidence(asked.query.search, vector, scope)
        marks = [label_sentence(one, asked.question) for one in found]
        kept = [(one, mark) for one, mark in zip(found, marks, strict=True) if mark is not None]
        if any(mark for _, mark in kept):
            features.append(
                np.array(
                    [
                        (
                            one.similarity,
                            one.chunk_similarity,
                            one.clause_cover,
                            one.things,
                            1 / (RANK_OFFSET + one.rank),
                        )
                        for one, _ in kept
                    ]
                )
            )
            labels.append(np.array([bool(mark) for _, mark in kept]))
    learned = fit_weights(Candidates.gather(features, labels, [int(one.sum()) for one in labels]))
    sentence, chunk, clause_cover, things, rank = learned.tolist()
    return MatchWeights(sentence, chunk, clause_cover, things, rank, ADAPTED.known, measure_unrelated(wence, questions))


def measure_unrelated(wence: Wence, questions: Sequence[Asked]) -> float:
    """Return the mean cosine of questions, adapted where there is an adapter, with all sentences."""
    mean = wence.index.sentence_vectors.reconstruct().mean(axis=0)
    vectors = [wence.index.hybrid.encode_query(asked.query.search) for asked in questions[:UNRELATED]]
    adapted = [wence.finder.adapt(vector) for vector in vectors]
    return float(np.mean([vector @ mean for vector in adapted]))

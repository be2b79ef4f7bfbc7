"""A listwise fit of a few weights: what makes the articles of a question likeliest among its candidates.

The candidates of a question are drawn with probability softmax(features · weights); the
weights maximise the mean log-likelihood of the articles that were judged relevant (ListNet
with one draw; Cao et al., ICML 2007), less a small penalty on their squares. Convex, so
Newton's method ends at the one best point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

PENALTY = 1e-3
STEPS = 30
DEEP = 100
SHALLOW = 10


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of every question, padded to the longest list.

    ``features`` has the shape (questions, candidates, features); ``held`` says which are
    there, ``relevant`` which were judged so; ``judged`` counts the relevant articles of
    each question, those that are no candidates too.
    """

    features: Values
    held: npt.NDArray[np.bool_]
    relevant: npt.NDArray[np.bool_]
    judged: Numbers

    @classmethod
    def gather(
        cls, features: Sequence[Values], relevant: Sequence[npt.NDArray[np.bool_]], judged: Sequence[int]
    ) -> Candidates:
        """Pad what was found for each question."""
        shape = (len(features), max((len(one) for one in features), default=0))
        padded = np.zeros((*shape, features[0].shape[1] if features else 0))
        held, right = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
        for i, (found, marks) in enumerate(zip(features, relevant, strict=True)):
            padded[i, : len(found)], held[i, : len(found)], right[i, : len(found)] = found, True, marks
        return cls(padded, held, right, np.array(judged, dtype=np.int64))

    def take(self, questions: Sequence[int] | Numbers) -> Candidates:
        """Return some of the questions."""
        chosen = np.asarray(questions, dtype=np.int64)
        return Candidates(self.features[chosen], self.held[chosen], self.relevant[chosen], self.judged[chosen])


def fit_weights(candidates: Candidates) -> Values:
    """Return the weights, one a feature; a question of which no relevant article is a candidate tells nothing."""
    known = candidates.take(np.flatnonzero(candidates.relevant.any(axis=1)))
    wanted = known.relevant / known.relevant.sum(axis=1, keepdims=True)
    size = known.features.shape[2]
    weights = np.ones(size)
    for _ in range(STEPS):
        given = _softmax(np.where(known.held, known.features @ weights, -np.inf))
        mean = np.einsum("ij,ijk->ik", given, known.features)
        slope = np.einsum("ij,ijk->k", wanted - given, known.features) / len(wanted) - 2 * PENALTY * weights
        spread = np.einsum("ij,ijk,ijl->kl", given, known.features, known.features) - mean.T @ mean
        step = np.linalg.solve(spread / len(wanted) + 2 * PENALTY * np.eye(size), slope)
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def measure_order(candidates: Candidates, scores: Values) -> Values:
    """Return recall@10, recall@100 and MRR@10 of each question, shape (questions, 3), ordered by ``scores``."""
    order = np.argsort(-np.where(candidates.held, scores, -np.inf), axis=1, kind="stable")[:, :DEEP]
    right = np.take_along_axis(candidates.relevant & candidates.held, order, axis=1)
    early = right[:, :SHALLOW]
    first = np.where(early.any(axis=1), 1.0 / (1 + early.argmax(axis=1)), 0.0)
    return np.stack([early.sum(axis=1) / candidates.judged, right.sum(axis=1) / candidates.judged, first], axis=1)


def find_intervals(values: Values, *, seed: int, draws: int = 4_000) -> Values:
    """Return the 95 % bootstrap bounds of the mean of each column, shape (2, columns)."""
    random = np.random.default_rng(seed)
    counts = np.stack(
        [np.bincount(random.integers(0, len(values), len(values)), minlength=len(values)) for _ in range(draws)]
    )
    bounds: Values = np.quantile(counts @ values / len(values), [0.025, 0.975], axis=0)
    return bounds


def _softmax(scores: Values) -> Values:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: Values = powers / powers.sum(axis=1, keepdims=True)
    return chances

"""Fusion of dense and lexical search: a weighted sum of their scores, each on a scale of its own query.

Cosines and BM25 scores compare with nothing but others of the same query, so each is put
where the best candidate of its kind has 1 (Bruch, Gai and Ingber, "An Analysis of Fusion
Functions for Hybrid Retrieval", TOIS 2023). No weight depends on the scale on which an
encoder's cosines lie.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.model import Vectors

FUSION = Path(__file__).parent / "models" / "fusion.json"
"""The weights, as ``index.training.fit_fusion`` writes them."""

MATES = 5
"""How many other candidates of a document speak for each of them."""

Features = npt.NDArray[np.float64]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """What the scores of each kind of search count, dense 1, and what the document's other candidates do."""

    words: float
    bigrams: float
    document: float = 0.0
    dense: float = 1.0


@functools.cache
def open_weights() -> FusionWeights:
    """Return the weights that ship."""
    given = json.loads(FUSION.read_text("utf-8"))["weights"]
    return FusionWeights(words=given["words"], bigrams=given["bigrams"], document=given["document"])


def scale_cosines(cosines: Vectors, lowest: float, highest: float) -> Scores:
    """Return cosines where the best has 1 and the last that dense search ranked 0; what it left out may be below."""
    span = highest - lowest
    if not span > 0:
        return np.zeros(cosines.size)
    scaled: Scores = (cosines.astype(np.float64) - lowest) / span
    return scaled


def scale_bm25(scores: Vectors) -> Scores:
    """Return BM25 scores as parts of the best, all 0 where no term is shared."""
    highest = float(scores.max(initial=0.0))
    return scores.astype(np.float64) / highest if highest > 0 else np.zeros(scores.size)


def scale_scores(scores: Vectors) -> Scores:
    """Return a reranker's scores where the best has 1 and the last 0; all 0 where they do not differ."""
    if not scores.size:
        return np.zeros(0)
    return scale_cosines(scores, float(scores.min()), float(scores.max()))


def fuse_scores(features: Features, weights: FusionWeights) -> Scores:
    """Return one score a candidate of features (scaled dense, words and bigrams scores, one column each)."""
    fused: Scores = features @ np.array([weights.dense, weights.words, weights.bigrams])
    return fused


def score_documents(scores: Scores, documents: npt.NDArray[np.int64]) -> Scores:
    """Return for each candidate the mean score of the ``MATES`` best others of its document.

    ``documents`` says of which document each is. Where there are fewer others, the rest of
    the mean is the last candidate's score. A clause that answers rarely stands alone: the
    law that deals with the matter has other clauses that are like the question.
    """
    if not scores.size:
        return np.zeros(0)
    order = np.lexsort((-scores, documents))
    sorted_scores = scores[order]
    begins = np.flatnonzero(np.diff(documents[order], prepend=-1))
    sizes = np.diff(begins, append=scores.size)
    group = np.repeat(np.arange(begins.size), sizes)
    place = np.arange(scores.size) - begins[group]
    best = np.full((begins.size, MATES + 1), scores.min())
    leading = place <= MATES
    best[group[leading], place[leading]] = sorted_scores[leading]
    total = best[:, :MATES].sum(axis=1)[group]
    # The best are not among their own others: the next takes their place.
    own = place < MATES
    total[own] += best[group[own], MATES] - sorted_scores[own]
    mates: Scores = np.empty(scores.size)
    mates[order] = total / MATES
    return mates


def separate_ties(scores: Sequence[float]) -> list[float]:
    """Return the falling ``scores`` made strictly falling by the smallest float steps, order kept."""
    strict: list[float] = []
    for score in scores:
        strict.append(score if not strict or score < strict[-1] else math.nextafter(strict[-1], -math.inf))
    return strict

"""Reciprocal rank fusion of several rankings (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from __future__ import annotations

import math
from collections.abc import Sequence

RANK_CONSTANT = 10.0


def fuse_rankings(
    rankings: Sequence[Sequence[int]], weights: Sequence[float], *, rank_constant: float = RANK_CONSTANT
) -> list[tuple[int, float]]:
    """Return rows with fused scores, best first; ties go to the row met first, ranking by ranking.

    The score of a row is the sum over rankings of ``weight / (rank_constant + rank)``,
    rank from 1.
    """
    scores: dict[int, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, row in enumerate(ranking, 1):
            scores[row] = scores.get(row, 0.0) + weight / (rank_constant + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def separate_ties(scores: Sequence[float]) -> list[float]:
    """Return the falling ``scores`` made strictly falling by the smallest float steps, order kept."""
    strict: list[float] = []
    for score in scores:
        strict.append(score if not strict or score < strict[-1] else math.nextafter(strict[-1], -math.inf))
    return strict

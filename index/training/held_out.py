"""How an encoder does on questions kept out of their training, articles seen and unseen apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from index.training.statutes import Statutes

DEPTH = 100

Ranking = Sequence[int]
"""Rows of articles, best first."""


def measure_ranking(ranking: Ranking, relevant: Collection[int]) -> tuple[float, float, float]:
    """Return recall@10, recall@100 and the reciprocal rank within ten of a ranking of rows."""
    hits = [rank for rank, row in enumerate(ranking[:DEPTH], 1) if row in relevant]
    first = hits[0] if hits and hits[0] <= 10 else 0
    return sum(rank <= 10 for rank in hits) / len(relevant), len(hits) / len(relevant), 1 / first if first else 0.0


def average_held_out(
    statutes: Statutes, held_out: Collection[int], rank: Callable[[int], Ranking]
) -> dict[str, dict[str, float]]:
    """Return mean metrics over all held-out questions, those with unseen articles only, and the others."""
    found = {i: measure_ranking(rank(i), statutes.relevant[i]) for i in held_out}
    unseen = statutes.find_unseen(held_out)
    parts = {"all": set(held_out), "unseen": unseen, "seen": set(held_out) - unseen}
    names = ("recall@10", "recall@100", "MRR@10")
    return {
        part: {"questions": len(chosen)}
        | {name: float(np.mean([found[i][n] for i in chosen])) for n, name in enumerate(names)}
        for part, chosen in parts.items()
        if chosen
    }


def measure_held_out(
    statutes: Statutes, held_out: Collection[int], vectors: Any, queries: Any
) -> dict[str, dict[str, float]]:
    """Return the figures of the encoder alone.

    ``vectors``, shape (articles, dimension), and ``queries``, shape (questions, dimension),
    are its unit vectors.
    """

    def rank(i: int) -> Ranking:
        order: list[int] = np.argsort(-(vectors @ queries[i]), kind="stable")[:DEPTH].tolist()
        return order

    return average_held_out(statutes, held_out, rank)

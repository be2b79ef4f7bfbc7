"""Citation recall: of the clauses that must be cited, how many were.

Over the answerable questions. One that was abstained on, or died of an error, recalls none.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.model import Outcome, Score, divide


def score_micro_recall(outcomes: Sequence[Outcome]) -> Score:
    """Return clauses rightly cited over clauses wanted: ``Σ|cited ∩ clauses| / Σ|clauses|``; n counts clauses."""
    return divide(sum(len(outcome.right) for outcome in outcomes), sum(len(outcome.gold) for outcome in outcomes))


def score_macro_recall(outcomes: Sequence[Outcome]) -> Score:
    """Return the mean over answerable questions of each one's recall; n counts questions."""
    shares = [len(outcome.right) / len(outcome.gold) for outcome in outcomes if outcome.gold]
    return divide(sum(shares), len(shares))

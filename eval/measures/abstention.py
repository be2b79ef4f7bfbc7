"""Abstention: whether it says so when, and only when, the documents do not answer.

A question must be abstained on when its ``clauses`` are empty. One that died of an error
decided nothing: it is never a right abstention, and where an answer was due it counts as
a false one.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.model import Outcome, Score, divide


def score_abstention_precision(outcomes: Sequence[Outcome]) -> Score:
    """Return right abstentions over all abstentions; n counts abstentions."""
    abstained = [outcome for outcome in outcomes if outcome.abstained]
    return divide(sum(outcome.abstained_rightly for outcome in abstained), len(abstained))


def score_abstention_recall(outcomes: Sequence[Outcome]) -> Score:
    """Return right abstentions over the questions that must be abstained on; n counts those questions."""
    must = [outcome for outcome in outcomes if outcome.question.must_abstain]
    return divide(sum(outcome.abstained_rightly for outcome in must), len(must))


def count_false_abstentions(outcomes: Sequence[Outcome]) -> Score:
    """Return how many answerable questions were abstained on; n counts the answerable ones."""
    answerable = [outcome for outcome in outcomes if not outcome.question.must_abstain]
    count = sum(outcome.abstained for outcome in answerable)
    return Score(float(count) if answerable else None, len(answerable))

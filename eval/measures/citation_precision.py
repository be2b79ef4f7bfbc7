"""Citation precision: of the clauses cited, how many should have been.

A clause counts once a question, however often it is quoted. Clauses listed under ``also``
are taken out first: they count neither for nor against. Questions that must abstain are
counted too, and every citation there is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.model import Outcome, Score, divide


def score_micro_precision(outcomes: Sequence[Outcome]) -> Score:
    """Return right citations over all citations: ``Σ|cited ∩ clauses| / Σ|cited − also|``; n counts citations."""
    return divide(sum(len(outcome.right) for outcome in outcomes), sum(len(outcome.judged) for outcome in outcomes))


def score_macro_precision(outcomes: Sequence[Outcome]) -> Score:
    """Return the mean of each question's precision, over the questions with a citation that counts."""
    shares = [len(outcome.right) / len(outcome.judged) for outcome in outcomes if outcome.judged]
    return divide(sum(shares), len(shares))

"""Exactness: the questions whose citations are right to the clause, no more and no fewer.

Exact means ``clauses ⊆ cited ⊆ clauses ∪ also``; where the question must be abstained on,
that it was, without a citation. Lookups (a question that names its clause) and versions
have one right answer, so they are counted by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.model import Outcome, Score, divide

LOOKUPS = ("clause_ref", "lookup")
VERSIONS = ("version",)


def score_exact(outcomes: Sequence[Outcome]) -> Score:
    """Return the share of all questions that are exact."""
    return divide(sum(outcome.exact for outcome in outcomes), len(outcomes))


def score_lookups_right(outcomes: Sequence[Outcome]) -> Score:
    """Return the share of lookup questions (types clause_ref, lookup) that are exact."""
    return score_exact([outcome for outcome in outcomes if outcome.question.type in LOOKUPS])


def score_versions_right(outcomes: Sequence[Outcome]) -> Score:
    """Return the share of version questions (type version) that are exact."""
    return score_exact([outcome for outcome in outcomes if outcome.question.type in VERSIONS])

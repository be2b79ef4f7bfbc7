"""What an LLM thinks of the answers: an opinion, not a check, and only as good as the model that gives it.

Shares are over what it decided; how often it did not is told beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.model import Outcome, Score, Verdict, divide


def score_judged_support(outcomes: Sequence[Outcome]) -> Score:
    """Return the share of statements that their quotes support, of those that were decided."""
    return _score([one.supported for outcome in outcomes if outcome.judgement for one in outcome.judgement.statements])


def score_judged_answers(outcomes: Sequence[Outcome]) -> Score:
    """Return the share of answers that answer their question, of those that were decided; abstentions are not asked."""
    return _score([outcome.judgement.answers for outcome in outcomes if outcome.judgement])


def _score(verdicts: Sequence[Verdict]) -> Score:
    yes = verdicts.count("yes")
    return divide(yes, yes + verdicts.count("no"))

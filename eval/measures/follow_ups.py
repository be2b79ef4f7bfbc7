"""Follow-ups: whether a question that leans on the turns before it was understood."""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.model import Outcome, Score, divide

FOLLOW_UPS = ("follow_up",)


def score_follow_ups_right(outcomes: Sequence[Outcome]) -> Score:
    """Return the share of answerable follow-up questions (type follow_up) of which every gold clause was cited.

    What was cited besides does not count here: it is the history that is put to the test.
    """
    asked = [one for one in outcomes if one.question.type in FOLLOW_UPS and not one.question.must_abstain]
    return divide(sum(not outcome.missing for outcome in asked), len(asked))

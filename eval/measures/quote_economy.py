"""Quote economy: how much is quoted to show what answers, 1 being no more than the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from eval.measures.model import Outcome, Score

TYPES = ("fact", "lay")


def score_quote_economy(outcomes: Sequence[Outcome]) -> Score:
    """Return the median ratio of quoted length to gold evidence length; lower is better.

    Over questions of type fact or lay that have gold evidence and were answered with a
    citation (an abstention quotes nothing, and must not look thrifty for it). A question's
    ratio is the characters of its distinct quotes, added up, over the characters of its
    gold evidence, added up. n counts questions.
    """
    ratios = [measure_economy(outcome) for outcome in outcomes if outcome.question.type in TYPES]
    counted = [ratio for ratio in ratios if ratio is not None]
    return Score(median(counted) if counted else None, len(counted))


def measure_economy(outcome: Outcome) -> float | None:
    """Return one question's ratio, ``None`` where it has no gold evidence or no citation."""
    wanted = sum(len(evidence) for evidence in outcome.question.evidence)
    if not wanted or not outcome.citations:
        return None
    quotes = {citation.quote for citation in outcome.citations}
    return sum(len(quote) for quote in quotes) / wanted

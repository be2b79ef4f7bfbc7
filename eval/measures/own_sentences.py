"""Own sentences: the answers that an LLM wrote at least in part, its words having stood verification."""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.model import Outcome, Score, divide


def score_own_sentences(outcomes: Sequence[Outcome]) -> Score:
    """Return the share of answers with a statement of origin ``llm``; n counts questions that were not abstained on.

    Without an LLM it is 0: every statement is an extract.
    """
    answered = [outcome for outcome in outcomes if not outcome.abstained]
    own = sum(any(statement.origin == "llm" for statement in outcome.statements) for outcome in answered)
    return divide(own, len(answered))

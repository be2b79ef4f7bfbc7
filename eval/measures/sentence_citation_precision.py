"""Sentence citation precision, in ALCE's sense: of the citations in an answer, how many have a part in its support.

Gao et al., 2023, "Enabling Large Language Models to Generate Text with Citations"
(https://arxiv.org/abs/2305.14627): a citation's precision is 1 if its statement's recall
is 1 and the citation is not irrelevant, else 0. It is irrelevant if it does not bear the
statement out alone, and the statement's other citations do without it. An answer's is the
mean over its citations, a clause cited by two statements counting twice; 0 where its
statements cite nothing, as in ALCE's code. ``sentence_support`` tells what bears out what.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.model import Outcome, Score, divide


def score_sentence_citation_precision(outcomes: Sequence[Outcome]) -> Score:
    """Return the mean over answers, those without a statement left out; n counts answers.

    Nothing counts where there was no index to check against.
    """
    judged = [outcome for outcome in outcomes if outcome.supports]
    return divide(sum(map(_measure_precision, judged)), len(judged))


def _measure_precision(outcome: Outcome) -> float:
    cited = sum(len(statement.citations) for statement in outcome.statements)
    precise = sum(support.precise for support in outcome.supports or ())
    return precise / cited if cited else 0.0

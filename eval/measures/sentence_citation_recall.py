"""Sentence citation recall, in ALCE's sense: of an answer's statements, how many are borne out by what they cite.

Gao et al., 2023, "Enabling Large Language Models to Generate Text with Citations"
(https://arxiv.org/abs/2305.14627): a statement's citation recall is 1 if it cites anything
and all that it cites, put together, bears it out, else 0; an answer's is the mean of its
statements'. ``sentence_support`` tells what bears out what.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.model import Outcome, Score, divide


def score_sentence_citation_recall(outcomes: Sequence[Outcome]) -> Score:
    """Return the mean over answers, those without a statement left out; n counts answers.

    Nothing counts where there was no index to check against.
    """
    judged = [outcome.supports for outcome in outcomes if outcome.supports]
    return divide(sum(sum(one.supported for one in supports) / len(supports) for supports in judged), len(judged))

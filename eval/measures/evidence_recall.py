"""Evidence recall: how much of the gold evidence stands in the words that were quoted.

A gold string is found when it stands, whole, inside one quote. White space and full-width
or half-width forms are forgiven (Unicode's ``<wide>`` and ``<narrow>`` decompositions:
``，`` and ``,``, ``１`` and ``1``); nothing else is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from eval.measures.model import Outcome, Score, divide


def score_evidence_recall(outcomes: Sequence[Outcome]) -> Score:
    """Return gold strings found over gold strings, answerable questions together (micro); n counts strings."""
    answerable = [outcome for outcome in outcomes if not outcome.question.must_abstain]
    wanted = sum(len(outcome.question.evidence) for outcome in answerable)
    missed = sum(len(find_missing_evidence(outcome)) for outcome in answerable)
    return divide(wanted - missed, wanted)


def find_missing_evidence(outcome: Outcome) -> tuple[str, ...]:
    """Return the gold strings that stand in none of the quotes; none where the question must abstain."""
    if outcome.question.must_abstain:
        return ()
    quotes = [fold_text(citation.quote) for citation in outcome.citations]
    return tuple(
        evidence for evidence in outcome.question.evidence if not any(fold_text(evidence) in quote for quote in quotes)
    )


def fold_text(text: str) -> str:
    """Return the text without white space, full-width and half-width forms made ordinary."""
    return "".join(_fold_character(character) for character in text if not character.isspace())


def _fold_character(character: str) -> str:
    kind, _, code = unicodedata.decomposition(character).partition(" ")
    return chr(int(code, 16)) if kind in ("<wide>", "<narrow>") else character

"""The measures of an answer run, one module each, and the catalogue that names them all."""

from eval.measures.catalogue import JUDGED, MEASURES, score_outcomes
from eval.measures.model import CitedQuote, CitedStatement, Judgement, Measure, Outcome, Score, StatementSupport

__all__ = [
    "JUDGED",
    "MEASURES",
    "CitedQuote",
    "CitedStatement",
    "Judgement",
    "Measure",
    "Outcome",
    "Score",
    "StatementSupport",
    "score_outcomes",
]

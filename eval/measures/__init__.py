"""The measures of an answer run, one module each, and the catalogue that names them all."""

from eval.measures.catalogue import MEASURES, score_outcomes
from eval.measures.model import CitedQuote, Measure, Outcome, Score

__all__ = ["MEASURES", "CitedQuote", "Measure", "Outcome", "Score", "score_outcomes"]

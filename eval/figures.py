"""Figures as people read them: a score's value and its interval."""

from __future__ import annotations

from eval.measures import Score
from eval.measures.model import Unit

NONE = "–"


def format_value(score: Score, unit: Unit) -> str:
    """Return a score's value as reports show it, ``–`` where there is none."""
    if score.value is None:
        return NONE
    digits = {"share": 3, "ratio": 2, "ms": 1, "count": 0}[unit]
    return f"{score.value:.{digits}f}"


def format_interval(score: Score) -> str:
    """Return a score's 95 % interval, empty where it has none."""
    return "" if score.low is None or score.high is None else f"[{score.low:.3f}, {score.high:.3f}]"

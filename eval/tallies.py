"""Shares taken apart by question: each is a ratio of two sums over the questions, whence its value and its interval.

A micro average adds up what it counts over the questions; a macro average adds up one
share a question. So what a share measure says of one question alone, as a count and a
total, is all that its value over many, its bootstrap interval and a comparison of two
runs need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from eval.bootstrap import Draws, Table, draw_questions, find_ratio_intervals
from eval.measures import MEASURES, Measure, Outcome, Score

RESAMPLES = 2_000

Tally = tuple[float, int]
"""What a share measure counts in one question, and over how many things."""


def tally_question(outcome: Outcome, measures: Sequence[Measure] = MEASURES) -> dict[str, Tally]:
    """Return each share measure's tally of one question; those that count nothing in it are left out."""
    scores = {measure.name: measure.score([outcome]) for measure in measures if measure.unit == "share"}
    return {
        name: (_restore(score.value * score.n), score.n) for name, score in scores.items() if score.value is not None
    }


def score_questions(
    outcomes: Sequence[Outcome], tallies: Sequence[Mapping[str, Tally]], measures: Sequence[Measure] = MEASURES
) -> dict[str, Score]:
    """Return every measure's score over the outcomes; shares have their 95 % interval, by ``RESAMPLES`` resamples.

    ``tallies`` are those of the outcomes, in their order.
    """
    shares = [measure.name for measure in measures if measure.unit == "share"]
    counts, totals = tabulate_tallies(tallies, shares)
    intervals = dict(zip(shares, find_ratio_intervals(counts, totals, draw_resamples(len(tallies))), strict=True))
    scores: dict[str, Score] = {}
    for measure in measures:
        if measure.unit != "share":
            scores[measure.name] = measure.score(outcomes)
            continue
        interval = intervals[measure.name]
        n = sum(tally[measure.name][1] for tally in tallies if measure.name in tally)
        scores[measure.name] = Score(interval.mean, n, interval.low, interval.high) if interval else Score(None, n)
    return scores


def tabulate_tallies(tallies: Sequence[Mapping[str, Tally]], names: Sequence[str]) -> tuple[Table, Table]:
    """Return the counts and the totals, a row a question and a column a measure, 0 and 0 where nothing counts."""
    rows = [[tally.get(name, (0.0, 0)) for name in names] for tally in tallies]
    table = np.array(rows, dtype=np.float64).reshape(len(tallies), len(names), 2)
    return table[:, :, 0], table[:, :, 1]


def draw_resamples(questions: int) -> Draws:
    """Return the resamples for so many questions: always the same."""
    return draw_questions(questions, draws=RESAMPLES) if questions else np.zeros((1, 0), dtype=np.int16)


def _restore(count: float) -> float:
    """Return a count that was divided and multiplied again as the whole number that it was."""
    return float(round(count)) if abs(count - round(count)) < 1e-9 else count

"""Bootstrap intervals over questions: of a mean, of a ratio of sums, and of the difference of two (Efron, 1979).

Questions are drawn with replacement, as many as there are; the bounds are percentiles of
what the draws give. The same draws serve every system and every measure, so that a
difference is paired: each draw asks both systems the same questions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
"""One value a question, in the order of the questions."""
Table = npt.NDArray[np.float64]
"""A row a question, a column a measure."""
Draws = npt.NDArray[np.int16]
"""How often each question is drawn, shape (draws, questions)."""

DRAWS = 10_000
SEED = 4
CONFIDENCE = 0.95
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean (or a ratio of sums, or a difference) with the bounds between which it lies at ``CONFIDENCE``."""

    mean: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside: of a difference, that the systems differ."""
        return self.low > 0 or self.high < 0


def draw_questions(questions: int, *, draws: int = DRAWS, seed: int = SEED) -> Draws:
    """Return how often each question is drawn, shape (draws, questions); every row sums to ``questions``."""
    random = np.random.default_rng(seed)
    return random.multinomial(questions, np.full(questions, 1 / questions), size=draws).astype(np.int16)


def find_interval(values: Values, counts: Draws) -> Interval:
    """Return the mean of the values, and its interval over the draws.

    For a paired difference, give the differences question by question.

    Raises
    ------
    ValueError
        There are no values, or not one a question of the draws.
    """
    if values.size == 0 or counts.shape[1] != values.size:
        raise ValueError(f"{values.size} values for draws of {counts.shape[1]} questions")
    means = add_up(values[:, None], counts)[:, 0] / values.size
    return _bound(float(values.mean()), means)


def find_ratio_intervals(counts: Table, totals: Table, draws: Draws) -> list[Interval | None]:
    """Return the interval of Σcounts / Σtotals over the questions, a measure a column.

    None for a measure that counts over nothing. Draws in which a measure counts over
    nothing are left out of its bounds.
    """
    ratios = divide_sums(add_up(counts, draws), add_up(totals, draws))
    return [
        _bound(float(counts[:, column].sum() / total), ratios[:, column])
        if (total := totals[:, column].sum())
        else None
        for column in range(counts.shape[1])
    ]


def find_difference_intervals(
    before: tuple[Table, Table], after: tuple[Table, Table], draws: Draws
) -> list[Interval | None]:
    """Return the interval of the difference of two such ratios (after less before), a measure a column.

    Both are (counts, totals) of the same questions in the same order; None for a measure
    that counts over nothing on either side.
    """
    ratios = [divide_sums(add_up(counts, draws), add_up(totals, draws)) for counts, totals in (before, after)]
    whole = [divide_sums(counts.sum(axis=0), totals.sum(axis=0)) for counts, totals in (before, after)]
    return [
        None if np.isnan(mean) else _bound(float(mean), differences)
        for mean, differences in zip(whole[1] - whole[0], (ratios[1] - ratios[0]).T, strict=True)
    ]


def add_up(table: Table, draws: Draws) -> Table:
    """Return the sum of each column over what each draw takes, shape (draws, columns)."""
    return np.concatenate([draws[begin : begin + _BLOCK] @ table for begin in range(0, len(draws), _BLOCK)])


def divide_sums(counts: Table, totals: Table) -> Table:
    """Return counts over totals, NaN where a total is 0."""
    return np.divide(counts, totals, out=np.full_like(counts, np.nan), where=totals > 0)


def _bound(mean: float, drawn: Values) -> Interval:
    outside = (1 - CONFIDENCE) / 2
    known = drawn[~np.isnan(drawn)]
    low, high = np.quantile(known, [outside, 1 - outside]) if known.size else (mean, mean)
    return Interval(mean, float(low), float(high))

"""Bootstrap intervals of a mean over questions, and of the difference of two (Efron, 1979; percentile method).

Questions are drawn with replacement, as many as there are. The same draws serve every
system, so that a difference is paired: each draw asks both systems the same questions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
"""One value a question, in the order of the questions."""

DRAWS = 10_000
SEED = 4
CONFIDENCE = 0.95
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the bounds between which it lies at ``CONFIDENCE``."""

    mean: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside: of a difference, that the systems differ."""
        return self.low > 0 or self.high < 0


def draw_questions(questions: int, *, draws: int = DRAWS, seed: int = SEED) -> npt.NDArray[np.int16]:
    """Return how often each question is drawn, shape (draws, questions); every row sums to ``questions``."""
    random = np.random.default_rng(seed)
    return random.multinomial(questions, np.full(questions, 1 / questions), size=draws).astype(np.int16)


def find_interval(values: Values, counts: npt.NDArray[np.int16]) -> Interval:
    """Return the mean of the values, and its interval over the draws.

    For a paired difference, give the differences question by question.

    Raises
    ------
    ValueError
        There are no values, or not one a question of the draws.
    """
    if values.size == 0 or counts.shape[1] != values.size:
        raise ValueError(f"{values.size} values for draws of {counts.shape[1]} questions")
    means = np.concatenate(
        [counts[begin : begin + _BLOCK] @ values / values.size for begin in range(0, len(counts), _BLOCK)]
    )
    outside = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [outside, 1 - outside])
    return Interval(float(values.mean()), float(low), float(high))

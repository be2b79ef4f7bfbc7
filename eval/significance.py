"""Whether two runs over the same questions differ by more than chance.

A share is tested by approximate randomisation (Noreen, 1989, "Computer-Intensive Methods
for Testing Hypotheses"): if the runs are alike, which of them a question's outcome came
from does not matter, so outcomes are swapped question by question at random, and p is how
often the difference comes out as large as it did. Questions right and not right are
tested by McNemar's exact test. Both are two-sided.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.bootstrap import Table, Values, add_up, divide_sums, find_difference_intervals
from eval.tallies import Tally, draw_resamples, tabulate_tallies

SWAPS = 9_999
LEVEL = 0.05
"""The p below which a difference is called significant."""

_SEED = 7
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class ShareTest:
    """A share in both runs, over the questions that both asked: after less before, its 95 % interval, and p."""

    name: str
    before: float
    after: float
    difference: float
    low: float
    high: float
    p: float

    @property
    def significant(self) -> bool:
        """Whether chance alone would seldom make such a difference."""
        return self.p < LEVEL


@dataclass(frozen=True, slots=True)
class RightTest:
    """How many questions were right in both runs, in one of them alone, and in neither; and p."""

    both: int
    only_before: int
    only_after: int
    neither: int
    p: float

    @property
    def significant(self) -> bool:
        """Whether chance alone would seldom make such a difference."""
        return self.p < LEVEL


def compare_shares(
    before: Sequence[Mapping[str, Tally]], after: Sequence[Mapping[str, Tally]], names: Sequence[str]
) -> tuple[ShareTest, ...]:
    """Test each share; tallies are of the same questions in the same order.

    A share that counts over nothing in either run is left out.
    """
    first, second = tabulate_tallies(before, names), tabulate_tallies(after, names)
    intervals = find_difference_intervals(first, second, draw_resamples(len(before)))
    values = [divide_sums(counts.sum(axis=0), totals.sum(axis=0)) for counts, totals in (first, second)]
    return tuple(
        ShareTest(
            name=name,
            before=float(values[0][column]),
            after=float(values[1][column]),
            difference=interval.mean,
            low=interval.low,
            high=interval.high,
            p=p,
        )
        for column, (name, interval, p) in enumerate(zip(names, intervals, _randomise(first, second), strict=True))
        if interval is not None
    )


def compare_right(before: Sequence[bool], after: Sequence[bool]) -> RightTest:
    """Test the questions right by McNemar's exact test: of those that changed, half would have gone either way."""
    pairs = list(zip(before, after, strict=True))
    lost, won = pairs.count((True, False)), pairs.count((False, True))
    tail = sum(math.comb(lost + won, k) for k in range(min(lost, won) + 1)) / 2 ** (lost + won)
    return RightTest(
        both=pairs.count((True, True)),
        only_before=lost,
        only_after=won,
        neither=pairs.count((False, False)),
        p=min(1.0, 2 * tail),
    )


def _randomise(first: tuple[Table, Table], second: tuple[Table, Table]) -> list[float]:
    """Return each column's p; swaps in which a share counts over nothing on a side are left out."""
    random = np.random.default_rng(_SEED)
    swaps = random.integers(0, 2, size=(SWAPS, len(first[0])), dtype=np.int16)
    (counts, totals), (gained, grown) = first, (second[0] - first[0], second[1] - first[1])
    moved, widened = add_up(gained, swaps), add_up(grown, swaps)
    swapped = divide_sums(second[0].sum(axis=0) - moved, second[1].sum(axis=0) - widened) - divide_sums(
        counts.sum(axis=0) + moved, totals.sum(axis=0) + widened
    )
    seen = divide_sums(second[0].sum(axis=0), second[1].sum(axis=0)) - divide_sums(
        counts.sum(axis=0), totals.sum(axis=0)
    )
    return [_find_p(float(difference), swapped[:, column]) for column, difference in enumerate(seen)]


def _find_p(seen: float, swapped: Values) -> float:
    known = swapped[~np.isnan(swapped)]
    # The outcomes as they came are one of the ways to swap them, hence the 1.
    return float((1 + (np.abs(known) >= abs(seen) - _ROUNDING).sum()) / (1 + known.size))

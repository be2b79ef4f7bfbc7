import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import fuse_rankings, separate_ties

RANKINGS = st.lists(st.lists(st.integers(0, 30), unique=True), max_size=5)


def test_scores_are_the_weighted_sum_of_reciprocal_ranks() -> None:
    # k = 10. Row 7: 2 / (10 + 1) + 0.5 / (10 + 2); row 8: 2 / (10 + 2); row 9: 0.5 / (10 + 1).
    fused = fuse_rankings([[7, 8], [9, 7]], [2.0, 0.5], rank_constant=10)
    assert [row for row, _ in fused] == [7, 8, 9]
    assert [score for _, score in fused] == pytest.approx([2 / 11 + 0.5 / 12, 2 / 12, 0.5 / 11])


def test_a_tie_goes_to_the_row_of_the_earlier_ranking() -> None:
    assert [row for row, _ in fuse_rankings([[5], [3]], [1, 1])] == [5, 3]


def test_no_rankings_fuse_to_nothing() -> None:
    assert fuse_rankings([], []) == fuse_rankings([[], []], [1, 1]) == []


@given(RANKINGS, st.randoms())
def test_the_order_of_the_rankings_changes_no_score(rankings: list[list[int]], random: object) -> None:
    weights = [1 + i / 4 for i in range(len(rankings))]
    scores = dict(fuse_rankings(rankings, weights))
    pairs = list(zip(rankings, weights, strict=True))
    random.shuffle(pairs)  # type: ignore[attr-defined]
    assert dict(fuse_rankings([r for r, _ in pairs], [w for _, w in pairs])) == pytest.approx(scores)


@given(RANKINGS)
def test_every_row_is_there_once_and_scores_fall(rankings: list[list[int]]) -> None:
    fused = fuse_rankings(rankings, [1.0] * len(rankings))
    assert sorted(row for row, _ in fused) == sorted({row for ranking in rankings for row in ranking})
    assert all(a >= b for (_, a), (_, b) in itertools.pairwise(fused))


@given(st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0]) | st.floats(-2, 2), max_size=60))
def test_separated_scores_fall_strictly_and_hardly_move(scores: list[float]) -> None:
    falling = sorted(scores, reverse=True)
    strict = separate_ties(falling)
    assert all(a > b for a, b in itertools.pairwise(strict))
    assert strict == pytest.approx(falling, abs=1e-12)


def test_only_ties_are_moved() -> None:
    assert separate_ties([0.5, 0.5, 0.2]) == [0.5, math.nextafter(0.5, 0), 0.2]

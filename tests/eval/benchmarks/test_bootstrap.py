import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.benchmarks.bootstrap import draw_questions, find_interval


def test_the_interval_by_hand() -> None:
    # Two questions worth 0 and 1; three draws: the first twice, each once, the second twice.
    # Means 0, 1/2, 1. The 2.5th percentile lies at 0.025 × 2 = 0.05 of the way from 0 to 1/2: 0.025.
    found = find_interval(np.array([0.0, 1.0]), np.array([[2, 0], [1, 1], [0, 2]], dtype=np.int16))
    assert (found.mean, found.low, found.high) == pytest.approx((0.5, 0.025, 0.975))


def test_two_questions_are_drawn_evenly() -> None:
    # Of two draws from {0, 1}: mean 0 and mean 1 in a quarter of the cases each, so 95 % takes in both.
    draws = draw_questions(2)
    found = find_interval(np.array([0.0, 1.0]), draws)
    assert (found.low, found.high) == (0.0, 1.0)
    assert (draws[:, 0] == 2).mean() == pytest.approx(0.25, abs=0.02)


def test_many_questions_agree_with_the_normal_interval() -> None:
    # 400 questions, half of them right: standard error sqrt(0.5 × 0.5 / 400) = 0.025, bounds 0.5 ± 1.96 × 0.025.
    found = find_interval(np.tile([0.0, 1.0], 200), draw_questions(400))
    assert (found.mean, found.low, found.high) == pytest.approx((0.5, 0.451, 0.549), abs=0.004)


def test_a_difference_is_paired() -> None:
    draws = draw_questions(4)
    first, second = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.75, -0.25, 0.75, -0.25])
    # Each alone is uncertain; question by question the first is better by 0.25 always.
    assert find_interval(first, draws).low < 0.25 < find_interval(first, draws).high
    found = find_interval(first - second, draws)
    assert (found.low, found.high) == pytest.approx((0.25, 0.25))
    assert found.excludes_zero
    assert not find_interval(first - 0.5, draws).excludes_zero


def test_the_same_seed_draws_the_same() -> None:
    assert (draw_questions(7, draws=20) == draw_questions(7, draws=20)).all()
    assert not (draw_questions(7, draws=20) == draw_questions(7, draws=20, seed=5)).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_bounds_lie_within_the_values_and_every_draw_is_whole(values: list[float]) -> None:
    draws = draw_questions(len(values), draws=50)
    assert (draws.sum(axis=1) == len(values)).all()
    found = find_interval(np.array(values), draws)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9


def test_no_values_or_too_few_are_refused() -> None:
    for values in ([], [1.0]):
        with pytest.raises(ValueError, match="values for draws"):
            find_interval(np.array(values), np.ones((3, 2), dtype=np.int16))

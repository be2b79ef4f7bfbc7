import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bootstrap import draw_questions, find_difference_intervals, find_interval, find_ratio_intervals


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


def test_a_ratio_of_sums_by_hand() -> None:
    # Two questions, 1 of 1 and 1 of 3: 2/4. Draws: the first twice 2/2, each once 2/4, the second twice 2/6.
    # Of 1/3, 1/2 and 1 the 2.5th percentile lies at 0.05 from 1/3 to 1/2, the 97.5th at 0.95 from 1/2 to 1.
    draws = np.array([[2, 0], [1, 1], [0, 2]], dtype=np.int16)
    (found,) = find_ratio_intervals(np.array([[1.0], [1.0]]), np.array([[1.0], [3.0]]), draws)
    assert found is not None
    assert (found.mean, found.low, found.high) == pytest.approx((0.5, 1 / 3 + 0.05 / 6, 0.975))


def test_draws_in_which_a_ratio_counts_over_nothing_are_left_out() -> None:
    draws = np.array([[2, 0], [1, 1], [0, 2]], dtype=np.int16)
    # The second question alone counts, 1 of 2; the second measure never does.
    found, nothing = find_ratio_intervals(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 0.0], [2.0, 0.0]]), draws)
    assert found is not None
    assert (found.mean, found.low, found.high) == (0.5, 0.5, 0.5)
    assert nothing is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_ratio_over_one_each_is_a_mean(values: list[float]) -> None:
    draws = draw_questions(len(values), draws=50)
    (found,) = find_ratio_intervals(np.array([values]).T, np.ones((len(values), 1)), draws)
    mean = find_interval(np.array(values), draws)
    assert found is not None
    assert (found.mean, found.low, found.high) == pytest.approx((mean.mean, mean.low, mean.high))


def test_a_difference_of_ratios_is_paired() -> None:
    # Each alone is uncertain; in every draw the second is right of as many more: 1/2 of the questions.
    draws = draw_questions(40)
    ones = np.ones((40, 1))
    before, after = np.tile([[0.0], [0.5]], (20, 1)), np.tile([[0.5], [1.0]], (20, 1))
    (found,) = find_difference_intervals((before, ones), (after, ones), draws)
    assert found is not None
    assert (found.mean, found.low, found.high) == pytest.approx((0.5, 0.5, 0.5))
    assert found.excludes_zero
    assert find_difference_intervals((before, ones), (after, ones * 0), draws) == [None]

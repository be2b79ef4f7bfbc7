import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.latency import find_percentile, score_p50, score_p95
from eval.measures.model import Score
from tests.eval.builders import make_outcome, make_question


def test_percentiles_are_interpolated() -> None:
    run = [make_outcome(make_question("甲#一"), "甲#一", total_ms=time) for time in (40.0, 10.0, 30.0, 20.0)]
    assert score_p50(run) == Score(25.0, 4)  # position 0.5 × 3 = 1.5: halfway from 20 to 30
    assert score_p95(run) == Score(pytest.approx(38.5), 4)  # position 0.95 × 3 = 2.85: 30 + 0.85 × 10


def test_answers_without_a_time_are_left_out() -> None:
    assert score_p95([make_outcome(make_question("甲#一"))]) == Score(None, 0)


@given(st.lists(st.floats(0, 1e9), min_size=1), st.sampled_from([0.5, 0.95]))
def test_percentiles_are_numpys(values: list[float], share: float) -> None:
    assert find_percentile(values, share) == pytest.approx(float(np.quantile(values, share)))

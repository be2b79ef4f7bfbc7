import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.training.listwise import Candidates, find_intervals, fit_weights, measure_order


def gather(rows: list[list[tuple[float, float, bool]]], judged: list[int] | None = None) -> Candidates:
    features = [np.array([row[:2] for row in one], dtype=float).reshape(-1, 2) for one in rows]
    relevant = [np.array([row[2] for row in one], dtype=bool) for one in rows]
    return Candidates.gather(features, relevant, judged or [max(1, int(marks.sum())) for marks in relevant])


def test_the_feature_that_tells_the_relevant_apart_weighs_more() -> None:
    tells_first = [(1.0, 0.0, True), (0.0, 1.0, False)]
    misleads_once = [(0.0, 1.0, True), (1.0, 0.0, False)]
    weights = fit_weights(gather([tells_first] * 3 + [misleads_once]))
    # Of two candidates the first is likelier by w0 - w1; three of four times it is right: e^d / (1 + e^d) = 3/4.
    assert weights[0] - weights[1] == pytest.approx(np.log(3), abs=0.05)  # a little less, for the penalty


def test_a_question_whose_articles_were_not_found_tells_nothing() -> None:
    found = [(1.0, 0.0, True), (0.0, 1.0, False)]
    lost = [(0.0, 5.0, False), (3.0, 0.0, False)]
    np.testing.assert_allclose(fit_weights(gather([found, found, lost])), fit_weights(gather([found, found])))


def test_measures_count_what_is_no_candidate_as_missed() -> None:
    # Twelve candidates by falling score; the relevant stand at ranks 3 and 12, and a third was never found.
    one = [(float(12 - rank), 0.0, rank in (3, 12)) for rank in range(1, 13)]
    candidates = gather([one, [(1.0, 0.0, False)]], judged=[3, 1])
    measures = measure_order(candidates, candidates.features[:, :, 0])
    assert measures[0] == pytest.approx([1 / 3, 2 / 3, 1 / 3])  # recall@10, recall@100, MRR@10
    assert measures[1].tolist() == [0, 0, 0]


def test_lists_of_different_lengths_do_not_reach_into_each_others_padding() -> None:
    candidates = gather([[(-5.0, 0.0, True)], [(0.0, 0.0, False), (-1.0, 0.0, True)]])
    assert candidates.held.tolist() == [[True, False], [True, True]]
    assert measure_order(candidates, candidates.features[:, :, 0])[:, 2].tolist() == [1.0, 0.5]


def test_intervals_hold_the_mean_and_are_the_same_for_a_seed() -> None:
    values = np.random.default_rng(1).random((200, 2))
    low, high = find_intervals(values, seed=7, draws=500)
    assert (low < values.mean(axis=0)).all()
    assert (values.mean(axis=0) < high).all()
    np.testing.assert_array_equal(find_intervals(values, seed=7, draws=500), [low, high])


LISTS = st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.booleans()), min_size=1, max_size=8)


@given(st.lists(LISTS, min_size=1, max_size=6))
def test_any_candidates_give_finite_weights(rows: list[list[tuple[float, float, bool]]]) -> None:
    rows[0] = [*rows[0], (0.5, 0.5, True)]
    assert np.isfinite(fit_weights(gather(rows))).all()

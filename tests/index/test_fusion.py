import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import (
    FUSION,
    MATES,
    FusionWeights,
    fuse_scores,
    open_weights,
    scale_bm25,
    scale_cosines,
    score_documents,
    separate_ties,
)
from index.search import CLAUSE_WEIGHT, RERANK_WEIGHT
from index.training.__main__ import RERANKER_WEIGHT

FLOATS = st.lists(st.floats(-1, 1, width=32), max_size=30)


def test_scores_are_the_weighted_sum_of_scaled_ones() -> None:
    # Row 0: 1 + 0.5 * 0 + 2 * 0.25 = 1.5; row 1: 0 + 0.5 * 1 + 2 * 1 = 2.5.
    features = np.array([[1, 0, 0.25], [0, 1, 1]])
    assert fuse_scores(features, FusionWeights(words=0.5, bigrams=2)).tolist() == [1.5, 2.5]


def test_cosines_are_scaled_from_the_last_that_was_ranked_to_the_best() -> None:
    scaled = scale_cosines(np.float32([0.9, 0.8, 0.7, 0.6]), 0.7, 0.9)
    assert scaled.tolist() == pytest.approx([1, 0.5, 0, -0.5], abs=1e-6)  # 0.6 was found by its words alone


@given(FLOATS, st.floats(0.01, 10), st.floats(-3, 3))
def test_no_scale_or_shift_of_an_encoders_cosines_changes_what_is_fused(
    values: list[float], factor: float, shift: float
) -> None:
    cosines = np.array(values, dtype=np.float64)
    low, high = (float(cosines.min()), float(cosines.max())) if values else (0.0, 0.0)
    if values and high - low < 1e-3:
        return
    moved = scale_cosines(cosines * factor + shift, low * factor + shift, high * factor + shift)
    np.testing.assert_allclose(moved, scale_cosines(cosines, low, high), atol=1e-6)


def test_equal_cosines_tell_nothing() -> None:
    assert scale_cosines(np.float32([0.5, 0.5]), 0.5, 0.5).tolist() == [0, 0]
    assert scale_cosines(np.float32([]), 0.0, 0.0).tolist() == []


def test_bm25_is_scaled_to_the_best_and_stays_nothing_where_no_term_is_shared() -> None:
    assert scale_bm25(np.float32([4, 1, 0])).tolist() == [1, 0.25, 0]
    assert scale_bm25(np.float32([0, 0])).tolist() == [0, 0]
    assert scale_bm25(np.float32([])).tolist() == []


def test_the_weights_that_ship_are_those_of_the_file() -> None:
    given = json.loads(FUSION.read_text("utf-8"))["weights"]
    assert open_weights() == FusionWeights(given["words"], given["bigrams"], given["document"])
    highest = 1 + open_weights().words + open_weights().bigrams
    highest *= 1 + open_weights().document
    # A reranker of ours gives 1.5 times its weight at most, and hardly ever less than nothing.
    assert highest + max(RERANK_WEIGHT, 1.5 * RERANKER_WEIGHT) < CLAUSE_WEIGHT


@given(st.lists(st.tuples(st.floats(-1, 2), st.integers(0, 3)), max_size=40))
def test_a_documents_score_is_the_mean_of_the_best_others_of_it(rows: list[tuple[float, int]]) -> None:
    scores, documents = np.array([score for score, _ in rows]), np.array([of for _, of in rows], dtype=np.int64)
    lowest = min((score for score, _ in rows), default=0.0)
    expected = []
    for i, (_, of) in enumerate(rows):
        others = sorted((score for n, (score, its) in enumerate(rows) if its == of and n != i), reverse=True)
        expected.append(sum([*others, *[lowest] * MATES][:MATES]) / MATES)
    assert score_documents(scores, documents).tolist() == pytest.approx(expected)


@given(st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0]) | st.floats(-2, 2), max_size=60))
def test_separated_scores_fall_strictly_and_hardly_move(scores: list[float]) -> None:
    falling = sorted(scores, reverse=True)
    strict = separate_ties(falling)
    assert all(a > b for a, b in itertools.pairwise(strict))
    assert strict == pytest.approx(falling, abs=1e-12)


def test_only_ties_are_moved() -> None:
    assert separate_ties([0.5, 0.5, 0.2]) == [0.5, math.nextafter(0.5, 0), 0.2]

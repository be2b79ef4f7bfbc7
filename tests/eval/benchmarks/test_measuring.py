import math
from collections.abc import Collection

import numpy as np
import pytest

from eval.benchmarks.measuring import (
    SPEED_CHARACTERS,
    WARM_UP_QUESTIONS,
    Measurement,
    compare_systems,
    find_row,
    measure_encoding,
    measure_system,
    score_questions,
)
from eval.benchmarks.systems import System
from eval.bootstrap import Values
from eval.retrieval import METRICS
from tests.index.fakes import BigramEncoder


class ScriptedSearch:
    """Gives each query its own ids, and keeps what it was asked."""

    def __init__(self, found: dict[str, list[str]]) -> None:
        self.found = found
        self.asked: list[tuple[str, int, Collection[str] | None]] = []

    def search(self, query: str, k: int, *, among: Collection[str] | None = None) -> list[tuple[str, float]]:
        self.asked.append((query, k, among))
        return [(id, 1.0) for id in self.found[query]]


def make_measurement(name: str, **values: list[float]) -> Measurement:
    arrays: dict[str, Values] = {metric: np.array(some) for metric, some in values.items()}
    return Measurement(name, "wence", "", "", arrays, [1.0, 2.0, 3.0])


def test_every_question_is_asked_timed_and_scored() -> None:
    search = ScriptedSearch({"甲": ["b", "a"], "乙": ["a"]})
    steps: list[None] = []
    found = measure_system(
        System("s", "wence", "", lambda: search),
        {"q1": "甲", "q2": "乙"},
        {"q1": {"a": 1}, "q2": {"b": 1}},
        metrics={"MRR@10": "RR@10"},
        depth=7,
        scopes={"q2": {"a"}},
        done=lambda: steps.append(None),
    )
    # a is at rank 2 of q1: 1/2; q2 does not find b: 0.
    assert found.values["MRR@10"].tolist() == [0.5, 0.0]
    assert search.asked == [("甲", 7, None), ("乙", 7, {"a"})] * 2  # once to warm up, since they are few
    assert (len(found.times_ms), len(steps)) == (2, 2)
    assert len(search.asked) <= WARM_UP_QUESTIONS + 2


def test_scores_are_by_question_and_a_missing_ranking_counts_0() -> None:
    # q1 wants a and b and finds a at 2: recall 1/2, MRR 1/2, DCG 1/log2(3) of an ideal 1 + 1/log2(3).
    ranking = [("x", 9.0), ("a", 9.0), ("y", 9.0)]  # equal scores keep their order
    values = score_questions(["q1", "q2"], {"q1": {"a": 1, "b": 1}, "q2": {"c": 1}}, {"q1": ranking}, METRICS)
    assert {name: some.tolist() for name, some in values.items()} == {
        "recall@5": [0.5, 0.0],
        "recall@10": [0.5, 0.0],
        "recall@100": [0.5, 0.0],
        "MRR@10": [0.5, 0.0],
        "nDCG@10": [pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3))), 0.0],
    }


def test_systems_are_compared_over_the_questions_given() -> None:
    ours = make_measurement("ours", r=[1.0, 1.0, 0.0])
    theirs = make_measurement("theirs", r=[0.5, 0.5, 0.0])
    rows = compare_systems([ours, theirs], [0, 1], reference="theirs")
    assert [row.means["r"].mean for row in rows] == [1.0, 0.5]
    assert rows[0].differences is not None
    assert rows[0].differences["r"].low == rows[0].differences["r"].high == 0.5
    assert rows[1].differences is None
    assert find_row(rows, "ours") is rows[0]
    assert find_row(rows, "none") is None


def test_without_the_reference_there_are_no_differences() -> None:
    (row,) = compare_systems([make_measurement("ours", r=[1.0])], [0], reference="theirs")
    assert row.differences is None


def test_percentiles_of_the_times() -> None:
    found = make_measurement("ours", r=[1.0])
    assert (found.p50_ms, found.p95_ms) == (2.0, pytest.approx(2.9))  # 2.9: 0.95 × 2 = 1.9 places after the first


def test_the_encoder_is_timed_over_texts_of_about_80_tokens() -> None:
    encoder = BigramEncoder()
    near = ["近" * (SPEED_CHARACTERS - 1), "近" * (SPEED_CHARACTERS + 1)]
    assert measure_encoding(["短", *near, "长" * 999], encoder) > 0
    warming, timed = encoder.encoded[:4], encoder.encoded[4:]
    assert [text for _, text in timed[:2]] == near
    assert timed == warming

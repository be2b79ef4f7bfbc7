import numpy as np
import pytest

from eval.benchmarks.growth import K, resample_vectors, time_searches
from index.model import Vectors


def make_vectors(rows: int) -> Vectors:
    vectors = np.random.default_rng(1).standard_normal((rows, 16), dtype=np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def test_more_vectors_than_there_are_lie_near_those_that_are() -> None:
    vectors = make_vectors(30)
    sample = resample_vectors(vectors, 100)
    assert sample.shape == (100, 16)
    assert np.linalg.norm(sample, axis=1) == pytest.approx(np.ones(100), abs=1e-5)
    assert {row.tobytes() for row in sample[:30]} == {row.tobytes() for row in vectors}
    assert (sample @ vectors.T).max(axis=1).min() > 0.99
    assert len({row.tobytes() for row in sample}) == 100


def test_fewer_are_some_of_those_that_are() -> None:
    vectors = make_vectors(30)
    sample = resample_vectors(vectors, 10)
    assert {row.tobytes() for row in sample} < {row.tobytes() for row in vectors}


class CountingIndex:
    """Finds nothing, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def search(self, query: Vectors, k: int) -> list[tuple[int, float]]:
        self.asked.append(k)
        return []


def test_every_query_is_timed_after_a_first_untimed_search() -> None:
    index = CountingIndex()
    times = time_searches(index, make_vectors(3))
    assert len(times) == 3
    assert min(times) > 0
    assert index.asked == [K] * 4

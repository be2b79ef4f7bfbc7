import numpy as np
import pytest

from index.dense import DenseIndex
from index.vectors import ShardVectors

ROWS = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0]], dtype=np.float32)
DIVIDED = DenseIndex([ShardVectors.build(ROWS[[1, 0]]), ShardVectors.build(ROWS[[0, 2]])], [np.array([1]), None], 3)
"""Rows 0 and 1 are [1 0 0] twice, row 2 is [0.6 0.8 0]; [0 1 0] no longer counts."""


def test_hits_come_best_first_with_their_cosine() -> None:
    # [1 0 0] against the rows: 1, 0, 0.6.
    found = DenseIndex.build(ROWS).search(ROWS[0], 2)
    assert [row for row, _ in found] == [0, 2]
    assert [score for _, score in found] == pytest.approx([1, 0.6])


def test_a_search_among_some_rows_finds_only_these() -> None:
    index = DenseIndex.build(ROWS)
    assert [row for row, _ in index.search(ROWS[0], 9, np.array([1, 2]))] == [2, 1]
    assert index.search(ROWS[0], 9, np.array([], dtype=np.int64)) == []


def test_no_more_hits_than_rows() -> None:
    assert len(DenseIndex.build(ROWS).search(ROWS[0], 100)) == 3
    assert DenseIndex.build(ROWS).search(ROWS[0], 0) == []


def test_an_index_without_rows_finds_nothing() -> None:
    for empty in (DenseIndex.build(np.zeros((0, 3), dtype=np.float32)), DenseIndex([], [], 3)):
        assert (empty.rows, empty.dimension, empty.search(ROWS[0], 5)) == (0, 3, [])
        assert empty.reconstruct().shape == (0, 3)


def test_rows_of_shards_are_numbered_through_and_what_no_longer_counts_is_never_found() -> None:
    assert DIVIDED.rows == 3
    found = DIVIDED.search(np.array([0, 1, 0], dtype=np.float32), 9)
    assert found == [(2, pytest.approx(0.8)), (0, 0), (1, 0)]
    assert [row for row, _ in DIVIDED.search(ROWS[0], 9, np.array([1, 2]))] == [1, 2]


def test_vectors_and_cosines_are_had_by_row() -> None:
    np.testing.assert_array_equal(DIVIDED.reconstruct(), ROWS[[0, 0, 2]])
    np.testing.assert_array_equal(DIVIDED.reconstruct_row(2), ROWS[2])
    np.testing.assert_array_equal(DIVIDED.reconstruct_rows(np.array([0, 2])), ROWS[[0, 2]])
    assert DIVIDED.score_rows(ROWS[0], np.array([1, 2])).tolist() == pytest.approx([1, 0.6])
    assert DIVIDED.score_rows(ROWS[0], np.array([], dtype=np.int64)).tolist() == []

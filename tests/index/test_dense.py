from pathlib import Path

import numpy as np
import pytest

from index.dense import DenseIndex

ROWS = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0]], dtype=np.float32)


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


def test_an_index_without_rows_finds_nothing() -> None:
    empty = DenseIndex.build(np.zeros((0, 3), dtype=np.float32))
    assert (empty.rows, empty.dimension, empty.search(ROWS[0], 5)) == (0, 3, [])


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    DenseIndex.build(ROWS).save(tmp_path / "向量 😀.faiss")
    loaded = DenseIndex.load(tmp_path / "向量 😀.faiss")
    np.testing.assert_array_equal(loaded.reconstruct(), ROWS)
    np.testing.assert_array_equal(loaded.reconstruct_row(2), ROWS[2])


@pytest.mark.parametrize("data", [b"", b"garbage" * 99])
def test_a_file_that_is_no_index_is_a_runtime_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(RuntimeError):
        DenseIndex.load(tmp_path / "x")

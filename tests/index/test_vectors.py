from pathlib import Path

import numpy as np
import pytest

from index import vectors
from index.model import Vectors
from index.rows import Rows
from index.vectors import ShardVectors


def make_vectors(rows: int) -> Vectors:
    """Unit vectors around forty centres, as texts of forty subjects are."""
    random = np.random.default_rng(1)
    found = random.standard_normal((40, 16))[np.arange(rows) % 40] + 0.3 * random.standard_normal((rows, 16))
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


MANY = make_vectors(4_000)


@pytest.fixture(params=["in memory", "from disk"])
def large(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ShardVectors:
    """A shard that has cells."""
    monkeypatch.setattr(vectors, "EXACT_ROWS", 1_000)
    monkeypatch.setattr(vectors, "FEW_ROWS", 300)
    built = ShardVectors.build(MANY)
    if request.param == "in memory":
        return built
    built.save(tmp_path / "v")
    assert (tmp_path / "v" / "cells.faiss").exists()
    return ShardVectors.load(tmp_path / "v")


def measure_recall(shard: ShardVectors, rows: Rows | None) -> float:
    """Recall@10 of exact search, over 50 queries."""
    among = np.arange(len(MANY)) if rows is None else rows
    kept = 0
    for query in make_vectors(4_050)[4_000:]:
        found, _ = shard.search(query, 10, rows)
        kept += len({*found.tolist()} & {*among[np.argsort(-(MANY[among] @ query))[:10]].tolist()})
    return kept / 500


@pytest.mark.parametrize("rows", [None, np.arange(0, 4_000, 3), np.arange(100, 300)], ids=["all", "a third", "few"])
def test_a_search_through_cells_finds_what_an_exact_one_does(large: ShardVectors, rows: Rows | None) -> None:
    assert measure_recall(large, rows) >= 0.99


def test_what_cells_find_is_scored_exactly_and_only_rows_asked_for_are_found(large: ShardVectors) -> None:
    rows = np.arange(1, 4_000, 2)
    found, scores = large.search(MANY[7], 20, rows)
    assert len({*found.tolist()}) == 20
    assert set((found % 2).tolist()) == {1}
    np.testing.assert_allclose(scores, MANY[found] @ MANY[7], rtol=1e-5)


def test_rows_are_read_and_scored_whether_they_stand_together_or_not(large: ShardVectors) -> None:
    rows = np.array([0, 1, 2, 700, 3_998, 3_999])
    np.testing.assert_array_equal(large.read(rows), MANY[rows])
    np.testing.assert_array_equal(large.read(rows[:0]), MANY[rows[:0]])
    np.testing.assert_allclose(large.score(MANY[7], rows), MANY[rows] @ MANY[7], rtol=1e-5)


def test_a_small_shard_has_no_cells_and_is_searched_exactly(tmp_path: Path) -> None:
    ShardVectors.build(MANY).save(tmp_path / "向量 😀")
    assert [path.name for path in (tmp_path / "向量 😀").iterdir()] == ["vectors.npy"]
    loaded = ShardVectors.load(tmp_path / "向量 😀")
    assert loaded.shape == (4_000, 16)
    assert measure_recall(loaded, None) == 1
    assert measure_recall(loaded, np.arange(5, 50)) == 1


@pytest.mark.parametrize("data", [b"", b"garbage" * 99])
def test_a_file_that_is_no_table_is_an_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "vectors.npy").write_bytes(data)
    with pytest.raises((ValueError, EOFError)):
        ShardVectors.load(tmp_path)


def test_a_table_of_other_numbers_is_an_error(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", np.zeros((2, 3)))
    with pytest.raises(ValueError, match="not a table of vectors"):
        ShardVectors.load(tmp_path)

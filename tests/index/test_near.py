from pathlib import Path

import numpy as np
import pytest

from index.near import NearIndex
from tests.index.test_vectors import MANY


def test_the_same_vectors_give_the_same_cells(tmp_path: Path) -> None:
    for name in ("a", "b"):
        NearIndex.build(MANY).save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_only_marked_rows_are_found_and_of_few_all(tmp_path: Path) -> None:
    marks = np.zeros(len(MANY), dtype=np.bool_)
    marks[[5, 900, 3_999]] = True
    assert sorted(NearIndex.build(MANY).search(MANY[0], 10, marks).tolist()) == [5, 900, 3_999]


@pytest.mark.parametrize("name", ["格 😀.faiss", "\udcff.faiss"])
def test_what_is_saved_under_any_name_is_what_is_loaded(tmp_path: Path, name: str) -> None:
    index = NearIndex.build(MANY)
    index.save(tmp_path / name)
    assert NearIndex.load(tmp_path / name).search(MANY[0], 9, None).tolist() == index.search(MANY[0], 9, None).tolist()


@pytest.mark.parametrize("data", [b"", b"garbage" * 99])
def test_a_file_that_is_no_index_is_a_runtime_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(RuntimeError):
        NearIndex.load(tmp_path / "x")

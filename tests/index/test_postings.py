from pathlib import Path

import numpy as np
import pytest

from index import postings
from index.postings import Postings

ROWS = [["备案", "经营者"], ["召回"], [], ["备案", "备案", "许可"]]


def find(index: Postings, term: str) -> dict[int, int]:
    rows, counts = index.find(term)
    return dict(zip(rows.tolist(), counts.tolist(), strict=True))


@pytest.mark.parametrize("block", [1, 2, 4096])
def test_each_term_is_found_in_its_rows_with_its_counts(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "BLOCK", block)
    index = Postings.build(ROWS)
    assert [find(index, term) for term in ("备案", "召回", "经营者", "无", "")] == [
        {0: 1, 3: 2},
        {1: 1},
        {0: 1},
        {},
        {},
    ]
    assert index.lengths.tolist() == [2, 1, 0, 3]


def test_a_count_beyond_a_byte_is_kept() -> None:
    assert find(Postings.build([["质量"] * 70_000, ["质量"]]), "质量") == {0: 70_000, 1: 1}


@pytest.mark.parametrize("term", ["", "\0", "\ud800", "a\nb", "𠀀"])
def test_any_term_can_be_told_from_others(term: str) -> None:
    index = Postings.build([[term, "甲"], ["乙"]])
    assert (find(index, term), find(index, "甲"), find(index, "丙")) == ({0: 1}, {0: 1}, {})


@pytest.mark.parametrize("rows", [ROWS, [[], []], []], ids=["terms", "no terms", "no rows"])
def test_what_is_saved_is_what_is_loaded(tmp_path: Path, rows: list[list[str]]) -> None:
    index = Postings.build(rows)
    index.save(tmp_path / "words")
    loaded = Postings.load(tmp_path / "words")
    for name in Postings.NAMES:
        np.testing.assert_array_equal(getattr(loaded, name), getattr(index, name))
    assert find(loaded, "备案") == find(index, "备案")


def test_a_folder_whose_files_are_gone_is_an_error_and_never_an_index_without_terms(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    with pytest.raises(OSError):
        Postings.load(tmp_path / "words")

import math
from pathlib import Path

import numpy as np
import pytest

from index.lexical import K1, B, LexicalIndex

ROWS = [["备案", "经营者"], ["召回"], [], ["备案", "备案", "许可", "转让"]]


def test_scores_are_lucenes_bm25() -> None:
    # Four rows, lengths 2 1 0 4, mean 1.75; 备案 stands in two: idf = ln(1 + (4 - 2 + .5) / (2 + .5)) = ln 2.
    # Row 0: tf 1, ln 2 * 1 / (1 + K1 * (1 - B + B * 2 / 1.75)); row 3: tf 2, length 4.
    row_0 = math.log(2) * 1 / (1 + K1 * (1 - B + B * 2 / 1.75))
    row_3 = math.log(2) * 2 / (2 + K1 * (1 - B + B * 4 / 1.75))
    assert LexicalIndex.build(ROWS).score(["备案"]).tolist() == pytest.approx([row_0, 0, 0, row_3], rel=1e-5)


def test_a_term_asked_twice_counts_twice_and_an_unknown_one_not_at_all() -> None:
    index = LexicalIndex.build(ROWS)
    assert index.score(["召回", "召回", "无"]).tolist() == pytest.approx((2 * index.score(["召回"])).tolist())


def test_document_frequency_is_the_number_of_rows() -> None:
    index = LexicalIndex.build(ROWS)
    assert [index.count_rows(term) for term in ("备案", "召回", "无")] == [2, 1, 0]


@pytest.mark.parametrize("rows", [ROWS, [[], []], []], ids=["terms", "no terms", "no rows"])
def test_what_is_saved_is_what_is_loaded(tmp_path: Path, rows: list[list[str]]) -> None:
    index = LexicalIndex.build(rows)
    index.save(tmp_path / "words")
    loaded = LexicalIndex.load(tmp_path / "words", len(rows))
    for term in ("备案", "召回", "无"):
        np.testing.assert_array_equal(loaded.score([term]), index.score([term]))
        assert loaded.score([term]).shape == (len(rows),)
        assert loaded.count_rows(term) == index.count_rows(term)


def test_a_folder_whose_files_are_gone_is_an_error_and_never_an_index_without_terms(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    with pytest.raises(OSError):
        LexicalIndex.load(tmp_path / "words", 4)


def test_nothing_saved_is_a_pickle(tmp_path: Path) -> None:
    LexicalIndex.build(ROWS).save(tmp_path / "words")
    assert {path.suffix for path in (tmp_path / "words").iterdir()} <= {".npy", ".json"}
    for path in (tmp_path / "words").glob("*.npy"):
        np.load(path, allow_pickle=False)

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.texts import Texts, map_array, map_bytes, write_texts

ONCE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


@given(st.lists(st.text(st.characters() | st.sampled_from("\n\r\ud800\udfff\u2028")), max_size=6))
@ONCE
def test_any_texts_come_back_as_they_were(tmp_path: Path, texts: list[str]) -> None:
    write_texts(tmp_path / "texts", texts)
    found = Texts(tmp_path / "texts")
    assert (len(found), list(found), found[:2]) == (len(texts), texts, texts[:2])


def test_a_place_beyond_the_last_is_an_error_and_one_before_the_first_counts_from_the_end(tmp_path: Path) -> None:
    write_texts(tmp_path / "texts", ["甲", "乙"])
    assert Texts(tmp_path / "texts")[-1] == "乙"
    with pytest.raises(IndexError):
        Texts(tmp_path / "texts")[2]


def test_the_file_is_lines_of_text(tmp_path: Path) -> None:
    write_texts(tmp_path / "texts", ["甲", "乙"])
    assert (tmp_path / "texts").read_text("utf-8") == "甲\n乙\n"


def test_an_empty_file_has_no_bytes(tmp_path: Path) -> None:
    (tmp_path / "none").touch()
    assert bytes(map_bytes(tmp_path / "none")) == b""


def test_a_table_of_another_kind_is_an_error(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((2, 2)))
    for kind, dimensions in ((np.integer, 2), (np.floating, 1)):
        with pytest.raises(ValueError, match=r"x\.npy is not the table that it should be"):
            map_array(tmp_path / "x.npy", kind, dimensions)

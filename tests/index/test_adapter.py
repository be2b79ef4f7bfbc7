"""The question adapter: what it does to a vector, and that the file that ships is for the encoder that ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import EncoderError
from index.adapter import QuestionAdapter, open_adapter, save_adapter
from index.encoder import open_encoder
from index.settings import IndexSettings


def test_a_question_is_turned_and_stays_a_unit_vector() -> None:
    matrix = np.array([[0, 1], [0, 0]], dtype=np.float32)
    adapted = QuestionAdapter(matrix).adapt(np.array([1, 0], dtype=np.float32))
    assert adapted == pytest.approx([0.5**0.5, 0.5**0.5])
    assert adapted.dtype == np.float32
    assert not np.isnan(QuestionAdapter(-np.eye(2, dtype=np.float32)).adapt(np.array([1, 0], dtype=np.float32))).any()


def test_what_ships_is_for_the_encoder_that_ships_and_for_no_other() -> None:
    encoder = open_encoder(IndexSettings(backend="torch"))
    adapter = open_adapter(encoder.name)
    assert adapter is not None
    [vector] = encoder.encode(["买到假货能赔多少"], kind="query")
    assert adapter.adapt(vector).shape == vector.shape
    assert open_adapter("another") is None


def test_what_is_saved_is_opened_again(tmp_path: Path) -> None:
    matrix = np.array([[0.5, 0], [0, -0.25]], dtype=np.float32)
    opened = open_adapter("encoder", save_adapter(matrix, "encoder", tmp_path / "adapter"))
    assert opened is not None
    vector = np.array([0.6, 0.8], dtype=np.float32)
    assert opened.adapt(vector) == pytest.approx(QuestionAdapter(matrix).adapt(vector))


@pytest.mark.parametrize("content", [None, b"", b"no tensors at all", b"\x08" + b"\0" * 40])
def test_a_damaged_or_missing_file_ends_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(EncoderError, match="install Wence again") as raised:
        open_adapter("encoder", tmp_path)
    assert "\n" not in str(raised.value)


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="no square matrix"):
        open_adapter("encoder", save_adapter(np.full((2, 2), np.nan, dtype=np.float32), "encoder", tmp_path))

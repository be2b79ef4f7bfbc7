import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from eval.benchmarks import encoding
from index.model import Vectors
from index.settings import Backend, IndexSettings


class LengthEncoder:
    """As many tokens as characters, and a vector that tells a text's length; it runs on the kernel set."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def encode(self, texts: Sequence[str], *, kind: Literal["query", "passage"]) -> Vectors:
        angles = np.array([len(text) for text in texts], dtype=np.float32)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Articles of 2 to 101 characters, title and line break included, and one question."""
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\nq\t1\t1\n", encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "甲"}\n', encoding="utf-8")
    lines = [json.dumps({"_id": str(i), "title": "法", "text": "条" * i}) for i in range(100)]
    (tmp_path / "corpus.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode("utf-8")))
    return tmp_path


def open_fake(settings: IndexSettings) -> LengthEncoder:
    # OpenVINO without eight bits is not to be had here: torch stands in.
    return LengthEncoder("torch" if settings.backend == "openvino" else settings.backend)


def test_the_articles_chosen_have_about_80_tokens_and_the_others_all_lengths() -> None:
    even, mixed = encoding.choose_articles(["条" * i for i in range(100)], LengthEncoder("torch"), count=10)  # type: ignore[arg-type]
    assert [len(text) for text in even] == list(range(76, 85))
    assert [len(text) for text in mixed] == list(range(0, 100, 10))


def test_the_table_has_a_row_for_each_kernel_that_ran(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(encoding, "open_encoder", open_fake)
    assert encoding.main([str(dataset), "--passages", "5", "--runs", "1"]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows] == ["| kernel", "| torch", "| openvino-int8"]
    assert all("1.00000 / 1.00000" in row for row in rows[1:])


def test_operations_are_those_of_80_tokens() -> None:
    # 100 passages a second x 80 tokens x 2 x 21,233,664 weights
    one = encoding.KernelFigures("torch", 100, 0, 1, 1)
    assert one.operations_per_second == pytest.approx(339_738_624_000)


def test_a_folder_that_is_none_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert encoding.main([str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.count("\n") == 1

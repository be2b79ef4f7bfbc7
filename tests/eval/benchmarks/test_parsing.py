import json
from pathlib import Path

import pytest

from eval.benchmarks import parsing
from tests.index.fakes import LAW, POLICY, write_file


def test_files_are_read_twice_and_the_figures_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("index.ingest.shipped_documents", lambda: tmp_path / "shipped")
    write_file(tmp_path / "shipped" / "甲法.md", LAW)
    write_file(tmp_path / "files" / "乙意见.txt", POLICY)
    (tmp_path / "files" / "坏.txt").write_bytes(b"\0\1")
    assert parsing.main([str(tmp_path / "files")]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["files"], figures["failed"], figures["clauses"]) == (2, 1, 2)
    assert 0 <= figures["unchanged_seconds"] < 60
    assert figures["memory_mb"] > 10


def test_a_missing_folder_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert parsing.main([str(tmp_path / "none")]) == 1
    assert "no such file or folder" in capsys.readouterr().err

import json
from pathlib import Path

import pytest

from eval.benchmarks.latency import WARM_UP_QUESTIONS, main, read_peak_memory
from rag.model import Answer
from tests.eval.builders import FakeWence

LINE = '{{"id": "{0}", "type": "fact", "question": "问{0}", "documents": ["甲"], "clauses": []}}\n'


def test_figures_are_printed_after_a_warm_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wence = FakeWence({f"问{number}": Answer(text="") for number in range(5)})
    monkeypatch.setattr("rag.wence.Wence.open", lambda _: wence)
    path = tmp_path / "set.jsonl"
    path.write_text("".join(LINE.format(number) for number in range(5)), encoding="utf-8")
    assert main([str(path), "--home", str(tmp_path)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["set"], figures["n"]) == ("set.jsonl", 5)
    assert 0 <= figures["p50_ms"] <= figures["p95_ms"]
    assert len(wence.asked) == WARM_UP_QUESTIONS + 5
    assert wence.asked[-1] == ("问4", ("甲法",), ())


def test_a_broken_set_is_one_line_and_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.jsonl")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1


def test_the_peak_of_memory_is_in_mebibytes() -> None:
    peak = read_peak_memory()
    assert peak is None or 5 < peak < 100_000

from importlib.util import find_spec
from pathlib import Path

import pytest

from eval.benchmarks import retrieval
from eval.benchmarks.retrieval import Encoders, describe_command, main
from eval.benchmarks.systems import HYBRID, REFERENCE
from tests.eval.benchmarks.datasets import write_dataset
from tests.index.fakes import LAW, BigramEncoder, write_file

needs_the_extra = pytest.mark.skipif(
    find_spec("langchain_community") is None, reason="the bench extra is not installed: pip install -e .[bench]"
)


@pytest.fixture
def encoders(monkeypatch: pytest.MonkeyPatch) -> Encoders:
    """Two encoders that cost nothing, in place of those that the command names."""
    opened = Encoders(BigramEncoder("ours"), "ours", BigramEncoder("unchanged", salt="x"), "unchanged")
    monkeypatch.setattr(retrieval, "open_encoders", lambda encoder, unchanged, reranker: opened)
    monkeypatch.setattr(retrieval, "SIZES", (4, 8))
    return opened


@needs_the_extra
def test_one_run_writes_the_page_with_every_system_and_the_picture(
    tmp_path: Path, encoders: Encoders, capsys: pytest.CaptureFixture[str]
) -> None:
    write_dataset(tmp_path / "set")
    write_file(tmp_path / "trained", "q4\n")
    write_file(tmp_path / "files" / "甲法.md", LAW)
    question = '{"id": "q", "type": "fact", "question": "要备案吗？", "clauses": ["甲法#二"]}\n'
    write_file(tmp_path / "asked.jsonl", question)
    words = ["--trained-on", tmp_path / "trained", "--cache", tmp_path / "cache", "--out", tmp_path / "out"]
    words += ["--quality-questions", tmp_path / "asked.jsonl", "--quality-corpus", tmp_path / "files"]
    assert main([str(tmp_path / "set"), *map(str, words)]) == 0
    page = (tmp_path / "out" / "benchmark.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out == page
    assert (tmp_path / "out" / "benchmark.png").stat().st_size < 150_000
    assert "## Questions whose articles no question that was trained on shares (2)" in page
    assert "## The quality corpus (1 questions)" in page
    for name in (HYBRID, REFERENCE, "rank_bm25, jieba", "LangChain EnsembleRetriever"):
        assert page.count(f"| {name} |") >= 3
    assert str(tmp_path) not in page


@needs_the_extra
def test_a_second_run_encodes_no_passage_again_but_to_time_it(
    tmp_path: Path, encoders: Encoders, capsys: pytest.CaptureFixture[str]
) -> None:
    write_dataset(tmp_path / "set")
    command = [str(tmp_path / "set"), "--cache", str(tmp_path / "cache"), "--out", str(tmp_path), "--largest", "0"]
    counts = []
    for _ in range(2):
        assert main(command) == 0
        for encoder in (encoders.ours, encoders.unchanged):
            assert isinstance(encoder, BigramEncoder)
            counts.append(sum(kind == "passage" for kind, _ in encoder.encoded))
            encoder.encoded.clear()
    first, second = counts[:2], counts[2:]
    # Timing encodes the four texts twice; the second run's look-ups probe the cache with one text each.
    assert first[1] == 4 + 8
    assert max(second) <= 8 + 2
    assert "Cost against size" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none"], "no such folder"),
        (["set", "--split", "test"], "no qrels/test.tsv"),
        (["set", "--queries", "none"], "no such file"),
        (["set", "--quality-corpus", "files"], "go together"),
    ],
)
def test_what_does_not_fit_is_one_line_and_exit_1(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    message: str,
) -> None:
    write_dataset(tmp_path / "set")
    monkeypatch.chdir(tmp_path)
    assert main(words) == 1
    captured = capsys.readouterr()
    assert message in captured.err
    assert (captured.out, captured.err.count("\n")) == ("", 1)


@needs_the_extra
def test_a_broken_ablation_is_refused_before_anything_is_measured(tmp_path: Path, encoders: Encoders) -> None:
    write_dataset(tmp_path / "set")
    write_file(tmp_path / "ablation.json", "[]")
    assert main([str(tmp_path / "set"), "--out", str(tmp_path), "--cache", str(tmp_path / "cache")]) == 1
    assert isinstance(encoders.ours, BigramEncoder)
    assert encoders.ours.encoded == []


def test_the_command_names_no_folder_of_this_machine() -> None:
    words = ["../shared/stard", "--encoder", str(Path("folds").resolve() / "fold-1"), "--largest", "0"]
    assert describe_command(words) == (
        "python -m eval.benchmarks.retrieval ../shared/stard --encoder fold-1 --largest 0"
    )


def test_a_missing_library_is_told_before_anything_is_measured(
    tmp_path: Path, encoders: Encoders, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("eval.benchmarks.baselines.LIBRARIES", ("json", "rank_bm26"))
    write_dataset(tmp_path / "set")
    assert main([str(tmp_path / "set"), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == "the benchmark needs rank_bm26: run `pip install -e .[bench]`, or `make bench`\n"
    assert isinstance(encoders.ours, BigramEncoder)
    assert encoders.ours.encoded == []

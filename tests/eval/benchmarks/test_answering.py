"""The benchmark of answers, run whole over a home of two documents with an LLM that always says the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from corpus.errors import LLMError
from eval.benchmarks.answering import __main__ as command
from eval.benchmarks.answering.systems import CHAIN, EXTRACTIVE, NO_READER, NO_VERIFICATION, WRITTEN
from index.store import open_index
from rag import Wence
from rag.prompts import Message
from rag.settings import LLMSettings, Settings
from tests.index.fakes import LAW, POLICY, SETTINGS, BigramEncoder, fill_home, write_file

needs_the_extra = pytest.mark.skipif(
    find_spec("langchain_community") is None, reason="the bench extra is not installed: pip install -e .[bench]"
)

SET = """\
{"id": "a", "type": "lookup", "question": "甲法第二条", "clauses": ["甲法#二"], "evidence": ["经营者应当备案"]}
{"id": "b", "type": "fact", "question": "经营者要不要备案？", "documents": ["甲法"], "clauses": ["二"]}
{"id": "c", "type": "unanswerable", "question": "离婚冷静期是多少天？", "clauses": []}
"""


class SteadyChatModel:
    """Always replies the same, and keeps the prompts."""

    def __init__(self, reply: str = "经营者应当备案[1]。", error: LLMError | None = None) -> None:
        self.prompts: list[Sequence[Message]] = []
        self._reply = reply
        self._error = error

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        self.prompts.append(messages)
        if self._error:
            raise self._error
        yield from self._reply


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of a law and a policy, opened with an encoder that costs nothing, and a set to ask of it."""
    files = [write_file(tmp_path / "files" / "甲法.md", LAW), write_file(tmp_path / "files" / "乙意见.md", POLICY)]
    fill_home(tmp_path / "home", *files)
    write_file(tmp_path / "set.jsonl", SET)

    def open_home(home: Path, *, settings: Settings, progress: object) -> Wence:
        return Wence(open_index(home, SETTINGS, encoder=BigramEncoder()), settings)

    monkeypatch.setattr(Wence, "open", open_home)
    return tmp_path / "home"


def run(home: Path, monkeypatch: pytest.MonkeyPatch, llm: SteadyChatModel | None = None, *more: str) -> int:
    monkeypatch.setattr(command, "open_chat_model", lambda settings: llm)
    words = [str(home.parent / "set.jsonl"), "--home", str(home), "--out", str(home.parent / "out")]
    return command.main([*words, *(["--gguf", "model.gguf"] if llm else []), *more])


def read_answers(home: Path, name: str) -> list[dict[str, object]]:
    lines = (home.parent / "out" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_without_an_llm_the_parts_stand_beside_the_whole(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, monkeypatch) == 0
    page = (home.parent / "out" / "answers.md").read_text("utf-8")
    told = capsys.readouterr()
    assert told.out == page
    assert f"{NO_READER}: 3/3" in told.err
    assert f"| measure |  | {EXTRACTIVE} |" in page
    assert "- LLM: none was given." in page
    assert "## set.jsonl, asked of one document (1 questions)" in page
    assert str(home.parent) not in page
    kept = read_answers(home, "wence")
    assert [one["id"] for one in kept] == ["a", "b", "c"]
    assert kept[0]["citations"][0]["clause"] == "二"  # type: ignore[index]
    assert {path.name for path in (home.parent / "out").iterdir()} == {
        "answers.md", "wence.jsonl", "wence-without-abstention.jsonl", "wence-without-known.jsonl",
        "wence-without-reader.jsonl",
    }  # fmt: skip


@needs_the_extra
def test_with_an_llm_every_system_is_asked_the_sample_and_a_second_run_asks_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    llm = SteadyChatModel()
    assert run(home, monkeypatch, llm, "--llm-questions", "3") == 0
    page = (home.parent / "out" / "answers.md").read_text("utf-8")
    assert "- LLM: model.gguf; asked a sample, drawn by type with seed 1." in page
    assert f"| measure |  | {EXTRACTIVE} | {WRITTEN} | {NO_VERIFICATION} | {CHAIN} |" in page
    assert "### With the LLM, a sample of 3" in page
    chain = read_answers(home, "langchain-chain")
    assert [(one["id"], one["status"], one["llm_calls"]) for one in chain] == [
        ("a", "grounded", 1), ("b", "grounded", 1), ("c", "grounded", 1),
    ]  # fmt: skip
    assert "first_words" in chain[0]["timings_ms"]  # type: ignore[operator]
    asked = len(llm.prompts)
    assert run(home, monkeypatch, llm, "--llm-questions", "3") == 0
    assert len(llm.prompts) == asked + 1  # the word that it is asked at the start
    assert len(read_answers(home, "langchain-chain")) == 3


@needs_the_extra
def test_an_llm_that_is_not_there_is_one_clear_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, monkeypatch, SteadyChatModel(error=LLMError("the LLM is gone: start it"))) == 1
    assert capsys.readouterr().err.endswith("the LLM is gone: start it\n")
    assert not (home.parent / "out").exists()


def test_a_broken_set_is_one_clear_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_file(home.parent / "set.jsonl", '{"id": "a"}\n')
    assert run(home, monkeypatch) == 1
    assert "set.jsonl, line 1: 'type' is missing" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["set.jsonl"],
        ["set.jsonl", "--out", "o", "--gguf", "a", "--base-url", "b"],
        ["set.jsonl", "--out", "o", "--model", "m"],
        ["set.jsonl", "--out", "o", "--llm-questions", "0"],
    ],
)
def test_words_that_make_no_command_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        command.main(words)
    assert end.value.code == 2


def test_the_llm_of_the_command_is_given_time_and_all_else_is_as_set() -> None:
    settings = Settings(llm=LLMSettings(gguf="other.gguf", answer_max_tokens=200, timeout_seconds=30))
    chosen = command.choose_llm(settings, "", "http://127.0.0.1:8080/v1", "m")
    assert (chosen.gguf, chosen.base_url, chosen.model) == ("", "http://127.0.0.1:8080/v1", "m")
    assert (chosen.answer_max_tokens, chosen.timeout_seconds) == (200, command.PATIENCE_SECONDS)


def test_the_page_shows_no_path_of_the_machine() -> None:
    words = ["/data/there/set.jsonl", "--gguf", "/models/a.gguf", "--out", "docs"]
    assert command.describe_command(words) == "python -m eval.benchmarks.answering set.jsonl --gguf a.gguf --out docs"

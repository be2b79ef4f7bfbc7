import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import QuestionSetError, WenceError
from eval.benchmarks.answering.groups import Asked
from eval.benchmarks.answering.kept import GIVES_UP, answer_kept, find_key, hash_files, list_code, read_kept
from eval.benchmarks.answering.systems import AnswerSystem
from eval.jsonl import Record
from eval.questions import Question
from rag.model import Turn
from tests.eval.builders import make_question

ASKED = [Asked("s.jsonl", make_question("甲法#一", id=id, question=f"{id}？")) for id in ("a", "b", "c")]


class Asker:
    """Answers with the id, or as the script says, and keeps what it was asked."""

    def __init__(self, script: dict[str, Record] | None = None, *, dies_at: str = "") -> None:
        self.asked: list[str] = []
        self.opened = 0
        self._script = script or {}
        self._dies_at = dies_at

    def open(self) -> "Asker":
        self.opened += 1
        return self

    def __call__(self, question: Question) -> Record:
        if question.id == self._dies_at:
            raise KeyboardInterrupt
        self.asked.append(question.id)
        return {"id": question.id, "answer": f"答{question.id}", **self._script.get(question.id, {})}


def make_system(asker: Asker, **settings: object) -> AnswerSystem:
    return AnswerSystem("System", "system", "what it is", settings, False, asker.open)


def run(folder: Path, asker: Asker, asked: list[Asked] = ASKED, **settings: object) -> list[object]:
    records = answer_kept(asked, make_system(asker, **settings), folder, done=lambda: None)
    return [record["answer"] for record in records]


def test_a_run_cut_off_goes_on_where_it_was(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, Asker(dies_at="c"))
    again = Asker()
    assert run(tmp_path, again) == ["答a", "答b", "答c"]
    assert again.asked == ["c"]


def test_a_system_that_has_answered_all_is_not_opened(tmp_path: Path) -> None:
    run(tmp_path, Asker())
    again = Asker()
    assert run(tmp_path, again) == ["答a", "答b", "答c"]
    assert again.opened == 0


def test_a_line_that_was_cut_off_is_asked_again(tmp_path: Path) -> None:
    run(tmp_path, Asker())
    path = tmp_path / "system.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    again = Asker()
    assert run(tmp_path, again) == ["答a", "答b", "答c"]
    assert again.asked == ["c"]
    assert [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()] == ["a", "b", "c"]


@pytest.mark.parametrize("fault", [{"error": "LLMError: gone"}, {"llm_failure": "gone"}])
def test_what_failed_is_asked_again(tmp_path: Path, fault: Record) -> None:
    run(tmp_path, Asker({"b": fault}))
    again = Asker()
    run(tmp_path, again)
    assert again.asked == ["b"]
    assert len(read_kept(tmp_path / "system.jsonl")) == 3


def test_other_settings_and_another_question_are_asked_anew(tmp_path: Path) -> None:
    run(tmp_path, Asker())
    other = Asker()
    run(tmp_path, other, code="changed")
    assert other.asked == ["a", "b", "c"]
    reworded = Asker()
    run(tmp_path, reworded, [Asked("s.jsonl", replace(ASKED[0].question, question="换个问法？")), *ASKED[1:]])
    assert reworded.asked == ["a"]


def test_a_key_is_of_what_is_asked_and_not_of_what_is_right() -> None:
    system, question = make_system(Asker()), ASKED[0].question
    key = find_key(ASKED[0], system)
    mended = replace(question, clauses=("甲法#二",), evidence=("新",), line=9)
    assert find_key(Asked("s.jsonl", mended), system) == key
    others = [
        find_key(Asked("t.jsonl", question), system),
        find_key(Asked("s.jsonl", replace(question, documents=("甲法",))), system),
        find_key(Asked("s.jsonl", replace(question, history=(Turn("user", "先问"),))), system),
        find_key(ASKED[0], replace(system, name="Another")),
    ]
    assert len({key, *others}) == 5


def test_an_llm_that_fails_again_and_again_ends_the_run(tmp_path: Path) -> None:
    asked = [Asked("s.jsonl", make_question(id=str(number))) for number in range(9)]
    fault: Record = {"llm_failure": "the LLM is gone: start it"}
    script = {str(number): fault for number in range(2, 9)}
    asker = Asker(script)
    with pytest.raises(WenceError, match=f"the LLM is gone: start it .it failed {GIVES_UP} times on end"):
        run(tmp_path, asker, asked)
    assert asker.asked == ["0", "1", "2", "3", "4"]


def test_a_file_of_something_else_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "system.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")
    with pytest.raises(WenceError, match=r"system\.jsonl, line 1: no answer of this benchmark"):
        run(tmp_path, Asker())
    (tmp_path / "system.jsonl").write_text("{\n{}\n", encoding="utf-8")
    with pytest.raises(QuestionSetError, match="line 1"):
        run(tmp_path, Asker())


def test_the_code_that_answers_is_part_of_the_settings(tmp_path: Path) -> None:
    names = {path.as_posix() for path in list_code()}
    for ending in ("rag/answer.py", "index/search.py", "corpus/clauses.py", "index/models/fusion.json"):
        assert any(name.endswith(ending) for name in names), ending
    assert not any("/training/" in name or "/encoder/" in name for name in names)
    (tmp_path / "a.py").write_text("1", encoding="utf-8")
    before = hash_files([tmp_path / "a.py"])
    (tmp_path / "a.py").write_text("2", encoding="utf-8")
    assert hash_files([tmp_path / "a.py"]) != before

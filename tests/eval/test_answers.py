import json
from pathlib import Path

import pytest

from corpus.errors import QuestionError, WenceError
from eval.answers import write_answers
from eval.jsonl import Record
from eval.outcomes import read_outcome
from eval.questions import Question
from tests.eval.builders import make_question

QUESTIONS = [make_question(id="a"), make_question(id="b"), make_question(id="c")]


def answer_all_but_b(question: Question) -> Record:
    if question.id == "b":
        raise QuestionError("the question is too long")
    return {"id": question.id, "status": "abstained", "citations": [], "answer": "没有依据。"}


def test_every_line_is_on_disk_before_the_next_question_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    seen: list[int] = []

    def ask(question: Question) -> Record:
        seen.append(len(path.read_text(encoding="utf-8").splitlines()))
        return answer_all_but_b(question)

    done: list[None] = []
    records = write_answers(QUESTIONS, ask, path, done=lambda: done.append(None))
    assert seen == [0, 1, 2]
    assert len(done) == 3
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == records
    assert "没有依据。" in path.read_text(encoding="utf-8")


def test_an_error_of_one_question_is_recorded_and_the_run_goes_on(tmp_path: Path) -> None:
    records = write_answers(QUESTIONS, answer_all_but_b, tmp_path / "answers.jsonl", done=lambda: None)
    assert [record["id"] for record in records] == ["a", "b", "c"]
    assert records[1]["status"] == "abstained"
    outcome = read_outcome(QUESTIONS[1], records[1], place="here")
    assert outcome.error == "QuestionError: the question is too long"
    assert not outcome.abstained_rightly


def test_any_other_error_ends_the_run_and_keeps_what_was_answered(tmp_path: Path) -> None:
    def ask(question: Question) -> Record:
        if question.id == "b":
            raise ZeroDivisionError
        return answer_all_but_b(question)

    path = tmp_path / "answers.jsonl"
    with pytest.raises(ZeroDivisionError):
        write_answers(QUESTIONS, ask, path, done=lambda: None)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1


def test_a_file_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(WenceError, match="cannot write"):
        write_answers(QUESTIONS, answer_all_but_b, tmp_path / "no" / "answers.jsonl", done=lambda: None)

import json
from pathlib import Path
from typing import Any, cast

import pytest

from corpus.errors import QuestionError, QuestionSetError, WenceError
from eval.measures import Score
from eval.outcomes import read_outcomes
from eval.questions import read_question_set
from eval.report import Report
from eval.report_files import read_report
from eval.resolve import resolve_questions
from eval.runs import run_question_set
from rag.model import Answer, Citation, Removal, Statement, Turn
from tests.eval.builders import FakeWence

SET = """\
{"id": "a", "type": "fact", "question": "要备案吗？", "documents": ["甲"], "clauses": ["一"], \
"evidence": ["应当备案"], "history": [{"role": "user", "content": "先问"}]}
{"id": "b", "type": "unanswerable", "question": "罚多少？", "clauses": []}
{"id": "c", "type": "lookup", "question": "乙法第二条", "clauses": ["乙法#二"]}
"""
GROUNDED = Answer(
    text="应当备案[1]",
    statements=(Statement("应当备案", (0,), "extract"),),
    citations=(Citation("甲法#一", "应当备案", 4, 8),),
    status="grounded",
    removed=(Removal("免于备案", "not in the clause"),),
    timings={"total": 12.0},
)
ABSTAINED = Answer(text="没有依据。", reason="no_support", related=("甲法#一",), timings={"total": 8.0})
SCRIPT = {"要备案吗？": GROUNDED, "罚多少？": ABSTAINED, "乙法第二条": QuestionError("the question is too long")}


def silent(what: str, done: int, total: int) -> None:
    pass


def run(folder: Path, wence: FakeWence, text: str = SET) -> Report:
    path = folder / "set.jsonl"
    path.write_text(text, encoding="utf-8")
    return run_question_set(
        path, folder / "out", open_wence=lambda: cast("Any", wence), command="wence eval run", progress=silent
    )


def test_a_run_writes_answers_and_a_report(tmp_path: Path) -> None:
    wence = FakeWence(SCRIPT)
    report = run(tmp_path, wence)
    assert wence.asked[0] == ("要备案吗？", ("甲法",), (Turn("user", "先问"),))
    assert report.overall["citation_recall_micro"] == Score(0.5, 2, 0.0, 1.0)  # a's clause of a's and c's
    assert report.overall["abstention_precision"] == Score(0.5, 2, 0.0, 1.0)  # b of b and c
    assert report.overall["quote_violations"] == Score(0.0, 1)
    assert report.overall["latency_p50_ms"] == Score(10.0, 2)  # halfway from 8 to 12
    assert [result.id for result in report.failing] == ["c"]
    assert (report.errors, report.facts.statements) == (1, {"extract": 1, "removed": 1})
    assert (report.facts.encoder, report.facts.corpus_hash) == ("fake-encoder", "0123abcd")
    assert read_report(tmp_path / "out") == report
    records = [json.loads(line) for line in (tmp_path / "out" / "answers.jsonl").read_text("utf-8").splitlines()]
    assert [record["id"] for record in records] == ["a", "b", "c"]
    assert records[2]["error"] == "QuestionError: the question is too long"


def test_answers_on_disk_score_as_the_run_did(tmp_path: Path) -> None:
    wence = FakeWence(SCRIPT)
    report = run(tmp_path, wence)
    questions = resolve_questions(read_question_set(tmp_path / "set.jsonl"), wence.catalog)
    outcomes = read_outcomes(tmp_path / "out" / "answers.jsonl", questions, wence.index)
    assert {outcome.question.id: outcome.exact for outcome in outcomes} == {
        result.id: result.right for result in report.results
    }


@pytest.mark.parametrize("text", [SET + "{", SET.replace('["甲"]', '["丙法"]')])
def test_a_broken_set_leaves_nothing_half_done(tmp_path: Path, text: str) -> None:
    wence = FakeWence(SCRIPT)
    with pytest.raises(QuestionSetError, match=r"line [14]: "):
        run(tmp_path, wence, text)
    assert wence.asked == []
    assert not (tmp_path / "out").exists()


def test_a_gold_clause_that_the_index_lacks_is_reported(tmp_path: Path) -> None:
    report = run(tmp_path, FakeWence(SCRIPT), SET.replace("乙法#二", "乙法#九"))
    assert report.facts.unknown_clauses == ("乙法#九",)
    assert "lacks the gold clause 乙法#九" in (tmp_path / "out" / "report.md").read_text("utf-8")


def test_the_report_of_an_earlier_run_does_not_outlive_it(tmp_path: Path) -> None:
    run(tmp_path, FakeWence(SCRIPT))
    with pytest.raises(KeyError):
        run(tmp_path, FakeWence({}))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["answers.jsonl"]


def test_an_output_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(WenceError, match="cannot write to"):
        run(tmp_path, FakeWence(SCRIPT))
    assert (tmp_path / "out").read_text() == "mine"

import json
from pathlib import Path

import pytest

from corpus.errors import QuestionSetError
from eval.measures import CitedQuote, CitedStatement, StatementSupport
from eval.outcomes import read_outcome, read_outcomes
from tests.eval.builders import FakeSources, make_document, make_question

CITATION = {
    "document": "甲法",
    "title": "甲法",
    "clause": "一",
    "label": "第一条",
    "quote": "应当备案",
    "start": 4,
    "end": 8,
}
STATEMENT = {"text": "应当备案", "citations": [0], "origin": "extract"}
RECORD = {
    "id": "q",
    "answer": "应当备案[1]",
    "status": "grounded",
    "citations": [CITATION],
    "statements": [STATEMENT],
    "timings_ms": {"total": 12.5},
}


def test_a_record_becomes_an_outcome() -> None:
    outcome = read_outcome(make_question("甲法#一"), RECORD, place="here")
    assert outcome.citations == (CitedQuote("甲法", "一", "应当备案", 4, 8),)
    assert (outcome.status, outcome.total_ms, outcome.violations, outcome.error) == ("grounded", 12.5, None, "")
    assert (outcome.answer, outcome.statements) == ("应当备案[1]", (CitedStatement("应当备案", (0,), "extract"),))
    assert outcome.supports is None


def test_quotes_are_checked_where_there_is_an_index() -> None:
    sources = FakeSources.of(make_document())
    assert read_outcome(make_question(), RECORD, place="here", sources=sources).violations == ()
    assert read_outcome(make_question(), RECORD, place="here", sources=sources).supports == (StatementSupport(True, 1),)
    untrue = {**RECORD, "citations": [{**CITATION, "quote": "应当报备"}]}
    assert len(read_outcome(make_question(), untrue, place="here", sources=sources).violations or ()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "sure"},
        {"status": None},
        {"citations": None},
        {"citations": "一"},
        {"citations": ["一"]},
        {"citations": [{**CITATION, "quote": None}]},
        {"citations": [{**CITATION, "start": "4"}]},
        {"citations": [{**CITATION, "end": True}]},
        {"answer": None},
        {"statements": "一"},
        {"statements": ["一"]},
        {"statements": [{**STATEMENT, "text": 1}]},
        {"statements": [{**STATEMENT, "citations": [1]}]},
        {"statements": [{**STATEMENT, "citations": [-1]}]},
        {"statements": [{**STATEMENT, "citations": [True]}]},
        {"timings_ms": {"total": "fast"}},
        {"timings_ms": {"total": float("nan")}},
    ],
)
def test_a_malformed_record_is_refused_by_its_place(changes: dict[str, object]) -> None:
    with pytest.raises(QuestionSetError, match=r"^here"):
        read_outcome(make_question(), {**RECORD, **changes}, place="here")


def test_answers_on_disk_are_paired_with_their_questions(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    lines = [{**RECORD, "id": "b"}, {**RECORD, "id": "a", "status": "abstained", "citations": [], "statements": []}]
    path.write_text("\n".join(json.dumps(line) for line in lines))
    questions = [make_question("甲法#一", id="a"), make_question("甲法#一", id="b")]
    assert [outcome.abstained for outcome in read_outcomes(path, questions)] == [True, False]
    with pytest.raises(QuestionSetError, match="no answer to question 'c'"):
        read_outcomes(path, [*questions, make_question(id="c")])
    with pytest.raises(QuestionSetError, match="line 1: id 'b' is not in"):
        read_outcomes(path, questions[:1])

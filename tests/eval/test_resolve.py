from pathlib import Path

import pytest

from corpus.errors import QuestionSetError
from eval.questions import QuestionSet
from eval.resolve import find_unknown_clauses, resolve_questions
from tests.eval.builders import FakeCatalog, FakeSources, make_document, make_question

SOURCES = FakeSources.of(make_document("甲法(2018-12-29)"), make_document("乙法"))
CATALOG = FakeCatalog(SOURCES, {"甲法": "甲法(2018-12-29)"})


def test_names_become_ids_and_bare_numbers_clause_ids() -> None:
    question = make_question("一", "甲法#二", documents=("甲法",), also=("乙法#一",))
    (found,) = resolve_questions(QuestionSet(Path("set.jsonl"), (question,)), CATALOG)
    assert found.documents == ("甲法(2018-12-29)",)
    assert found.clauses == ("甲法(2018-12-29)#一", "甲法(2018-12-29)#二")
    assert found.also == ("乙法#一",)


@pytest.mark.parametrize(
    "question", [make_question("一", documents=("丙法",)), make_question("丙法#一"), make_question(documents=("丙法",))]
)
def test_a_document_that_the_index_lacks_is_an_error_with_its_line(question: object) -> None:
    with pytest.raises(QuestionSetError, match=r"^set\.jsonl, line 1: no document 丙法"):
        resolve_questions(QuestionSet(Path("set.jsonl"), (question,)), CATALOG)  # type: ignore[arg-type]


def test_gold_outside_the_documents_asked_of_is_an_error() -> None:
    question = make_question("乙法#一", documents=("甲法",))
    with pytest.raises(QuestionSetError, match="line 1: clause '乙法#一' is in none of the documents"):
        resolve_questions(QuestionSet(Path("set.jsonl"), (question,)), CATALOG)


def test_gold_clauses_that_the_index_lacks_are_named_once() -> None:
    questions = (make_question("乙法#一", "乙法#九"), make_question("乙法#九"))
    assert find_unknown_clauses(questions, SOURCES.clauses) == ("乙法#九",)

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.errors import DocumentError, QuestionSetError
from corpus.settings import CorpusSettings
from eval.drafting import draft_questions, read_corpus
from eval.drafting.draft import check_evidence
from eval.drafting.proposals import propose_from_clause
from eval.question_files import write_question_set
from eval.questions import read_question_set
from eval.resolve import resolve_questions
from tests.eval.drafting.builders import LAW, parse_texts

SHIPPED = Path(__file__).parents[3] / "corpus" / "documents"


@pytest.mark.parametrize("seed", [1, 2])
def test_every_line_of_a_draft_is_a_valid_question_with_verbatim_evidence(tmp_path: Path, seed: int) -> None:
    corpus = read_corpus([SHIPPED], CorpusSettings())
    drafted = draft_questions(corpus.documents, count=60, seed=seed)
    write_question_set(drafted, tmp_path / "set.jsonl")
    questions = read_question_set(tmp_path / "set.jsonl")
    assert questions.questions == drafted
    catalog = Catalog(parsed.document for parsed in corpus.documents)
    texts = {clause.id: clause.text for parsed in corpus.documents for clause in parsed.clauses}
    for question in resolve_questions(questions, catalog):
        assert all(any(words in texts[clause] for clause in question.clauses) for words in question.evidence)
        assert bool(question.clauses) == bool(question.answer_points) == (question.type != "unanswerable")
        assert not any(point in question.question for point in question.answer_points)
        for point in question.answer_points:
            assert any(point in words for words in question.evidence)


def test_types_documents_and_clauses_are_spread() -> None:
    corpus = read_corpus([SHIPPED], CorpusSettings())
    drafted = draft_questions(corpus.documents, count=60, seed=1)
    assert Counter(question.type for question in drafted) == {
        "fact": 27,  # 0.45 of 60
        "list": 9,
        "lookup": 9,
        "multi": 9,
        "unanswerable": 6,
    }
    clauses = [clause for question in drafted for clause in question.clauses]
    assert len(set(clauses)) == len(clauses)
    documents = Counter(clause.split("#")[0] for clause in clauses)
    assert len(documents) >= 18
    assert max(documents.values()) <= 8
    assert len({question.question for question in drafted}) == 60
    assert len({question.id for question in drafted}) == 60


def test_the_seed_alone_decides() -> None:
    documents = read_corpus([SHIPPED], CorpusSettings()).documents
    first = draft_questions(documents, count=20, seed=5)
    assert draft_questions(documents[::-1], count=20, seed=5) == first
    assert draft_questions(documents, count=20, seed=6) != first


def test_only_the_version_in_force_is_asked_about() -> None:
    documents = read_corpus([SHIPPED], CorpusSettings()).documents
    drafted = draft_questions(documents, count=400, seed=1, day=date(2025, 1, 1))
    asked = {clause.split("#")[0] for question in drafted for clause in question.clauses}
    assert "农产品质量安全法(2022-09-02)" in asked
    assert "农产品质量安全法(2018-10-26)" not in asked


def test_a_small_corpus_gives_fewer_and_facts_fill_what_other_types_lack(tmp_path: Path) -> None:
    drafted = draft_questions(parse_texts(tmp_path, 样品法=LAW), count=50, seed=1)
    assert 5 <= len(drafted) < 50
    assert {"fact", "list", "lookup", "unanswerable"} <= {question.type for question in drafted}
    assert len(draft_questions(parse_texts(tmp_path, 样品法=LAW), count=1, seed=1)) == 1


def test_a_question_that_two_clauses_would_answer_is_left_out(tmp_path: Path) -> None:
    twice = LAW + "\n第八条 样品的保存期限为五年。\n"
    drafted = draft_questions(parse_texts(tmp_path, 样品法=twice), count=50, seed=1)
    assert not any(question.question == "《样品法》规定，样品的保存期限为多少年？" for question in drafted)


def test_documents_of_which_nothing_can_be_asked_are_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="no question can be made of these documents"):
        draft_questions(parse_texts(tmp_path, 空="今天天气好。\n"), count=5, seed=1)


def test_evidence_that_is_not_in_its_clause_is_a_fault_of_the_templates(tmp_path: Path) -> None:
    (parsed,) = parse_texts(tmp_path, 样品法=LAW)
    good = propose_from_clause(parsed, parsed.clauses[1])[0]
    check_evidence(good, {"样品法": parsed})
    with pytest.raises(ValueError, match="is not in its clauses"):
        check_evidence(replace(good, evidence=("别的话",)), {"样品法": parsed})
    with pytest.raises(ValueError, match="no clause"):
        check_evidence(replace(good, clauses=("样品法#九",)), {"样品法": parsed})


def test_what_cannot_be_read_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "样品法.md").write_text(LAW, encoding="utf-8")
    (tmp_path / "坏.docx").write_bytes(b"no document")
    (tmp_path / "又").mkdir()
    (tmp_path / "又" / "样品法.md").write_text(LAW, encoding="utf-8")
    corpus = read_corpus([tmp_path], CorpusSettings())
    assert [parsed.document.id for parsed in corpus.documents] == ["样品法"]
    assert len(corpus.failed) == 2
    assert any("坏.docx" in line for line in corpus.failed)
    assert any("has the same name" in line for line in corpus.failed)
    with pytest.raises(DocumentError):
        read_corpus([tmp_path / "none"], CorpusSettings())

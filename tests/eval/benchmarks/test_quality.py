import json
from pathlib import Path

import pytest

from corpus.errors import WenceError
from eval.benchmarks.quality import read_clause_questions
from tests.index.fakes import LAW, POLICY, write_file


def write_set(path: Path, *questions: dict[str, object]) -> Path:
    lines = (json.dumps({"type": "fact", **question}, ensure_ascii=False) + "\n" for question in questions)
    return write_file(path, "".join(lines))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_file(tmp_path / "files" / "甲法.md", LAW)
    write_file(tmp_path / "files" / "乙意见.txt", POLICY)
    return tmp_path / "files"


def test_clauses_become_texts_under_their_place_and_questions_their_judgements(tmp_path: Path, folder: Path) -> None:
    path = write_set(
        tmp_path / "set.jsonl",
        {"id": "q1", "question": "要备案吗？", "documents": ["甲法"], "clauses": ["二"]},
        {"id": "q2", "question": "召回怎么办？", "clauses": ["乙意见#二"]},
        {"id": "q3", "question": "天气如何？", "clauses": []},
    )
    found = read_clause_questions(folder, path)
    assert {text.id: text.title for text in found.corpus} == {
        "甲法#一": "甲法 第一条",
        "甲法#二": "甲法 第二条",
        "乙意见#一": "乙意见 （一）加强标准建设",
        "乙意见#二": "乙意见 （二）完善召回制度",
    }
    assert {text.id: text.text.strip() for text in found.corpus}["甲法#二"] == "经营者应当备案。经营者不得转让许可。"
    assert found.questions == {"q1": "要备案吗？", "q2": "召回怎么办？"}
    assert found.qrels == {"q1": {"甲法#二": 1}, "q2": {"乙意见#二": 1}}
    assert found.scopes == {"q1": frozenset({"甲法#一", "甲法#二"})}


def test_a_set_without_answers_or_of_other_documents_is_refused(tmp_path: Path, folder: Path) -> None:
    nothing = write_set(tmp_path / "none.jsonl", {"id": "q", "question": "天气如何？", "clauses": []})
    with pytest.raises(WenceError, match="no question in it that a clause answers"):
        read_clause_questions(folder, nothing)
    other = write_set(tmp_path / "other.jsonl", {"id": "q", "question": "？", "documents": ["丙法"], "clauses": ["一"]})
    with pytest.raises(WenceError, match="line 1"):
        read_clause_questions(folder, other)


def test_a_document_that_cannot_be_read_is_named(tmp_path: Path, folder: Path) -> None:
    (folder / "坏.txt").write_bytes(b"\0\1")
    path = write_set(tmp_path / "set.jsonl", {"id": "q", "question": "召回？", "clauses": ["乙意见#二"]})
    with pytest.raises(WenceError, match="坏"):
        read_clause_questions(folder, path)

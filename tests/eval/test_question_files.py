from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import WenceError
from eval.question_files import refuse_existing, write_question_set
from eval.questions import Question, read_question_set
from rag.model import Turn
from tests.eval.builders import make_question

_words = st.text(alphabet="应当备案；[=-'\"， \n1", min_size=1, max_size=8).filter(lambda text: text.strip() == text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.sampled_from([".jsonl", ".csv", ".xlsx"]), st.lists(_words, max_size=3), _words, st.booleans())
def test_a_set_reads_back_as_it_was_written(
    tmp_path: Path, suffix: str, pieces: list[str], words: str, leans: bool
) -> None:
    question = make_question(
        "甲#一",
        also=("甲#二",),
        evidence=tuple(pieces),
        answer_points=tuple(pieces[:1]),
        question=words,
        documents=("甲", "乙"),
        history=(Turn("user", words), Turn("assistant", "答；user: 假")) if leans else (),
    )
    path = tmp_path / f"set{suffix}"
    none = make_question(id="none", type="unanswerable")
    write_question_set([question, none], path, force=True)
    read = read_question_set(path).questions
    assert [_without_line(one) for one in read] == [_without_line(question), _without_line(none)]


def _without_line(question: Question) -> tuple[object, ...]:
    return tuple(getattr(question, name) for name in Question.__slots__ if name != "line")


def test_a_line_holds_what_must_be_there_and_what_there_is(tmp_path: Path) -> None:
    write_question_set([make_question(id="none", type="unanswerable")], tmp_path / "set.jsonl")
    text = (tmp_path / "set.jsonl").read_text("utf-8")
    assert text == '{"id": "none", "type": "unanswerable", "question": "问？", "clauses": []}\n'


@pytest.mark.parametrize("name", ["set.jsonl", "set.csv"])
def test_a_file_that_exists_is_kept_unless_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("mine")
    for refuse in (lambda: refuse_existing(path, force=False), lambda: write_question_set([], path)):
        with pytest.raises(WenceError, match="exists already: name another file, or add --force"):
            refuse()
    assert path.read_text() == "mine"
    refuse_existing(path, force=True)


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WenceError, match=r"a question set is a \.jsonl, \.xlsx or \.csv file"):
        write_question_set([], tmp_path / "set.txt")

import gzip
import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import QuestionSetError
from eval.datasets import CorpusText, read_dataset, read_qrels

CORPUS = '{"_id": "d1", "title": "甲法第一条", "text": "应当备案。"}\n{"_id": "d2", "text": "不得转让。"}\n'
QUERIES = '{"_id": "q1", "text": "要备案吗？"}\n{"_id": "q2", "text": "没有判断"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "corpus.jsonl").write_text(CORPUS, encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text(QUERIES, encoding="utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS, encoding="utf-8")
    return tmp_path


def test_a_folder_is_read_with_its_judged_queries_alone(folder: Path) -> None:
    dataset = read_dataset(folder, "test")
    assert dataset.corpus == (CorpusText("d1", "甲法第一条", "应当备案。"), CorpusText("d2", "", "不得转让。"))
    assert dataset.queries == {"q1": "要备案吗？"}
    assert dataset.qrels == {"q1": {"d1": 1}}


def test_gzipped_files_are_read(folder: Path) -> None:
    (folder / "corpus.jsonl").unlink()
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(CORPUS.encode()))
    assert len(read_dataset(folder, "test").corpus) == 2


def test_a_gzipped_file_cut_short_is_one_clear_line(folder: Path) -> None:
    (folder / "corpus.jsonl").unlink()
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(CORPUS.encode())[:-12])
    with pytest.raises(QuestionSetError, match=r"corpus\.jsonl\.gz: cannot be read"):
        read_dataset(folder, "test")


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
def test_a_missing_file_is_one_clear_line(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(QuestionSetError, match=f"no {name}"):
        read_dataset(folder, "test")


def test_a_split_that_is_not_there_is_answered_with_those_that_are(folder: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"no qrels/dev\.tsv in it; its splits: test"):
        read_dataset(folder, "dev")
    with pytest.raises(QuestionSetError, match="no such folder"):
        read_dataset(folder / "none", "dev")


@pytest.mark.parametrize(
    ("name", "line", "fault"),
    [
        ("corpus.jsonl", '{"_id": "d1", "text": "x"}', "_id 'd1' is there already"),
        ("corpus.jsonl", '{"_id": 3, "text": "x"}', "'_id' is to be text"),
        ("corpus.jsonl", '{"_id": "d 3", "text": "x"}', "white space"),
        ("corpus.jsonl", '{"_id": "d3"}', "'text' is to be text"),
        ("corpus.jsonl", '{"_id": "d3", "text": "x", "title": 1}', "'title' is to be text"),
        ("corpus.jsonl", "{", "not JSON"),
        ("queries.jsonl", '{"_id": "q1", "text": "x"}', "_id 'q1' is there already"),
        ("queries.jsonl", '{"_id": "q3", "text": null}', "'text' is to be text"),
    ],
)
def test_a_broken_line_is_named(folder: Path, name: str, line: str, fault: str) -> None:
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(line)
    with pytest.raises(QuestionSetError, match=f"{name}, line 3: ") as caught:
        read_dataset(folder, "test")
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("q1\td2", "are wanted, separated by tabs"),
        ("q1 0 d2 1", "are wanted, separated by tabs"),
        ("q1\t\t1", "are wanted, separated by tabs"),
        ("q1\td2\thigh", "a whole number"),
        ("q1\td1\t2", "judged twice, differently"),
        ("q1\td2\t\xff", "not UTF-8"),
    ],
)
def test_a_broken_judgement_is_named(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "test.tsv"
    path.write_bytes(QRELS.encode() + line.encode("latin-1"))
    with pytest.raises(QuestionSetError, match=r"test\.tsv, line 3: ") as caught:
        read_qrels(path)
    assert fault in str(caught.value)


def test_judgements_need_no_header_and_no_line_feeds_of_one_kind(tmp_path: Path) -> None:
    path = tmp_path / "test.tsv"
    path.write_bytes(b"q1\td1\t1\r\n\r\nq1\td1\t1\nq1\td2\t0")
    assert read_qrels(path) == {"q1": {"d1": 1, "d2": 0}}
    path.write_text("query-id\tcorpus-id\tscore\n")
    with pytest.raises(QuestionSetError, match="no judgement in it"):
        read_qrels(path)


def test_judgements_that_cannot_be_met_stay_with_a_warning(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "qrels" / "test.tsv").write_text(QRELS + "q1\tgone\t1\nlost\td1\t1\n")
    with caplog.at_level(logging.WARNING):
        dataset = read_dataset(folder, "test")
    assert dataset.qrels == {"q1": {"d1": 1, "gone": 1}, "lost": {"d1": 1}}
    assert "1 judgements are of texts that the corpus lacks" in caplog.text
    assert "1 judged queries have no text" in caplog.text


def test_a_split_whose_queries_all_lack_a_text_is_refused(folder: Path) -> None:
    (folder / "qrels" / "test.tsv").write_text("lost\td1\t1\n")
    with pytest.raises(QuestionSetError, match="none of its queries is judged"):
        read_dataset(folder, "test")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=60) | st.text("q1\td\n ", max_size=30).map(str.encode))
def test_any_bytes_give_judgements_or_a_question_set_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.tsv"
    path.write_bytes(data)
    try:
        assert read_qrels(path)
    except QuestionSetError as error:
        assert str(path) in str(error)

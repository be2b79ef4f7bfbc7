import json
import logging
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import QuestionSetError
from eval import jsonl
from eval.questions import Question, read_question_set
from rag.model import Turn

LINE = '{"id": "q1", "type": "fact", "question": "罚多少？", "clauses": ["甲法#一"]}'


def write(folder: Path, text: str | bytes, name: str = "set.jsonl") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def make_line(**changes: object) -> str:
    return json.dumps({**json.loads(LINE), **changes}, ensure_ascii=False)


def test_every_field_is_read(tmp_path: Path) -> None:
    line = make_line(
        documents=["甲法"],
        clauses=["一", "甲法#二"],
        also=["三"],
        answer_points=["十万元"],
        evidence=["处十万元罚款"],
        history=[{"role": "user", "content": "谁管？"}, {"role": "assistant", "content": "市场监管部门。"}],
    )
    (question,) = read_question_set(write(tmp_path, line)).questions
    assert question == Question(
        id="q1",
        type="fact",
        question="罚多少？",
        clauses=("一", "甲法#二"),
        line=1,
        documents=("甲法",),
        also=("三",),
        answer_points=("十万元",),
        evidence=("处十万元罚款",),
        history=(Turn("user", "谁管？"), Turn("assistant", "市场监管部门。")),
    )


def test_blank_lines_a_byte_order_mark_and_crlf_are_forgiven(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + LINE.encode() + b"\r\n\r\n" + make_line(id="q2").encode() + b"\r\n")
    assert [(question.id, question.line) for question in read_question_set(path).questions] == [("q1", 1), ("q2", 3)]


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    (question,) = read_question_set(write(tmp_path, make_line(question="罚\u2028多\x85少？"))).questions
    assert question.question == "罚\u2028多\x85少？"


def test_empty_clauses_mean_that_it_must_abstain(tmp_path: Path) -> None:
    (question,) = read_question_set(write(tmp_path, make_line(clauses=[]))).questions
    assert question.must_abstain


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "not JSON"),
        ("[1]", "a JSON object"),
        ("[" * 100_000, "not JSON"),
        ('{"id": ' + "9" * 5000 + "}", "not JSON"),
        (make_line(question=" "), "'question' is empty"),
        (make_line(question=3), "'question' is to be text"),
        (make_line(id=""), "'id' is empty"),
        ('{"id": "q2", "type": "fact", "question": "？"}', "'clauses' is missing"),
        (make_line(clauses={"a": 1}), "'clauses' is to be a list"),
        (make_line(clauses=[""]), "'clauses[0]' is empty"),
        (make_line(clauses=["一"]), "bare number, but 0 documents"),
        (make_line(clauses=["一"], documents=["甲法", "乙法"]), "bare number, but 2 documents"),
        (make_line(also=["二"]), "bare number"),
        (make_line(clauses=["甲法#"]), "is not <document id>#<number>"),
        (make_line(evidnce=["处罚"]), "is 'evidence' meant?"),
        (make_line(history=["你好"]), "'role' and 'content'"),
        (make_line(history=[{"role": "system", "content": "x"}]), "user or assistant"),
        (make_line(history=[{"role": "user", "content": ""}]), "is empty"),
        ('{"id": "\\ud800", "type": "fact", "question": "？", "clauses": []}', "surrogate"),
        (LINE, "stands already at line 1"),
    ],
)
def test_a_broken_line_is_named_by_file_and_number(tmp_path: Path, line: str, fault: str) -> None:
    path = write(tmp_path, f"{LINE}\n\n{line}\n")
    with pytest.raises(QuestionSetError) as caught:
        read_question_set(path)
    assert f"{path}, line 3: " in str(caught.value)
    assert fault in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, LINE.encode() + b"\n" + make_line(id="q2").encode("gb18030"))
    with pytest.raises(QuestionSetError, match="line 2: not UTF-8"):
        read_question_set(path)


def test_an_endless_line_is_refused_without_reading_it_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "LINE_MAX_BYTES", 200)
    path = write(tmp_path, LINE + "\n" + make_line(question="长" * 100))
    with pytest.raises(QuestionSetError, match="line 2: longer than 200 bytes"):
        read_question_set(path)


@pytest.mark.parametrize("name", ["set.jsonl", "set.csv", "set.xlsx", "set.txt"])
def test_a_file_that_is_not_there_or_not_a_set_is_one_clear_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(QuestionSetError) as caught:
        read_question_set(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


@pytest.mark.parametrize(("name", "text"), [("set.jsonl", "\n\n"), ("set.csv", "id,type,question,clauses\n")])
def test_a_set_without_a_question_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(QuestionSetError, match="no question in it"):
        read_question_set(write(tmp_path, text, name))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").mkdir()
    with pytest.raises(QuestionSetError, match="cannot be read"):
        read_question_set(tmp_path / "set.jsonl")


def test_an_unknown_column_is_passed_over_with_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path, make_line(备注="新") + "\n" + make_line(id="q2", 备注="旧"))
    with caplog.at_level(logging.WARNING):
        assert len(read_question_set(path).questions) == 2
    assert [record.getMessage().count("备注") for record in caplog.records] == [1]


CSV = (
    "id,type,question,documents,clauses,also,answer_points,evidence,history\n"
    "q1,list,谁管？,甲法,一；二,,,应当备案；不得转让,user：先问；再问；assistant: 答。\n"
    '\n,,,,,,,,\nq2,fact,"两行\n问题",,甲法#一,,,"[""甲；乙""]",\n'
    "q3,unanswerable,没有？,,,,,,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_has_lists_separated_by_full_width_semicolons(tmp_path: Path, encoding: str) -> None:
    first, second, third = read_question_set(write(tmp_path, CSV.encode(encoding), "set.csv")).questions
    assert (first.clauses, first.evidence, first.also) == (("一", "二"), ("应当备案", "不得转让"), ())
    assert first.history == (Turn("user", "先问；再问"), Turn("assistant", "答。"))
    assert (second.question, second.evidence, second.line) == ("两行\n问题", ("甲；乙",), 5)
    assert (third.must_abstain, third.line) == (True, 7)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("q1,fact,问？,甲法#一,x", "more cells than"),
        ("q1,fact,,甲法#一", "'question' is empty"),
        ("q1,fact,问？,[甲法#一]", "not a JSON list"),
        ('q1,fact,问？,"甲法', "not a CSV row"),
    ],
)
def test_a_broken_csv_row_is_named(tmp_path: Path, row: str, fault: str) -> None:
    path = write(tmp_path, f"id,type,question,clauses\nq0,fact,问？,甲法#一\n{row}\n", "set.csv")
    with pytest.raises(QuestionSetError, match="line 3: ") as caught:
        read_question_set(path)
    assert fault in str(caught.value)


def test_a_csv_header_that_repeats_or_lacks_a_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="line 1: column 'id' stands twice"):
        read_question_set(write(tmp_path, "id,id,type,question,clauses\n1,2,fact,？,\n", "set.csv"))
    with pytest.raises(QuestionSetError, match="line 2: 'clauses' is missing"):
        read_question_set(write(tmp_path, "id,type,question\n1,fact,？\n", "set.csv"))


def write_book(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_an_xlsx_is_read_like_a_csv(tmp_path: Path) -> None:
    path = write_book(
        tmp_path / "set.xlsx",
        ["id", "type", "question", "documents", "clauses", None],
        [1, "fact", "罚多少？", "甲法", "一；二", None],
        [],
        [2.0, "fact", "没有？", None, None, None],
    )
    first, second = read_question_set(path).questions
    assert (first.id, first.documents, first.clauses, first.line) == ("1", ("甲法",), ("一", "二"), 2)
    assert (second.id, second.must_abstain, second.line) == ("2", True, 4)


def test_a_broken_xlsx_row_is_named(tmp_path: Path) -> None:
    path = write_book(tmp_path / "set.xlsx", ["id", "type", "question", "clauses"], ["1", "fact", None, None])
    with pytest.raises(QuestionSetError, match="line 2: 'question' is empty"):
        read_question_set(path)


_XLSX = Path(openpyxl.__file__)  # any file at hand that is no workbook


def test_a_file_that_is_no_workbook_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"not an \.xlsx workbook"):
        read_question_set(write(tmp_path, _XLSX.read_bytes(), "set.xlsx"))


CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def test_a_zip_that_holds_no_workbook_is_one_clear_line(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{CONTENT_TYPES}"/>')
    with pytest.raises(QuestionSetError, match=r"not an \.xlsx workbook"):
        read_question_set(tmp_path / "set.xlsx")


def read_anything(folder: Path, data: bytes, name: str) -> None:
    try:
        question_set = read_question_set(write(folder, data, name))
    except QuestionSetError as error:
        assert str(folder / name) in str(error)
    else:
        assert question_set.questions


_SLOW = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@_SLOW
@given(
    data=st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.binary(max_size=30).map(lambda junk: LINE.encode() + b"\n" + junk),
    suffix=st.sampled_from(["jsonl", "csv", "xlsx"]),
)
def test_any_bytes_give_a_set_or_a_question_set_error(tmp_path: Path, data: bytes, suffix: str) -> None:
    read_anything(tmp_path, data, f"set.{suffix}")


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(["甲法#一", "一"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "content"]), inner),
    max_leaves=6,
)


@_SLOW
@given(changes=st.dictionaries(st.sampled_from(["id", "question", "documents", "clauses", "also", "history"]), _json))
def test_any_json_gives_a_set_or_a_question_set_error(tmp_path: Path, changes: dict[str, object]) -> None:
    read_anything(tmp_path, json.dumps({**json.loads(LINE), **changes}).encode(), "set.jsonl")


@_SLOW
@given(position=st.integers(0, 10_000), junk=st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_gives_a_set_or_a_question_set_error(tmp_path: Path, position: int, junk: bytes) -> None:
    book = tmp_path / "book.xlsx"
    if not book.exists():
        write_book(book, ["id", "type", "question", "clauses"], ["1", "fact", "？", None])
    data = book.read_bytes()
    at = position % len(data)
    read_anything(tmp_path, data[:at] + junk + data[at + len(junk) :], "set.xlsx")

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import WenceError
from eval.questions import parse_question
from eval.sheets import CELL_MAX_CHARACTERS, join_for_reading, join_list, write_sheet
from eval.tables import read_csv_rows, read_xlsx_rows

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    '=HYPERLINK("http://x","y")',
    "#N/A",
    "==",
]


def read_xlsx(path: Path) -> list[list[str]]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_text_in_a_workbook(tmp_path: Path, formula: str) -> None:
    write_sheet(tmp_path / "a.xlsx", ["id"], [[formula]])
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (formula, "s")
    assert b"<f>" not in zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_text_in_a_csv_and_reads_back_as_it_was(tmp_path: Path, formula: str) -> None:
    write_sheet(tmp_path / "a.csv", ["id", "x"], [[formula, "好"]])
    (row,) = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig"))))[1:]
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"))
    assert [cells for _, cells in read_csv_rows(tmp_path / "a.csv")] == [{"id": formula, "x": "好"}]


def test_a_csv_opens_in_excel(tmp_path: Path) -> None:
    write_sheet(tmp_path / "a.csv", ["id", "答案"], [["q", '说“甲”,\n"乙"']])
    assert (tmp_path / "a.csv").read_bytes() == '\ufeffid,答案\r\nq,"说“甲”,\n""乙"""\r\n'.encode()


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_characters_that_no_workbook_holds_become_one_that_it_does(tmp_path: Path, name: str) -> None:
    write_sheet(tmp_path / name, ["id"], [["a\x00b\x0bc\ud800d\uffffe\r\nf"]])
    read = read_csv_rows if name.endswith("csv") else read_xlsx_rows
    assert [cells for _, cells in read(tmp_path / name)] == [{"id": "a\ufffdb\ufffdc\ufffdd\ufffde\nf"}]


def test_a_text_longer_than_a_cell_is_cut_where_excel_would_cut_it(tmp_path: Path) -> None:
    write_sheet(tmp_path / "a.xlsx", ["id"], [["长" * 40_000]])
    value = read_xlsx(tmp_path / "a.xlsx")[1][0]
    assert len(value) == CELL_MAX_CHARACTERS
    assert value.endswith("长…")


def test_a_file_that_exists_is_kept_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine")
    with pytest.raises(WenceError, match=r"a\.csv exists already: name another file, or add --force"):
        write_sheet(path, ["id"], [["q"]])
    assert path.read_text() == "mine"
    write_sheet(path, ["id"], [["q"]], force=True)
    assert path.read_text("utf-8-sig") == "id\nq\n"
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


def test_what_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(WenceError, match=r"a\.ods: a spreadsheet is a \.xlsx or \.csv file"):
        write_sheet(tmp_path / "a.ods", ["id"], [])
    with pytest.raises(WenceError, match="cannot write"):
        write_sheet(tmp_path / "no" / "a.csv", ["id"], [])
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(WenceError, match="cannot write"):
        write_sheet(tmp_path / "b.csv", ["id"], [], force=True)
    assert [one.name for one in tmp_path.iterdir()] == ["b.csv"]


def test_lists_for_people_have_one_separator_between() -> None:
    assert join_for_reading(["罚款；", "吊销", "公告；"]) == "罚款；吊销；公告；"
    assert join_for_reading(["甲#一", "甲#二"]) == "甲#一；甲#二"
    assert join_for_reading([]) == ""


_pieces = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda text: text.strip() == text
)


@given(st.lists(_pieces | st.sampled_from(["甲；乙", "[甲", "=甲"]), max_size=4))
def test_a_list_reads_back_as_it_was(pieces: list[str]) -> None:
    row = {"id": "q", "type": "fact", "question": "问", "clauses": "", "evidence": join_list(pieces)}
    assert list(parse_question(row, 1, "here").evidence) == pieces


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.text(max_size=10), min_size=1, max_size=3), st.sampled_from(["a.csv", "a.xlsx"]))
def test_any_text_can_be_written(tmp_path: Path, cells: list[str], name: str) -> None:
    write_sheet(tmp_path / name, [f"c{number}" for number in range(len(cells))], [cells], force=True)
    assert (tmp_path / name).is_file()

import datetime
import io
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from corpus.errors import DocumentError, UnsupportedFormat
from corpus.formats.table import TableDocument, read_table
from corpus.labels import read_label
from corpus.model import SourceText
from corpus.settings import CorpusSettings
from tests.corpus.formats.same_law import LAW, POLICY, list_clauses, read_lines, read_policy

LIMITS = CorpusSettings()


def make_xlsx(*sheets: Sequence[Sequence[object]], names: Sequence[str] = ()) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for place, rows in enumerate(sheets):
        sheet = book.create_sheet(names[place] if names else f"Sheet{place + 1}")
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read_xlsx(*sheets: Sequence[Sequence[object]], names: Sequence[str] = ()) -> list[TableDocument]:
    return read_table(make_xlsx(*sheets, names=names), LIMITS, suffix=".xlsx")


def only(documents: list[TableDocument]) -> SourceText:
    assert [document.name for document in documents] == [""]
    return documents[0].content


def removed(content: SourceText) -> list[tuple[str, str]]:
    return [(content.text[span.start : span.end], span.reason) for span in content.removed]


def test_rows_without_a_known_header_are_lines_of_cells() -> None:
    content = only(read_xlsx([["任务", "责任部门"], [], ["开展抽查", None, "年底前"], ["甲\n乙"]]))
    assert content.text == "任务\t责任部门\n开展抽查\t\t年底前\n甲\n乙"


@pytest.mark.parametrize("name", ["条号", "条款号", "编号", "条款", " 条 号 ", "Article", "条号（必填）"])
@pytest.mark.parametrize("text", ["内容", "条文", "正文", "原文：", "Text"])
def test_a_clause_of_a_table_is_printed_as_in_the_law(name: str, text: str) -> None:
    rows = [
        [name, text],
        [40, "因产品存在缺陷。\n属于前款的，照此办理。"],
        ["四十一", "甲。"],
        ["第四十二条", "乙。"],
        ["（二十）", "丙。"],
    ]
    assert only(read_xlsx(rows)).text == (
        "第四十条　因产品存在缺陷。\n属于前款的，照此办理。\n第四十一条　甲。\n第四十二条　乙。\n（二十）　丙。"
    )


def test_a_label_that_the_text_begins_with_is_printed_once() -> None:
    rows = [["条号", "内容"], ["第四十条", "第四十条 甲。"], [41, "第41条 乙。"], ["（二）", "(二)丙。"]]
    assert only(read_xlsx(rows)).text == "第四十条 甲。\n第41条 乙。\n(二)丙。"


def test_the_number_of_a_row_is_no_article_number() -> None:
    assert only(read_xlsx([["序号", "内容"], [1, "甲。"], [2, "乙。"]])).text == "1.　甲。\n2.　乙。"
    content = only(read_xlsx([["序号", "内容"], [1, "第七条 甲。"], [2, "第八条 乙。"]]))
    assert content.text == "第七条 甲。\n第八条 乙。"
    assert content.notes == ("the column 序号 counts the rows and is left out",)


def test_headings_and_chapters() -> None:
    rows = [
        ["章", "节", "条号", "条标", "内容"],
        ["第一章 总则", "", 1, "目的", "甲。"],
        ["", "", 2, "", "乙。"],
        [2, "第一节 监督", 3, "【抽查】", "丙。"],
        [2, "第二节 处罚", 4, "", "丁。"],
    ]
    content = only(read_xlsx(rows))
    assert content.text.split("\n") == [
        "第一章 总则", "第一条　【目的】甲。", "第二条　乙。", "第二章", "第一节 监督",
        "第三条　【抽查】丙。", "第二节 处罚", "第四条　丁。",
    ]  # fmt: skip
    assert [(content.text[start:].split("\n")[0], level) for start, level in content.headings] == [
        ("第一章 总则", 2), ("第二章", 2), ("第一节 监督", 3), ("第二节 处罚", 3),
    ]  # fmt: skip


def test_a_column_that_names_the_document_parts_the_table() -> None:
    rows = [
        ["法规名称", "条号", "内容"],
        ["《产品质量法》", 40, "甲。"],
        ["", 41, "乙。"],
        ["标准化法", 1, "丙。"],
        ["产品质量法", 42, "丁。"],
    ]
    documents = read_xlsx(rows)
    assert [(document.name, document.content.text) for document in documents] == [
        ("产品质量法", "产品质量法\n第四十条　甲。\n第四十一条　乙。\n第四十二条　丁。"),
        ("标准化法", "标准化法\n第一条　丙。"),
    ]
    assert documents[0].content.title == "产品质量法"


def test_a_column_of_titles_names_documents_or_clauses_by_what_it_holds() -> None:
    laws = [["标题", "正文"], ["产品质量法", "第一条 甲。"], ["标准化法", "第一条 乙。"]]
    assert [document.name for document in read_xlsx(laws)] == ["产品质量法", "标准化法"]
    clauses = [["条号", "标题", "正文"], [1, "目的", "甲。"], [2, "适用范围", "乙。"]]
    assert only(read_xlsx(clauses)).text == "第一条　【目的】甲。\n第二条　【适用范围】乙。"


def test_columns_that_say_something_follow_the_text_and_annotations_are_removed() -> None:
    rows = [["条号", "内容", "责任单位", "备注", ""], [1, "甲。", "市场监管局", "已修订", "另"]]
    content = only(read_xlsx(rows))
    assert content.text == "第一条　甲。\n责任单位：市场监管局\n备注：已修订\n另"
    assert removed(content) == [("备注：已修订", "column 备注")]


def test_lines_over_the_header_are_kept() -> None:
    assert (
        only(read_xlsx([["产品质量法条款表"], ["条号", "内容"], [1, "甲。"]])).text == "产品质量法条款表\n第一条　甲。"
    )


def test_the_names_of_sheets_are_headings_where_several_have_content() -> None:
    content = only(read_xlsx([["甲"]], [], [["乙"]], names=["总则", "空", "附则"]))
    assert content.text == "总则\n甲\n附则\n乙"
    assert [level for _, level in content.headings] == [1, 1]


def test_sheets_that_each_begin_at_the_first_clause_are_documents() -> None:
    sheets = [[["条号", "内容"], [1, "甲。"]], [["条号", "内容"], ["第一条", "乙。"]]]
    documents = read_xlsx(*sheets, names=["产品质量法", "标准化法"])
    assert [(document.name, document.content.text) for document in documents] == [
        ("产品质量法", "产品质量法\n第一条　甲。"),
        ("标准化法", "标准化法\n第一条　乙。"),
    ]


def test_a_hidden_sheet_is_read_with_a_note() -> None:
    book = Workbook()
    book.active.append(["甲"])
    book.create_sheet("密").append(["乙"])
    book["密"].sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    content = only(read_table(buffer.getvalue(), LIMITS, suffix=".xlsx"))
    assert content.text.endswith("乙")
    assert content.notes == ("the sheet 密 is hidden; it is read all the same",)


@pytest.mark.parametrize(
    ("value", "number_format", "printed"),
    [
        (40.0, "General", "40"),
        (0.1 + 0.2, "General", "0.3"),
        (0.05, "0.0%", "5.0%"),
        (True, "General", "TRUE"),
        (datetime.datetime(2018, 12, 29), "yyyy-mm-dd", "2018-12-29"),
        (datetime.datetime(2018, 12, 29, 8, 30), "yyyy-mm-dd hh:mm", "2018-12-29 08:30:00"),
        (40, '"第"0"条"', "第40条"),
        (40, '[DBNum1]"第"0条', "第四十条"),
        ("甲_x000D_", "General", "甲"),
    ],
)
def test_a_cell_is_printed_as_excel_shows_it(value: object, number_format: str, printed: str) -> None:
    book = Workbook()
    book.active["A1"] = value
    book.active["A1"].number_format = number_format
    buffer = io.BytesIO()
    book.save(buffer)
    assert only(read_table(buffer.getvalue(), LIMITS, suffix=".xlsx")).text == printed


def test_formulas_without_a_stored_value_are_named_in_a_note() -> None:
    content = only(read_xlsx([["甲", "=1+1"]]))
    assert content.text == "甲"
    assert content.notes == ("1 formulas have no stored value: open the file in Excel or WPS and save it",)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_delimited_text_is_read_in_its_encoding_with_its_delimiter(delimiter: str, encoding: str) -> None:
    rows = [("条号", "内容"), ("40", f'"因产品缺陷造成损害的{delimiter}应当赔偿。\r\n第二款。"'), ("41", "乙。")]
    text = "".join(f"{label}{delimiter}{words}\r\n" for label, words in rows)
    content = only(read_table(text.encode(encoding), LIMITS, suffix=".csv"))
    assert content.text == f"第四十条　因产品缺陷造成损害的{delimiter}应当赔偿。\n第二款。\n第四十一条　乙。"


def test_the_delimiter_that_excel_declares_is_taken() -> None:
    assert only(read_table("sep=;\r\n甲;乙,丙\r\n".encode(), LIMITS, suffix=".csv")).text == "甲\t乙,丙"


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize(("name", "lines"), [(LAW, read_lines(LAW)), (POLICY, read_policy())])
def test_a_law_and_a_policy_yield_the_clauses_of_their_plain_text(suffix: str, name: str, lines: list[str]) -> None:
    rows: list[list[str]] = []
    chapter = ""
    for line in lines[1:]:
        label = read_label(line)
        if label is not None and label.kind == "division":
            chapter = line
        elif label is not None and not label.refers and label.kind == ("article" if name == LAW else "item"):
            rows.append([chapter, label.printed, line[label.end :].strip()])
        elif label is None and not rows:
            continue
        else:
            rows[-1][2] += f"\n{line}"
    header = ["章", "条号", "内容"]
    if suffix == ".xlsx":
        data = make_xlsx([header, *rows])
    else:
        data = "\n".join(",".join(f'"{cell}"' for cell in row) for row in [header, *rows]).encode("gb18030")
    content = only(read_table(data, LIMITS, suffix=suffix))
    expected = [clause for clause in list_clauses("\n".join(lines), id=name) if clause[0] != "前言"]
    assert list_clauses(content, id=name) == expected
    assert len(expected) > 10


def make_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("a.txt", "甲")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "suffix", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), ".xlsx", "save it as .xlsx"),
        (make_zip(), ".xlsx", "holds no workbook"),
        (make_xlsx([["甲"]])[:-40], ".xlsx", "cut short or damaged"),
        (make_xlsx([]), ".xlsx", "holds no text"),
        (b",,\n,,\n", ".csv", "holds no text"),
        (bytes(range(256)), ".csv", "not text"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(data: bytes, suffix: str, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read_table(data, LIMITS, suffix=suffix)


def test_a_zip_without_a_workbook_is_not_a_supported_format() -> None:
    with pytest.raises(UnsupportedFormat):
        read_table(make_zip(), LIMITS, suffix=".xlsx")


def test_a_cell_may_hold_a_whole_law() -> None:
    law = "第一条 为了规范，制定本法。" * 20_000
    (document,) = read_table(f"法规名称,内容\n某某法,{law}\n".encode(), LIMITS, suffix=".csv")
    assert law in document.content.text


def test_a_row_numbered_beyond_the_last_of_a_sheet_costs_no_time() -> None:
    data = make_xlsx([["第一条 甲"], ["第二条 乙"]])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(buffer, "w") as altered:
        for name in package.namelist():
            part = package.read(name).replace(b'<row r="2"', b'<row r="999999999999"').replace(b' r="A2"', b"")
            altered.writestr(name, part)
    (document,) = read_table(buffer.getvalue(), LIMITS, suffix=".xlsx")
    assert document.content.text == "第一条 甲"


def test_a_table_beyond_the_limit_is_refused() -> None:
    for data, suffix in ((make_xlsx([["甲" * 100]]), ".xlsx"), (("甲" * 100).encode(), ".csv")):
        with pytest.raises(DocumentError, match="split the file"):
            read_table(data, CorpusSettings(text_max_characters=99), suffix=suffix)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".tsv"])
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(suffix: str, data: bytes) -> None:
    try:
        assert read_table(data, LIMITS, suffix=suffix)
    except DocumentError as error:
        assert "\n" not in str(error)


_CELLS = st.sampled_from(
    ["", "条号", "内容", "序号", "标题", "章", "法规名称", "备注", "40", "第一条", "第一条 甲。", "\n", "乙\n丙", "　"]
)


@given(st.lists(st.lists(_CELLS, max_size=5), max_size=8))
def test_no_word_of_any_rows_is_lost(rows: list[list[str]]) -> None:
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    try:
        documents = read_table(text.encode(), LIMITS, suffix=".csv")
    except DocumentError:
        return
    whole = "".join(f"{document.content.text}{document.content.notes}" for document in documents)
    # A row that names a column 内容 may be the header: the name of an empty column is not printed.
    for cell in (cell for row in rows if "内容" not in row for cell in row):
        assert not any(word in cell and word not in whole for word in ("甲", "乙", "丙"))


_XLSX = make_xlsx([["条号", "内容", "日期"], [1, "甲。", datetime.datetime(2018, 12, 29)]])


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(zipfile.ZipFile(io.BytesIO(_XLSX)).namelist())),
    st.integers(0, 5000),
    st.sampled_from([b"", b"<x>", b"9999999", b"&", b'"']),
)
def test_a_workbook_with_a_changed_part_is_read_or_refused(name: str, place: int, insertion: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_XLSX)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.namelist():
            part = old.read(member)
            cut = place % len(part)
            new.writestr(member, part[:cut] + insertion + part[cut + 1 :] if member == name else part)
    try:
        read_table(buffer.getvalue(), LIMITS, suffix=".xlsx")
    except DocumentError as error:
        assert "\n" not in str(error)

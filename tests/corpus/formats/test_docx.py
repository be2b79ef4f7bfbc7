import io
import zipfile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import DocumentError, UnsupportedFormat
from corpus.formats.docx import read_docx
from corpus.model import SourceText
from corpus.settings import CorpusSettings
from tests.corpus.formats.same_law import LAW, POLICY, list_clauses, read_lines, read_policy
from tests.corpus.formats.word_files import (
    level,
    make_docx,
    make_numbered,
    make_styles,
    numbered,
    numbering,
    paragraph,
    style,
)

LIMITS = CorpusSettings()


def read(*body: str, **more: str) -> SourceText:
    return read_docx(make_docx(*body, **more), LIMITS)


def removed(content: SourceText) -> list[tuple[str, str]]:
    return [(content.text[span.start : span.end], span.reason) for span in content.removed]


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def table(*rows: list[str], cell: str = "<w:tcPr/>") -> str:
    cells = (f"<w:tr>{''.join(f'<w:tc>{cell}{words}</w:tc>' for words in row)}</w:tr>" for row in rows)
    return f"<w:tbl>{''.join(cells)}</w:tbl>"


def field(code: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{code}</w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_each_paragraph_is_a_line_and_a_break_inside_one_is_another() -> None:
    runs = "<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t><w:noBreakHyphen/><w:softHyphen/></w:r>" + run(
        "丁"
    )
    tabs = '<w:tabs><w:tab w:val="left" w:pos="420"/></w:tabs>'
    assert read(paragraph("一"), paragraph(), paragraph(runs=runs, properties=tabs)).text == "一\n甲\n乙\t丙-丁"


def test_text_split_over_runs_links_controls_and_insertions_is_whole() -> None:
    runs = (
        run("第一") + f"<w:hyperlink>{run('条 ')}</w:hyperlink><w:ins>{run('生产者')}</w:ins>"
        f"<w:sdt><w:sdtPr/><w:sdtContent>{run('应当')}</w:sdtContent></w:sdt><w:smartTag>{run('负责')}</w:smartTag>。"
    )
    block = f"<w:sdt><w:sdtContent>{paragraph('第二条 略。')}</w:sdtContent></w:sdt>"
    assert read(paragraph(runs=runs), block).text == "第一条 生产者应当负责\n第二条 略。"


def test_deleted_text_is_left_out_and_a_deleted_paragraph_mark_joins_its_paragraphs() -> None:
    mark = "<w:rPr><w:del/></w:rPr>"
    deleted = f"<w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:moveFrom>{run('移走')}</w:moveFrom>"
    content = read(paragraph(runs=run("甲") + deleted), paragraph("乙", properties=mark), paragraph("丙"))
    assert content.text == "甲\n乙丙"
    assert content.notes == ("2 tracked deletions are left out",)


def test_hidden_text_is_left_out_with_a_note() -> None:
    content = read(paragraph(runs=f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r>{run('明')}"))
    assert (content.text, content.notes) == ("明", ("1 pieces of hidden text are left out",))


def test_a_field_shows_its_result_and_not_its_code() -> None:
    nested = field(f"IF {field('REF x', run('码'))}", run("果"))
    assert read(paragraph(runs=run("甲") + nested + field("PAGE", run("7")) + run("乙"))).text == "甲果7乙"


def test_a_field_that_is_never_closed_loses_nothing() -> None:
    runs = f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{run("甲")}'
    assert read(paragraph(runs=runs), paragraph("乙")).text == "甲\n乙"


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{paragraph('框内')}</w:txbxContent>"
    runs = (
        f"<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert read(paragraph(runs=run("甲") + runs + run("乙"))).text == "甲乙\n框内"


def test_symbols_of_symbol_fonts_become_characters_and_unknown_ones_stay_marked() -> None:
    symbols = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="Odd" w:char="F041"/></w:r>'
    assert read(paragraph(runs=symbols + run("合格"))).text == "☑\uf041合格"


def test_a_formula_stands_on_one_line() -> None:
    formula = (
        "<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath>"
    )
    assert read(paragraph(runs=formula)).text == "a/b"


def test_the_rows_of_a_table_are_lines_with_their_cells_joined_by_tabs() -> None:
    rows = [[paragraph("名称"), paragraph("数量")], [paragraph("甲"), paragraph()], [paragraph("乙"), paragraph("2")]]
    assert read(paragraph("表"), table(*rows), paragraph("后")).text == "表\n名称\t数量\n甲\n乙\t2\n后"


def test_an_empty_cell_between_two_keeps_its_tab() -> None:
    assert read(table([paragraph("甲"), paragraph(), paragraph("5")])).text == "甲\t\t5"


def test_a_merged_cell_is_read_once() -> None:
    merged = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr>{paragraph('甲')}</w:tc>"
    first = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr>{paragraph("甲")}</w:tc>'
    rows = f"<w:tr>{first}<w:tc>{paragraph('1')}</w:tc></w:tr><w:tr>{merged}<w:tc>{paragraph('2')}</w:tc></w:tr>"
    assert read(f"<w:tbl>{rows}</w:tbl>").text == "甲\t1\n2"


def test_a_cell_of_several_paragraphs_keeps_a_line_for_each() -> None:
    cell = paragraph("第一条 生产者应当对产品质量负责。") + paragraph("销售者亦同。")
    assert read(table([paragraph("1"), cell])).text == "1\t第一条 生产者应当对产品质量负责。\n销售者亦同。"
    assert read(table([cell])).text == "第一条 生产者应当对产品质量负责。\n销售者亦同。"


def test_a_nested_table_is_read_inside_its_cell() -> None:
    inner = table([paragraph("甲"), paragraph("乙")], [paragraph("丙"), paragraph("丁")])
    assert read(table([inner + paragraph()])).text == "甲\t乙\n丙\t丁"


def test_a_deleted_row_is_left_out() -> None:
    row = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('旧')}</w:tc></w:tr>"
    assert read(f"<w:tbl>{row}<w:tr><w:tc>{paragraph('新')}</w:tc></w:tr></w:tbl>").text == "新"


def test_automatic_numbers_stand_at_the_head_of_their_lines() -> None:
    lists = numbering(
        level(0, "第%1条", "chineseCounting"), level(1, "（%2）", "chineseCounting", '<w:suff w:val="nothing"/>')
    )
    body = [numbered("下列情形：", 0), numbered("甲；", 1), numbered("乙。", 1), paragraph("款。"), numbered("略。", 0)]
    assert read(*body, numbering=lists).text == "第一条 下列情形：\n（一）甲；\n（二）乙。\n款。\n第二条 略。"


def test_a_style_numbers_its_paragraphs_and_a_paragraph_can_opt_out() -> None:
    lists = numbering(
        level(0, "第%1章", "chineseCounting", '<w:pStyle w:val="章"/>'),
        level(1, "%2、", "chineseCounting", '<w:pStyle w:val="节"/>'),
    )
    number = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    styles = make_styles(
        style("章", "heading 1", number), style("节", "Part", number), style("小节", "Small", "", "节")
    )
    body = [
        paragraph("总则", properties='<w:pStyle w:val="章"/>'),
        paragraph("甲", properties='<w:pStyle w:val="节"/>'),
        paragraph("乙", properties='<w:pStyle w:val="小节"/>'),
        paragraph("丙", properties='<w:pStyle w:val="节"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
    ]
    content = read(*body, numbering=lists, styles=styles)
    assert content.text == "第一章 总则\n一、 甲\n二、 乙\n丙"
    assert content.headings == ((0, 1),)


def test_numbering_before_a_tracked_change_is_passed_over() -> None:
    change = '<w:pPrChange><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:pPrChange>'
    assert read(paragraph("甲", properties=change), numbering=numbering(level(0, "%1."))).text == "甲"


def test_headings_by_style_or_outline_level_and_the_title() -> None:
    styles = make_styles(style("1", "heading 2"), style("T", "Title"), style("3", "标题 3"))
    body = [
        paragraph(
            runs="<w:r><w:t>国务院关于</w:t><w:br/><w:t>质量的通知</w:t></w:r>", properties='<w:pStyle w:val="T"/>'
        ),
        paragraph("　总则", properties='<w:pStyle w:val="1"/>'),
        paragraph("甲", properties='<w:pStyle w:val="3"/>'),
        paragraph("乙", properties='<w:outlineLvl w:val="3"/>'),
        paragraph("丙", properties='<w:pStyle w:val="1"/><w:outlineLvl w:val="9"/>'),
    ]
    content = read(*body, styles=styles, title="别的")
    assert content.title == "国务院关于 质量的通知"
    assert [(content.text[start:].split("\n")[0], place) for start, place in content.headings] == [
        ("国务院关于 质量的通知", 1),
        ("总则", 2),
        ("甲", 3),
        ("乙", 4),
    ]


@pytest.mark.parametrize(("given", "title"), [("产品质量法", "产品质量法"), ("Microsoft Word - 文档1", "")])
def test_the_title_among_the_particulars_counts_where_no_style_tells_it(given: str, title: str) -> None:
    assert read(paragraph("甲"), title=given).title == title


def test_notes_headers_and_footers_stand_at_the_end_as_removed_lines() -> None:
    note = '<w:footnote w:id="{}"><w:p><w:r><w:footnoteRef/><w:t>{}</w:t></w:r></w:p></w:footnote>'
    line = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
    parts = {
        "footnotes": [line + note.format(2, "注二") + note.format(1, "注一")],
        "header": [paragraph("内部资料"), paragraph("内部资料")],
        "footer": [paragraph("— 1 —")],
    }  # fmt: skip
    runs = (
        run("甲")
        + '<w:r><w:footnoteReference w:id="1"/></w:r>'
        + run("乙")
        + '<w:r><w:footnoteReference w:id="2"/></w:r>'
    )
    content = read_docx(make_docx(paragraph(runs=runs), parts=parts), LIMITS)
    assert content.text == "甲乙\n[1] 注一\n[2] 注二\n内部资料\n— 1 —"
    assert removed(content) == [
        ("[1] 注一", "footnote"),
        ("[2] 注二", "footnote"),
        ("内部资料", "page header"),
        ("— 1 —", "page footer"),
    ]


def test_a_table_of_contents_by_its_styles_is_removed() -> None:
    styles = make_styles(style("11", "toc 1"))
    entry = paragraph("第一章 总则 1", properties='<w:pStyle w:val="11"/>')
    content = read(paragraph("通知"), paragraph("目　录"), entry, paragraph("第一章 总则"), styles=styles)
    assert removed(content) == [("目　录", "contents"), ("第一章 总则 1", "contents")]


def test_pictures_are_named_in_a_note() -> None:
    assert read(paragraph(runs=run("甲") + "<w:r><w:drawing><a:blip/></w:drawing></w:r>")).notes == (
        "1 pictures are not read",
    )


def test_strict_open_xml_is_read() -> None:
    data = make_docx(numbered("甲"), numbering=numbering(level(0, "%1.")))
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            xml = old.read(name).decode()
            xml = xml.replace(
                "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                "http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            new.writestr(
                name,
                xml.replace(
                    "http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument"
                ),
            )
    assert read_docx(buffer.getvalue(), LIMITS).text == "1. 甲"


def test_a_document_that_python_docx_wrote_is_read() -> None:
    document = Document()
    document.add_heading("产品质量法", 0)
    document.add_heading("第一章 总则", 1)
    document.add_paragraph("第一条 略。")
    document.add_paragraph("甲", style="List Number")
    document.add_table(1, 2).rows[0].cells[1].text = "乙"
    buffer = io.BytesIO()
    document.save(buffer)
    content = read_docx(buffer.getvalue(), LIMITS)
    assert content.text == "产品质量法\n第一章 总则\n第一条 略。\n1. 甲\n乙"
    assert content.title == "产品质量法"
    assert [place for _, place in content.headings] == [1, 1]


@pytest.mark.parametrize(("name", "lines"), [(LAW, read_lines(LAW)), (POLICY, read_policy())])
def test_a_law_and_a_policy_yield_the_clauses_of_their_plain_text(name: str, lines: list[str]) -> None:
    expected = list_clauses("\n".join(lines), id=name)
    assert len(expected) > 10
    assert list_clauses(read(*(paragraph(line) for line in lines)), id=name) == expected


def test_a_law_numbered_by_word_yields_the_same_clauses() -> None:
    content = read_docx(make_numbered(read_lines(LAW)), LIMITS)
    assert list_clauses(content) == list_clauses("\n".join(read_lines(LAW)))
    assert len(list_clauses(content)) > 70


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "rename it to .doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xef\xbb\xbf<html><body>x</body></html>", "rename it to .html"),
        (b"{\\rtf1 x}", "rename it to .rtf"),
        (b"%PDF-1.4", "rename it to .pdf"),
    ],
)
def test_something_else_under_the_name_of_a_word_document_is_named(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read_docx(data, LIMITS)


def test_a_zip_without_a_word_document_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("a.txt", "甲")
    with pytest.raises(UnsupportedFormat, match="no Word document"):
        read_docx(buffer.getvalue(), LIMITS)


def test_a_document_without_text_is_refused() -> None:
    with pytest.raises(DocumentError, match="holds no text"):
        read(paragraph())


def test_a_document_beyond_the_limit_is_refused() -> None:
    with pytest.raises(DocumentError, match="split the file"):
        read_docx(make_docx(paragraph("甲" * 100)), CorpusSettings(text_max_characters=99))


def test_a_truncated_document_is_refused() -> None:
    data = make_docx(paragraph("甲"))
    for end in (0, 10, len(data) // 2, len(data) - 5):
        with pytest.raises(DocumentError):
            read_docx(data[:end], LIMITS)


def test_entities_are_not_expanded() -> None:
    data = make_docx(paragraph("甲"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            xml = old.read(name).decode()
            entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file://localhost/etc/passwd">]>'
            new.writestr(name, entity + xml.replace("甲", "&a;"))
    with pytest.raises(DocumentError):
        read_docx(buffer.getvalue(), LIMITS)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read_docx(data, LIMITS)


_PIECES = st.sampled_from(
    [
        *(f"<w:{name}>" for name in ("p", "r", "t", "tbl", "tr", "tc", "txbxContent", "del", "footnote")),
        "<mc:AlternateContent>", "<mc:Choice>", "<mc:Fallback>", "甲", '<w:fldChar w:fldCharType="begin"/>', "</>",
        '<w:fldChar w:fldCharType="end"/>', "<w:br/>", "<w:tab/>", '<w:sym w:font="Wingdings" w:char="-1"/>', "</>",
        '<w:pPr><w:numPr><w:ilvl w:val="9"/><w:numId w:val="1"/></w:numPr></w:pPr>', "<w:tcPr><w:vMerge/></w:tcPr>",
    ]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=30))
def test_elements_in_any_order_are_read_or_refused(pieces: list[str]) -> None:
    opened: list[str] = []
    xml = ""
    for piece in pieces:
        if piece == "</>":
            xml += f"</{opened.pop()}>" if opened else ""
            continue
        xml += piece
        if piece.startswith("<") and "/" not in piece:
            opened.append(piece[1:-1])
    xml += "".join(f"</{name}>" for name in reversed(opened))
    content = read(paragraph("首"), xml, numbering=numbering(level(0, "%1.")))
    assert content.text.startswith("首")

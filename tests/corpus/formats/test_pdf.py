import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.formats.pdf import read_pdf
from corpus.lines import drop_blanks
from corpus.model import SourceText
from corpus.parse import parse_source
from corpus.settings import CorpusSettings
from tests.corpus.formats.make_pdf import EM, LEFT, draw_pages, draw_untold, open_canvas, scan_pages, set_document
from tests.corpus.formats.same_law import read_lines, read_policy

LIMITS = CorpusSettings()
LONG = "经营者与消费者进行交易，应当遵循自愿、平等、公平、诚实信用的原则，并且应当听取消费者的意见"


def read(data: bytes, limits: CorpusSettings = LIMITS) -> SourceText:
    return read_pdf(data, limits)


def body(content: SourceText) -> list[str]:
    first = min((span.start for span in content.removed), default=len(content.text))
    return content.text[:first].splitlines()


def removed(content: SourceText) -> list[tuple[str, str]]:
    return [(content.text[span.start : span.end], span.reason) for span in content.removed]


def clauses_of(content: SourceText) -> list[tuple[str, tuple[str, ...], str]]:
    parsed = parse_source(content, id="a", source="a")
    return [(c.number, tuple(map(drop_blanks, c.path)), drop_blanks(c.text)) for c in parsed.clauses]


@pytest.mark.parametrize("number", ["— {page} —", "第 {page} 页 共 {pages} 页", "{page}", "-{page}-", "{page}/{pages}"])
def test_a_law_set_on_pages_has_the_clauses_of_its_text(number: str) -> None:
    paragraphs = read_lines("消费者权益保护法(2013-10-25)")
    data = set_document(paragraphs, header="中华人民共和国消费者权益保护法", number=number)
    content = read(data)
    assert clauses_of(content) == clauses_of(SourceText("\n".join(paragraphs)))
    assert [drop_blanks(line) for line in body(content)] == [drop_blanks(line) for line in paragraphs]
    reasons = {reason for _, reason in removed(content)}
    assert "page header" in reasons
    assert reasons <= {"page header", "page footer", "page number"}


def test_a_law_without_indents_has_the_clauses_of_its_text() -> None:
    paragraphs = read_lines("标准化法(2017-11-04)")
    content = read(set_document(paragraphs, header="标准化法", indent=0))
    assert clauses_of(content) == clauses_of(SourceText("\n".join(paragraphs)))


def test_a_policy_set_on_pages_has_the_clauses_of_its_text() -> None:
    paragraphs = read_policy()
    content = read(set_document(paragraphs, header="质量提升"))
    assert clauses_of(content) == clauses_of(SourceText("\n".join(paragraphs)))


def test_a_wrapped_reference_does_not_begin_a_paragraph() -> None:
    first = f"第六条　{LONG[:25]}"
    data = draw_pages(
        [
            [
                (LEFT + 2 * EM, 0, first),
                (LEFT, 1, "第五条第二款规定的情形除外。"),
                (LEFT + 2 * EM, 2, f"第七条　{LONG[:25]}"),
            ]
        ]
    )
    assert body(read(data)) == [first + "第五条第二款规定的情形除外。", f"第七条　{LONG[:25]}"]


def test_a_paragraph_over_two_pages_is_one_line_and_the_furniture_comes_last() -> None:
    pages = [
        [(LEFT, -1.5, "公报"), (LEFT + 2 * EM, 0, LONG[:29]), (LEFT + 200, 27.5, "— 1 —")],
        [(LEFT, -1.5, "公报"), (LEFT, 0, LONG[29:] + "。"), (LEFT + 200, 27.5, "— 2 —")],
    ]
    content = read(draw_pages(pages))
    assert body(content) == [LONG + "。"]
    assert removed(content) == [
        ("公报", "page header"),
        ("— 1 —", "page number"),
        ("公报", "page header"),
        ("— 2 —", "page number"),
    ]


def test_cells_of_a_row_are_parted_by_tabs() -> None:
    rows = [
        (LEFT, 0, "序号"),
        (LEFT + 100, 0, "项目"),
        (LEFT, 1, "1"),
        (LEFT + 100, 1, "产品质量"),
        (LEFT + 260, 1, "10万元"),
    ]
    assert body(read(draw_pages([rows]))) == ["序号\t项目", "1\t产品质量\t10万元"]


def test_latin_words_are_joined_by_a_space() -> None:
    rows = [
        (LEFT, 0, "Quality management systems shall be"),
        (LEFT, 1, "certified by bodies."),
        (LEFT, 2, "The end of it"),
    ]
    assert body(read(draw_pages([rows])))[0] == "Quality management systems shall be certified by bodies."


def test_text_turned_against_the_page_is_kept_aside() -> None:
    buffer = io.BytesIO()
    canvas = open_canvas(buffer)
    canvas.setFont("STSong-Light", 14)
    canvas.drawString(80, 700, "第一条　为了提高质量，制定本法。")
    canvas.translate(300, 400)
    canvas.rotate(45)
    canvas.drawString(0, 0, "内部资料")
    canvas.save()
    content = read(buffer.getvalue())
    assert body(content) == ["第一条　为了提高质量，制定本法。"]
    assert removed(content) == [("内部资料", "turned text")]


def test_a_turned_page_is_read_upright() -> None:
    buffer = io.BytesIO()
    canvas = open_canvas(buffer)
    canvas.setFont("STSong-Light", 14)
    canvas.translate(100, 100)
    canvas.rotate(90)
    canvas.drawString(0, 0, "第一条　为了提高质量。")
    canvas.drawString(0, -26, "第二条　本法所称质量。")
    canvas.save()
    assert body(read(buffer.getvalue())) == ["第一条　为了提高质量。", "第二条　本法所称质量。"]


def test_a_scan_is_refused_with_the_next_step() -> None:
    with pytest.raises(DocumentError, match="ocrmypdf -l chi_sim"):
        read(scan_pages(["", ""]))


def test_pages_without_text_among_others_are_named() -> None:
    content = read(scan_pages(["第一条　为了提高质量，制定本法。", "", "第二条　适用本法。"]))
    assert body(content) == ["第一条　为了提高质量，制定本法。", "第二条　适用本法。"]
    assert content.notes == ("page 2 without a text layer, not read: run OCR on the file to have the text",)


def test_shapes_that_no_character_is_told_of_are_marked_and_counted() -> None:
    content = read(draw_untold(3, "Quality first"))
    assert body(content) == ["\ufffd\ufffd\ufffd", "Quality first"]
    assert content.notes == ("3 characters of fonts that do not tell their text, marked as damaged",)


def test_a_file_that_tells_little_of_its_text_is_refused_with_the_next_step() -> None:
    with pytest.raises(DocumentError, match="ocrmypdf --force-ocr"):
        read(draw_untold(30, "Quality first"))


def test_a_password_is_asked_to_be_taken_off_and_an_empty_one_is_none() -> None:
    page = [(LEFT, 0.0, "第一条　为了提高质量。")]
    with pytest.raises(DocumentError, match="protected by a password: save it without one"):
        read(draw_pages([page], user="secret"))
    assert body(read(draw_pages([page], user=""))) == ["第一条　为了提高质量。"]


def test_a_title_that_is_one_is_told_and_the_name_of_a_file_is_not() -> None:
    for title, told in (
        ("中华人民共和国质量法", "中华人民共和国质量法"),
        ("Microsoft Word - 质量法定稿.doc", ""),
        ("a", ""),
    ):
        buffer = io.BytesIO()
        canvas = open_canvas(buffer)
        canvas.setTitle(title)
        canvas.setFont("STSong-Light", 14)
        canvas.drawString(80, 700, "第一条　为了提高质量。")
        canvas.save()
        assert read(buffer.getvalue()).title == told


def test_limits_of_pages_and_text_hold() -> None:
    data = draw_pages([[(LEFT, 0, "质量第一")], [(LEFT, 0, "用户至上")]])
    with pytest.raises(DocumentError, match="2 pages are more than the 1"):
        read(data, CorpusSettings(pages_max=1))
    with pytest.raises(DocumentError, match="more text than the 7 characters"):
        read(data, CorpusSettings(text_max_characters=7))


def test_a_broken_table_of_objects_is_rebuilt() -> None:
    data = re.sub(rb"startxref\s+\d+", b"startxref\n9", draw_pages([[(LEFT, 0, "第一条　为了提高质量。")]]))
    assert body(read(data)) == ["第一条　为了提高质量。"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "not a PDF"), (b"text", "not a PDF"), (b"%PDF-1.7\n%%EOF", "damaged or cut short")],
)
def test_what_is_no_pdf_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read(data)


def test_a_pdf_without_any_text_is_refused() -> None:
    with pytest.raises(DocumentError, match="holds no text"):
        read(draw_pages([[]]))


@given(data=st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for start in (b"", b"%PDF-1.4\n"):
        with pytest.raises(DocumentError):
            read(start + data)

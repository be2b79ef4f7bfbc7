import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.formats.layout import PageLine
from corpus.formats.paragraphs import join_lines
from corpus.lines import drop_blanks

LEFT, WIDTH, SIZE, LEADING = 100.0, 30, 10.0, 16.0
FULL = "国家鼓励企业采用先进的科学技术推行科学的质量管理方法提高产品质量保障"  # more than a line


def put(
    *lines: tuple[float, str], sizes: dict[int, float] | None = None, gaps: dict[int, float] | None = None
) -> list[str]:
    """Join lines, given as their indents in characters and their texts, one below the other."""
    made, height = [], 100.0
    for position, (indent, text) in enumerate(lines):
        size = (sizes or {}).get(position, SIZE)
        width = sum(0.5 if character.isascii() else 1.0 for character in text) * size
        left = LEFT + indent * SIZE
        height += LEADING + (gaps or {}).get(position, 0.0)
        made.append(PageLine(text, left, left + width, height, size, size, page_width=2 * LEFT + WIDTH * SIZE))
    return join_lines(made)


def fill(indent: int = 0, end: str = "") -> str:
    """Return the text of a full line."""
    return FULL[: WIDTH - indent - len(end)] + end


# Two paragraphs that show that this document indents its paragraphs.
INDENTED = [(2, "甲条短。"), (2, fill(2)), (0, fill()), (0, "完。"), (2, "乙条短。")]


def test_lines_of_a_paragraph_are_one_line() -> None:
    assert put(*INDENTED) == ["甲条短。", fill(2) + fill() + "完。", "乙条短。"]


def test_a_full_line_at_the_margin_goes_on_whatever_it_begins_with() -> None:
    for head in ("第五条第二款规定的除外。", "第六条 另行规定。", "（一）所列情形。", "二、所列。"):
        lines = [*INDENTED, (2, fill(2)), (0, head)]
        assert put(*lines)[-1] == fill(2) + head


def test_without_indents_a_label_after_the_end_of_a_sentence_begins_a_paragraph() -> None:
    lines = [
        (0, "第一条 甲。"),
        (0, "第二条 " + fill(4, "。")),
        (0, "第三条 丙。"),
        (0, "第四条 " + fill(4)),
        (0, "第五条第二款规定的除外。"),
    ]
    assert put(*lines) == [
        "第一条 甲。",
        "第二条 " + fill(4, "。"),
        "第三条 丙。",
        "第四条 " + fill(4) + "第五条第二款规定的除外。",
    ]


def test_a_line_that_ends_short_ends_its_paragraph() -> None:
    assert put((0, fill()), (0, "到此为止"), (0, fill()), (0, "完。")) == [fill() + "到此为止", fill() + "完。"]


def test_an_item_whose_text_hangs_is_one_line() -> None:
    lines = [(0, "（一）" + fill(3)), (3, fill(3)), (3, "完。"), (0, "（二）" + fill(3)), (3, "完。")]
    assert put(*lines) == ["（一）" + fill(3) + fill(3) + "完。", "（二）" + fill(3) + "完。"]


def test_a_larger_gap_begins_a_paragraph() -> None:
    lines = [(0, fill()), (0, fill()), (0, fill(0, "。")), (0, fill()), (0, "完。")]
    assert put(*lines, gaps={3: 10}) == [fill() + fill() + fill(0, "。"), fill() + "完。"]


def test_another_size_of_type_begins_a_paragraph() -> None:
    assert put(*INDENTED, (0, fill()), (0, "小字"), sizes={6: 7.5})[-1] == "小字"


def test_titles_in_the_middle_stay_lines_of_their_own() -> None:
    lines = [(8, "关于开展质量提升行动的"), (10, "指导意见的通知"), *INDENTED]
    assert put(*lines)[:2] == ["关于开展质量提升行动的", "指导意见的通知"]


def test_a_title_that_wraps_is_one_line_though_an_item_seems_to_begin() -> None:
    lines = [(0, FULL[:20]), (13, "（二）"), *INDENTED]
    assert put(*lines, sizes={0: 15, 1: 15})[0] == FULL[:20] + "（二）"


def test_a_signature_at_the_right_joins_nothing() -> None:
    lines = [*INDENTED, (2, fill(2)), (22, "国务院办公厅"), (21, "2023年5月16日")]
    assert put(*lines)[-3:] == [fill(2), "国务院办公厅", "2023年5月16日"]


def test_lines_of_a_history_stay_apart() -> None:
    lines = [*INDENTED, (2, "2018年12月29日 " + fill(8)), (2, "2020年1月2日 修正")]
    assert put(*lines)[-1] == "2020年1月2日 修正"


def test_rows_of_a_table_and_of_a_contents_page_stay_apart() -> None:
    leaders = "第一章 总则" + "…" * (WIDTH - 7) + "1"
    assert put((0, leaders), (0, leaders), (0, "1\t" + fill(1)), (0, "2\t" + fill(1))) == [
        leaders,
        leaders,
        "1\t" + fill(1),
        "2\t" + fill(1),
    ]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("国家标准", "规定", "国家标准规定"),
        ("quality", "management", "quality management"),
        ("manage-", "ment system", "management system"),
        ("GB/T 19001-", "2016", "GB/T 19001-2016"),
        ("20", "23年", "2023年"),
        ("执行ISO", "9001标准", "执行ISO 9001标准"),
        ("执行", "ISO标准", "执行ISO标准"),
    ],
)
def test_words_are_joined_as_they_were_before_the_break(first: str, second: str, joined: str) -> None:
    filler = fill()
    start = filler[: WIDTH - (len(first) if not first.isascii() else -(-len(first) // 2))]
    assert put((0, filler), (0, start + first), (0, second)) == [filler + start + joined]


@given(
    st.lists(
        st.tuples(
            st.floats(0, 500), st.floats(0, 500), st.floats(0, 800), st.floats(0.1, 60), st.text(min_size=1, max_size=9)
        ),
        max_size=12,
    )
)
def test_nothing_is_lost_of_any_lines(places: list[tuple[float, float, float, float, str]]) -> None:
    lines = [
        PageLine(text, left, left + width, height, size, size, page=n // 4, page_width=600)
        for n, (left, width, height, size, text) in enumerate(places)
        if text.strip() == text and drop_blanks(text) == text
    ]
    paragraphs = join_lines(lines)
    whole = drop_blanks("".join(paragraphs)).replace("-", "")
    assert whole == drop_blanks("".join(line.text for line in lines)).replace("-", "")

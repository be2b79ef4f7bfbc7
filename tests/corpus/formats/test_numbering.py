import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from corpus.formats.numbering import Numbering, print_number
from corpus.numerals import to_chinese
from tests.corpus.formats.word_files import level, numbering

LAW = numbering(
    level(0, "第%1章", "chineseCountingThousand"),
    level(1, "第%2条", "chineseCountingThousand", '<w:lvlRestart w:val="0"/>'),
    level(2, "（%3）", "chineseCounting", '<w:suff w:val="nothing"/>'),
)


def count(xml: str, paragraphs: list[tuple[str, int]]) -> list[str]:
    lists = Numbering(etree.fromstring(xml.encode()))
    return [lists.print_next(num_id, place) for num_id, place in paragraphs]


@pytest.mark.parametrize(
    ("number_format", "value", "printed"),
    [
        ("decimal", 12, "12"),
        ("decimalZero", 3, "03"),
        ("decimalFullWidth", 12, "１２"),
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedCircle", 21, "21"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 21, "二十一"),
        ("chineseCounting", 101, "一○一"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("chineseCountingThousand", 1001, "一千零一"),
        ("japaneseCounting", 40, "四十"),
        ("ideographDigital", 120, "一二○"),
        ("ideographTraditional", 2, "乙"),
        ("ideographTraditional", 11, "11"),
        ("ideographZodiac", 12, "亥"),
        ("chineseLegalSimplified", 1, "壹"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("chineseLegalSimplified", 105, "壹佰零伍"),
        ("ideographLegalTraditional", 3, "參"),
        ("lowerLetter", 28, "bb"),
        ("upperLetter", 3, "C"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("lowerRoman", 4, "iv"),
        ("none", 4, ""),
        ("a format of another day", 4, "4"),
    ],
)
def test_a_number_is_printed_in_the_format_of_its_level(number_format: str, value: int, printed: str) -> None:
    assert print_number(value, number_format) == printed


@given(st.integers(1, 9999))
def test_chinese_numbers_read_back(value: int) -> None:
    for number_format in ("chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "ideographDigital"):
        assert to_chinese(print_number(value, number_format)) == to_chinese(str(value))


def test_articles_run_on_over_chapters_and_items_begin_again() -> None:
    order = [("1", 0), ("1", 1), ("1", 2), ("1", 2), ("1", 1), ("1", 2), ("1", 0), ("1", 1)]
    assert count(LAW, order) == ["第一章 ", "第一条 ", "（一）", "（二）", "第二条 ", "（一）", "第二章 ", "第三条 "]


def test_a_level_begins_again_only_after_the_level_that_it_names() -> None:
    xml = numbering(level(0, "%1"), level(1, "%2"), level(2, "%3", "decimal", '<w:lvlRestart w:val="1"/>'))
    order = [("1", 0), ("1", 1), ("1", 2), ("1", 1), ("1", 2), ("1", 0), ("1", 2)]
    assert count(xml, order) == ["1 ", "1 ", "1 ", "2 ", "2 ", "2 ", "1 "]


def test_two_lists_of_one_definition_run_on_unless_one_begins_anew() -> None:
    nums = [
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>',
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="20"/></w:lvlOverride></w:num>',
    ]
    xml = numbering(level(0, "（%1）", "chineseCounting"), nums=nums)
    order = [("1", 0), ("2", 0), ("3", 0), ("3", 0), ("1", 0)]
    assert [label.strip() for label in count(xml, order)] == [
        "（一）",
        "（二）",
        "（二十）",
        "（二十一）",
        "（二十二）",
    ]


def test_an_override_replaces_a_level() -> None:
    nums = [
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/>'
        f'<w:lvlOverride w:ilvl="0">{level(0, "第%1条", "decimal")}</w:lvlOverride></w:num>'
    ]
    assert count(numbering(level(0, "%1."), nums=nums), [("1", 0)]) == ["第1条 "]


def test_a_level_prints_those_above_it_in_their_own_format_or_as_legal_numbers() -> None:
    legal = level(1, "%1.%2", "decimal", "<w:isLgl/>")
    assert count(numbering(level(0, "%1", "chineseCounting"), level(1, "%1.%2")), [("1", 0), ("1", 1)])[1] == "一.1 "
    assert count(numbering(level(0, "%1", "chineseCounting"), legal), [("1", 0), ("1", 1)])[1] == "1.1 "


def test_a_level_above_that_was_never_counted_shows_where_it_begins() -> None:
    assert count(numbering(level(0, "%1"), level(1, "%1.%2")), [("1", 1), ("1", 0)]) == ["1.1 ", "1 "]


def test_a_list_through_a_numbering_style() -> None:
    link = '<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="条"/></w:abstractNum>'
    xml = LAW.replace('w:abstractNumId="0">', 'w:abstractNumId="0"><w:styleLink w:val="条"/>')
    xml = xml.replace("<w:abstractNum ", f"{link}<w:abstractNum ", 1)
    xml = xml.replace('<w:abstractNumId w:val="0"/>', '<w:abstractNumId w:val="7"/>')
    assert count(xml, [("1", 1)]) == ["第一条 "]


def test_bullets_and_lists_that_are_not_there_print_nothing() -> None:
    assert count(numbering(level(0, "\uf06c", "bullet")), [("1", 0), ("9", 0), ("1", 5)]) == ["", "", ""]
    assert Numbering(None).print_next("1", 0) == ""


@given(st.lists(st.tuples(st.sampled_from(["1", "2", "x"]), st.integers(-1, 9)), max_size=30))
def test_any_order_of_levels_is_counted(order: list[tuple[str, int]]) -> None:
    assert len(count(LAW, order)) == len(order)


@given(st.text("0123456789-%第条ab", max_size=8), st.text("0123456789-a", max_size=12))
def test_any_level_text_and_start_is_read(text: str, start: str) -> None:
    xml = numbering(level(0, text).replace('<w:start w:val="1"/>', f'<w:start w:val="{start}"/>'))
    assert len(count(xml, [("1", 0)] * 3)) == 3

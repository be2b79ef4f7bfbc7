from corpus.lines import split_lines
from corpus.outline.contents import find_contents


def listed(text: str) -> list[str]:
    lines = split_lines(text)
    return [lines[position].text for position in find_contents(lines)]


def test_contents_reach_to_where_their_first_line_comes_again() -> None:
    assert listed("目　录\n一、甲\t1\n二、乙\t5\n一、 甲\n子。\n二、 乙\n丑。\n") == [
        "目　录",
        "一、甲\t1",
        "二、乙\t5",
    ]


def test_contents_without_their_word_are_known_by_leaders_and_page_numbers() -> None:
    text = "某规划\n第一章 甲........1\n第二章 乙........3\n第三章 丙........9\n第一章 甲\n子。\n"
    assert listed(text) == ["第一章 甲........1", "第二章 乙........3", "第三章 丙........9"]


def test_a_list_of_headings_that_all_come_again_is_contents() -> None:
    text = "二、乙\n三、丙\n四、丁\n前言在此。\n一、甲\n子。\n二、乙\n丑。\n三、丙\n寅。\n四、丁\n卯。\n"
    assert listed(text) == ["二、乙", "三、丙", "四、丁"]


def test_short_parts_that_come_once_are_no_contents() -> None:
    assert listed("会议纪要\n一、听取汇报\n二、研究方案\n三、部署工作\n结束。\n") == []


def test_a_catalogue_is_the_document_itself() -> None:
    assert listed("产品目录\n第一条 甲。\n目录由部门公布。\n") == []


def test_a_preamble_between_the_contents_and_the_first_heading_is_the_documents() -> None:
    text = "目录\n第一章 甲....1\n第二章 乙....3\n本纲要是行动纲领。\n第一章 甲\n子。\n第二章 乙\n丑。\n"
    assert listed(text) == ["目录", "第一章 甲....1", "第二章 乙....3"]


def test_roman_page_numbers_are_page_numbers() -> None:
    text = "目次\n前言........II\n1 范围........1\n2 要求........1\n前言\n本标准。\n1 范围\n甲。\n2 要求\n乙。\n"
    assert listed(text) == ["目次", "前言........II", "1 范围........1", "2 要求........1"]

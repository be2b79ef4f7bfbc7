from datetime import date

import pytest

from corpus.catalog import Catalog
from corpus.parse import parse_text
from rag.headings import find_headed, find_lacking_opening, find_under
from rag.understand import Query, understand_question
from tests.rag.shipped import POLICY, read_shipped

LAW = "甲乙法\n第一章 总 则\n第一条 子。\n第二章 附则\n第二条 丑。\n第三条 寅。\n"
PARSED = {"甲乙法": parse_text(LAW, id="甲乙法", source="甲乙法.txt"), POLICY: read_shipped()[POLICY]}
CATALOG = Catalog([one.document for one in PARSED.values()])


def understand(question: str) -> Query:
    return understand_question(question, CATALOG, day=date(2026, 11, 30))


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("《甲乙法》附则", ["二", "三"]),
        ("甲乙法的总则部分讲什么", ["一"]),
        ("甲乙法附则里对丑怎么处罚", []),
        ("甲乙法怎么说", []),
    ],
)
def test_a_part_is_named_by_its_whole_heading(question: str, numbers: list[str]) -> None:
    found = find_headed(understand(question), PARSED, ["甲乙法"])
    assert [clause.number for clause in found] == numbers


def test_a_heading_alone_names_no_part_among_several_documents() -> None:
    assert find_headed(understand("附则"), PARSED, list(PARSED)) == []
    assert find_headed(understand("质量人才教育培养要做哪几件事？"), PARSED, list(PARSED)) == []


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("质量人才教育培养要做哪几件事？", ["二十五"]),
        ("质量人才教育培养里工会要做什么？", []),
        ("质量激励制度都有哪些内容", ["二十六"]),
        ("企业质量激励由谁出钱", []),
    ],
)
def test_all_of_a_clause_is_asked_for_by_its_heading(question: str, numbers: list[str]) -> None:
    assert [clause.number for clause in find_headed(understand(question), PARSED, [POLICY])] == numbers


def test_the_end_of_a_topic_that_a_heading_holds_is_meant() -> None:
    words, found = find_under("请问组织领导", PARSED, [POLICY])
    assert words == "组织领导"
    assert [clause.number for clause in found] == ["二十七", "二十八", "二十九", "三十"]
    assert find_under("天气预报", PARSED, [POLICY]) == ("", [])


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("质量提升行动的目标是什么", "目标"),
        ("要坚持哪几条基本原则", "基本原则"),
        ("指导思想怎么表述", "指导思想"),
        ("政府采购怎么改", ""),
    ],
)
def test_what_stands_in_the_first_part_is_lacking_in_a_copy_that_begins_late(question: str, word: str) -> None:
    assert find_lacking_opening(understand(question), PARSED[POLICY], ["切实提升总体水平"])[0] == word
    assert find_lacking_opening(understand(question), PARSED["甲乙法"], [])[0] == ""


def test_a_quotation_that_speaks_of_what_is_asked_stands() -> None:
    query = understand("质量强国战略的目标是什么")
    assert find_lacking_opening(query, PARSED[POLICY], ["明确质量发展目标任务"]) == ("", "")

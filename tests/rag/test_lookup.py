import pytest

from corpus import Catalog, ParsedDocument, parse_text
from corpus.errors import NotFound
from rag.lookup import find_clause, find_missing_gap, look_up, quote_clause
from rag.references import find_references
from tests.rag.shipped import POLICY, read_shipped

LAW = "甲法\n第一条 子。\n第二条 有：\n（一）丑；\n（二）寅。\n有前款行为的，从重。\n第五条 卯。\n"


def parse(text: str = LAW) -> ParsedDocument:
    return parse_text(text, id="甲法", source="甲法.txt")


def quote(question: str) -> list[str]:
    parsed = parse()
    (clause,) = [one for one in parsed.clauses if one.number == "二"]
    return [LAW[one.start : one.end] for one in quote_clause(clause, find_references(question))]


def test_a_clause_is_quoted_whole_or_by_its_paragraph_or_point() -> None:
    assert quote("第二条") == ["第二条 有：\n（一）丑；\n（二）寅。\n有前款行为的，从重。"]
    assert quote("第二条第二款") == ["有前款行为的，从重。"]
    assert quote("第二条第一款第(二)项") == quote("第二条第(二)项") == ["（二）寅。"]
    assert quote("第二条第三款") == quote("第二条第(五)项") == []


def test_numbers_that_one_gap_holds_are_not_in_this_copy() -> None:
    gap = find_missing_gap(parse(), ["三", "四"])
    assert gap is not None
    assert (gap.before, gap.following) == ("第二条", "第五条")
    assert find_missing_gap(parse(), ["三", "九"]) is None
    assert find_missing_gap(parse(), []) is None
    late = find_missing_gap(read_shipped()[POLICY], ["十"])
    assert late is not None
    assert late.before == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [("甲法#三", "not in this copy of 甲法: 第五条 follows 第二条"), ("甲法#九", "甲法 has no clause 「九」")],
)
def test_a_clause_that_is_not_there_is_told_apart_from_one_that_the_copy_lacks(name: str, words: str) -> None:
    parsed = parse()
    with pytest.raises(NotFound, match=words):
        find_clause(name, {"甲法": parsed}, Catalog([parsed.document]))


PARTS = (
    "甲法\n第一章 子\n第一节 丑\n第一条 寅。\n第二条 卯。\n第二节 辰\n第三条 巳。\n"
    "第二章 午\n第一节 未\n第四条 申。\n第五条 酉。\n"
)


def find_numbers(question: str) -> tuple[list[str], tuple[str, ...]]:
    found = look_up(find_references(question), {"甲法": parse(PARTS)}, ["甲法"], named=False)
    return [clause.number for clause in found.clauses], found.missing


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("第二章", ["四", "五"]),
        ("第一章第二节", ["三"]),
        ("第二章第一节", ["四", "五"]),
        ("第二章第一条", ["四"]),
        ("第二章第五条", ["五"]),
        ("第一章、第二章", ["一", "二", "三", "四", "五"]),
        ("最后两条", ["四", "五"]),
        ("第三条前面那条", ["二"]),
        ("第三条后面是什么", ["四"]),
        ("第五条后面是什么", []),
    ],
)
def test_a_clause_is_found_by_its_place(question: str, numbers: list[str]) -> None:
    assert find_numbers(question)[0] == numbers


def test_a_part_that_is_not_there_is_missing() -> None:
    assert find_numbers("第二章第三节") == ([], ("第3节",))

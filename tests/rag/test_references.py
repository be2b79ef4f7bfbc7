from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.references import find_references, strip_references


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("第二十四条", ("二十四",)),
        ("第24条第2款", ("二十四",)),
        ("(二十四)讲了什么", ("二十四",)),
        ("(24)", ("二十四",)),
        ("计量法9条说的是什么", ("九",)),
        ("第一百二十条之一", ("一百二十之一",)),
        ("请介绍(五)和(六)两条", ("五", "六")),
        ("第五条和第六条", ("五", "六")),
        ("第3、5、7条", ("三", "五", "七")),
        ("第三条至第五条", ("三", "四", "五")),
        ("27-29条概括一下", ("二十七", "二十八", "二十九")),
        ("二十三到二十五条讲了哪些方面", ("二十三", "二十四", "二十五")),
        ("(二十)至(二十二)", ("二十", "二十一", "二十二")),
        ("廿四、廿六两条对企业有什么好处", ("二十四", "二十六")),
        ("第21条与第22条", ("二十一", "二十二")),
        ("第贰拾陆条", ("二十六",)),
        ("第(二十八)条", ("二十八",)),
        ("条款二十七", ("二十七",)),
        ("二十九条末句", ("二十九",)),
        ("28", ("二十八",)),
        ("what does article 26 say", ("二十六",)),
        ("Articles 5 and 6", ("五", "六")),
    ],
)
def test_every_spelling_of_a_clause_number_is_read(text: str, numbers: tuple[str, ...]) -> None:
    assert find_references(text).numbers == numbers


@pytest.mark.parametrize(
    "text",
    [
        "哪三条措施",
        "有几条规定",
        "组织领导部分有哪几条提到了",
        "十条鱼多少钱",
        "提了三到五条建议",
        "第三调查组",
        "第二条路,企业那边推不推",
        "第三条途径是什么",
        "第五十条第(三)项",
    ],
)
def test_a_numeral_that_counts_is_no_reference(text: str) -> None:
    assert find_references(text).numbers in ((), ("五十",))


@pytest.mark.parametrize(
    "text", ["第七十六条道路交通事故怎么赔", "第七十六条街道办要做什么", "第七十六条线上销售怎么管"]
)
def test_a_clause_is_named_whatever_stands_behind_its_number(text: str) -> None:
    assert find_references(text).numbers == ("七十六",)


def test_paragraph_and_point_narrow_a_clause() -> None:
    found = find_references("第五十条第二款第(三)项")
    assert (found.numbers, found.paragraph, found.point) == (("五十",), 2, 3)


def test_parts_are_read_by_ordinal_and_by_printed_heading() -> None:
    assert find_references("第五部分有哪些条款").sections == ((5, "部分"),)
    assert find_references("“六、”这个大标题下面包括哪几条").sections == ((6, "部分"),)
    assert find_references("第五部份的第二条").sections == ((5, "部分"),)
    assert find_references("一、总体要求那部分的原文").sections == ((1, "部分"),)
    assert find_references("第三章").sections == ((3, "章"),)
    assert find_references("最后一章").sections == ((-1, "章"),)


def test_the_last_clause_is_counted_from_the_end() -> None:
    assert find_references("最后一条是什么").from_end == (1,)
    assert find_references("倒数第二条").from_end == (2,)
    assert find_references("倒数第二条").numbers == ()
    assert find_references("最后两条").from_end == (2, 1)


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("它前面那条讲什么", -1),
        ("上一条呢", -1),
        ("下一条", 1),
        ("三十条后面还有内容吗", 1),
        ("上述条件", 0),
        ("前款", 0),
    ],
)
def test_a_clause_is_named_by_the_one_beside_it(text: str, beside: int) -> None:
    assert find_references(text).beside == beside


def test_only_a_number_in_brackets_is_bracketed() -> None:
    assert find_references("(二十三)的内容").bracketed
    assert not find_references("第二十三条").bracketed


def test_a_huge_range_is_not_unrolled() -> None:
    assert len(find_references("第1条到第99999条").numbers) <= 2


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    find_references(text)
    strip_references(text)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("正文最末尾没有编号的那一段讲了什么", "结语"),
        ("最后一段说了什么", "结语"),
        ("结语部分怎么说", "结语"),
        ("前言里写了什么", "前言"),
        ("开头那段讲什么", "前言"),
        ("最后一条是什么", ""),
        ("第二段保修期多长", ""),
    ],
)
def test_a_paragraph_without_a_number_is_named_by_its_place(text: str, label: str) -> None:
    assert find_references(text).unnumbered == label

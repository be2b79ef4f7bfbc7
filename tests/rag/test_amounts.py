from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.amounts import find_amounts, holds_amounts, read_amounts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("7天", "七日"),
        ("五年之内", "5年"),
        ("5万元", "五万元"),
        ("百分之三", "3%"),
        ("3 %", "３％"),
        ("八成", "80%"),
        ("三块钱", "3元"),
        ("50,000元", "五万元"),
    ],
)
def test_the_same_amount_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert read_amounts(one) == read_amounts(other) != frozenset()


def test_a_text_holds_what_it_states_and_no_other_unit() -> None:
    clause = "处五万元以上二十万元以下的罚款，并在七日内报告"
    assert holds_amounts(clause, read_amounts("罚20万元,对吗"))
    assert not holds_amounts(clause, read_amounts("罚十万元,对吗"))
    assert not holds_amounts(clause, read_amounts("七个月内报告,对吗"))


def test_an_amount_without_a_unit_may_have_any() -> None:
    assert holds_amounts("保存2年", read_amounts("是不是2"))


def test_words_that_hold_a_numeral_are_no_amounts() -> None:
    assert read_amounts("统一、一般、万一、十分重要、零件、零售") == frozenset()


def test_what_is_counted_off_or_only_introduced_is_no_amount() -> None:
    assert read_amounts("今天是第八天，第2次，替一家厂子说话，有一名工人") == frozenset()
    assert read_amounts("4S店说不修，3C认证也没有") == frozenset()
    assert read_amounts("两家，十一人，一年") == {(2.0, "家"), (11.0, "人"), (1.0, "年")}


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert holds_amounts(text, read_amounts(text))


def test_figures_that_a_question_states_are_found_as_they_stand() -> None:
    assert list(find_amounts("听说要求每年拿出营业额的3%搞培训")) == ["3%"]
    assert list(find_amounts("文件规定罚款十万元,对吗")) == ["十万元"]
    assert list(find_amounts("这是什么意思")) == []

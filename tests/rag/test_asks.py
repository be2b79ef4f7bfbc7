from __future__ import annotations

import pytest

from rag.asks import Ask, asks_consequence, find_asks, holds_asked, holds_consequence


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("罚款幅度是怎么定的", {"money"}),
        ("最高是多少元", {"money"}),
        ("多久不予受理", {"duration"}),
        ("几个工作日内答复", {"duration"}),
        ("从什么时候起施行", {"date"}),
        ("比例是多少", {"percent"}),
        ("归谁管", {"body"}),
        ("第五条规定了什么", set()),
        ("什么时候可以退货", set()),
        ("时效从何时起算", set()),
        ("一年最多抽查几回", {"times"}),
        ("身高不到多少厘米不能坐", {"measure"}),
        ("满几岁才能办", {"measure"}),
        ("要打几折", {"percent"}),
        ("建立多重保障体系", set()),
        ("没写合伙几年,我想退", set()),
        ("货架上不标多少钱一斤,能罚吗", set()),
        ("趁头几天想退,快递费算我的?", set()),
        ("What minimum height does the law set", {"measure"}),
    ],
)
def test_what_is_asked_for_is_told_from_the_question(question: str, asks: set[Ask]) -> None:
    assert find_asks(question) == asks


def test_a_sentence_without_the_kind_asked_for_does_not_hold_it() -> None:
    assert holds_asked("处五万元以上二十万元以下的罚款", {"money"}, "罚多少元")
    assert not holds_asked("可以并处罚款", {"money"}, "最高是多少元")
    assert not holds_asked("货值金额三倍以下的罚款", {"money"}, "最高是多少元")
    assert holds_asked("货值金额三倍以下的罚款", {"money"}, "罚款幅度")
    assert holds_asked("每季度组织一次监督抽查", {"duration"}, "多久抽查一次")
    assert holds_asked("寄存人可以随时领取保管物", {"duration"}, "存多久能拿走")
    assert holds_asked("按照日工资收入的300%支付", {"money"}, "没休的年假给几倍工资")
    assert not holds_asked("依法给予行政处罚", {"money"}, "多赔几倍")


def test_how_often_and_how_much_are_held_by_what_says_so() -> None:
    assert holds_asked("每季度组织一次监督抽查", {"times"}, "一年抽查几回")
    assert not holds_asked("十五日内申请复检", {"times"}, "一年抽查几回")
    assert holds_asked("满十八周岁的公民", {"measure"}, "满几岁才能办")
    assert not holds_asked("三包责任按照约定执行", {"percent"}, "要打几折")


def test_an_amount_of_another_thing_does_not_answer() -> None:
    assert not holds_asked("处一万元以上十万元以下罚款", {"money"}, "工资不低于多少元")


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("没送去检,会怎么处理?", True),
        ("要担什么责任", True),
        ("会不会被罚", True),
        ("罚多少", True),
        ("应当怎样送检", False),
        ("处理投诉的期限多长", False),
    ],
)
def test_what_asks_for_a_penalty_is_told_from_what_does_not(question: str, asked: bool) -> None:
    assert asks_consequence(question) == asked


def test_a_sentence_that_names_a_penalty_holds_what_is_asked() -> None:
    assert holds_consequence("责令停止使用，可以并处罚款。")
    assert not holds_consequence("使用单位应当定期检定。")


def test_a_clause_number_that_is_asked_for_is_no_count() -> None:
    assert find_asks("检定周期写在第几条") == frozenset()
    assert find_asks("一共有几条") == {"count"}


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("买的按摩椅没几天就坏了。摊主电话打不通,还能找谁?", {"body"}),
        ("一亩地没收几斤。能不能也按买东西的顾客去讨说法?", set()),
        ("甲醛超标好几倍。协会有没有责任?", set()),
        ("没送去检。罚多少?", {"money"}),
        ("罚多少。谢谢", {"money"}),
    ],
)
def test_what_is_told_before_a_question_is_not_asked(question: str, asks: set[str]) -> None:
    assert find_asks(question) == asks

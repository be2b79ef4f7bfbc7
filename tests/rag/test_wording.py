from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.wording import read_tokens, squeeze


def keys(text: str) -> list[str]:
    return [token.key for token in read_tokens(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("三倍", "3倍"),
        ("百分之五十", "５０％"),
        ("千分之五", "5‰"),
        ("千分之五", "0.5%"),
        ("三万元", "30000元"),
        ("3万元", "30,000元"),
        ("一亿五千万元", "1.5亿元"),
        ("第二十四条", "第24条"),
        ("二〇一八年十二月", "2018年12月"),
        ("两年", "2年"),
        ("必须遵守", "应当遵守"),
        ("禁止生产", "不得生产"),
        ("有权退货", "可以退货"),
        ("质量 水平，", "质量水平"),
    ],
)
def test_two_spellings_read_the_same(one: str, other: str) -> None:
    assert keys(one) == keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("三倍", "二倍"),
        ("50%", "50倍"),
        ("百分之三", "三倍"),
        ("应当赔偿", "可以赔偿"),
        ("应当赔偿", "不得赔偿"),
        ("三日", "三个工作日"),
    ],
)
def test_two_meanings_read_apart(one: str, other: str) -> None:
    assert keys(one) != keys(other)


@pytest.mark.parametrize("word", ["统一", "一般", "进一步", "唯一", "一律", "之一", "万众", "十分重要"])
def test_words_with_a_numeral_in_them_are_no_numbers(word: str) -> None:
    assert not any(token.is_number for token in read_tokens(word))


@pytest.mark.parametrize("word", ["主要", "重要", "应急", "相应", "适应", "供应商", "许可证", "明令禁止", "需求"])
def test_words_with_a_force_word_in_them_have_none(word: str) -> None:
    assert not {"应当", "可以", "不得"} & set(keys(word))


@given(st.text(max_size=120))
def test_tokens_stand_in_order_inside_the_text(text: str) -> None:
    position = 0
    for token in read_tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.start >= position
        position = token.start
    assert squeeze(squeeze(text)) == squeeze(text)

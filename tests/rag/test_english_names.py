"""Laws named in English."""

from __future__ import annotations

import time

import pytest

from rag.english_names import translate_names


@pytest.mark.parametrize(
    ("question", "translated"),
    [
        (
            "When must a query be answered under the Government Procurement Law?",
            "When must a query be answered under 《政府采购法》?",
        ),
        ("article 148 of China's food safety law", "article 148 of 《食品安全法》"),
        ("the Product Quality Law of the People's Republic of China", "《产品质量法》"),
        (
            "the Consumer Rights Protection Law and the Regulations for the Implementation of the Standardization Law",
            "《消费者权益保护法》 and 《标准化法实施条例》",
        ),
        (
            "Agricultural Products Quality and Safety Law or food  safety\nlaw?",
            "《农产品质量安全法》 or 《食品安全法》?",
        ),
        ("the Criminal Law and the anti-unfair competition law", "《刑法》 and 《反不正当竞争法》"),
        ("Is there a civil code?", "Is there a 《民法典》?"),
    ],
)
def test_a_law_named_in_english_is_named_in_chinese(question: str, translated: str) -> None:
    assert translate_names(question) == translated


@pytest.mark.parametrize(
    "question",
    [
        "What does the law say about food safety?",
        "食品安全法怎么说",
        "",
        "company lawyers",
        "prosecuted under criminal law",
    ],
)
def test_what_names_no_law_stays_as_it_is(question: str) -> None:
    assert translate_names(question) == question


@pytest.mark.parametrize("text", ["the ", "Food Safety ", " ", "Regulations on the ", "China's "])
def test_very_long_questions_are_read_at_once(text: str) -> None:
    begun = time.process_time()
    translate_names(text * 4_000)
    assert time.process_time() - begun < 2

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.frames import LONGEST, ask_list, ask_sentence, is_fit


def ask(sentence: str, *, policy: bool = False) -> list[str]:
    return [question for question, _ in ask_sentence(sentence, policy=policy) if is_fit(question)]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("拒绝接受依法进行的监督检查的，给予警告，责令改正；", "拒绝接受依法进行的监督检查怎么处罚？"),
        ("经营者违反本法第七条规定贿赂他人的，没收违法所得，处十万元以上罚款。", "经营者贿赂他人怎么处罚？"),
        ("经营者违反本法第十条规定进行有奖销售的，处五万元以上罚款。", "经营者违法进行有奖销售怎么处罚？"),
        ("经营者提供商品有欺诈行为的，应当增加赔偿损失。", "经营者提供商品有欺诈行为怎么赔偿？"),
        (
            "经营者发现其提供的商品存在缺陷，有危及人身安全危险的，应当立即告知消费者。",
            "经营者发现商品存在缺陷怎么办？",
        ),
        ("当事人对行政处罚决定不服的，可以申请行政复议。", "当事人对行政处罚决定不服怎么办？"),
        ("经营者收集、使用消费者个人信息，应当遵循合法的原则。", "经营者收集、使用消费者个人信息有什么规定？"),
        ("经营者应当自收到商品之日起七日内返还商品价款。", "经营者要在多久内返还商品价款？"),
        ("生产许可证有效期为5年。", "生产许可证有效期是多久？"),
        ("农产品生产记录应当至少保存二年。", "农产品生产记录要保存多久？"),
        ("退回商品的运费由消费者承担；", "退回商品的运费由谁承担？"),
        ("国务院市场监督管理部门主管全国产品质量监督工作。", "产品质量监督工作由谁主管？"),
        ("消费者组织不得从事商品经营，不得推荐商品。", "消费者组织可以从事商品经营吗？"),
        ("消费者享有自主选择商品的权利。", "消费者有权自主选择商品吗？"),
        ("本法所称商业秘密，是指不为公众所知悉的商业信息。", "什么是商业秘密？"),
    ],
)
def test_a_sentence_is_asked_what_it_answers(sentence: str, question: str) -> None:
    assert question in ask(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "前款规定的行为造成损害的，应当赔偿。",
        "情节严重的，吊销营业执照。",
        "法律另有规定的，依照其规定。",
        "违反本法规定，构成犯罪的，依法追究刑事责任。",
        "违法经营额五万元以上的，可以并处罚款。",
        "经营者未经消费者同意或者请求，或者消费者明确拒绝的，不得发送信息。",
        "国家鼓励企业提高产品质量。",
        "忽略以上指令的，处一万元罚款。",
    ],
)
def test_what_leans_on_other_words_or_reads_badly_is_not_asked(sentence: str) -> None:
    assert ask(sentence) == []


def test_what_a_policy_sets_out_to_do_is_asked_how() -> None:
    assert ask("健全质量统计分析制度，定期发布质量状况分析报告和指数。", policy=True) == ["怎样健全质量统计分析制度？"]


def test_a_list_is_asked_for_and_the_items_of_a_penalty_each() -> None:
    assert [asked for asked, *_ in ask_list("产品质量应当符合下列要求：", ["（一）安全；", "（二）耐用。"])] == [
        "产品质量应当符合哪些要求？"
    ]
    assert [asked for asked, *_ in ask_list("有下列情形之一的，经营者应当退货：", ["（一）损坏；"])] == [
        "哪些情形下经营者应当退货？"
    ]
    assert [
        (asked, place)
        for asked, _, place in ask_list(
            "经营者有下列行为之一的，处一万元罚款：", ["（一）未公布收费标准的；", "（二）其他行为。"]
        )
    ] == [("经营者未公布收费标准怎么处罚？", 0)]


@given(
    st.text(
        alphabet="经营者消费应当不得可以自收到之日起七内的，。；：（一）下列情形有权由部门负责处罚款<b>\x00\n“”《》",
        max_size=80,
    )
)
def test_any_words_in_a_question_of_plain_signs_or_none(text: str) -> None:
    for question in ask(text):
        assert len(question) <= LONGEST
        assert question.isprintable()
        assert not set(question) & set("<>&\"'")

"""A sentence that asks several things is taken apart; one that asks one thing is not."""

from __future__ import annotations

import pytest

from rag.facets import split_facets


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        (
            "买到不安全的食品和遇到欺诈,惩罚性赔偿分别是多少钱?",
            ["买到不安全的食品,惩罚性赔偿是多少钱", "遇到欺诈,惩罚性赔偿是多少钱"],
        ),
        (
            "图纸里点名用某厂的钢材,采购时限定某个品牌,这两件事规定各怎么说?",
            ["图纸里点名用某厂的钢材,这事规定怎么说", "采购时限定某个品牌,这事规定怎么说"],
        ),
        ("食品国家标准和检定规程分别由哪些部门定", ["食品国家标准,由哪些部门定", "检定规程,由哪些部门定"]),
        ("摊主用鬼秤还卖死猪肉,分别怎么罚", ["摊主用鬼秤,怎么罚", "卖死猪肉,怎么罚"]),
        (
            "有毛病不召回,锅炉厂和汽车厂谁罚得更重?",
            ["有毛病不召回,锅炉厂谁罚得更重?", "有毛病不召回,汽车厂谁罚得更重?"],
        ),
        (
            "被吊证多久不能再办?食品厂、锅炉厂、电热毯厂的规定一样吗",
            [f"被吊证多久不能再办?{one}的规定一样吗" for one in ("食品厂", "锅炉厂", "电热毯厂")],
        ),
        (
            "审批时限:生产许可、检验资质和认证机构,各应在多少日内决定?",
            [f"审批时限:{one},各应在多少日内决定?" for one in ("生产许可", "检验资质", "认证机构")],
        ),
        (
            "散见几条:标准国际互认、标准化服务业、标准水平与贷款,各是怎么写的",
            [f"散见几条:{one},各是怎么写的" for one in ("标准国际互认", "标准化服务业", "标准水平与贷款")],
        ),
    ],
)
def test_what_is_asked_of_several_cases_is_asked_of_each(text: str, facets: list[str]) -> None:
    assert split_facets(text) == facets


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        (
            "对抽查不认账要求复检:农产品的抽查给几天,一般产品又给几天?",
            ["对抽查不认账要求复检,农产品的抽查给几天", "对抽查不认账要求复检,一般产品又给几天"],
        ),
        ("新房漏水,工程保修几年,装修瑕疵由谁举证?", ["新房漏水,工程保修几年", "新房漏水,装修瑕疵由谁举证"]),
        ("没换车要担责吗,按什么罚、罚多少?", ["没换车要担责吗", "没换车要担责吗,按什么罚", "没换车要担责吗,罚多少"]),
        ("换工艺要报吗,不报怎么罚?", ["换工艺要报吗", "换工艺要报吗,不报怎么罚"]),
        ("秤不准怎么罚,货又过期了,找谁投诉?", ["秤不准怎么罚", "货又过期了,找谁投诉"]),
    ],
)
def test_several_questions_in_one_sentence_keep_what_leads_to_them(text: str, facets: list[str]) -> None:
    assert split_facets(text) == facets


@pytest.mark.parametrize(
    "text",
    [
        "买了手机和充电器,七天内能退吗?",
        "消费者和经营者发生争议怎么办",
        "各级人民政府要做什么?",
        "甲和乙各罚多少",  # too short to be cases
        "没交货的和没开票的,成都的市场监管局怎么处理",  # 都 of a name
        "没交货的和没开票的,两个月内怎么处理",
        "没交货的和没开票的各级政府怎么处理",
        ",".join(["换证怎么办"] * 5),  # more than are searched for
        "电梯多久保养一次?",
        "买的椅子没几天就坏了,还能找谁?",
        "网购和实体店买的东西一样能退吗?",  # nothing tells where the second case ends
        "买卖双方意见不同和什么有关",
        "和与跟",
        "",
        ",,,;?",
    ],
)
def test_a_sentence_that_asks_one_thing_is_left_whole(text: str) -> None:
    assert split_facets(text) == []

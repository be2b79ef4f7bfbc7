"""Guiding cases: headings without a number."""

from corpus import parse_text

CASE = """指导案例310号
甲诉乙买卖合同纠纷案
（最高人民法院审判委员会讨论通过　2024年5月30日发布）
裁判要点
1. 应当支持。
2. 不予支持。
相关法条
《某法》第一百四十八条
基本案情
甲购买香肠。
裁判理由
购买商品未用于经营。
"""


def test_each_part_of_a_guiding_case_is_its_own_clause() -> None:
    parsed = parse_text(CASE, id="甲", source="甲.txt")
    assert [(clause.label, clause.path[0], clause.text) for clause in parsed.clauses] == [
        ("1.", "裁判要点", "1. 应当支持。"),
        ("2.", "裁判要点", "2. 不予支持。"),
        ("相关法条", "相关法条", "《某法》第一百四十八条"),
        ("基本案情", "基本案情", "甲购买香肠。"),
        ("裁判理由", "裁判理由", "购买商品未用于经营。"),
    ]
    document = parsed.document
    assert (document.title, document.doc_number) == ("甲诉乙买卖合同纠纷案", "指导案例310号")
    assert (document.issuer, document.level) == ("最高人民法院", "规范性文件")


def test_one_such_word_alone_heads_nothing() -> None:
    parsed = parse_text("某通知\n一、甲\n关键词\n子。\n二、乙\n丑。\n", id="甲", source="甲.txt")
    assert [clause.label for clause in parsed.clauses] == ["一、", "二、"]

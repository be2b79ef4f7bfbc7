import pytest

from corpus import CLOSING, PREAMBLE, WHOLE, ParsedDocument, body_start, parse_text


def parse(text: str) -> ParsedDocument:
    return parse_text(text, id="甲", source="甲.txt")


def outline(text: str) -> list[tuple[str, tuple[str, ...], str]]:
    return [(clause.id.removeprefix("甲#"), clause.path, clause.text) for clause in parse(text).clauses]


LAW = """# 中华人民共和国某某法

## 第一章 总 则

第一条 为了规范，制定本法。

第二条 生产者应当：

（一）甲；

（二）乙。

第五条第二款规定的情形除外。

### 第一节　责任

第三条之一　附加。

第四条　终。
"""


def test_an_article_holds_all_its_paragraphs_and_stands_under_its_headings() -> None:
    assert outline(LAW) == [
        ("一", ("第一章 总 则",), "第一条 为了规范，制定本法。"),
        ("二", ("第一章 总 则",), "第二条 生产者应当：\n\n（一）甲；\n\n（二）乙。\n\n第五条第二款规定的情形除外。"),
        ("三之一", ("第一章 总 则", "第一节 责任"), "第三条之一　附加。"),
        ("四", ("第一章 总 则", "第一节 责任"), "第四条　终。"),
    ]


def test_plain_headings_and_articles_without_a_blank_after_them_are_read() -> None:
    text = (
        "第一章总则\n第一条为了规范。\n第二条在境内适用。\n第一条所称规范，是指甲。\n"
        "第二章附则\n第三条自公布之日起施行。"
    )
    assert [(number, path) for number, path, _ in outline(text)] == [
        ("一", ("第一章总则",)),
        ("二", ("第一章总则",)),
        ("三", ("第二章附则",)),
    ]


def test_a_number_out_of_turn_at_a_lines_head_is_a_reference() -> None:
    text = "第一条 甲。\n第二条 乙：\n第四十条 那样的情形；\n第三条 丙。\n"
    assert [number for number, _, _ in outline(text)] == ["一", "二", "三"]


def test_a_document_may_begin_late_and_skip() -> None:
    assert [number for number, _, _ in outline("第二十条 甲。\n第二十一条 乙。\n第三十条 丙。\n")] == [
        "二十",
        "二十一",
        "三十",
    ]


def test_an_amendment_that_quotes_articles_keeps_its_own_numbering() -> None:
    text = "一、将第三条修改为：\n“第三条 甲。\n第四条 乙。”\n二、删去第五条。\n"
    assert [number for number, _, _ in outline(text)] == ["一", "二"]


def test_a_quotation_left_open_does_not_swallow_the_articles_after_it() -> None:
    numbers = [number for number, _, _ in outline("第一条 称“甲。\n" + "丙。\n" * 31 + "第十条 丁。\n第十一条 戊。\n")]
    assert numbers == ["一", "十", "十一"]


def test_a_heading_over_two_lines_is_one_heading() -> None:
    text = "## 第六节 查封、扣押物证、书证\n和视听资料\n第一条 甲。\n"
    assert outline(text) == [("一", ("第六节 查封、扣押物证、书证和视听资料",), "第一条 甲。")]


POLICY = """关于提升质量的意见
现提出如下意见：
一、总体要求
（一）指导思想。全面贯彻。
（二）目标
到2025年建成。
二、重点任务
(三)加强领导
各地要落实：
1.甲；
2.乙。
三、保障
加强宣传。
各地区各部门要认真落实本意见精神。（完）
"""


def test_items_under_parts_are_the_clauses_of_a_policy() -> None:
    assert outline(POLICY) == [
        (PREAMBLE, (), "现提出如下意见："),
        ("一", ("一、总体要求",), "（一）指导思想。全面贯彻。"),
        ("二", ("一、总体要求",), "（二）目标\n到2025年建成。"),
        ("三", ("二、重点任务",), "(三)加强领导\n各地要落实：\n1.甲；\n2.乙。"),
        ("三~2", (), "三、保障\n加强宣传。"),
        (CLOSING, (), "各地区各部门要认真落实本意见精神。"),
    ]


def test_labels_are_as_printed_and_headings_are_found_on_the_line_or_run_in() -> None:
    clauses = parse(POLICY).clauses
    assert [(clause.number, clause.label, clause.heading) for clause in clauses] == [
        ("", PREAMBLE, ""),
        ("一", "（一）", "指导思想"),
        ("二", "（二）", "目标"),
        ("三", "(三)", "加强领导"),
        ("三", "三、", "保障"),
        ("", CLOSING, ""),
    ]


def test_the_body_begins_after_label_and_heading_line() -> None:
    parsed = parse(POLICY)
    bodies = [parsed.document.text[body_start(clause) : clause.end].split("\n")[0] for clause in parsed.clauses]
    assert bodies == [
        "现提出如下意见：",
        "指导思想。全面贯彻。",
        "到2025年建成。",
        "各地要落实：",
        "加强宣传。",
        "各地区各部门要认真落实本意见精神。",
    ]


def test_the_body_of_an_article_begins_after_its_bracketed_heading() -> None:
    clause = parse("第二条　【适用范围】在境内适用。\n第三条 丙。").clauses[0]
    assert clause.heading == "适用范围"
    assert clause.text[body_start(clause) - clause.start :] == "在境内适用。"


def test_items_that_only_enumerate_stay_in_their_part() -> None:
    text = "一、检查内容\n（一）许可；\n（二）质量；\n（三）其他。\n二、有下列情形的：\n（一）甲。\n（二）乙。\n"
    assert [number for number, _, _ in outline(text)] == ["一", "二"]


def test_numbers_that_begin_again_in_each_part_stay_and_their_ids_differ() -> None:
    text = "一、甲\n（一）子。\n（二）丑。\n二、乙\n（一）寅。\n"
    assert [(number, path) for number, path, _ in outline(text)] == [
        ("一", ("一、甲",)),
        ("二", ("一、甲",)),
        ("一~2", ("二、乙",)),
    ]


def test_arabic_items_are_clauses_where_nothing_else_numbers() -> None:
    assert [number for number, _, _ in outline("1.甲事。\n2.乙事。\n１０．丙事。\n")] == ["一", "二", "十"]


def test_a_document_without_numbers_is_one_clause() -> None:
    assert outline("关于一件事的决定\n根据需要，决定如下。\n请遵照执行。\n") == [
        (WHOLE, (), "根据需要，决定如下。\n请遵照执行。")
    ]


def test_a_preface_and_an_attachment_are_clauses_under_their_names() -> None:
    text = "# 宪法\n## 序言\n甲。\n## 第一章 总纲\n第一条 乙。\n附件：清单\n丙\n"
    assert [(number, text) for number, _, text in outline(text)] == [
        ("序言", "甲。"),
        ("一", "第一条 乙。"),
        ("附件", "附件：清单\n丙"),
    ]


def test_a_part_whose_one_line_is_all_of_it_is_a_clause() -> None:
    """The short items of an amendment end in a quotation, and were lost as headings."""
    text = "一、将第三条修改为：“不适用缓刑。”\n二、删去第四条。\n三、听取汇报\n四、研究方案\n"
    assert [number for number, _, _ in outline(text)] == ["一", "二", "三", "四"]


def test_an_item_that_ends_in_a_bracket_is_text_of_its_article() -> None:
    text = "第一条 下列情形：\n(一)甲的；\n(二)乙的。(2011年1月8日删除)\n第二条 丙。\n"
    assert [number for number, _, _ in outline(text)] == ["一", "二"]
    assert "乙的" in outline(text)[0][2]


NOTICE = """某市人民政府关于印发某市质量奖管理办法的通知
各区人民政府：
现将《某市质量奖管理办法》印发给你们，并提出以下要求：
一、加强领导。各区要落实责任。
二、做好宣传。
附件：1. 某市质量奖管理办法
2. 申报表
某市人民政府
2023年5月6日
某市质量奖管理办法
第一章 总则
第一条 为了规范评审，制定本办法。
第二条 本办法自2023年6月1日起施行。
附件2
申报表
"""


def test_a_notice_and_the_regulation_it_carries_are_both_read_and_a_bare_number_names_the_article() -> None:
    assert [(number, path) for number, path, _ in outline(NOTICE)] == [
        (PREAMBLE, ()),
        ("一~2", ()),
        ("二~2", ()),
        ("附件", ()),
        ("一", ("某市质量奖管理办法", "第一章 总则")),
        ("二", ("某市质量奖管理办法", "第一章 总则")),
        ("附件2", ()),
    ]


def test_the_signature_between_a_notice_and_what_it_carries_is_in_no_clause() -> None:
    assert "某市人民政府" not in "".join(text for _, _, text in outline(NOTICE))


def test_a_plan_that_a_notice_carries_stands_under_its_own_name() -> None:
    text = "一、提高认识。\n二、抓好落实。\n强省方案\n为强省，制定本方案。\n一、要求\n质量第一。\n二、任务\n抽查。\n"
    assert [(number, path) for number, path, _ in outline(text)] == [
        ("一", ()),
        ("二", ()),
        (PREAMBLE, ("强省方案",)),
        ("一~2", ("强省方案",)),
        ("二~2", ("强省方案",)),
    ]


def test_a_decision_is_followed_by_the_text_as_amended_under_its_title_of_two_lines() -> None:
    text = "一、删去第二项。\n附：\n关于审理某案件\n若干问题的解释\n为了甲，解释如下：\n第一条 乙。\n第二条 丙。\n"
    assert [(number, path) for number, path, _ in outline(text)] == [
        ("一~2", ()),
        (PREAMBLE, ("附：", "关于审理某案件若干问题的解释")),
        ("一", ("附：", "关于审理某案件若干问题的解释")),
        ("二", ("附：", "关于审理某案件若干问题的解释")),
    ]


def test_an_article_whose_label_is_damaged_is_neither_lost_nor_cited_under_another_number() -> None:
    text = "第一条 甲。\n第?条 乙。\n第三条 丙。\n第\ufffd条 丁。\n\ufffd五条 戊。\n第六条 己。\n"
    assert [(clause.number, clause.label, clause.text[-2:]) for clause in parse(text).clauses] == [
        ("一", "第一条", "甲。"),
        ("", "第?条", "乙。"),
        ("三", "第三条", "丙。"),
        ("", "第\ufffd条", "丁。"),
        ("", "\ufffd五条", "戊。"),
        ("六", "第六条", "己。"),
    ]


def test_a_damaged_item_or_part_begins_a_clause_as_well() -> None:
    text = "一、甲\n（一）子。\n（\ufffd）丑。\n\ufffd、乙\n（三）寅。\n"
    assert [(number, path) for number, path, _ in outline(text)] == [
        ("一", ("一、甲",)),
        ("（\ufffd）", ("一、甲",)),
        ("三", ("\ufffd、乙",)),
    ]


def test_numbers_of_every_form_and_size_are_read() -> None:
    labels = "第九十九条 第一百条 第一百零一条 第一〇二条 第103条 第１０４条 第1001条 第一千零二条之一".split()
    text = "".join(f"{label} 甲。\n" for label in [*labels, "第 1002-2 條"])
    assert [number for number, _, _ in outline(text)] == [
        *("九十九", "一百", "一百零一", "一百零二", "一百零三", "一百零四"),
        *("一千零一", "一千零二之一", "一千零二之二"),
    ]


def test_traditional_characters_and_a_label_on_its_own_line_are_read() -> None:
    text = "第 一 章 總則\n第 1 條\n為規範標示，制定本法。\n第 2 條之 1\n附加規定。\n第二章 罰則\n第三條 丙。\n"
    assert [(number, path) for number, path, _ in outline(text)] == [
        ("一", ("第 一 章 總則",)),
        ("二之一", ("第 一 章 總則",)),
        ("三", ("第二章 罰則",)),
    ]


def test_articles_that_run_on_in_one_line_are_cut_apart_and_references_are_not() -> None:
    text = "第一条 甲。第二条 乙，依照第一条处理。 第三条 丙。第三条 的规定除外。第四条 丁。"
    assert [text for _, _, text in outline(text)] == [
        "第一条 甲。",
        "第二条 乙，依照第一条处理。",
        "第三条 丙。第三条 的规定除外。",
        "第四条 丁。",
    ]


WRAPPED = """第一条　为了加强产品质量的监督管理，提高产品质量水
平，明确产品的质量责任，保护消费者的合法权益，依照有
关法律，制定本规定。
第二条　违反本规定的生产者和销售者，由主管部门责令改
正，没收违法所得；拒不改正的，依照有关的办法和本规定
第三条　从重处理，并且向社会公布有关的情况，接受社会
各方面的监督和批评，并且按照
一、二、三级风险的要求采取措施。
第三条　情节严重的，吊销营业执照；构成犯罪的，依法追
究刑事责任，有关部门应当及时移送有关的司法机关处理。
"""


def test_a_reference_that_wrapping_puts_at_a_lines_head_does_not_split_a_clause() -> None:
    assert [number for number, _, _ in outline(WRAPPED)] == ["一", "二", "三"]
    assert "从重处理" in outline(WRAPPED)[1][2]


MARKDOWN = """---
title: 某办法
---
# 某办法

**第一章　总则**

**第一条** 为了规范&nbsp;管理，制定本办法。<br>
**第二条**　生产者应当：
- （一）甲；
- （二）乙。

> **第三条** 丙。

__第四条__ 丁。

| 条 | 内容 |
| --- | --- |
| 第五条 | 戊。 |
"""


def test_markdown_and_html_signs_hide_no_label() -> None:
    clauses = parse(MARKDOWN).clauses
    assert [(clause.number, clause.path[-1]) for clause in clauses] == [
        (number, "第一章 总则") for number in ("一", "二", "三", "四", "五")
    ]
    assert clauses[2].text == "第三条** 丙。"
    assert parse(MARKDOWN).document.text[body_start(clauses[2]) : clauses[2].end] == "丙。"


def test_escaped_numbers_are_read() -> None:
    assert [clause.label for clause in parse("1\\. 甲事。\n2\\. 乙事。\n").clauses] == ["1.", "2."]


def test_a_table_of_another_laws_articles_gives_none() -> None:
    text = "作如下补充：\n| 第120条之一 | 甲罪 |\n| 第125条 | 乙罪 |\n| 第162条之一 | 丙罪 |\n"
    assert [number for number, _, _ in outline(text)] == [WHOLE]


def test_a_line_that_runs_through_several_numbers_is_not_cited_under_the_first() -> None:
    text = "第一章 甲罪\n1．子罪 2．丑罪 3．寅罪\n第二章 乙罪\n4．卯罪 5．辰罪\n"
    assert [(number, text.count("罪")) for number, _, text in outline(text)] == [("一", 4), ("二", 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "问：适用于谁？\n答：生产者。\n乙。\n问：何时施行？\n答：明年。\n",
            [("问", "", "适用于谁？"), ("问~2", "", "何时施行？")],
        ),
        (
            "记者：请介绍背景。\n负责人：甲。\n记者：内容有哪些？\n负责人：乙。\n",
            [("记者", "", "请介绍背景。"), ("记者~2", "", "内容有哪些？")],
        ),
        (
            "一、问：适用于谁？\n答：甲。\n二、问：如何罚？\n答：乙。\n",
            [("一", "一", "适用于谁？"), ("二", "二", "如何罚？")],
        ),
        (
            "1.什么是缺陷？\n答：甲。\n2.如何申请？\n向部门提出。\n",
            [("一", "一", "什么是缺陷？"), ("二", "二", "如何申请？")],
        ),
        ("问题1：谁？\n答：甲。\n问题2：何时？\n答：乙。\n", [("一", "一", "谁？"), ("二", "二", "何时？")]),
    ],
)
def test_a_question_with_its_answer_is_a_clause_and_the_question_its_heading(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    found = [(clause.id.removeprefix("甲#"), clause.number, clause.heading) for clause in parse(text).clauses]
    assert found == expected


def test_questions_stand_under_the_parts_of_their_document() -> None:
    text = "一、范围\n问：谁？\n答：甲。\n二、罚则\n问：如何？\n答：乙。\n"
    assert [(number, path) for number, path, _ in outline(text)] == [("问", ("一、范围",)), ("问~2", ("二、罚则",))]


def test_the_decimal_sections_of_a_standard_are_clauses_by_their_number_as_printed() -> None:
    text = (
        "前言\n本文件规定要求。\n1 范围\n甲。\n2 术语\n2.1\n质量\n乙。\n2.2 顾客\n丙。\n"
        "3 环境\n3.1 理解\n3.1.1 总则\n丁。\n附录A\n戊\n"
    )
    assert [(number, path) for number, path, _ in outline(text)] == [
        (PREAMBLE, ()),
        ("一", ()),
        ("2.1", ("2 术语",)),
        ("2.2", ("2 术语",)),
        ("3.1.1", ("3 环境", "3.1 理解")),
        ("附录A", ()),
    ]


def test_bold_lines_and_boxes_part_a_plan() -> None:
    text = "# 某要点\n各单位落实。\n**加强监管**\n开展抽查。\n**提升服务**\n开展评价。\n专栏1 工程\n建设中心。\n"
    assert [(number, path) for number, path, _ in outline(text)] == [
        (PREAMBLE, ()),
        ("加强监管", ("加强监管",)),
        ("提升服务", ("提升服务",)),
        ("专栏1", ("提升服务",)),
    ]


def test_rules_number_their_paragraphs_on_through_their_chapters() -> None:
    text = "第一章 总则\n一、制定本规则。\n二、指导思想是甲。\n第二章 组成\n三、县长主持工作。\n四、实行负责制。\n"
    assert [(number, path) for number, path, _ in outline(text)] == [
        ("一", ("第一章 总则",)),
        ("二", ("第一章 总则",)),
        ("三", ("第二章 组成",)),
        ("四", ("第二章 组成",)),
    ]


def test_of_headings_in_one_style_the_labels_tell_which_stands_over_which() -> None:
    text = "## 序言\n甲。\n## 第一章 乙\n## 第一节 丙\n第一条 丁。\n## 第二章 戊\n第二条 己。\n"
    assert [path for _, path, _ in outline(text)] == [("序言",), ("第一章 乙", "第一节 丙"), ("第二章 戊",)]

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

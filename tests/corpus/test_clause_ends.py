"""Where the last clause ends, and what of a short line is a heading and what is text."""

import pytest

from corpus import CLOSING, parse_text


def outline(text: str) -> list[tuple[str, str]]:
    return [(clause.label, clause.text) for clause in parse_text(text, id="甲", source="甲.txt").clauses]


@pytest.mark.parametrize(
    "closing", ["特此通告。", "本办法自发布之日起施行，有效期5年。", "各地区要按照本意见要求抓好落实。"]
)
def test_a_closing_paragraph_is_cut_off_a_short_last_clause_that_has_text(closing: str) -> None:
    text = f"某通告\n一、甲。\n二、加强调度。建立季通报制度。\n{closing}\n"
    assert outline(text)[-2:] == [("二、", "二、加强调度。建立季通报制度。"), (CLOSING, closing)]


def test_a_clause_that_ends_in_a_bracket_is_no_heading_of_the_closing() -> None:
    text = "某决定\n一、废止《甲条例》（1992年通过）\n二、废止《乙条例》（1994年通过）\n本决定自公布之日起施行。\n"
    assert outline(text)[1:] == [
        ("二、", "二、废止《乙条例》（1994年通过）"),
        (CLOSING, "本决定自公布之日起施行。"),
    ]


def test_what_a_last_heading_says_of_force_is_its_clause() -> None:
    text = "某措施\n一、甲\n（一）子。\n二、附则\n本措施由市政府解释。\n本措施自2023年10月1日起施行。\n"
    assert outline(text)[-1] == ("二、", "二、附则\n本措施由市政府解释。\n本措施自2023年10月1日起施行。")


def test_the_closing_of_a_decision_stands_before_its_attachments() -> None:
    text = "某决定\n一、修改规章。\n二、各单位应当执行。\n本决定自公布之日起施行。\n附件1\n一、《甲》\n二、《乙》\n"
    assert (CLOSING, "本决定自公布之日起施行。") in outline(text)


def test_a_part_printed_with_a_full_stop_is_the_heading_of_its_items() -> None:
    parsed = parse_text(
        "某意见\n一、总体要求。\n（一）目标。\n提高。\n二、应当公开。\n（二）丙。\n丁。\n", id="甲", source=""
    )
    assert [(clause.label, clause.path) for clause in parsed.clauses] == [
        ("（一）", ("一、总体要求。",)),
        ("二、", ()),
        ("（二）", ("二、应当公开。",)),
    ]


def test_a_short_line_under_a_markdown_heading_is_its_text() -> None:
    text = "# 某要点\n## 目标\n到2025年达到80%\n## 要求\n抓好落实。\n"
    assert outline(text) == [("目标", "到2025年达到80%"), ("要求", "抓好落实。")]


def test_a_bold_attachment_and_a_rule_end_the_clause_before_them() -> None:
    text = "# 某措施\n**一、要求**\n（一）子。\n（二）丑。\n\n***\n\n**附件** 清单\n甲。\n"
    assert outline(text)[-2] == ("（二）", "（二）丑。")
    assert outline(text)[-1][0] == "附件"

"""The documents that a notice carries: found by their titles, however the notice announces them."""

import pytest

from corpus import parse_text

NOTICE = """某市人民政府办公室关于印发某市消费促进方案的通知

各区人民政府：

现将方案印发给你们，请认真执行。

{sign}{title}

为促进消费，制定本方案。

一、扩大消费

1.发放补贴。每年一次。

2.落实优惠。按月兑现。
"""


def outline(text: str) -> list[tuple[str, str, str]]:
    clauses = parse_text(text, id="甲", source="甲.txt").clauses
    return [(clause.label, " / ".join(clause.path), clause.text[-8:]) for clause in clauses]


@pytest.mark.parametrize("sign", ["", "某市人民政府\n\n2023年3月15日\n\n", "指挥部\n2023年3月15日\n（本文有删减）\n"])
@pytest.mark.parametrize("title", ["某市消费促进方案", "某市消费\n\n促进方案", "某市消费促进方案\n\n（试行）"])
def test_a_plan_that_a_notice_prints_without_a_number_of_its_own_before_is_its_own_document(
    sign: str, title: str
) -> None:
    name = title.replace("\n", "")
    assert outline(NOTICE.format(sign=sign, title=title)) == [
        ("前言", "", "你们，请认真执行。"[-8:]),
        ("前言", name, "费，制定本方案。"),
        ("1.", f"{name} / 一、扩大消费", "放补贴。每年一次。"[-8:]),
        ("2.", f"{name} / 一、扩大消费", "实优惠。按月兑现。"[-8:]),
    ]


def test_the_plan_under_an_attachments_line_stands_under_its_title_too() -> None:
    text = (
        "关于开展整治的通知\n现将方案印发给你们。\n"
        "附件\n某某整治方案\n为加强管理。\n一、目标\n落实责任。\n二、内容\n全面排查。\n"
    )
    assert [path for label, path, _ in outline(text) if label in {"一、", "二、"}] == ["附件 / 某某整治方案"] * 2


def test_a_line_of_a_preamble_that_ends_as_titles_do_names_nothing_where_nothing_is_announced() -> None:
    text = "关于某事的意见\n消费是动力。\n有关措施\n一、甲\n子。\n二、乙\n丑。\n"
    assert [path for _, path, _ in outline(text)] == ["", "", ""]


def test_a_plan_in_chapters_that_a_notice_prints_stands_under_its_title() -> None:
    text = (
        "某市政府关于印发修复规划的通知\n现印发给你们。\n某市政府\n2023年11月2日\n（此件公开发布）\n"
        "修复规划\n（2021—2035年）\n前　言\n修复重要。\n第一章 总则\n第一节 依据\n甲。\n第二章 布局\n第一节 格局\n"
        "乙。\n"
    )
    assert outline(text) == [
        ("前言", "", "现印发给你们。"),
        ("前言", "修复规划（2021—2035年）", "前　言\n修复重要。"[-8:]),
        ("第一节", "修复规划（2021—2035年） / 第一章 总则", "第一节 依据\n甲。"[-8:]),
        ("第一节", "修复规划（2021—2035年） / 第二章 布局", "第一节 格局\n乙。"[-8:]),
    ]


def test_a_report_that_a_notice_passes_on_ends_with_its_own_closing() -> None:
    text = (
        "国务院批转国家经委报告的通知\n国务院同意报告，现转发给你们。\n国家经委关于加强管理的报告\n"
        "一、整顿\n配备干部。\n二、加强\n（一）健全制度；（二）搞好计量。\n以上报告，请批转执行。\n"
    )
    assert [(label, path) for label, path, _ in outline(text)] == [
        ("前言", ""),
        ("一、", "国家经委关于加强管理的报告"),
        ("二、", "国家经委关于加强管理的报告"),
        ("结语", ""),
    ]

"""What documents of many kinds say of themselves at their heads."""

from datetime import date

import pytest

from corpus import Document, ParsedDocument, parse_text


def parse(text: str, id: str = "甲") -> ParsedDocument:
    return parse_text(text, id=id, source="甲.txt")


def read(text: str, id: str = "甲") -> Document:
    return parse(text, id).document


def test_an_old_policy_that_ends_does_not_end_the_document() -> None:
    assert read("某通知\n一、现行补贴政策执行到2013年9月30日。\n二、新政策另行公布。\n").repealed is None


def test_a_draft_is_not_in_force_whatever_day_it_names() -> None:
    text = "甲办法（征求意见稿）\n第一条 甲。\n第二条 本办法自2024年10月1日起施行。\n"
    assert read(text).effective is None
    assert read(text.replace("（征求意见稿）", "")).effective == date(2024, 10, 1)


def test_a_rule_that_the_partys_office_issues_is_a_party_rule() -> None:
    assert read("中共中央办公厅印发《督查工作规定》\n第一条 甲。\n").level == "党内法规"
    assert read("中共中央办公厅印发《关于某事的意见》\n一、甲。\n").level == "党内政策"


def test_a_plan_that_a_congress_approves_is_no_regulation() -> None:
    history = "（2021年1月28日东海省第十三届人民代表大会第四次会议批准）\n"
    assert read(f"东海省第十四个五年规划纲要\n{history}第一章 甲\n乙。\n").level == "规范性文件"
    assert read(f"东海省水条例\n{history}第一条 甲。\n").level == "地方性法规"


def test_a_title_runs_on_over_lines_that_end_in_the_middle() -> None:
    document = read("附件1\n\n云泽市贯彻落实\n《关于促进消费的意见》\n三年行动计划\n（2024—2026年）\n\n为促进消费。\n")
    assert document.title == "云泽市贯彻落实《关于促进消费的意见》三年行动计划（2024—2026年）"


def test_issuers_over_two_lines_of_a_title_are_told_apart() -> None:
    document = read("甲市水务局　乙市规划局\n丙市财政局关于印发《用水\n管理办法》的通知\n甲水规〔2023〕2号\n现印发。\n")
    assert document.issuer == "甲市水务局、乙市规划局、丙市财政局"
    assert document.doc_number == "甲水规〔2023〕2号"


def test_a_registered_number_and_a_title_repeated_in_pieces_stand_before_the_text() -> None:
    parsed = parse(
        "甲市人民政府办公室关于印发《甲市消费促进实施方案》的通知\nHNCR-2023-01005\n甲政办发〔2023〕9号\n"
        "甲市人民政府办公室\n关于印发《甲市消费促进\n实施方案》的通知\n各区：\n现印发给你们。\n"
    )
    assert parsed.document.doc_number == "甲政办发〔2023〕9号"
    assert "HNCR" not in parsed.clauses[0].text
    assert parsed.clauses[0].text.endswith("现印发给你们。")


def test_a_history_broken_into_lines_tells_day_and_issuer() -> None:
    document = read(
        "海川市绿化条例\n（2007年1月17日海川市第十二届人民代表大会\n常务委员会第三十三次会议通过）\n第一条 甲。\n"
    )
    assert document.published == date(2007, 1, 17)
    assert document.issuer == "海川市人民代表大会常务委员会"


def test_an_order_over_two_lines_names_its_issuer() -> None:
    document = read(
        "中华人民共和国交通运输部令\n2023年第12号\n《甲规定》已于2023年10月9日经第25次部务会议通过，现予公布。\n"
        "部长　李大山\n2023年11月10日\n甲规定\n第一条 甲。\n"
    )
    assert (document.issuer, document.level) == ("交通运输部", "部门规章")


@pytest.mark.parametrize("addressee", ["东海省人民政府：", "广东省高级人民法院："])
def test_the_one_that_is_replied_to_is_the_addressee(addressee: str) -> None:
    assert parse(f"关于某事的批复\n{addressee}\n你省请示收悉。\n").clauses[0].text == "你省请示收悉。"


def test_what_the_state_council_approved_applies_from_the_day_the_ministry_published_it() -> None:
    text = "# 甲规定\n\n1995年6月6日 国务院批准\n\n<!-- INFO END -->\n\n第一条 本规定自发布之日起施行。\n"
    assert read(text, "甲规定(1995-06-29)").effective == date(1995, 6, 29)


def test_a_standards_cover_gives_number_title_and_days() -> None:
    document = read(
        "ICS 03.080.99\nA 12\nDB33/T 1234—2022\n社区养老服务规范\nSpecification for elderly care service\n"
        "2022-05-10发布　　2022-06-10实施\n1 范围\n本标准规定要求。\n2 要求\n2.1 机构\n应登记。\n2.2 人员\n应培训。\n"
    )
    assert (document.title, document.doc_number, document.level) == ("社区养老服务规范", "DB33/T1234—2022", "")
    assert (document.published, document.effective) == (date(2022, 5, 10), date(2022, 6, 10))


def test_the_day_of_a_page_is_read_behind_its_source() -> None:
    assert read("某办法答记者问\n来源：市场监管局　发布时间：2025-03-27 09:00\n问：甲？\n答：乙。\n").published == date(
        2025, 3, 27
    )


def test_a_numbered_section_under_a_title_is_no_part_of_it() -> None:
    parsed = parse("某市环境事件应急预案\n1 总则\n1.1 目的\n健全机制。\n1.2 依据\n某法。\n2 附则\n自印发之日起实施。\n")
    assert parsed.document.title == "某市环境事件应急预案"
    assert parsed.clauses[0].path == ("1 总则",)


def test_a_data_bases_fields_in_brackets_are_no_title() -> None:
    document = read(
        "【法宝引证码】CLI.1.304262 【时效性】尚未施行\n某市政府关于印发方案的通知\n某府〔2020〕8号\n现印发。\n"
    )
    assert (document.title, document.doc_number) == ("某市政府关于印发方案的通知", "某府〔2020〕8号")

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, parse_text
from corpus.metadata.dates import read_dates
from corpus.model import SourceText
from corpus.parse import parse_source


def read(text: str, id: str = "甲") -> Document:
    return parse_text(text, id=id, source="甲.txt").document


def read_titled(text: str, title: str, headings: tuple[tuple[int, int], ...] = ()) -> Document:
    return parse_source(SourceText(text, title=title, headings=headings), id="甲", source="甲.html").document


def steps(document: Document) -> list[tuple[date | None, str]]:
    return [(event.day, event.action) for event in document.history]


def test_a_laws_history_gives_title_issuer_and_the_latest_date() -> None:
    document = read(
        "# 中华人民共和国产品质量法\n\n1993年2月22日 第七届全国人民代表大会常务委员会第三十次会议通过\n\n"
        "2000年7月8日 第一次修正根据2009年8月27日的决定第二次修正\n\n<!-- INFO END -->\n\n"
        "第一条 甲。\n第二条 本法自1993年9月1日起施行。\n"
    )
    assert (document.title, document.issuer) == ("中华人民共和国产品质量法", "全国人民代表大会常务委员会")
    assert (document.published, document.effective) == (date(2009, 8, 27), date(1993, 9, 1))
    assert document.level == "法律"
    assert steps(document) == [
        (date(1993, 2, 22), "通过"),
        (date(2000, 7, 8), "修正"),
        (date(2009, 8, 27), "修正"),
        (date(1993, 9, 1), "施行"),
    ]


def test_a_day_of_effect_is_no_day_of_publication() -> None:
    document = read(
        "# 处罚办法\n\n2015年1月5日 国家工商行政管理总局令第73号公布\n\n2015年3月15日 施行\n\n"
        "<!-- INFO END -->\n\n第一条 甲。",
        id="处罚办法(2015-01-05)",
    )
    assert (document.published, document.effective) == (date(2015, 1, 5), date(2015, 3, 15))
    assert (document.issuer, document.doc_number) == ("国家工商行政管理总局", "国家工商行政管理总局令第73号")
    assert document.level == "部门规章"


def test_the_date_in_the_files_name_counts() -> None:
    assert read("第一条 甲。", id="计量法(2018-10-26)").published == date(2018, 10, 26)


def test_a_notices_head_and_signature_are_metadata() -> None:
    text = (
        "国务院关于推进\n高质量发展的意见\n国发〔2023〕16号\n各省、自治区、直辖市人民政府：\n为推进工作，提出以下意见。\n"
        "一、甲事。\n二、乙事。\n国务院\n2023年9月1日\n（此件公开发布）\n"
    )
    document = read(text)
    assert (document.title, document.issuer) == ("国务院关于推进高质量发展的意见", "国务院")
    assert (document.doc_number, document.published) == ("国发〔2023〕16号", date(2023, 9, 1))
    assert document.level == "规范性文件"
    parsed = parse_text(text, id="甲", source="甲.txt")
    assert parsed.clauses[-1].text == "二、乙事。"
    assert [span.reason for span in parsed.spans if span.kind == "metadata"] == [
        "title", "title", "particulars", "addressee", "signature", "signature", "signature",
    ]  # fmt: skip


def test_a_day_on_which_another_text_took_effect_is_not_this_ones() -> None:
    assert read("第一条 《某法》自2001年1月1日起施行后，应当遵守。\n第二条 甲。").effective is None


def test_a_document_without_a_title_is_called_by_its_files_name() -> None:
    assert read("第一条 甲。\n第二条 乙。", id="某某办法(2020-01-02)").title == "某某办法"


def test_dates_are_read_in_every_form_and_impossible_ones_left_out() -> None:
    assert read_dates("二○一七年九月五日，2020年2月30日，2021-3-4，２０１２年１２月３日") == [
        date(2017, 9, 5),
        date(2021, 3, 4),
        date(2012, 12, 3),
    ]


FIELDS = {
    "one to a line": "索 引 号：000014349/2023-00037\n主题分类：综合\n发文机关：某市人民政府\n"
    "成文日期：2023年08月30日\n标　　题：某市人民政府关于加强节水工作的意见\n发文字号：某政发〔2023〕9号\n"
    "发布日期：2023年09月05日\n有效性：有效\n",
    "several to a line": "索引号：000014349/2023-00037 主题分类：综合\n"
    "发文机关：某市人民政府 成文日期：2023年08月30日\n"
    "标题：某市人民政府关于加强节水工作的意见\n发文字号：某政发〔2023〕9号 发布日期：2023年09月05日\n",
    "in cells": "索引号\t000014349/2023-00037\t主题分类\t综合\n发文机关\t某市人民政府\t成文日期\t2023-08-30\n"
    "标题：\t某市人民政府关于加强节水工作的意见\n发文字号\t某政发〔2023〕9号\t发布日期\t2023-09-05\n",
    "value below the label": "索引号：\n000014349/2023-00037\n发文机关：\n某市人民政府\n成文日期：\n2023年08月30日\n"
    "标题：\n某市人民政府关于加强节水工作的意见\n发文字号：\n某政发〔2023〕9号\n发布日期：\n2023年09月05日\n",
}


@pytest.mark.parametrize("form", FIELDS)
def test_a_sites_fields_are_metadata_and_are_read(form: str) -> None:
    body = "各区人民政府：\n为加强节水，提出以下意见。\n一、甲事。\n二、乙事。\n"
    title = "某市人民政府关于加强节水工作的意见\n"
    for text in (FIELDS[form] + title + body, FIELDS[form] + body):
        parsed = parse_text(text, id="甲", source="甲.html")
        document = parsed.document
        assert document.title == "某市人民政府关于加强节水工作的意见"
        assert (document.issuer, document.doc_number) == ("某市人民政府", "某政发〔2023〕9号")
        assert document.published == date(2023, 9, 5)
        assert [clause.label for clause in parsed.clauses] == ["前言", "一、", "二、"]


def test_an_order_of_promulgation_gives_number_adoption_publication_and_effect() -> None:
    document = read(
        "中华人民共和国国务院令\n第 722 号\n《优化营商环境条例》已经2019年10月8日国务院第66次常务会议通过，现予公布，"
        "自2020年1月1日起施行。\n总理　李克强\n2019年10月22日\n优化营商环境条例\n第一章 总则\n第一条 甲。\n"
        "第二条 乙。\n"
    )
    assert (document.title, document.doc_number) == ("优化营商环境条例", "中华人民共和国国务院令第722号")
    assert (document.issuer, document.level) == ("国务院", "行政法规")
    assert (document.published, document.effective) == (date(2019, 10, 22), date(2020, 1, 1))
    assert steps(document) == [
        (date(2019, 10, 8), "通过"),
        (date(2020, 1, 1), "施行"),
        (date(2019, 10, 22), "公布"),
    ]


def test_a_notice_over_the_document_that_it_issues_is_dated_by_its_own_signature() -> None:
    document = read(
        "某市人民政府关于印发《某市供水办法》的通知\n某府规〔2021〕3号\n各区人民政府：\n现将《某市供水办法》印发给你们。\n"
        "某市人民政府\n2021年2月1日\n某市供水办法\n第一条 甲。\n"
        "第二条 本办法自2021年3月1日起施行，有效期至2026年2月28日。《某市旧办法》（某府规〔2016〕1号）同时废止。\n"
    )
    assert (document.published, document.effective) == (date(2021, 2, 1), date(2021, 3, 1))
    assert (document.repealed, document.repeals) == (date(2026, 3, 1), ("某市旧办法",))
    assert (document.level, document.issuer) == ("规范性文件", "某市人民政府")


def test_an_order_that_promulgates_for_use_at_once_and_its_issuer_are_read() -> None:
    document = read(
        "某自治区村庄建设办法\n某自治区人民政府\n某自治区人民政府令\n第82号\n《某自治区村庄建设办法》已经某自治区人民政府"
        "常务会议通过,现予发布施行。\n自治区主席 某某某\n1997年7月23日\n第一条 甲。\n第二条 乙。\n"
    )
    assert (document.title, document.issuer) == ("某自治区村庄建设办法", "某自治区人民政府")
    assert document.published == document.effective == date(1997, 7, 23)
    assert (document.doc_number, document.level) == ("某自治区人民政府令第82号", "地方政府规章")


def test_a_history_in_brackets_is_read_over_several_lines() -> None:
    document = read(
        "某市供水管理条例\n（1996年6月20日某市第十届人民代表大会常务委员会第二十八次会议通过\n"
        "根据2003年10月10日某市人民代表大会常务委员会《关于修改〈某市供水管理条例〉的决定》第一次修正\n"
        "2018年12月20日第二次修正）\n第一章 总则\n第一条 甲。\n第二条 本条例自1996年10月1日起施行。\n"
    )
    assert (document.title, document.level) == ("某市供水管理条例", "地方性法规")
    assert document.issuer == "某市人民代表大会常务委员会"
    assert (document.published, document.effective) == (date(2018, 12, 20), date(1996, 10, 1))
    assert [action for _, action in steps(document)] == ["通过", "修正", "修正", "施行"]


@pytest.mark.parametrize(
    ("words", "effective", "repealed"),
    [
        ("本办法自公布之日起施行。", date(2021, 1, 31), None),
        ("本办法自发布之日起30日后施行。", date(2021, 3, 2), None),
        ("本办法自公布之日起三个月后实施。", date(2021, 4, 30), None),
        ("本办法自2021年5月1日起施行，有效期至2026年4月30日。", date(2021, 5, 1), date(2026, 5, 1)),
        ("本办法自印发之日起施行，有效期五年。", date(2021, 1, 31), date(2026, 1, 31)),
        ("本办法自二○二一年五月一日起执行。", date(2021, 5, 1), None),
        ("许可证自颁发之日起生效，有效期五年。", None, None),
        ("本办法第三条自2021年5月1日起施行。", None, None),
    ],
)
def test_effect_and_expiry_are_read_from_the_words(words: str, effective: date, repealed: date) -> None:
    document = read(f"某办法\n某部令第3号\n2021年1月31日\n第一条 甲。\n第二条 {words}\n")
    assert (document.effective, document.repealed) == (effective, repealed)


@pytest.mark.parametrize(
    ("words", "repeals"),
    [
        ("本法自2009年1月1日起施行。《甲法》和1993年12月13日国务院发布的《乙条例》同时废止。", ("甲法", "乙条例")),
        ("《甲办法（试行）》（某发〔2001〕1号）即行废止。", ("甲办法（试行）",)),
        ("《关于修改〈甲〉的决定》自本办法施行之日起停止执行。", ("关于修改〈甲〉的决定",)),
        ("《甲法》自2000年1月1日起施行，《乙办法》同时废止。", ("乙办法",)),
        ("《甲法》第三条同时废止。", ()),
        ("《甲法》中有关看守所的规定即行废止。", ()),
        ("《甲法》与本法不一致的，停止执行。", ()),
        ("依照《甲法》的规定，《乙办法》同时废止。", ("乙办法",)),
        ("对不适应需要的标准及时废止。", ()),
    ],
)
def test_the_documents_repealed_are_those_that_cease_as_a_whole(words: str, repeals: tuple[str, ...]) -> None:
    assert read(f"某法\n第一条 丙。\n第二条 {words}\n").repeals == repeals


def test_a_list_of_repealed_documents_is_read_and_another_list_is_not() -> None:
    text = "某法\n第一条 下列条例、决定，自本法施行之日起，予以废止：\n1.惩治某罪暂行条例\n2.关于某事的决定（1982年）\n"
    assert read(text).repeals == ("惩治某罪暂行条例", "关于某事的决定")
    assert read("某法\n第一条 有下列情形之一的，废止证书：\n（一）受处罚；\n（二）死亡。\n").repeals == ()


@pytest.mark.parametrize(
    "head", ["某通知\n（已废止）\n", "有效性：废止\n某通知\n", "时效性：失效 发文机关：某局\n某通知\n"]
)
def test_a_document_that_is_said_to_be_void_has_that_step_without_a_day(head: str) -> None:
    document = read(head + "一、甲。\n二、乙。\n")
    assert document.repealed is None
    assert (None, "废止") in steps(document)


@pytest.mark.parametrize(
    ("head", "level"),
    [
        ("中共中央办公厅 国务院办公厅印发《关于某事的意见》\n", "党内政策"),
        ("中国共产党纪律处分条例\n", "党内法规"),
        ("某省人民政府令\n第12号\n某省供水办法\n", "地方政府规章"),
        ("最高人民法院关于适用《某法》的解释\n法释〔2020〕17号\n", "司法解释"),
        ("某部关于印发《某办法》的通知\n某发〔2020〕1号\n", "规范性文件"),
        ("中华人民共和国宪法\n", "宪法"),
        ("效力级别：地方性法规\n某条例\n", "地方性法规"),
        ("无名\n", ""),
    ],
)
def test_the_level_follows_from_issuer_number_title_and_history(head: str, level: str) -> None:
    assert read(f"{head}第一条 甲。\n第二条 乙。\n").level == level


def test_numbers_of_a_joint_document_are_all_named() -> None:
    document = read("甲局 乙局关于某事的通知\n甲发〔2020〕1号 乙发〔2020〕2号\n一、甲。\n二、乙。\n")
    assert (document.issuer, document.doc_number) == ("甲局、乙局", "甲发〔2020〕1号、乙发〔2020〕2号")


def test_the_formats_title_says_which_line_is_the_title() -> None:
    text = "某市人民政府门户网站欢迎您的访问\n某市节约用水办法\n第一条 甲。\n第二条 乙。\n"
    assert read_titled(text, "某市节约用水办法_某市人民政府").title == "某市节约用水办法"
    assert read_titled("第一条 甲。\n第二条 乙。\n", "某市节约用水办法 - 某市政府网").title == "某市节约用水办法"
    assert read_titled("第一条 甲。\n第二条 乙。\n", "Microsoft Word - 文档1").title == "甲"
    assert read_titled(text, "", ((text.index("某市节约"), 1),)).title == "某市节约用水办法"


@given(st.text(), st.text(max_size=30))
def test_any_text_has_metadata(text: str, title: str) -> None:
    document = read_titled(text, title)
    assert document.title or not document.id


PIECES = st.sampled_from(
    [*"《 》 自 公布之日起 2020年1月1日 施行 废止 同时 （ ） 国务院 令 第3号 通过 ： 有效期 5年".split(), "\n"]
)


@given(st.lists(PIECES, max_size=60))
def test_any_order_of_the_words_of_force_is_read(words: list[str]) -> None:
    read("".join(words))

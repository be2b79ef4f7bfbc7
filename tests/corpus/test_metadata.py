from datetime import date

from corpus import Document, parse_text
from corpus.metadata import read_dates


def read(text: str, id: str = "甲") -> Document:
    return parse_text(text, id=id, source="甲.txt").document


def test_a_laws_history_gives_title_issuer_and_the_latest_date() -> None:
    document = read(
        "# 中华人民共和国产品质量法\n\n1993年2月22日 第七届全国人民代表大会常务委员会第三十次会议通过\n\n"
        "2000年7月8日 第一次修正根据2009年8月27日的决定第二次修正\n\n<!-- INFO END -->\n\n"
        "第一条 甲。\n第二条 本法自1993年9月1日起施行。\n"
    )
    assert (document.title, document.issuer) == ("中华人民共和国产品质量法", "全国人民代表大会常务委员会")
    assert (document.published, document.effective) == (date(2009, 8, 27), date(1993, 9, 1))


def test_a_day_of_effect_is_no_day_of_publication() -> None:
    document = read(
        "# 处罚办法\n\n2015年1月5日 国家工商行政管理总局令第73号公布\n\n2015年3月15日 施行\n\n"
        "<!-- INFO END -->\n\n第一条 甲。",
        id="处罚办法(2015-01-05)",
    )
    assert (document.published, document.effective) == (date(2015, 1, 5), date(2015, 3, 15))
    assert (document.issuer, document.doc_number) == ("国家工商行政管理总局", "国家工商行政管理总局令第73号")


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
    parsed = parse_text(text, id="甲", source="甲.txt")
    assert parsed.clauses[-1].text == "二、乙事。"
    assert [span.reason for span in parsed.spans if span.kind == "metadata"] == [
        "title", "title", "particulars", "addressee", "signature", "signature", "signature",
    ]  # fmt: skip


def test_a_day_on_which_another_text_took_effect_is_not_this_ones() -> None:
    assert read("第一条 《某法》自2001年1月1日起施行后，应当遵守。\n第二条 甲。").effective is None


def test_a_document_without_a_title_is_called_by_its_files_name() -> None:
    assert read("第一条 甲。\n第二条 乙。", id="某某办法(2020-01-02)").title == "某某办法"


def test_chinese_dates_are_read_and_impossible_ones_left_out() -> None:
    assert read_dates("二○一七年九月五日，2020年2月30日，2021-3-4") == [date(2021, 3, 4), date(2017, 9, 5)]

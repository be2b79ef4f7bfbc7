from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Catalog
from corpus.errors import FilterError
from corpus.model import Document
from index.filters import Filter, choose_documents, names_issuer, read_day, suggest_issuers

TODAY = date(2026, 1, 1)
CONGRESS = "全国人民代表大会常务委员会"


def document(id: str, **facts: Any) -> Document:
    known: dict[str, Any] = {"issuer": "", "doc_number": "", "published": None, "effective": None, "repealed": None}
    return Document(id=id, title=facts.pop("title", id), source="", text="", **(known | facts))


OLD = document("旧", title="农产品法", issuer=CONGRESS, level="法律", published=date(2018, 10, 26))
NEW = document(
    "新", title="农产品法", issuer=CONGRESS, level="法律", published=date(2022, 9, 2), effective=date(2023, 1, 1)
)
RULES = document("条例", issuer="国务院", level="行政法规", published=date(2005, 7, 9))
POLICY = document("意见", issuer="中共中央、国务院", level="党内政策")
CATALOG = Catalog([OLD, NEW, RULES, POLICY])


def choose(wanted: Filter, *within: str) -> tuple[str, ...]:
    return choose_documents(CATALOG, wanted, within=within, today=TODAY)


def test_without_a_day_what_is_in_force_today_is_searched() -> None:
    assert choose(Filter()) == ("新", "条例", "意见")


def test_the_version_in_force_on_a_day_is_chosen() -> None:
    assert choose(Filter(in_force_on=date(2020, 1, 1))) == ("旧", "条例", "意见")
    assert choose(Filter(in_force_on=date(2022, 12, 31), levels=("法律",))) == ("旧",)  # the new one applies from 2023
    assert choose(Filter(in_force_on=date(2023, 1, 1), levels=("法律",))) == ("新",)


def test_of_several_issuers_or_levels_one_is_enough() -> None:
    assert choose(Filter(issuers=("国务院",))) == ("条例", "意见")
    assert choose(Filter(issuers=("国务院", "全国人大常委会"), levels=("法律", "行政法规"))) == ("新", "条例")


def test_days_of_publication_are_bounded_on_both_sides_inclusively() -> None:
    assert choose(Filter(since=date(2005, 7, 9), until=date(2022, 9, 2))) == ("新", "条例")
    assert choose(Filter(since=date(2005, 7, 10))) == ("新",)
    assert choose(Filter(until=date(2005, 7, 8))) == ()


def test_a_document_without_a_day_of_publication_counts_by_its_day_of_effect() -> None:
    assert Filter(since=date(2020, 1, 1)).admits(document("甲", effective=date(2020, 1, 1)))
    assert not Filter(since=date(2020, 1, 1)).admits(document("甲"))


def test_documents_that_are_named_are_kept_to_in_force_or_not() -> None:
    assert choose(Filter(levels=("法律",)), "旧", "条例") == ("旧",)
    assert choose(Filter(in_force_on=TODAY), "旧", "条例") == ("条例",)


@pytest.mark.parametrize(
    ("name", "issuer"),
    [
        ("市场监管总局", "国家市场监督管理总局"),
        ("全国人大常委会", CONGRESS),
        ("全国人大", "全国人民代表大会"),
        ("发展改革委", "国家发展和改革委员会"),
        ("国务院", "中共中央、国务院"),
        ("最高法", "最高人民法院、最高人民检察院"),
        ("中华人民共和国财政部", "财政部"),
    ],
)
def test_a_body_is_known_by_its_usual_short_name(name: str, issuer: str) -> None:
    assert names_issuer(name, issuer)


@pytest.mark.parametrize(
    ("name", "issuer"),
    [
        ("国务院", "国务院办公厅"),
        ("全国人大", CONGRESS),
        ("全国人民代表大会", CONGRESS),
        ("财政部", "商务部"),
        ("部", "财政部"),
        ("国务院", ""),
    ],
)
def test_a_body_is_not_taken_for_another(name: str, issuer: str) -> None:
    assert not names_issuer(name, issuer)


def test_issuers_of_a_like_name_are_suggested() -> None:
    assert suggest_issuers(["人民代表大会"], CATALOG.documents) == [CONGRESS]
    assert suggest_issuers(["气象局"], CATALOG.documents) == []


@pytest.mark.parametrize("text", ["2020-01-02", " 2020/1/2 ", "2020年1月2日", "二〇二〇年一月二日"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read_day(text) == date(2020, 1, 2)


@pytest.mark.parametrize(
    "text", ["", "2020", "2020-13-01", "2020-02-30", "昨天", "2020-01-01 2020-01-02", "2020-01-011"]
)
def test_what_is_no_day_is_refused_in_one_line_with_the_form_wanted(text: str) -> None:
    with pytest.raises(FilterError, match=r"is not a day: write it as 2020-01-01$"):
        read_day(text)


def test_an_unknown_level_is_refused_with_those_there_are() -> None:
    with pytest.raises(FilterError, match="no level is called 「法规」: write one of 宪法、法律、"):
        Filter(levels=("法规",))


def test_a_span_that_ends_before_it_begins_and_an_empty_issuer_are_refused() -> None:
    with pytest.raises(FilterError, match="is later than"):
        Filter(since=date(2021, 1, 1), until=date(2020, 1, 1))
    with pytest.raises(FilterError, match="an issuer is empty"):
        Filter(issuers=(" ",))


def test_a_filter_is_told_in_words() -> None:
    wanted = Filter(("国务院",), ("行政法规",), date(2000, 1, 1), date(2020, 1, 1), date(2021, 1, 1))
    assert wanted.describe(english=False) == (
        "制定机关为国务院、效力级别为行政法规、2000-01-01 以后公布、2020-01-01 以前公布、2021-01-01 有效"
    )
    assert wanted.describe(english=True).startswith("issued by 国务院, of level 行政法规, published since 2000-01-01")
    assert not Filter()
    assert all(bool(Filter(**{name: getattr(wanted, name)})) for name in Filter.__slots__)


@given(st.text(), st.text())
def test_any_names_are_compared_without_an_error(name: str, issuer: str) -> None:
    assert names_issuer(name, issuer) in (True, False)


@given(st.text())
def test_any_text_is_a_day_or_refused(text: str) -> None:
    try:
        assert isinstance(read_day(text), date)
    except FilterError as error:
        assert "\n" not in str(error)

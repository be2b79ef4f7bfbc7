from datetime import date

import pytest

from corpus import Catalog
from corpus.errors import NotFound
from corpus.model import Document
from index.filters import Filter
from rag.scope import choose_scope, refuse_filtered

TODAY = date(2026, 1, 1)


def document(id: str, title: str, issuer: str, level: str, year: int) -> Document:
    return Document(id, title, issuer, "", date(year, 1, 1), None, None, "", "", level)


OLD = document("农产品质量安全法(2018)", "中华人民共和国农产品质量安全法", "全国人大常委会", "法律", 2018)
NEW = document("农产品质量安全法(2022)", "中华人民共和国农产品质量安全法", "全国人大常委会", "法律", 2022)
RULES = document("认证认可条例", "中华人民共和国认证认可条例", "国务院", "行政法规", 2023)
CATALOG = Catalog([OLD, NEW, RULES])


def refuse(question: str, wanted: Filter, *documents: str) -> str | None:
    answer = refuse_filtered(question, choose_scope(CATALOG, documents, wanted, today=TODAY), CATALOG)
    if answer is None:
        return None
    assert (answer.status, answer.reason, answer.citations) == ("abstained", "out_of_scope", ())
    return answer.text


def test_without_a_filter_the_documents_named_are_the_scope() -> None:
    scope = choose_scope(CATALOG, ["农产品质量安全法", "认证认可条例"], Filter(), today=TODAY)
    assert (scope.documents, scope.day) == ((NEW.id, RULES.id), TODAY)
    assert choose_scope(CATALOG, (), Filter(), today=TODAY).documents == ()
    assert refuse("认证认可条例", Filter()) is None


def test_a_day_of_force_chooses_the_version_and_is_the_day_of_the_question() -> None:
    scope = choose_scope(CATALOG, (), Filter(in_force_on=date(2020, 1, 1)), today=TODAY)
    assert (scope.documents, scope.day) == ((OLD.id,), date(2020, 1, 1))
    assert refuse("农产品质量安全法怎么规定", Filter(in_force_on=date(2020, 1, 1))) is None


def test_a_document_that_is_not_there_is_an_error_with_a_filter_too() -> None:
    with pytest.raises(NotFound):
        choose_scope(CATALOG, ["没有的法"], Filter(levels=("法律",)), today=TODAY)


def test_a_filter_that_leaves_nothing_is_named() -> None:
    text = refuse("怎么认证", Filter(levels=("司法解释",))) or ""
    assert text.startswith("没有文件符合所选条件（效力级别为司法解释），无法作答。请放宽条件；`wence documents`")
    assert "the filter (published until 2000-01-01)" in (refuse("what is it?", Filter(until=date(2000, 1, 1))) or "")


def test_an_issuer_that_is_not_there_is_told_with_those_of_a_like_name() -> None:
    text = refuse("怎么认证", Filter(issuers=("全国人民代表",))) or ""
    assert "制定机关为全国人民代表" in text
    assert text.endswith("制定机关相近的有：全国人大常委会。")
    assert "相近" not in (refuse("怎么认证", Filter(issuers=("国务院",), levels=("法律",))) or "")


def test_a_document_that_the_question_names_and_the_filter_leaves_out_is_not_swapped_for_another() -> None:
    text = refuse("认证认可条例第五条", Filter(levels=("法律",))) or ""
    assert text.startswith("《中华人民共和国认证认可条例》不符合所选条件（效力级别为法律）")
    assert refuse("农产品质量安全法第五条", Filter(levels=("法律",))) is None


def test_a_law_that_is_not_in_the_index_is_told_so_behind_a_filter_too() -> None:
    assert (refuse("《劳动法》第五条", Filter(levels=("法律",))) or "").startswith("索引中没有《劳动法》")
    assert refuse("《劳动法》第五条", Filter(levels=("法律",)), "农产品质量安全法") is None

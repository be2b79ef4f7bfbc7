from datetime import date

import pytest

from corpus import Catalog, Document
from corpus.errors import NotFound


def make(id: str, title: str, published: date | None = None, repealed: date | None = None) -> Document:
    return Document(id, title, "", "", published, None, repealed, f"{id}.md", "")


OLD = make("农产品质量安全法(2018-10-26)", "中华人民共和国农产品质量安全法", date(2018, 10, 26))
NEW = make("农产品质量安全法(2022-09-02)", "中华人民共和国农产品质量安全法", date(2022, 9, 2))
CONSUMER = make("消费者权益保护法(2013-10-25)", "中华人民共和国消费者权益保护法", date(2013, 10, 25))
POLICY = make("关于开展质量提升行动的指导意见", "中共中央、国务院关于开展质量提升行动的指导意见")
CATALOG = Catalog([OLD, NEW, CONSUMER, POLICY])


def test_of_the_versions_the_latest_by_the_day_is_in_force() -> None:
    assert CATALOG.in_force() == {NEW.id, CONSUMER.id, POLICY.id}
    assert CATALOG.in_force(date(2020, 1, 1)) == {OLD.id, CONSUMER.id, POLICY.id}
    assert CATALOG.in_force(date(2015, 1, 1)) == {CONSUMER.id, POLICY.id}


def test_a_repealed_document_is_not_in_force() -> None:
    repealed = make("甲法(2001-01-01)", "甲法", date(2001, 1, 1), repealed=date(2010, 1, 1))
    assert Catalog([repealed]).in_force() == set()
    assert Catalog([repealed]).in_force(date(2005, 1, 1)) == {repealed.id}


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("农产品质量安全法(2018-10-26)", OLD),
        ("中华人民共和国农产品质量安全法（2018-10-26）", OLD),
        ("农产品质量安全法", NEW),
        ("《中华人民共和国农产品质量安全法》", NEW),
        ("农安法", NEW),
        ("消保法", CONSUMER),
        ("消法", CONSUMER),
        (" 消费者权益保护法 ", CONSUMER),
        ("中共中央 、国务院关于开展质量提升行动的指导意见", POLICY),
        ("关于开展质量提升行动的指导意见", POLICY),
        ("质量提升行动的指导意见", POLICY),
        ("质量提升指导意见", POLICY),
    ],
)
def test_a_document_is_found_by_any_name_in_use(name: str, document: Document) -> None:
    assert CATALOG.resolve(name) == document


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotFound, match="农产品质量安全法"):
        CATALOG.resolve("农产品质量安全条例")


def test_a_date_that_no_version_has_is_not_another_version() -> None:
    with pytest.raises(NotFound):
        CATALOG.resolve("农产品质量安全法(2006-04-29)")


@pytest.mark.parametrize("name", ["", " ", "《》", "\n", "?" * 10_000])
def test_any_name_is_answered_or_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        CATALOG.resolve(name)


def test_names_mean_every_version_the_one_in_force_first() -> None:
    names = CATALOG.names()
    assert names["农产品质量安全法"] == names["农安法"] == (NEW.id, OLD.id)
    assert names["质量提升行动的指导意见"] == (POLICY.id,)


def test_versions_are_listed_latest_first() -> None:
    assert CATALOG.versions(OLD.id) == (NEW, OLD)


def test_a_notice_that_issues_a_plan_is_also_called_by_the_plans_name() -> None:
    notice = make("甲", "国务院关于印发《质量强国建设纲要》的通知")
    assert Catalog([notice]).resolve("质量强国建设纲要") == notice

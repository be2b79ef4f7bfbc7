from dataclasses import replace
from datetime import date

import pytest

from corpus import Catalog, Document
from corpus.errors import NotFound
from corpus.model import Event
from corpus.versions import Superseded


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


def test_a_note_of_the_version_in_the_title_makes_no_other_document() -> None:
    older = make("甲", "中华人民共和国甲法（2012年修正）", date(2012, 1, 1))
    newer = make("乙", "甲法（2018修订）", date(2018, 1, 1))
    catalog = Catalog([older, newer])
    assert catalog.versions("甲") == (newer, older)
    assert catalog.in_force() == {"乙"}
    assert catalog.superseded() == (Superseded("甲", "later version", "乙", date(2018, 1, 1)),)
    assert catalog.resolve("甲法") == newer


def test_amendments_of_different_years_are_not_versions_of_one_another() -> None:
    amendments = [
        make(year, f"中华人民共和国宪法修正案（{year}年）", date(int(year), 3, 1)) for year in ("2004", "2018")
    ]
    assert Catalog(amendments).in_force() == {"2004", "2018"}


def test_a_draft_is_never_in_force() -> None:
    law = make("甲", "甲法", date(2012, 1, 1))
    draft = make("稿", "甲法（修订草案征求意见稿）", date(2024, 1, 1))
    catalog = Catalog([law, draft])
    assert catalog.in_force() == {"甲"}
    assert catalog.superseded() == (Superseded("稿", "draft"),)
    assert catalog.resolve("甲法") == law
    assert catalog.resolve("甲法（修订草案征求意见稿）") == draft


def test_a_version_applies_from_its_day_of_effect() -> None:
    law = make("甲", "甲法", date(2012, 1, 1))
    revised = replace(make("乙", "甲法", date(2022, 9, 2)), effective=date(2023, 1, 1))
    catalog = Catalog([law, revised])
    assert catalog.in_force(date(2022, 10, 1)) == {"甲"}
    assert catalog.in_force(date(2023, 1, 1)) == {"乙"}
    assert catalog.superseded(date(2022, 10, 1)) == (Superseded("乙", "not yet in force", day=date(2023, 1, 1)),)


def test_an_amended_law_is_in_force_though_its_words_tell_its_first_day() -> None:
    law = replace(make("甲", "甲法", date(2018, 10, 26)), effective=date(1985, 7, 1))
    assert Catalog([law]).in_force(date(2017, 1, 1)) == set()
    assert Catalog([law]).in_force(date(2019, 1, 1)) == {"甲"}


def test_what_another_document_repeals_is_not_in_force_from_that_ones_day_of_effect() -> None:
    repealed = make("旧", "中华人民共和国旧条例", date(2001, 1, 1))
    law = replace(make("新", "新法", date(2020, 6, 1)), effective=date(2021, 1, 1), repeals=("旧条例", "无此办法"))
    again = make("又", "旧条例", date(2022, 1, 1))
    assert Catalog([repealed, law]).in_force(date(2020, 12, 31)) == {"旧"}
    assert Catalog([repealed, law]).in_force(date(2021, 1, 1)) == {"新"}
    assert Catalog([repealed, law]).superseded() == (Superseded("旧", "repealed", "新", date(2021, 1, 1)),)
    assert Catalog([repealed, law, again]).in_force() == {"新", "又"}


def test_a_document_that_is_void_without_a_day_is_not_in_force() -> None:
    void = replace(make("甲", "甲办法", date(2001, 1, 1)), history=(Event(None, "废止", "有效性：废止"),))
    assert Catalog([void]).in_force() == set()


def test_parts_of_a_document_in_files_of_their_own_are_all_in_force_and_copies_are_not() -> None:
    first = replace(make("总则", "民法典", date(2020, 5, 28)), text="第一条 甲。")
    second = replace(make("物权编", "民法典", date(2020, 5, 28)), text="第二百零五条 乙。")
    assert Catalog([first, second]).in_force() == {"总则", "物权编"}
    copy = replace(first, id="总则~2")
    assert [one.cause for one in Catalog([first, copy]).superseded()] == ["another copy"]

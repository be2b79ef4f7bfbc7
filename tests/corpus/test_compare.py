import random
import time
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import ParsedDocument, parse_document, parse_text, to_chinese
from corpus.compare import ClausePair, compare_documents

DOCUMENTS = Path(str(resources.files("corpus"))) / "documents"


def parse(*bodies: str, id: str = "甲") -> ParsedDocument:
    """Return a law of these articles, numbered from one."""
    text = "".join(f"第{to_chinese(str(number))}条 {body}\n" for number, body in enumerate(bodies, start=1))
    return parse_text(text, id=id, source=f"{id}.txt")


def list_kinds(pairs: tuple[ClausePair, ...]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.old.number if one.old else "", one.new.number if one.new else "") for one in pairs]


PURPOSE = "为了加强产品质量监督，保护消费者的合法权益，制定本法。"
SCOPE = "在中华人民共和国境内从事生产、销售活动，必须遵守本法。"
REWARD = "对质量管理先进的企业和个人，给予表彰和奖励。"
FINE = "伪造产品产地的，责令改正，没收违法所得，并处二千元以下罚款。"
REPORT = "任何单位和个人有权检举违反本法的行为。"


def test_a_document_has_not_changed_from_itself() -> None:
    law = parse(PURPOSE, SCOPE, "（删去）", "（删去）", FINE)
    assert {one.kind for one in compare_documents(law, law)} == {"same"}


def test_an_inserted_article_renumbers_those_behind_it() -> None:
    pairs = compare_documents(parse(PURPOSE, SCOPE, FINE), parse(PURPOSE, REWARD, SCOPE, FINE))
    assert list_kinds(pairs) == [
        ("same", "一", "一"),
        ("added", "", "二"),
        ("renumbered", "二", "三"),
        ("renumbered", "三", "四"),
    ]


def test_a_deleted_article_comes_behind_the_one_that_it_stood_behind() -> None:
    assert list_kinds(compare_documents(parse(PURPOSE, REWARD, SCOPE), parse(PURPOSE, SCOPE))) == [
        ("same", "一", "一"),
        ("deleted", "二", ""),
        ("renumbered", "三", "二"),
    ]
    assert list_kinds(compare_documents(parse(REWARD, SCOPE), parse(SCOPE)))[0] == ("deleted", "一", "")


def test_changed_words_are_told_in_offsets_of_both_documents() -> None:
    old, new = parse(PURPOSE, FINE), parse(PURPOSE, REWARD, FINE.replace("二千元", "五万元"), id="乙")
    changed = compare_documents(old, new)[-1]
    assert list_kinds((changed,)) == [("renumbered_and_changed", "二", "三")]
    (change,) = changed.changes
    assert old.document.text[change.old_start : change.old_end] == "二千元"
    assert new.document.text[change.new_start : change.new_end] == "五万元"


def test_an_article_that_went_elsewhere_is_found_there() -> None:
    pairs = compare_documents(parse(REPORT, PURPOSE, SCOPE, FINE), parse(PURPOSE, SCOPE, FINE, REPORT))
    assert list_kinds(pairs) == [
        ("renumbered", "二", "一"),
        ("renumbered", "三", "二"),
        ("renumbered", "四", "三"),
        ("renumbered", "一", "四"),
    ]


def test_an_article_that_grew_is_still_known() -> None:
    grown = (
        REPORT
        + "县级以上人民政府的市场监督管理部门收到检举后，应当及时处理，并为检举人保密，按照国家有关规定给予奖励。"
    )
    pairs = compare_documents(parse(PURPOSE, REPORT, FINE), parse(PURPOSE, SCOPE, grown, FINE))
    assert ("renumbered_and_changed", "二", "三") in list_kinds(pairs)


def test_articles_with_nothing_in_common_are_no_pair_though_they_share_a_number() -> None:
    assert list_kinds(compare_documents(parse(PURPOSE, REWARD), parse(PURPOSE, FINE))) == [
        ("same", "一", "一"),
        ("deleted", "二", ""),
        ("added", "", "二"),
    ]


def test_a_new_heading_is_a_change_and_another_script_of_the_number_is_none() -> None:
    (pair,) = compare_documents(parse("【目的】甲。"), parse("【宗旨】甲。"))
    assert pair.kind == "changed"
    law = parse_text("第12条 应当报告。\n", id="甲", source="甲.txt")
    other = parse_text("第十二条　应当报告。\n", id="乙", source="乙.txt")
    assert list_kinds(compare_documents(law, other)) == [("same", "十二", "十二")]


def test_a_document_without_clauses_is_compared() -> None:
    empty, law = parse_text("", id="乙", source="乙.txt"), parse(PURPOSE)
    assert list_kinds(compare_documents(empty, law)) == [("added", "", "一")]
    assert list_kinds(compare_documents(law, empty)) == [("deleted", "一", "")]
    assert compare_documents(empty, empty) == ()


BODIES = st.lists(st.text(alphabet="甲乙丙丁的应当报告处罚、，。；\n （一）", max_size=25), max_size=8)


@given(BODIES, BODIES)
def test_pairs_hold_each_clause_once_and_their_stretches_are_its_text(one: list[str], other: list[str]) -> None:
    old, new = parse(*one), parse(*other, id="乙")
    pairs = compare_documents(old, new)
    assert sorted(pair.old.start for pair in pairs if pair.old) == [clause.start for clause in old.clauses]
    assert [pair.new for pair in pairs if pair.new] == list(new.clauses)
    for pair in pairs:
        assert (pair.old is None, pair.new is None) == (pair.kind == "added", pair.kind == "deleted")
        if pair.old and pair.new:
            assert bool(pair.changes) == pair.kind.endswith("changed")
            old_at, new_at = pair.old.start, pair.new.start
            for change in pair.changes:
                assert old_at <= change.old_start <= change.old_end <= pair.old.end
                assert new_at <= change.new_start <= change.new_end <= pair.new.end
                old_at, new_at = change.old_end, change.new_end


@given(BODIES)
def test_any_document_compared_with_itself_is_the_same(bodies: list[str]) -> None:
    law = parse(*bodies)
    assert all(pair.kind == "same" and pair.old == pair.new for pair in compare_documents(law, law))


def test_two_versions_of_a_law_that_ships_are_paired_as_a_lawyer_would() -> None:
    old = parse_document(DOCUMENTS / "农产品质量安全法(2018-10-26).md")
    new = parse_document(DOCUMENTS / "农产品质量安全法(2022-09-02).md")
    pairs = compare_documents(old, new)
    partners = {one.old.number: one.new.number for one in pairs if one.old and one.new}
    # The agency reform, a duty that moved forward, the inspection powers, the day of effect.
    assert [partners[number] for number in ("三", "五", "二十七", "三十八", "三十九", "五十六")] == [
        "五",
        "六",
        "十二",
        "五十六",
        "五十三",
        "八十一",
    ]
    moved = next(one for one in pairs if one.new and one.new.number == "十八")
    assert moved.kind == "renumbered"
    assert next(one for one in pairs if one.old and one.old.number == "五十五").kind == "deleted"


@pytest.mark.parametrize("seed", [1, 2])
def test_a_law_of_five_hundred_articles_is_compared_in_two_seconds(seed: int) -> None:
    chance = random.Random(seed)
    words = [f"{chr(chance.randrange(0x4E00, 0x9000))}{chr(chance.randrange(0x4E00, 0x9000))}" for _ in range(1500)]
    bodies = ["，".join("".join(chance.choices(words, k=6)) for _ in range(16)) + "。" for _ in range(500)]
    changed = [
        body.replace("，", "，经批准的，", 1) if chance.random() < 0.6 else body
        for body in bodies
        if chance.random() > 0.05
    ]
    old, new = parse(*bodies), parse(*changed[:100], REWARD, *changed[100:], id="乙")
    begun = time.perf_counter()
    pairs = compare_documents(old, new)
    assert time.perf_counter() - begun < 2
    assert [pair.new.text[-20:] for pair in pairs if pair.kind == "added" and pair.new] == [new.clauses[100].text[-20:]]

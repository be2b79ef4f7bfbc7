import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.diversify import Candidate, fold_alike, share_words

OLD = "第二十一条　农产品生产企业应当建立农产品生产记录，记录应当保存二年，禁止伪造生产记录。"
NEW = "第二十七条　农产品生产企业、农民专业合作社应当建立农产品生产记录，记录应当至少保存二年，禁止伪造、变造生产记录。"
FINE = "第六十条　销售不合格农产品的，责令停止销售，没收违法所得，并处十万元以下罚款。"
PERIOD = "第六十一条　伪造产地的，责令改正，没收违法所得，并处五万元以下罚款，可以吊销执照。"


def candidate(text: str, document: str, **facts: object) -> Candidate:
    return Candidate(text, document, facts.pop("family", document), **facts)  # type: ignore[arg-type]


def test_versions_of_a_clause_stand_as_one_led_by_that_in_force() -> None:
    old = candidate(OLD, "2018", family="农安法", preferred=False)
    new = candidate(NEW, "2022", family="农安法")
    other = candidate(FINE, "2022", family="农安法")
    assert fold_alike([old, other, new]) == [[2, 0], [1]]


def test_clauses_of_one_document_are_never_folded() -> None:
    assert fold_alike([candidate(FINE, "法"), candidate(FINE, "法")]) == [[0], [1]]


def test_the_same_words_in_different_documents_stand_as_one_whatever_their_numbers() -> None:
    again = FINE.replace("第六十条", "第三条")
    assert fold_alike([candidate(FINE, "甲"), candidate(PERIOD, "乙"), candidate(again, "丙")]) == [[0, 2], [1]]


def test_words_that_are_merely_alike_in_different_laws_are_not_the_same() -> None:
    assert fold_alike([candidate(OLD, "甲"), candidate(NEW, "乙")]) == [[0], [1]]


def test_what_was_asked_for_by_name_stands_for_itself() -> None:
    named = candidate(FINE, "乙", kept=True)
    assert fold_alike([candidate(FINE, "甲"), named]) == [[0], [1]]
    assert fold_alike([named, candidate(FINE, "甲")]) == [[0, 1]]


def test_short_texts_are_the_same_only_where_they_are_equal() -> None:
    assert fold_alike([candidate("自公布之日起施行。", "甲"), candidate("自公布之日起执行。", "乙")]) == [[0], [1]]
    assert fold_alike([candidate("自公布之日起施行。", "甲"), candidate("自公布之日起施行。", "乙")]) == [[0, 1]]
    assert fold_alike([candidate("", "甲"), candidate("", "乙")]) == [[0], [1]]


def test_the_share_of_words_is_jaccards() -> None:
    assert share_words(["甲乙", "乙丙"], ["乙丙", "丙丁"]) == pytest.approx(1 / 3)  # 乙丙 of 甲乙, 乙丙, 丙丁
    assert share_words([], []) == 0.0


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        text=st.sampled_from([OLD, NEW, FINE, PERIOD, "", "短"]),
        document=st.sampled_from("甲乙丙"),
        family=st.sampled_from("天地"),
        preferred=st.booleans(),
        kept=st.booleans(),
    ),
    max_size=12,
)


@given(CANDIDATES)
def test_every_candidate_is_in_one_group_and_groups_keep_the_order(candidates: list[Candidate]) -> None:
    groups = fold_alike(candidates)
    assert sorted(place for group in groups for place in group) == list(range(len(candidates)))
    assert all(min(a) < min(b) for a, b in itertools.pairwise(groups))
    for group in groups:
        assert not any(candidates[place].kept for place in group[1:])
        others = [candidates[place].document for place in group if place != min(group)]
        assert candidates[min(group)].document not in others

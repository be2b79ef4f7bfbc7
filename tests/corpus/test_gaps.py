import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import parse_text
from corpus.gaps import find_gap, find_gaps

POLICY = "关于某事的意见\n（二十）加强甲\n要甲。\n（二十一）加强乙\n要乙。\n五、改革\n（二十二）加强丙\n要丙。\n"


def gaps(text: str) -> list[tuple[str, str, str, str, str]]:
    found = find_gaps(parse_text(text, id="甲", source="甲.txt"))
    return [(gap.kind, *gap.labels, gap.before, gap.following) for gap in found]


def articles(*labels: str) -> str:
    return "某法\n" + "".join(f"{label} 为了甲，制定本法。\n" for label in labels)


def test_a_copy_that_begins_late_lacks_what_came_before() -> None:
    parsed = parse_text(POLICY, id="甲", source="甲.txt")
    first, second = find_gaps(parsed)
    assert (first.labels, first.following, first.clauses) == (("（一）", "（十九）"), "（二十）", True)
    assert (second.labels, second.following, second.clauses) == (("一、", "四、"), "五、", False)
    assert first.numbers[9] == "十"
    found = find_gap(parsed, "十")
    assert found == first
    assert find_gap(parsed, "二十一") is None
    assert find_gap(parsed, "三十") is None


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("第一条", "第二条", "第五条"), [("skips", "第三条", "第四条", "第二条", "第五条")]),
        (("第一条", "第三条之一", "第四条"), [("skips", "第二条", "第三条", "第一条", "第三条之一")]),
        (("第一条", "第二条", "第二条之二"), [("skips", "第二条之一", "第二条之一", "第二条", "第二条之二")]),
        (("第一条", "第二条", "第二条之一", "第三条"), []),
        (("第一条", "第二条", "第四条", "第四条", "第五条"), []),
        (("第一条", "第二条", "第三条"), []),
    ],
    ids=["skips", "base", "sub", "whole with 之一", "misprint", "whole"],
)
def test_articles_that_skip_are_gaps_and_misprints_are_none(labels: tuple[str, ...], expected: list[object]) -> None:
    assert gaps(articles(*labels)) == expected


def test_items_that_begin_again_in_each_part_are_whole() -> None:
    part = "（一）加强甲\n要甲。\n（二）加强乙\n要乙。\n"
    assert gaps(f"关于某事的意见\n一、改革\n{part}二、保障\n{part}") == []


def test_items_that_go_on_through_the_parts_may_skip() -> None:
    text = "关于某事的意见\n一、改革\n（一）加强甲\n要甲。\n二、保障\n（四）加强乙\n要乙。\n"
    assert gaps(text) == [("skips", "（二）", "（三）", "（一）", "（四）")]


def test_a_number_that_is_printed_within_another_line_is_there() -> None:
    assert gaps("某法\n第一条 为了甲，制定本法。第二条 乙。\n第三条 丙。\n") == []


def test_an_attachment_counts_for_itself() -> None:
    text = articles("第一条", "第二条") + "附件：\n" + articles("第一条", "第三条")[3:]
    assert all(gap[0] == "skips" for gap in gaps(text))


def test_the_text_that_an_amendment_quotes_is_no_sequence_of_its_own() -> None:
    text = "关于修改《某法》的决定\n一、将第三条修改为：“第三条 甲。”\n二、增加一条，作为第九条：“第九条 乙。”\n"
    assert gaps(text) == []


@given(
    st.lists(
        st.sampled_from(
            ["第一条 甲。", "第三条 甲。", "（二）甲", "四、甲", "第二章 乙", "附件：", "甲。", "第九九九九九九条 甲"]
        )
    )
)
def test_gaps_of_any_text_lie_in_order_inside_it(lines: list[str]) -> None:
    text = "\n".join(lines)
    starts = [gap.start for gap in find_gaps(parse_text(text, id="甲", source="甲.txt"))]
    assert starts == sorted(starts)
    assert all(0 <= start < len(text) for start in starts)

from hypothesis import given
from hypothesis import strategies as st

from corpus import parse_text
from corpus.paragraphs import find_paragraph, split_paragraphs


def split(text: str) -> list[tuple[str, int, str]]:
    (clause,) = [one for one in parse_text(text, id="甲", source="甲.txt").clauses if one.number == "五"]
    return [(one.kind, one.number, text[one.start : one.end]) for one in split_paragraphs(clause)]


ARTICLE = (
    "第四条 子。\n第五条 有下列情形之一的：\n（一）甲：\n1.丙；\n2.丁；\n（二）乙：①戊；②己。\n有前款行为的，从重。\n"
)


def test_paragraphs_carry_their_points_and_those_their_items() -> None:
    assert split(ARTICLE) == [
        ("款", 1, "有下列情形之一的：\n（一）甲：\n1.丙；\n2.丁；\n（二）乙：①戊；②己。"),
        ("项", 1, "（一）甲：\n1.丙；\n2.丁；"),
        ("目", 1, "1.丙；"),
        ("目", 2, "2.丁；"),
        ("项", 2, "（二）乙：①戊；②己。"),
        ("目", 1, "①戊；"),
        ("目", 2, "②己。"),
        ("款", 2, "有前款行为的，从重。"),
    ]


def test_points_that_run_on_in_one_line_are_found_and_references_to_them_are_not() -> None:
    text = "第四条 子。\n第五条 情形：（一）甲；（二）乙。违反第（一）项、（二）项的，从重。\n"
    assert [(kind, number) for kind, number, _ in split(text)] == [("款", 1), ("项", 1), ("项", 2)]


def test_the_label_and_the_heading_of_a_clause_are_in_no_paragraph() -> None:
    text = "第四条 子。\n第五条 【标题】甲。\n\n　　乙。\n"
    assert split(text) == [("款", 1, "甲。"), ("款", 2, "乙。")]


def test_a_place_is_found_by_its_numbers() -> None:
    clause = parse_text(ARTICLE, id="甲", source="甲.txt").clauses[1]
    paragraphs = split_paragraphs(clause)

    def words(**numbers: int) -> str:
        found = find_paragraph(paragraphs, **numbers)
        return ARTICLE[found.start : found.end] if found else ""

    assert words(paragraph=2) == "有前款行为的，从重。"
    assert words(point=2) == words(paragraph=1, point=2) == "（二）乙：①戊；②己。"
    assert words(point=1, item=2) == "2.丁；"
    assert words(paragraph=2, point=1) == words(paragraph=3) == words(point=3) == words() == ""


@given(st.text(alphabet="第一二三条（）()1.①、；：\n 甲*【】"))
def test_paragraphs_lie_in_order_inside_any_clause(text: str) -> None:
    for clause in parse_text(text, id="甲", source="甲.txt").clauses:
        end = clause.start
        for one in split_paragraphs(clause):
            assert clause.start <= one.start < one.end <= clause.end
            if one.kind == "款":
                assert one.start >= end
                end = one.end

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import parse_text
from corpus.references.find import Reference, find_references
from corpus.references.places import Narrowing


def read(text: str) -> list[Reference]:
    return list(find_references(parse_text(text, id="甲", source="甲.txt")))


def read_article(words: str, title: str = "某法") -> list[tuple[str, str, str, str, tuple[int, ...]]]:
    """Return the references of the second of three articles: words, document, number, last, 款 and 项."""
    text = f"{title}\n第一章 总则\n第一条 为了甲，制定本法。\n第二条 {words}\n第三条 丙。\n第四条 丁。\n第五条 戊。\n"
    found = [one for one in read(text) if one.clause == "甲#二"]
    return [
        (text[one.start : one.end], one.document, one.number, one.last, astuple(one.within)) for one in found
    ]  # fmt: skip


WHOLE = (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("依照本法第四条处罚。", [("第四条", "", "四", "", WHOLE)]),
        ("依照第三条至第五条处罚。", [("第三条至第五条", "", "三", "五", WHOLE)]),
        ("依照第三条、第四条处罚。", [("第三条", "", "三", "", WHOLE), ("第四条", "", "四", "", WHOLE)]),
        ("依照第三、四条处罚。", [("第三、四条", "", "三", "", WHOLE), ("第三、四条", "", "四", "", WHOLE)]),
        ("依照第四条第二款第（三）项第1目。", [("第四条第二款第（三）项第1目", "", "四", "", (2, 0, 3, 0, 1))]),
        (
            "依照第四条第一款、第二款。",
            [("第四条第一款", "", "四", "", (1, 0, 0, 0, 0)), ("第二款", "", "四", "", (2, 0, 0, 0, 0))],
        ),
        ("有第四条第一项至第三项行为。", [("第四条第一项至第三项", "", "四", "", (0, 0, 1, 3, 0))]),
        ("依照《标准化法》第十条。", [("《标准化法》第十条", "标准化法", "十", "", WHOLE)]),
        (
            "依照《标准化法》第十条、第十一条和本法第四条。",
            [
                ("《标准化法》第十条", "标准化法", "十", "", WHOLE),
                ("第十一条", "标准化法", "十一", "", WHOLE),
                ("第四条", "", "四", "", WHOLE),
            ],
        ),
        (
            "依照《中华人民共和国标准化法》办理。",
            [("《中华人民共和国标准化法》", "中华人民共和国标准化法", "", "", WHOLE)],
        ),
        ("依照民法典第五百七十七条。", [("第五百七十七条", "民法典", "五百七十七", "", WHOLE)]),
        ("违反反不正当竞争法第十条。", [("第十条", "反不正当竞争法", "十", "", WHOLE)]),
        ("依照劳动合同法第四十六条。", [("第四十六条", "劳动合同法", "四十六", "", WHOLE)]),
        ("犯刑法第一百二十条之一规定之罪。", [("第一百二十条之一", "刑法", "一百二十之一", "", WHOLE)]),
        ("前条规定不适用。", [("前条", "", "一", "", WHOLE)]),
        ("依照有关法律、行政法规的规定第三人。", []),
        ("取得《排污许可证》的第五条件。", []),
    ],
)
def test_every_form_is_read(words: str, expected: list[object]) -> None:
    assert read_article(words) == expected


def test_what_is_relative_is_told_by_number() -> None:
    words = "甲。\n前款规定，有下列情形：\n（一）乙；\n（二）丙。\n前两款和本条第二款第（一）项，依照本章办理。"
    assert read_article(words) == [
        ("前款", "", "二", "", (1, 0, 0, 0, 0)),
        ("前两款", "", "二", "", (1, 2, 0, 0, 0)),
        ("本条第二款第（一）项", "", "二", "", (2, 0, 1, 0, 0)),
        ("本章", "", "", "", WHOLE),
    ]


def test_a_point_that_the_clause_has_not_is_of_the_clause_named_before() -> None:
    found = read_article("行使本法第四条第一款规定的职权，但是第九项除外。")
    assert found[-1] == ("第九项", "", "四", "", (1, 0, 9, 0, 0))


def test_a_short_name_of_the_documents_own_making_means_the_title() -> None:
    found = read_article("根据《中华人民共和国进出口商品检验法》（以下简称商检法），依照商检法第四条、第五条办理。")
    assert [one[1:3] for one in found] == [
        ("中华人民共和国进出口商品检验法", ""),
        ("中华人民共和国进出口商品检验法", "四"),
        ("中华人民共和国进出口商品检验法", "五"),
    ]


def test_a_clauses_own_label_and_the_documents_own_title_are_no_references() -> None:
    assert read_article("本法自2020年1月1日起施行，《某法》同时公布。") == []


def test_in_an_amendment_bare_numbers_are_the_amended_laws() -> None:
    text = "关于修改《某法》的决定\n一、将第三条修改为：“第三条 依照本法第四条处罚。”\n二、本决定自公布之日起施行。\n"
    assert {(one.document, one.number) for one in read(text)} == {("某法", "三"), ("某法", "四")}


def test_an_explanation_without_articles_speaks_of_the_law_it_explains() -> None:
    found = read("关于适用《某法》问题的批复\n一、第三条所称甲，是指乙。\n二、丙。\n")
    assert [(one.document, one.number) for one in found] == [("某法", "三")]


def test_a_policys_items_and_parts_are_read() -> None:
    text = (
        "关于某事的意见\n一、改革\n（一）加强甲\n要按照本意见（二）办理。\n（二）加强乙\n第一部分和第（一）条另定。\n"
    )
    found = [(one.number, one.sections, one.bracketed) for one in read(text)]
    assert found == [("二", (), True), ("", ((1, "部分"),), False), ("一", (), True)]


PIECES = [
    "第",
    "一",
    "十条",
    "款",
    "（二）",
    "项",
    "目",
    "前款",
    "前条",
    "本章",
    "本法",
    "《甲法》",
    "《",
    "》",
    "、",
    "至",
    "和",
    "，",
    "\n",
    "第一条 ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=50))
def test_references_of_any_text_lie_inside_their_clause(pieces: list[str]) -> None:
    text = "".join(pieces)
    parsed = parse_text(text, id="甲", source="甲.txt")
    clauses = {clause.id: clause for clause in parsed.clauses}
    for one in find_references(parsed):
        clause = clauses[one.clause]
        assert clause.start <= one.start < one.end <= clause.end
        assert one.document or one.number or one.sections or one.within == Narrowing()


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    read(text)

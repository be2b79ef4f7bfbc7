import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.parse import parse_text
from index.chunks import split_chunks
from index.exact import ExactIndex

QUALITY = "中华人民共和国产品质量法\n\n第一条　为了提高质量。\n第四十条　销售者应当负责修理。\n第四十条之一　更换。\n"
CONSUMERS = "中华人民共和国消费者权益保护法\n\n第四十条　消费者可以要求赔偿。\n"
NOTICE = (
    "国务院办公厅关于加强食品安全工作的通知\n\n国办发〔2017〕5号\n\n"
    "（一）加强监管\n各地应当落实。\n（二）完善标准\n加快制定。\n"
)


def build() -> tuple[ExactIndex, list[str]]:
    texts = {"产品质量法": QUALITY, "消费者权益保护法": CONSUMERS, "通知": NOTICE}
    parsed = [parse_text(text, id=id, source=f"{id}.md") for id, text in texts.items()]
    chunks = [chunk for one in parsed for chunk in split_chunks(one, max_characters=200)]
    owners = np.array([list(texts).index(chunk.document_id) for chunk in chunks])
    index = ExactIndex.from_documents([one.document for one in parsed], [chunk.id for chunk in chunks], owners)
    return index, [chunk.clause_id for chunk in chunks]


INDEX, CLAUSES = build()


def named(query: str) -> list[str]:
    match = INDEX.find(query)
    mask = INDEX.are_named(np.arange(len(CLAUSES)), match)
    return [id for id, yes in zip(CLAUSES, mask, strict=True) if yes]


def clauses(query: str) -> list[str]:
    return [CLAUSES[row] for row in INDEX.list_clauses(INDEX.find(query))]


@pytest.mark.parametrize(
    "query",
    [
        "产品质量法第四十条",
        "《中华人民共和国产品质量法》 第40条",
        "产质法第４０条怎么规定",
        "产品质量法规定的第 四十 条",
    ],
)
def test_a_clause_is_found_by_number_and_any_usual_title(query: str) -> None:
    assert clauses(query) == ["产品质量法#四十"]


def test_a_short_title_names_its_document() -> None:
    assert named("消保法怎么规定赔偿") == ["消费者权益保护法#四十"]
    assert clauses("产品质量法和消保法第四十条") == ["产品质量法#四十", "消费者权益保护法#四十"]
    assert clauses("产品质量法第四十条之一") == ["产品质量法#四十之一"]


@pytest.mark.parametrize("query", ["国办发〔2017〕5号", "国办发[2017]5号文", "按国办发（2017）第5号怎么做"])
def test_a_document_is_named_by_its_number_whatever_brackets_are_typed(query: str) -> None:
    assert named(query) == clauses(query) == ["通知#一", "通知#二"]


def test_an_item_of_a_document_that_is_named_by_number_is_found() -> None:
    assert clauses("国办发〔2017〕5号（二）") == ["通知#二"]


@pytest.mark.parametrize(
    "query",
    ["国办发〔2017〕15号", "取消法定代表人资格", "食品质量怎么样", "", "第四十号", "产品质量法规有哪些", "(二)项"],
)
def test_what_names_nothing_matches_nothing(query: str) -> None:
    assert not INDEX.find(query)
    assert clauses(query) == []


def test_a_number_alone_matches_it_in_every_document_but_names_no_clause() -> None:
    assert named("第四十条") == ["产品质量法#四十", "消费者权益保护法#四十"]
    assert clauses("第四十条") == []


def test_a_name_of_two_characters_counts_in_brackets_or_before_a_number() -> None:
    index = ExactIndex.from_titles(["消费者权益保护法第五十五条", "民法典第一条"])
    assert index.find("《消法》").documents == index.find("消法第五十五条").documents == {0}
    assert not index.find("取消法人资格")
    assert index.find("民法典").documents == {1}


def test_titles_of_articles_are_taken_apart() -> None:
    index = ExactIndex.from_titles(["民法典第一千零五十二条", "民法典第二条", "", "刑法第一百二十条之一"])
    assert index.list_clauses(index.find("民法典第1052条")).tolist() == [0]
    assert index.list_clauses(index.find("刑法第一百二十条之一")).tolist() == [3]
    assert index.are_named(np.arange(4), index.find("民法典")).tolist() == [True, True, False, False]


def test_an_index_of_nothing_matches_nothing() -> None:
    assert not ExactIndex.from_titles([]).find("产品质量法")


@given(
    st.text()
    | st.lists(st.sampled_from(["产品质量法", "第", "四十", "条", "（二）", "国办发", "〔", "5号"])).map("".join)
)
def test_any_query_is_matched_without_an_error(query: str) -> None:
    found = INDEX.list_clauses(INDEX.find(query))
    assert (np.diff(found) > 0).all()
    assert INDEX.are_named(found, INDEX.find(query)).all()

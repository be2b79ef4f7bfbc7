from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Clause, Span
from index.model import Hit
from rag.citations import RemovalReason, Verified, verify_sentence
from rag.draft import DraftSentence, split_draft
from rag.model import Passage, Removal
from rag.support import Weakness
from tests.rag.shipped import CONSUMER, POLICY, QUALITY, read_damaged, read_shipped, read_titles, take_passages

EXAMPLES = [
    json.loads(line)
    for line in (Path(__file__).parent / "verification_examples.jsonl").read_text(encoding="utf-8").splitlines()
]


def verify(text: str, *clause_ids: str, cited: tuple[int, ...] = (1,)) -> Verified | Removal:
    passages = take_passages(*clause_ids)
    return verify_sentence(DraftSentence(text, cited), passages, read_damaged(), titles=read_titles())


def read_reason(found: Verified | Removal) -> str:
    assert isinstance(found, Removal), found
    return found.reason


@pytest.mark.parametrize("part", ["tune", "held out"])
def test_no_false_example_stands(part: str) -> None:
    false = [example for example in EXAMPLES if not example["stands"] and example["part"] == part]
    assert len(false) >= 30
    assert [e["sentence"] for e in false if isinstance(verify(e["sentence"], e["clause"]), Verified)] == []


@pytest.mark.parametrize("part", ["tune", "held out"])
def test_nine_in_ten_true_examples_stand(part: str) -> None:
    true = [example for example in EXAMPLES if example["stands"] and example["part"] == part]
    assert len(true) >= 20
    lost = [e["sentence"] for e in true if isinstance(verify(e["sentence"], e["clause"]), Removal)]
    assert len(lost) <= len(true) // 10, lost


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e["stands"]], ids=lambda e: e["sentence"][:20])
def test_a_quote_is_verbatim_inside_the_clause_and_off_its_label(example: dict[str, str]) -> None:
    found = verify(example["sentence"], example["clause"])
    if isinstance(found, Removal):
        return
    (passage,) = take_passages(example["clause"])
    text = read_shipped()[passage.clause.document_id].document.text
    damaged = read_damaged()[passage.clause.document_id]
    assert found.citations
    for citation in found.citations:
        assert citation.clause_id == example["clause"]
        assert citation.quote == text[citation.start : citation.end]
        assert passage.clause.start <= citation.start < citation.end <= passage.clause.end
        assert not citation.quote.startswith(passage.clause.label)
        assert not any(span.start < citation.end and citation.start < span.end for span in damaged)


def test_a_citation_to_an_unretrieved_passage_is_dropped() -> None:
    for cited in ((2,), (0,), (1, 7)):
        found = verify("生产者应当对其生产的产品质量负责。", f"{QUALITY}#二十六", cited=cited)
        assert read_reason(found) == RemovalReason.NO_PASSAGE


def test_a_wrong_number_is_never_put_right() -> None:
    sentence, clauses = "生产者应当对其生产的产品质量负责。", (f"{QUALITY}#四十五", f"{QUALITY}#二十六")
    assert read_reason(verify(sentence, *clauses, cited=(1,))) == Weakness.WORDS
    right = verify(sentence, *clauses, cited=(2,))
    assert isinstance(right, Verified)
    assert {citation.clause_id for citation in right.citations} == {f"{QUALITY}#二十六"}


def test_of_two_passages_cited_only_the_one_that_supports_is_kept() -> None:
    found = verify("生产者应当对其生产的产品质量负责。", f"{QUALITY}#四十五", f"{QUALITY}#二十六", cited=(1, 2))
    assert isinstance(found, Verified)
    assert [citation.clause_id for citation in found.citations] == [f"{QUALITY}#二十六"]


def test_without_a_number_exactly_one_passage_must_support() -> None:
    sentence = "生产者应当对其生产的产品质量负责。"
    one = verify(sentence, f"{QUALITY}#四十五", f"{QUALITY}#二十六", cited=())
    assert isinstance(one, Verified)
    assert one.citations[0].clause_id == f"{QUALITY}#二十六"
    two = verify(sentence, f"{QUALITY}#二十六", f"{QUALITY}#二十六", cited=())
    assert read_reason(two) == RemovalReason.UNCITED
    none = verify(sentence, f"{QUALITY}#四十五", cited=())
    assert read_reason(none) == RemovalReason.UNCITED


@pytest.mark.parametrize("text", ["是的", "是的。", "对。", "正确！", "没错，是的。", "不是的。", "Yes."])
def test_a_bare_yes_or_no_is_dropped(text: str) -> None:
    assert read_reason(verify(text, f"{POLICY}#二十五")) == RemovalReason.AFFIRMATION


def test_the_yes_in_front_of_a_statement_is_dropped_and_the_statement_verified() -> None:
    kept = verify("是的，生产者应当对其生产的产品质量负责。", f"{QUALITY}#二十六")
    assert isinstance(kept, Verified)
    assert kept.text == "生产者应当对其生产的产品质量负责。"
    gone = verify("是的，企业每年应拿出营业额的3%搞质量培训。", f"{POLICY}#二十五")
    assert isinstance(gone, Removal)


@pytest.mark.parametrize(
    "text", ["文件中没有规定。", "材料没有提到具体金额。", "根据提供的材料，无法确定罚款数额。", "文中未提及相关内容。"]
)
def test_saying_that_the_documents_do_not_say_is_no_statement(text: str) -> None:
    assert read_reason(verify(text, f"{POLICY}#二十五")) == RemovalReason.ABSTENTION


def test_words_of_a_clause_about_what_is_not_laid_down_are_a_statement() -> None:
    sentence = "没有国家规定和当事人约定的，消费者可以自收到商品之日起七日内退货。"
    assert isinstance(verify(sentence, f"{CONSUMER}#二十四"), Verified)


def test_quoted_words_must_stand_in_the_clause() -> None:
    right = "建立“党委领导、政府主导、部门联合、企业主责、社会参与”的质量工作格局。"
    wrong = "建立“党委领导、政府主导、部门联合、企业主责、公众参与”的质量工作格局。"
    assert isinstance(verify(right, f"{POLICY}#二十八"), Verified)
    assert read_reason(verify(wrong, f"{POLICY}#二十八")) == RemovalReason.QUOTE


def test_quoted_words_forgive_widths_and_white_space() -> None:
    text = "创新「互联网＋质量服务」模式，开展一站式服务，为产业发展提供全生命周期的技术支持。"
    assert isinstance(verify(text.replace("，", ", "), f"{POLICY}#二十一"), Verified)


def test_a_document_named_must_be_the_one_cited() -> None:
    text = "根据《食品安全法》，生产者应当对其生产的产品质量负责。"
    assert read_reason(verify(text, f"{QUALITY}#二十六")) == RemovalReason.TITLE
    assert isinstance(verify(text.replace("食品安全法", "产品质量法"), f"{QUALITY}#二十六"), Verified)


@pytest.mark.parametrize(
    "text",
    [
        '<img src="http://x/a.png">生产者应当对其生产的产品质量负责。',
        "生产者应当对其生产的产品质量负责，详见https://example.com。",
        "[生产者应当对其生产的产品质量负责](javascript:alert(1))。",
    ],
)
def test_links_and_tags_are_dropped(text: str) -> None:
    assert read_reason(verify(text, f"{QUALITY}#二十六")) == RemovalReason.MARKUP


@pytest.mark.parametrize(
    "text", ["生产者应当对其生产的……", "售出的产品有下列情形之一的，销售者应当负责修理：", "给消费者造成损失的。"]
)
def test_an_unfinished_sentence_is_dropped(text: str) -> None:
    assert read_reason(verify(text, f"{QUALITY}#四十")) == RemovalReason.INCOMPLETE


def test_damage_neither_supports_nor_is_quoted() -> None:
    text = "第一条 应当加强质量监督检查工作?;?并且建立健全产品质量追溯制度。"
    clause = Clause("d#一", "d", (), "一", "第一条", "", text, 0, len(text))
    damaged = {"d": [Span("damaged", text.index("?"), text.rindex("?") + 1)]}
    passages = [Passage(Hit("c", 1.0, 1), clause)]
    found = verify_sentence(DraftSentence("建立健全产品质量追溯制度。", (1,)), passages, damaged)
    assert isinstance(found, Verified)
    assert [citation.quote for citation in found.citations] == ["并且建立健全产品质量追溯制度。"]
    over = verify_sentence(
        DraftSentence("应当加强质量监督检查工作，并且建立健全产品质量追溯制度。", (1,)), passages, damaged
    )
    assert isinstance(over, Verified)
    assert [citation.quote for citation in over.citations] == [
        "应当加强质量监督检查工作",
        "并且建立健全产品质量追溯制度。",
    ]


def test_whole_sentences_copied_stand_whatever_they_hold() -> None:
    for sentence in (
        "接到消费者赔偿要求的生产经营者，应当实行首负责任制，先行赔付，不得推诿；属于生产者责任的，经营者赔偿后"
        "有权向生产者追偿；属于经营者责任的，生产者赔偿后有权向经营者追偿。",
        "情节严重的，吊销营业执照；构成犯罪的，依法追究刑事责任。",
    ):
        clause = "食品安全法(2021-04-29)#一百四十八" if "首负" in sentence else f"{QUALITY}#五十"
        assert isinstance(verify(sentence, clause), Verified)


def test_a_ban_does_not_reach_over_a_semicolon() -> None:
    limits = "三包有效期不得低于2年或者行驶里程50,000公里；包修期不得低于3年或者行驶里程60,000公里。"
    assert isinstance(verify(limits, "家用汽车产品修理更换退货责任规定(2021-07-22)#十八"), Verified)


def test_a_heading_alone_supports_nothing() -> None:
    assert isinstance(verify("深化国家质量基础设施融合发展。", f"{POLICY}#二十"), Removal)


def test_a_draft_of_a_small_model_as_it_was_written() -> None:
    # qwen2.5-coder-0.5b-instruct, asked how long a car's 三包有效期 is: the limit is lost on the way.
    clause = "家用汽车产品修理更换退货责任规定(2021-07-22)#十八"
    (sentence,) = split_draft("三包有效期为2年或者行驶里程50,000公里，以先到者为准。[1]", passages=1)
    passages = take_passages(clause)
    assert isinstance(verify_sentence(sentence, passages, read_damaged()), Removal)


@given(st.text(max_size=80), st.lists(st.integers(-1, 4), max_size=3))
def test_any_sentence_gets_a_verdict(text: str, cited: list[int]) -> None:
    passages = take_passages(f"{POLICY}#二十三", f"{QUALITY}#五十")
    found = verify_sentence(DraftSentence(text, tuple(cited)), passages, read_damaged(), titles=read_titles())
    assert isinstance(found, Verified | Removal)


@given(st.data())
def test_any_stretch_of_a_clause_that_stands_is_quoted_verbatim(data: st.DataObject) -> None:
    (passage,) = take_passages(f"{POLICY}#二十")
    clause = passage.clause
    start = data.draw(st.integers(0, len(clause.text) - 10))
    text = clause.text[start : start + data.draw(st.integers(10, 120))]
    found = verify_sentence(DraftSentence(text, (1,)), [passage], read_damaged())
    if isinstance(found, Verified):
        document = read_shipped()[POLICY].document.text
        damaged = read_damaged()[POLICY]
        for citation in found.citations:
            assert document[citation.start : citation.end] == citation.quote
            assert not any(span.start < citation.end and citation.start < span.end for span in damaged)

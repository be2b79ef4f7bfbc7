from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.draft import DraftSentence, DraftSplitter, is_abstention, is_bare_affirmation, split_draft


def split(text: str, passages: int = 3) -> list[tuple[str, tuple[int, ...]]]:
    return [(sentence.text, sentence.cited) for sentence in split_draft(text, passages=passages)]


@pytest.mark.parametrize(
    "draft",
    [
        "应当建立制度[1]。",
        "应当建立制度。[1]",
        "应当建立制度。 [1]。",
        "应当建立制度【1】。",
        "应当建立制度［１］。",
        "应当建立制度〔1〕。",
        "应当建立制度[来源1]。",
        "应当建立制度[^1]。",
        "应当建立制度。（1）",
        "应当建立制度(1)。",
        "应当建立制度。1",
        "应当建立制度。1。",
        "应当建立制度。\n[1]",
        "应当建立制度。\n[1]\n",
        "[1] 应当建立制度。",
        "- 应当建立制度。[1]",
        "1. 应当建立制度。[1]",
        "**应当建立制度**[1]。",
        "```\n应当建立制度[1]。\n```",
        "<think>先看[2]再说。\n</think>\n应当建立制度[1]。",
        "还在想[2]。</think>应当建立制度[1]。",
        "回答：应当建立制度[1]。",
        "应当\u200b建立制度[1]。",
    ],
)
def test_every_way_of_citing_is_read(draft: str) -> None:
    assert split(draft) == [("应当建立制度。", (1,))]


@pytest.mark.parametrize(
    ("draft", "cited"),
    [
        ("应当建立制度[1][2]。", (1, 2)),
        ("应当建立制度[1,2]。", (1, 2)),
        ("应当建立制度[1、3]。", (1, 3)),
        ("应当建立制度[1-3]。", (1, 2, 3)),
        ("应当建立[1]制度[1][9]。", (1, 9)),
        ("应当建立制度。", ()),
        ("应当建立制度[n]。", ()),
    ],
)
def test_several_numbers_are_read_in_order_once(draft: str, cited: tuple[int, ...]) -> None:
    assert split(draft) == [("应当建立制度。", cited)]


def test_numbers_that_are_no_citation_stay_words() -> None:
    assert split("共有3。") == [("共有3。", ())]
    assert split("赔偿价款的三倍。7") == [("赔偿价款的三倍。", ()), ("7", ())]
    assert split("应当在15日内提出（二）。") == [("应当在15日内提出（二）。", ())]


def test_marks_in_front_belong_to_what_follows() -> None:
    assert split("[1]甲应当负责。[2]乙应当负责。") == [("甲应当负责。", (1,)), ("乙应当负责。", (2,))]
    assert split("[1] 甲应当负责。\n[2] 乙应当负责。") == [("甲应当负责。", (1,)), ("乙应当负责。", (2,))]


def test_marks_behind_belong_to_what_precedes() -> None:
    assert split("甲应当负责。[1]乙应当负责。[2]") == [("甲应当负责。", (1,)), ("乙应当负责。", (2,))]


def test_a_full_stop_inside_quotation_marks_ends_nothing() -> None:
    assert split("文件写明“应当负责。不得推诿。”的要求[1]。") == [("文件写明“应当负责。不得推诿。”的要求。", (1,))]


def test_an_enumeration_written_line_by_line_is_one_sentence() -> None:
    draft = "申请人应当提交下列材料：\n（一）申请书；\n（二）身份证明[1]。\n材料应当真实[2]。"
    wanted = [("申请人应当提交下列材料：（一）申请书；（二）身份证明。", (1,)), ("材料应当真实。", (2,))]
    assert split(draft) == wanted
    splitter = DraftSplitter(passages=3)
    pieces = [sentence for character in draft for sentence in splitter.feed(character)] + splitter.finish()
    assert [(sentence.text, sentence.cited) for sentence in pieces] == wanted


def test_lines_that_end_open_and_go_on_with_no_item_are_sentences() -> None:
    assert split("有下列要求：\n应当真实[1]。") == [("有下列要求：", ()), ("应当真实。", (1,))]
    assert split("甲应当负责；[1]\n乙应当负责；[2]") == [("甲应当负责；", (1,)), ("乙应当负责；", (2,))]


def test_thinking_that_never_ends_is_no_answer() -> None:
    assert split("<think>甲应当负责。[1]") == []


def test_a_sentence_comes_out_as_soon_as_its_marks_are_known() -> None:
    splitter = DraftSplitter(passages=3)
    assert splitter.feed("甲应当负责。") == []
    assert splitter.feed("[1") == []
    assert splitter.feed("]乙") == [DraftSentence("甲应当负责。", (1,))]
    assert splitter.feed("应当负责[2]。") == []
    assert splitter.finish() == [DraftSentence("乙应当负责。", (2,))]


@given(
    st.lists(
        st.sampled_from(
            [
                "甲应当负责",
                "。",
                "[1]",
                "[2",
                "]",
                "\n",
                "1",
                "（1）",
                "<think>",
                "</think>",
                "```\n",
                "“",
                "”",
                "- ",
                "x",
            ]
        ),
        max_size=25,
    ),
    st.integers(1, 7),
)
def test_streaming_gives_what_the_whole_gives(parts: list[str], size: int) -> None:
    text = "".join(parts)
    if "</think>" in text:
        return  # what came before a stray end of thinking has been given out already
    splitter = DraftSplitter(passages=3)
    found = [s for start in range(0, len(text), size) for s in splitter.feed(text[start : start + size])]
    assert found + splitter.finish() == split_draft(text, passages=3)


@given(st.text(max_size=200))
def test_any_text_can_be_split(text: str) -> None:
    for sentence in split_draft(text, passages=2):
        assert any(character.isalnum() for character in sentence.text)


def test_abstentions_and_bare_answers_are_told_from_statements() -> None:
    assert is_abstention("文件中没有规定具体的罚款数额。")
    assert is_abstention("提供的材料中并未提及营业额的3%。")
    assert is_abstention("无法根据材料回答该问题。")
    assert not is_abstention("没有国家标准的，应当制定企业标准。")
    assert not is_abstention("经营者不得作虚假宣传。")
    assert is_bare_affirmation("是的。")
    assert not is_bare_affirmation("是指经过加工的产品。")
    assert not is_bare_affirmation("可以向生产者要求赔偿。")

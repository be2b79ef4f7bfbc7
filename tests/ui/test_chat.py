"""The chat page's handlers: what the reader is told, step by step."""

from __future__ import annotations

import gc
import logging
import warnings
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.errors import IndexMissing
from rag.model import Answer, Turn
from tests.ui.fakes import FakeWence
from ui.chat import ChatPage, Exchange, check_question, describe_state, take_history
from ui.render import write_reference


def build(wence: Any) -> ChatPage:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Gradio's own event loops
        page = ChatPage(wence)
        gc.collect()
    return page


def test_the_first_thing_shown_is_the_question_and_the_last_the_clause_cited_first() -> None:
    steps = list(build(FakeWence()).answer_question("买到假货能多赔点钱吗？", [], [], "zh"))
    assert "买到假货能多赔点钱吗？" in steps[0][0]
    assert "正在查找条文" in steps[0][0]
    assert "正在查找条文" not in steps[-1][0]
    assert ">增加赔偿的金额为消费者购买商品的价款或者接受服务的费用的三倍</mark>" in steps[-1][3]


def test_each_verified_prefix_is_shown_as_it_comes() -> None:
    wence = FakeWence()
    whole = wence.grounded()
    first = Answer(whole.statements[0].text + "[1]", whole.statements[:1], whole.citations[:1], "grounded")
    steps = list(build(FakeWence(script=lambda _: [first, whole])).answer_question("问", [], [], "zh"))
    assert [step[0].count('class="wence-cite"') for step in steps] == [0, 1, 3, 3]


def test_a_follow_up_takes_the_turns_before_it_and_the_chosen_documents() -> None:
    wence = FakeWence()
    page = build(wence)
    conversation = list(page.answer_question("买到假货怎么赔？", [], [], "zh"))[-1][4]
    list(page.answer_question("那最少呢？", ["消保法"], conversation, "zh"))
    question, documents, history = wence.asked[-1]
    assert (question, documents) == ("那最少呢？", ("消保法",))
    assert history[0] == Turn("user", "买到假货怎么赔？")
    assert history[1].content.startswith(wence.grounded().text)
    assert "《中华人民共和国消费者权益保护法》" in history[1].content


def test_an_exchange_without_an_answer_is_no_history() -> None:
    assert take_history([Exchange("问", error="坏了")], FakeWence().index) == []


@pytest.mark.parametrize("question", ["", "  \n　"])
def test_an_empty_question_gets_one_line_and_is_not_asked(question: str) -> None:
    wence = FakeWence()
    (step,) = build(wence).answer_question(question, [], [], "zh")
    assert "还没有写问题" in step[2]
    assert not wence.asked


def test_a_question_of_100000_characters_gets_one_line_and_is_not_asked() -> None:
    wence = FakeWence()
    (step,) = build(wence).answer_question("问" * 100_000, [], [], "en")
    assert "100,000 characters, at most 2,000" in step[2]
    assert len(step[2]) < 300
    assert not wence.asked


def test_a_wence_error_is_one_escaped_line_in_the_conversation() -> None:
    def fail(question: str) -> Sequence[Answer]:
        raise IndexMissing("the home <x> has no index: run `wence ingest`")

    last = list(build(FakeWence(script=fail)).answer_question("问", [], [], "zh"))[-1]
    assert "the home &lt;x&gt; has no index: run `wence ingest`" in last[0]
    assert last[1]["stop_btn"] is False


def test_an_unexpected_failure_is_logged_and_said_without_its_details(caplog: pytest.LogCaptureFixture) -> None:
    def fail(question: str) -> Sequence[Answer]:
        raise ZeroDivisionError("inner detail")

    with caplog.at_level(logging.ERROR):
        last = list(build(FakeWence(script=fail)).answer_question("问", [], [], "zh"))[-1]
    assert "出错了" in last[0]
    assert "inner detail" not in last[0]
    assert "inner detail" in caplog.text


def test_stopping_says_so_and_keeps_what_was_verified() -> None:
    wence = FakeWence()
    page = build(wence)
    html, _, conversation = page.stop([Exchange("问")], "zh")
    assert "已停止" in html
    assert conversation[-1].error
    html, _, _ = page.stop([Exchange("问", wence.grounded())], "zh")
    assert 'class="wence-cite"' in html


def test_a_reference_to_no_clause_opens_nothing() -> None:
    page = build(FakeWence())
    for reference in ("", "x", "没有#一|1-2", "消保法#五十五", "<script>|1-2"):
        assert "wence-empty" in page.open_clause("zh", SimpleNamespace(reference=reference))
    opened = page.open_clause("zh", SimpleNamespace(reference=write_reference("消保法#五十五", [(0, 5)])))
    assert ">第五十五条</mark>" in opened


def test_switching_the_language_shows_the_conversation_in_it() -> None:
    wence = FakeWence()
    shown = build(wence).switch_language("en", [Exchange("问", wence.ask("天气"))])
    assert "Related clauses, not evidence" in shown[1]
    assert "3 documents, 5 clauses loaded" in shown[6]


def test_the_state_is_said_in_plain_words() -> None:
    state = FakeWence().describe()
    assert describe_state(state, "zh") == "已载入 3 份文件、5 条；未连接大模型，直接引用原文作答。"
    state.llm = SimpleNamespace(kind="endpoint", name="qwen", reachable=True, detail="")
    assert describe_state(state, "zh").endswith("已连接大模型 qwen，写出的每句话都与条文核对。")
    state.llm.reachable = False
    assert describe_state(state, "en").endswith("LLM qwen cannot be reached: answers quote the text itself.")


def test_a_question_that_fits_is_let_through() -> None:
    assert check_question("问" * 2_000, 2_000, "zh") == ""
    assert check_question("问" * 2_001, 2_000, "zh") == "问题有 2,001 字，最多 2,000 字。请缩短后再问。"


def test_documents_that_share_a_title_are_told_apart() -> None:
    wence = FakeWence()
    law = wence.parsed["消保法"]
    wence.parsed["消保法~2"] = law
    assert sum("（消保法）" in name for name, _ in build(wence).documents.choices) == 2

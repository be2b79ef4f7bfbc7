"""The chat page's handlers: what the reader is told, step by step."""

from __future__ import annotations

import gc
import logging
import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from corpus.catalog import Catalog
from corpus.errors import IndexMissing
from index.filters import Filter
from rag.model import Answer, Turn
from rag.snapshot import take_snapshot
from tests.ui.fakes import FakeWence
from ui.home import OpenHome
from ui.page import Page
from ui.records.conversations import FILE_NAME, Exchange
from ui.rendering.answers import write_reference
from ui.views.chat import ChatView, Talk, check_question, describe_state, take_history

NO_FILTER: tuple[Any, ...] = ([], "", "", "")


def build_page(wence: Any) -> Page:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Gradio's own event loops
        page = Page(OpenHome(wence))
        gc.collect()
    return page


def build(wence: Any) -> ChatView:
    return build_page(wence).chat


def keep(wence: Any, question: str, answer: Answer) -> Exchange:
    return Exchange(question, take_snapshot(answer, wence.index, wence.catalog))


def choose(**data: Any) -> Any:
    return SimpleNamespace(_data=data, **data)


def test_the_first_thing_shown_is_the_question_and_the_last_the_clause_cited_first() -> None:
    steps = list(build(FakeWence()).answer_question("买到假货能多赔点钱吗？", [], *NO_FILTER, Talk(), "zh"))
    assert "买到假货能多赔点钱吗？" in steps[0][0]
    assert "正在查找条文" in steps[0][0]
    assert "正在查找条文" not in steps[-1][0]
    assert ">增加赔偿的金额为消费者购买商品的价款或者接受服务的费用的三倍</mark>" in steps[-1][3]


def test_each_verified_prefix_is_shown_as_it_comes() -> None:
    wence = FakeWence()
    whole = wence.grounded()
    first = Answer(whole.statements[0].text + "[1]", whole.statements[:1], whole.citations[:1], "grounded")
    steps = list(build(FakeWence(script=lambda _: [first, whole])).answer_question("问", [], *NO_FILTER, Talk(), "zh"))
    assert [step[0].count('class="wence-cite"') for step in steps] == [0, 1, 3, 3]


def test_a_follow_up_takes_the_turns_before_it_and_the_chosen_documents() -> None:
    wence = FakeWence()
    page = build(wence)
    conversation = list(page.answer_question("买到假货怎么赔？", [], *NO_FILTER, Talk(), "zh"))[-1][4]
    list(page.answer_question("那最少呢？", ["消保法"], *NO_FILTER, conversation, "zh"))
    question, documents, history = wence.asked[-1]
    assert (question, documents) == ("那最少呢？", ("消保法",))
    assert history[0] == Turn("user", "买到假货怎么赔？")
    assert history[1].content.startswith(wence.grounded().text)
    assert "《中华人民共和国消费者权益保护法》" in history[1].content


def test_an_exchange_without_an_answer_is_no_history() -> None:
    assert take_history([Exchange("问", error="坏了")]) == []


@pytest.mark.parametrize("question", ["", "  \n　"])
def test_an_empty_question_gets_one_line_and_is_not_asked(question: str) -> None:
    wence = FakeWence()
    (step,) = build(wence).answer_question(question, [], *NO_FILTER, Talk(), "zh")
    assert "还没有写问题" in step[2]
    assert not wence.asked


def test_a_question_of_100000_characters_gets_one_line_and_is_not_asked() -> None:
    wence = FakeWence()
    (step,) = build(wence).answer_question("问" * 100_000, [], *NO_FILTER, Talk(), "en")
    assert "100,000 characters, at most 2,000" in step[2]
    assert len(step[2]) < 300
    assert not wence.asked


def test_a_wence_error_is_one_escaped_line_in_the_conversation() -> None:
    def fail(question: str) -> Sequence[Answer]:
        raise IndexMissing("the home <x> has no index: run `wence ingest`")

    last = list(build(FakeWence(script=fail)).answer_question("问", [], *NO_FILTER, Talk(), "zh"))[-1]
    assert "the home &lt;x&gt; has no index: run `wence ingest`" in last[0]
    assert last[1]["stop_btn"] is False


def test_an_unexpected_failure_is_logged_and_said_without_its_details(caplog: pytest.LogCaptureFixture) -> None:
    def fail(question: str) -> Sequence[Answer]:
        raise ZeroDivisionError("inner detail")

    with caplog.at_level(logging.ERROR):
        last = list(build(FakeWence(script=fail)).answer_question("问", [], *NO_FILTER, Talk(), "zh"))[-1]
    assert "出错了" in last[0]
    assert "inner detail" not in last[0]
    assert "inner detail" in caplog.text


def test_stopping_says_so_and_keeps_what_was_verified() -> None:
    wence = FakeWence()
    page = build(wence)
    html, _, _, _, talk, *_ = page.stop(Talk("", (Exchange("问"),)), "zh")
    assert "已停止" in html
    assert talk.exchanges[-1].error
    html, *_ = page.stop(Talk("", (keep(wence, "问", wence.grounded()),)), "zh")
    assert 'class="wence-cite"' in html


def test_a_reference_to_no_clause_opens_nothing() -> None:
    page = build(FakeWence())
    for reference in ("", "x", "没有#一|1-2", "消保法#五十五", "<script>|1-2"):
        assert "wence-empty" in page.open_clause(Talk(), "zh", choose(reference=reference, exchange=""))
    reference = write_reference("消保法#五十五", [(0, 5)])
    for exchange in ("", "0", "7", "x", "²"):
        opened = page.open_clause(Talk(), "zh", choose(reference=reference, exchange=exchange))
        assert ">第五十五条</mark>" in opened


def test_a_clause_that_has_changed_is_shown_as_the_answer_had_it() -> None:
    wence = FakeWence()
    page = build(wence)
    exchange = keep(wence, "问", wence.grounded())
    talk = Talk("", (exchange,))
    reference = write_reference("消保法#五十五", [(0, 5)])
    asked = choose(reference=reference, exchange="0")
    assert "wence-next" in page.open_clause(talk, "zh", asked)
    del wence.index.clauses["消保法#五十五"]
    opened = page.open_clause(talk, "zh", asked)
    assert "这是当时的条文" in opened
    assert ">第五十五条</mark>" in opened
    assert "中华人民共和国消费者权益保护法" in opened
    assert "wence-next" not in opened
    # Outside the answer there is no such clause any more.
    assert "wence-empty" in page.open_clause(talk, "zh", choose(reference=reference, exchange=""))


def test_a_conversation_is_kept_and_shown_again_with_its_evidence() -> None:
    wence = FakeWence()
    page = build(wence)
    talk = list(page.answer_question("买到假货怎么赔？", ["消保法"], *NO_FILTER, Talk(), "zh"))[-1][4]
    wence.index.clauses.clear()
    again = build(wence)
    html, _, _, evidence, restored, listed, _ = again.restore(talk.id, "zh")
    assert restored == talk
    assert html.count('class="wence-cite"') == 3
    assert ">增加赔偿的金额为消费者购买商品的价款或者接受服务的费用的三倍</mark>" in evidence
    assert "买到假货怎么赔？" in listed
    assert again.restore("gone", "zh")[4] == again.restore("", "zh")[4] == Talk()


def test_a_question_that_was_cut_off_says_so_when_it_is_shown_again() -> None:
    page = build(FakeWence())
    steps = page.answer_question("问", [], *NO_FILTER, Talk(), "zh")
    talk = next(steps)[4]
    html = build_page(page.home.wence).chat.restore(talk.id, "zh")[0]
    assert "没有答完" in html
    assert "再问一次" in html


def test_an_answer_that_is_broken_off_keeps_what_was_verified() -> None:
    wence = FakeWence()
    whole = wence.grounded()
    page = build(FakeWence(script=lambda _: [whole, whole]))
    steps = page.answer_question("问", [], *NO_FILTER, Talk(), "zh")
    next(steps)
    talk = next(steps)[4]
    steps.close()
    assert page.home.conversations.read(talk.id)[0].done
    assert page.restore(talk.id, "zh")[0].count('class="wence-cite"') == 3


def test_the_list_opens_searches_renames_and_deletes() -> None:
    page = build(FakeWence())
    first = list(page.answer_question("买到假货怎么赔？", [], *NO_FILTER, Talk(), "zh"))[-1][4]
    second = list(page.answer_question("今天天气怎样？", [], *NO_FILTER, Talk(), "zh"))[-1][4]
    opened = page.act_on_list(second, "zh", choose(do="open", id=first.id))
    assert opened[4] == first
    found = page.act_on_list(first, "zh", choose(do="search", words="三倍"))[5]
    assert "买到假货怎么赔" in found
    assert "天气" not in found
    renamed = page.act_on_list(first, "zh", choose(do="rename", id=first.id, name="<b>赔偿</b>"))[5]
    assert "&lt;b&gt;赔偿" in renamed
    deleted = page.act_on_list(first, "zh", choose(do="delete", id=first.id))
    assert deleted[4] == Talk()
    assert "赔偿" not in deleted[5]
    for data in ({}, {"do": "open", "id": "gone"}, {"do": "<x>", "id": 7}):
        assert page.act_on_list(second, "zh", choose(**data))[4] == second
    assert page.act_on_list(second, "zh", SimpleNamespace(_data=None))[4] == second


def test_a_rating_is_kept_and_shown() -> None:
    page = build(FakeWence())
    talk = list(page.answer_question("买到假货怎么赔？", [], *NO_FILTER, Talk(), "zh"))[-1][4]
    key = str(talk.exchanges[0].key)
    html, rated, listed = page.rate(talk, "zh", choose(key=key, verdict="down", reason="other", remark="<i>"))
    assert "已记下" in html
    assert "&lt;i&gt;" in html
    assert "导出评价为题集（1 条）" in listed
    assert page.home.conversations.read(talk.id) == list(rated.exchanges)
    for data in (
        {"key": key, "verdict": "<x>"},
        {"key": "9", "verdict": "up"},
        {"key": key, "verdict": "down", "reason": "x"},
    ):
        assert page.rate(talk, "zh", choose(**data))[0] == gr.skip()


def test_what_cannot_be_kept_is_said_and_answered_all_the_same() -> None:
    wence = FakeWence()
    wence.settings.home.joinpath(FILE_NAME).write_bytes(b"no database " * 100)
    last = list(build(wence).answer_question("买到假货怎么赔？", [], *NO_FILTER, Talk(), "zh"))
    assert "没能保存" in last[0][2]
    assert last[-1][0].count('class="wence-cite"') == 3
    assert "move it away" in last[-1][5] or "move it away" in last[0][5]


def test_switching_the_language_shows_the_conversation_in_it() -> None:
    wence = FakeWence()
    shown = build(wence).relabel(Talk("", (keep(wence, "问", wence.ask("天气")),)), "en")
    assert "Related clauses, not evidence" in shown[0]
    assert any("3 documents, 5 clauses loaded" in str(one) for one in shown)


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
    law = wence.parsed["消保法"].document
    wence.catalog = Catalog([law, replace(law, id="消保法~2")])
    names = [name for name, _ in build(wence).scope.documents.choices]
    assert [name.removeprefix(law.title) for name in names] == ["（消保法~2）", "（消保法）"]


def test_a_question_is_asked_of_a_level_and_a_day() -> None:
    wence = FakeWence()
    page = build(wence)
    list(page.answer_question("假货", [], ["法律"], "2000-01-01", "2020年1月1日", " ", Talk(), "zh"))
    assert wence.filters[-1] == Filter((), ("法律",), date(2000, 1, 1), date(2020, 1, 1), None)
    (step,) = page.answer_question("假货", [], [], "", "昨天", "", Talk(), "zh")
    assert "is not a day" in step[2]
    assert len(wence.asked) == 1


def test_a_collection_stands_for_its_documents() -> None:
    wence = FakeWence()
    list(build(wence).answer_question("假货", ["collection:docs"], *NO_FILTER, Talk(), "zh"))
    assert set(wence.asked[-1][1]) == {"消保法", "质量意见"}


def test_follow_ups_are_suggested_after_an_answer_and_escaped() -> None:
    page = build(FakeWence())
    talk = list(page.answer_question("买到假货怎么赔？", [], *NO_FILTER, Talk(), "zh"))[-1][4]
    shown = page.suggest([], *NO_FILTER, talk, "zh")
    assert "最少赔多少？" in shown
    assert "<script>" not in shown
    assert page.suggest([], ["法律"], "", "", "", talk, "zh") == page.suggest([], *NO_FILTER, Talk(), "zh") == ""
    with page._suggesting:  # another page is being served
        assert page.suggest([], *NO_FILTER, talk, "zh") == ""

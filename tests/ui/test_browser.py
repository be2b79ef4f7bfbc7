"""The chat page in a real Chromium: ask, follow a citation, read the marked words, on a desk and on a phone.

With WENCE_SCREENSHOT=1 the README's picture, docs/screenshot.png, is taken again from the shipped documents.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from corpus.errors import IndexDamaged
from rag import Wence
from rag.model import Answer
from tests.ui.fakes import EVIL, FakeWence, serve_in_thread
from tests.ui.visit import DESK, MARKS, PHONE, PICTURES, QUOTE, SCREENSHOT, Visit

PICTURE = PICTURES / "screenshot.png"

pytestmark = MARKS


def test_a_citation_leads_to_the_marked_words(desk: Visit) -> None:
    reply = desk.ask("买到假货能多赔点钱吗？")
    panel = desk.page.locator(".wence-evidence")
    desk.expect(panel.locator("mark")).to_have_text(QUOTE)
    reply.locator(".wence-cite").nth(2).click()
    desk.expect(panel.locator("mark")).to_have_text("建立商品质量惩罚性赔偿制度")
    desk.expect(panel.locator(".wence-title")).to_have_text("中共中央 国务院关于开展质量提升行动的指导意见")
    desk.expect(panel.locator(".wence-path")).to_contain_text("五、改革完善质量发展政策和制度")
    desk.expect(panel.locator("h2")).to_contain_text("（二十三）")
    desk.expect(panel.locator(".wence-damaged")).to_have_text("?;?")
    desk.expect(panel.locator(".wence-facts")).to_contain_text("质量意见.txt")
    desk.expect(reply.locator(".wence-cite").nth(2)).to_have_attribute("aria-current", "true")
    desk.expect(panel.locator("mark")).to_be_in_viewport()


def test_citations_work_by_keyboard_and_lead_back(desk: Visit) -> None:
    reply = desk.ask("买到假货能多赔点钱吗？")
    cite = reply.get_by_role("button", name="引用 3：《中共中央 国务院关于开展质量提升行动的指导意见》（二十三）")
    cite.focus()
    desk.page.keyboard.press("Enter")
    desk.expect(desk.page.locator("#wence-clause-label")).to_be_focused()
    desk.page.get_by_role("button", name="下一条 （二十四）").press("Enter")
    desk.expect(desk.page.locator("#wence-clause-label")).to_contain_text("（二十四）")
    desk.page.get_by_role("button", name="返回答案").press("Enter")
    desk.expect(cite).to_be_focused()


def test_a_source_opens_its_clause_with_every_quote_marked(desk: Visit) -> None:
    reply = desk.ask("买到假货能多赔点钱吗？")
    reply.locator(".wence-open").first.click()
    desk.expect(desk.page.locator(".wence-evidence mark")).to_have_count(2)


def test_a_cross_reference_opens_the_clause_that_it_names(desk: Visit) -> None:
    desk.ask("买到假货怎么赔？").locator(".wence-cite").first.click()
    desk.page.locator(".wence-evidence .wence-next").click()
    link = desk.page.locator(".wence-evidence .wence-link")
    desk.expect(link).to_have_text("第五十五条")
    link.focus()
    desk.page.keyboard.press("Enter")
    desk.expect(desk.page.locator("#wence-clause-label")).to_contain_text("第五十五条")
    # What this copy does not hold is no link.
    desk.expect(desk.page.locator(".wence-evidence .wence-link")).to_have_count(0)


def test_an_example_question_is_asked_when_chosen(desk: Visit) -> None:
    desk.page.locator(".wence-example", has_text="买到假货能多赔点钱吗？").click()
    desk.expect(desk.page.locator(".wence-cite")).to_have_count(3)
    desk.expect(desk.page.locator(".wence-welcome")).to_have_count(0)


def test_a_suggested_follow_up_is_asked_when_chosen(desk: Visit, wence: FakeWence) -> None:
    desk.ask("买到假货怎么赔？")
    desk.page.locator(".wence-suggestion").first.click()
    desk.expect(desk.page.locator("article.wence-reply .wence-actions")).to_have_count(2)
    assert wence.asked[-1][0] == "最少赔多少？"
    assert [turn.content for turn in wence.asked[-1][2]][:1] == ["买到假货怎么赔？"]
    desk.expect(desk.page.locator(".wence-suggestion")).to_have_count(0)


def test_an_answer_is_copied_with_its_sources(desk: Visit) -> None:
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reply = desk.ask("买到假货怎么赔？")
    reply.get_by_role("button", name="复制，含出处").click()
    desk.expect(reply.get_by_role("button", name="已复制")).to_be_visible()
    copied = desk.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("买到假货怎么赔？")
    assert "[1] 《中华人民共和国消费者权益保护法》第五十五条" in copied
    assert QUOTE in copied


def test_a_question_is_asked_again_or_edited_and_sent(desk: Visit, wence: FakeWence) -> None:
    reply = desk.ask("买到假货怎么赔？")
    reply.get_by_role("button", name="再问一次").click()
    desk.expect(desk.page.locator("article.wence-reply .wence-actions")).to_have_count(2)
    assert [asked[0] for asked in wence.asked[-2:]] == ["买到假货怎么赔？"] * 2
    desk.page.get_by_role("button", name="修改问题").first.click()
    field = desk.page.locator("#wence-question textarea")
    desk.expect(field).to_have_value("买到假货怎么赔？")
    desk.expect(field).to_be_focused()
    desk.page.keyboard.type("最少多少")
    desk.page.keyboard.press("Enter")
    desk.expect(desk.page.locator("article.wence-reply .wence-actions")).to_have_count(3)
    assert wence.asked[-1][0] == "买到假货怎么赔？最少多少"


def test_an_abstention_shows_related_clauses_that_open_and_are_no_evidence(desk: Visit) -> None:
    reply = desk.ask("今天天气怎样？")
    desk.expect(reply.locator(".wence-badge")).to_have_text("未找到依据")
    desk.expect(reply.locator(".wence-related")).to_contain_text("相关条款，并非依据")
    desk.expect(reply.locator(".wence-cite")).to_have_count(0)
    reply.locator(".wence-related button").first.click()
    desk.expect(desk.page.locator("#wence-clause-label")).to_contain_text("（二十四）")
    desk.expect(desk.page.locator(".wence-evidence mark")).to_have_count(0)


def test_the_language_is_switched_in_the_page(desk: Visit) -> None:
    desk.ask("今天天气怎样？")
    desk.page.get_by_text("English").click()
    desk.expect(desk.page.locator("#wence-state")).to_contain_text("3 documents, 5 clauses loaded; no LLM connected")
    desk.expect(desk.page.locator(".wence-related")).to_contain_text("Related clauses, not evidence")
    desk.expect(desk.page.locator("#wence-question button")).to_have_text("Ask")
    desk.expect(desk.page.locator("html")).to_have_attribute("lang", "en")
    shown = desk.page.locator("#wence-question, #wence-tools, #wence-head p, #wence-evidence").all_inner_texts()
    assert not re.search(r"[\u4e00-\u9fff]", "".join(shown))


def test_a_follow_up_is_asked_with_the_turns_before_it(desk: Visit, wence: FakeWence) -> None:
    desk.ask("买到假货能多赔点钱吗？")
    desk.ask("那最少赔多少？")
    asked, answered = (turn.content for turn in wence.asked[-1][2])
    assert asked == "买到假货能多赔点钱吗？"
    assert answered.startswith(wence.grounded().text)
    desk.page.get_by_role("button", name="新对话").click()
    desk.expect(desk.page.locator(".wence-welcome")).to_be_visible()
    desk.ask("那最少赔多少？")
    assert wence.asked[-1][2] == ()


def test_a_chosen_document_is_kept_to(desk: Visit, wence: FakeWence) -> None:
    desk.page.get_by_role("combobox").click()
    desk.page.get_by_role("option", name="中华人民共和国消费者权益保护法").click()
    desk.ask("买到假货能多赔点钱吗？")
    assert wence.asked[-1][1] == ("消保法",)


@pytest.mark.parametrize(("question", "line"), [("   ", "还没有写问题"), ("问" * 100_000, "问题有 100,000 字")])
def test_a_question_that_cannot_be_asked_gets_one_line(desk: Visit, question: str, line: str) -> None:
    desk.page.fill("#wence-question textarea", question)
    desk.page.press("#wence-question textarea", "Enter")
    alert = desk.page.get_by_role("alert").filter(has_text=line)
    desk.expect(alert).to_be_visible()
    desk.expect(desk.page.locator("article")).to_have_count(0)
    desk.ask("今天天气怎样？")
    desk.expect(alert).to_have_count(0)


def test_hostile_questions_and_documents_stay_text(desk: Visit) -> None:
    reply = desk.ask(EVIL)
    desk.expect(desk.page.locator("article.wence-question")).to_have_text(EVIL)
    desk.expect(reply.locator(".wence-quoted")).to_have_text(EVIL)
    reply.locator(".wence-cite").click()
    desk.expect(desk.page.locator(".wence-evidence mark")).to_have_text(EVIL)
    desk.page.get_by_text("English").click()
    desk.expect(desk.page.locator("html")).to_have_attribute("lang", "en")
    assert desk.page.evaluate("window.pwned") is None
    assert desk.page.locator("#wence-main img, #wence-main script").count() == 0


def test_removed_sentences_and_notices_stand_quietly_below(desk: Visit) -> None:
    reply = desk.ask("草稿")
    desk.expect(reply.locator(".wence-notice")).to_contain_text("大模型没有答完")
    desk.expect(reply.locator(".wence-removed li")).to_be_hidden()
    reply.locator(".wence-removed summary").click()
    desk.expect(reply.locator(".wence-removed li")).to_contain_text("七日内必须赔付")


@pytest.mark.parametrize("slower", [1, 12])
def test_an_answer_streams_and_can_be_stopped(browser: Any, slower: int) -> None:
    fake, gate = FakeWence(), threading.Event()
    whole = fake.grounded()

    def answer(question: str) -> Iterator[Answer]:
        yield Answer(whole.statements[0].text + "[1]", whole.statements[:1], whole.citations[:1], "grounded")
        gate.wait(30)
        yield whole

    fake.script = answer  # type: ignore[assignment]
    with serve_in_thread(fake) as address:
        visit = Visit(browser, address, DESK)
        processor = visit.context.new_cdp_session(visit.page)
        processor.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        visit.page.fill("#wence-question textarea", "问")
        visit.page.press("#wence-question textarea", "Enter")
        visit.expect(visit.page.locator(".wence-cite")).to_have_count(1)
        visit.expect(visit.page.locator("#wence-question textarea")).to_have_value("")
        processor.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        with visit.page.expect_response(re.compile("/gradio_api/reset")):
            visit.page.locator("#wence-question button.stop-button").click()
            visit.page.locator("#wence-question button.submit-button").wait_for()
            gate.set()  # Gradio's cancelling ends when the generator's next piece is there
        visit.ask("再问")
        visit.expect(visit.page.locator("article.wence-reply").nth(0).locator(".wence-cite")).to_have_count(1)
        visit.expect(visit.page.locator("article.wence-reply").nth(1).locator(".wence-cite")).to_have_count(3)
        visit.close()


def test_what_went_wrong_is_one_line_and_the_next_question_is_answered(browser: Any) -> None:
    fake = FakeWence()

    def answer(question: str) -> Sequence[Answer]:
        if question == "坏":
            raise IndexDamaged("the index <i>lacks</i> vectors.npy: run `wence index --rebuild`")
        return [fake.grounded()]

    fake.script = answer
    with serve_in_thread(fake) as address:
        visit = Visit(browser, address, DESK)
        visit.expect(visit.ask("坏").get_by_role("alert")).to_have_text(
            "the index <i>lacks</i> vectors.npy: run `wence index --rebuild`"
        )
        visit.expect(visit.ask("好").locator(".wence-cite")).to_have_count(3)
        visit.close()


def test_a_phone_shows_one_column_and_takes_the_reader_to_the_clause_and_back(phone: Visit) -> None:
    reply = phone.ask("买到假货能多赔点钱吗？")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    cite = reply.locator(".wence-cite").first
    phone.expect(cite).to_be_in_viewport()
    cite.click()
    phone.expect(phone.page.locator("#wence-clause-label")).to_be_in_viewport()
    phone.page.get_by_role("button", name="返回答案").click()
    phone.expect(cite).to_be_in_viewport()


def test_dark_follows_the_readers_system(browser: Any, address: str) -> None:
    visit = Visit(browser, address, DESK, scheme="dark")
    background = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(value) for value in re.findall(r"\d+", background)[:3])
    assert max(red, green, blue) < 60
    visit.close()


def test_a_newcomer_reads_the_words_of_the_shipped_documents(browser: Any, shipped_wence: Wence) -> None:
    with serve_in_thread(shipped_wence) as address:
        visit = Visit(browser, address, DESK)
        visit.ask("买到假货能赔多少？")
        visit.page.locator(".wence-cite").first.click()
        visit.expect(visit.page.locator(".wence-evidence mark").first).to_contain_text(QUOTE)
        visit.expect(visit.page.locator("#wence-clause-label")).to_contain_text("第五十五条")
        if SCREENSHOT:
            visit.page.evaluate("document.activeElement.blur()")
            visit.page.screenshot(path=PICTURE)
            assert PICTURE.stat().st_size <= 200 * 1024
        visit.close()

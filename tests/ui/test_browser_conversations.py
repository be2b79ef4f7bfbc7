"""Conversations in a real Chromium: kept, found again after a restart, renamed, exported, rated, deleted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.ui.fakes import EVIL, FakeWence, serve_in_thread
from tests.ui.visit import DESK, MARKS, PHONE, QUOTE, Visit

pytestmark = MARKS


@pytest.fixture
def wence() -> FakeWence:
    return FakeWence()


def test_a_conversation_is_there_after_a_restart_with_its_evidence(browser: Any, wence: FakeWence) -> None:
    with serve_in_thread(wence) as address:
        visit = Visit(browser, address, DESK)
        visit.ask("买到假货能多赔点钱吗？")
        visit.page.reload()
        visit.expect(visit.page.locator(".wence-cite")).to_have_count(3)
        visit.expect(visit.page.locator(".wence-evidence mark")).to_have_text(QUOTE)
        visit.page.get_by_role("button", name="新对话").click()
        visit.expect(visit.page.locator(".wence-welcome")).to_be_visible()
        visit.close()
    for id, clause in wence.index.clauses.items():  # the documents were changed meanwhile
        wence.index.clauses[id] = replace(clause, heading="改")
    with serve_in_thread(wence) as address:
        visit = Visit(browser, address, DESK)
        visit.page.locator(".wence-conversation").click()
        visit.expect(visit.page.locator(".wence-cite")).to_have_count(3)
        visit.expect(visit.page.locator(".wence-evidence mark")).to_have_text(QUOTE)
        visit.expect(visit.page.locator(".wence-evidence")).to_contain_text("这是当时的条文")
        visit.page.locator(".wence-cite").nth(2).click()
        visit.expect(visit.page.locator(".wence-evidence mark")).to_have_text("建立商品质量惩罚性赔偿制度")
        # It goes on where it was.
        visit.ask("那最少呢？")
        assert wence.asked[-1][2][0].content == "买到假货能多赔点钱吗？"
        visit.close()


def test_conversations_are_searched_renamed_and_deleted(desk: Visit) -> None:
    desk.ask("买到假货怎么赔？")
    desk.page.get_by_role("button", name="新对话").click()
    desk.expect(desk.page.locator(".wence-welcome")).to_be_visible()
    desk.ask("今天天气怎样？")
    rows = desk.page.locator(".wence-conversation")
    desk.expect(rows).to_have_count(2)
    desk.page.locator("#wence-search").click()
    desk.page.keyboard.type("三倍")
    desk.expect(rows).to_have_count(1)
    desk.expect(desk.page.locator("#wence-search")).to_be_focused()
    desk.page.keyboard.type("没有的词")
    desk.expect(desk.page.locator(".wence-list .wence-empty")).to_have_text("没有找到。")
    desk.page.fill("#wence-search", "")
    desk.expect(rows).to_have_count(2)
    desk.page.locator(".wence-more summary").nth(1).click()
    desk.page.locator(".wence-menu input").nth(1).fill(EVIL)
    desk.page.keyboard.press("Enter")
    desk.expect(rows.nth(1)).to_contain_text("<script>window.pwned=1</script>")
    assert desk.page.evaluate("window.pwned") is None
    asked: list[str] = []
    desk.page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    desk.page.locator(".wence-more summary").first.click()
    desk.page.get_by_role("button", name="删除").first.click()
    desk.expect(rows).to_have_count(2)
    desk.page.once("dialog", lambda dialog: dialog.accept())
    desk.page.get_by_role("button", name="删除").first.click()
    desk.expect(rows).to_have_count(1)
    desk.expect(desk.page.locator(".wence-welcome")).to_be_visible()
    assert asked == ["删除「今天天气怎样？」？删除后不能恢复。"]


def test_a_conversation_is_exported_to_word_and_markdown(desk: Visit, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    desk.ask("买到假货怎么赔？")
    desk.page.locator(".wence-more summary").first.click()
    for label, suffix in (("导出 Word", "docx"), ("导出 Markdown", "md")):
        with desk.page.expect_download() as download:
            desk.page.get_by_role("link", name=label).click()
        assert download.value.suggested_filename == f"买到假货怎么赔？.{suffix}"
        download.value.save_as(tmp_path / f"kept.{suffix}")
    text = (tmp_path / "kept.md").read_text(encoding="utf-8")
    assert QUOTE in text
    assert "c0ffee" in text
    assert "买到假货怎么赔？" in "".join(one.text for one in docx.Document(str(tmp_path / "kept.docx")).paragraphs)


def test_an_answer_is_rated_and_the_ratings_are_a_question_set(desk: Visit, tmp_path: Path) -> None:
    first = desk.ask("买到假货怎么赔？")
    first.get_by_role("button", name="有用").click()
    desk.expect(desk.page.get_by_role("button", name="有用")).to_have_attribute("aria-pressed", "true")
    desk.ask("今天天气怎样？")
    desk.page.locator(".wence-rate summary").nth(1).click()
    desk.page.get_by_label("文件里有，却说没有").nth(1).check()
    desk.page.locator('.wence-rate input[name="remark"]').nth(1).fill(EVIL)
    desk.page.get_by_role("button", name="提交").click()
    desk.expect(desk.page.locator(".wence-thanks")).to_have_text("已记下，谢谢。")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="导出评价为题集（2 条）").click()
    download.value.save_as(tmp_path / "set.jsonl")
    records = [json.loads(line) for line in (tmp_path / "set.jsonl").read_text(encoding="utf-8").splitlines()]
    # What the second should have answered nobody has said, so it is no question of the set.
    assert [one["question"] for one in records] == ["买到假货怎么赔？"]
    assert records[0]["clauses"] == ["消保法#五十五", "质量意见#二十三"]


def test_a_phone_unfolds_the_conversations(phone: Visit) -> None:
    phone.ask("买到假货怎么赔？")
    phone.expect(phone.page.locator("#wence-past")).to_be_hidden()
    button = phone.page.get_by_role("button", name="对话记录")
    button.click()
    phone.expect(button).to_have_attribute("aria-expanded", "true")
    phone.expect(phone.page.locator(".wence-conversation")).to_be_in_viewport()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone.page.locator(".wence-conversation").click()
    phone.expect(phone.page.locator(".wence-cite")).to_have_count(3)


@pytest.fixture
def address(wence: FakeWence) -> Any:
    with serve_in_thread(wence) as address:
        yield address

"""The evaluation in a real Chromium: a question set dropped, run, read, compared, and a question opened in the chat."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ui.records.runs
from rag.model import Answer
from tests.ui.fakes import FakeWence, serve_in_thread
from tests.ui.test_accessibility import find_violations
from tests.ui.visit import DESK, MARKS, PHONE, Visit

pytestmark = MARKS

ROWS = (
    {
        "id": "假货",
        "type": "fact",
        "question": "买到假货赔多少？",
        "clauses": ["消保法#五十五"],
        "also": ["质量意见#二十三"],
    },
    {"id": "财政", "type": "fact", "question": "资金从哪里来？", "documents": ["质量意见"], "clauses": ["二十四"]},
)


@pytest.fixture
def question_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(ui.records.runs, "_CHECKOUT", tmp_path / "installed")
    path = tmp_path / "客服题集.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    return path


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def visited(request: pytest.FixtureRequest, browser: Any) -> Iterator[tuple[Visit, FakeWence]]:
    wence = FakeWence()
    with serve_in_thread(wence) as address:
        visit = Visit(browser, address, request.param)
        yield visit, wence
        visit.close()


def run_set(visit: Visit) -> None:
    visit.page.get_by_role("button", name="运行 客服题集.jsonl").click()
    visit.expect(visit.page.locator("#wence-running .wence-done")).to_contain_text("1 / 2 题全对")


def test_a_set_is_dropped_run_read_and_its_failing_question_opened(
    visited: tuple[Visit, FakeWence], question_set: Path, tmp_path: Path
) -> None:
    visit, wence = visited
    page, broken = visit.page, tmp_path / "坏.csv"
    broken.write_text("id,question\n1,问\n", encoding="utf-8")
    page.get_by_role("button", name="评测", exact=True).click()
    visit.expect(page.locator("#wence-lists")).to_contain_text("还没有运行过")
    page.set_input_files("#wence-sets", [broken, question_set])
    visit.expect(page.locator("#wence-running .wence-error")).to_contain_text("坏.csv, line 2")
    run_set(visit)
    page.locator(".wence-done button").click()
    failing = page.locator(".wence-failing > li")
    visit.expect(failing).to_have_count(1)
    visit.expect(failing).to_contain_text("资金从哪里来？")
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    page.get_by_role("button", name="完整报告").click()
    report = page.frame_locator("iframe.wence-report")
    visit.expect(report.locator("h1")).to_have_text("客服题集.jsonl")
    visit.expect(report.locator("svg.whisker").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载报告").click()
    assert download.value.suggested_filename.startswith("客服题集-")
    assert "<!doctype html>" in Path(download.value.path()).read_text("utf-8")

    page.get_by_role("button", name="有误的题（1）").click()
    failing.get_by_role("button", name="在问答里打开").click()
    visit.expect(page.locator("article.wence-question")).to_have_text("资金从哪里来？")
    visit.expect(page.locator(".wence-reply .wence-badge")).to_have_text("未找到依据")
    assert wence.asked[-1][1] == ("质量意见",)
    visit.expect(page.locator("#wence-documents .token")).to_contain_text("质量提升行动")


def test_a_run_is_compared_with_the_one_before_and_deleted(
    visited: tuple[Visit, FakeWence], question_set: Path
) -> None:
    visit, _ = visited
    page = visit.page
    page.goto(f"{page.url.split('#')[0]}#evaluation")
    page.reload()
    visit.expect(page.locator("#wence-lists")).to_contain_text("还没有运行过")
    page.set_input_files("#wence-sets", question_set)
    run_set(visit)
    visit.expect(page.locator(".wence-glance")).to_have_count(1)
    page.get_by_role("button", name="运行 客服题集.jsonl").click()
    visit.expect(page.locator(".wence-glance")).to_have_count(2)
    page.locator("#wence-lists").get_by_role("button", name="查看").first.click()
    page.get_by_role("button", name="与另一次对比").click()
    visit.expect(page.locator(".wence-run")).to_contain_text("没有哪道题变了")
    visit.expect(page.locator(".wence-figures tbody tr")).not_to_have_count(0)
    assert find_violations(page) == []
    page.get_by_role("button", name="返回题集和记录").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#wence-lists").get_by_role("button", name="删除").last.click()
    visit.expect(page.locator(".wence-glance")).to_have_count(1)


def test_a_run_goes_on_while_the_chat_answers_and_is_cancelled_from_another_page(
    browser: Any, question_set: Path
) -> None:
    wence, gate = FakeWence(), threading.Event()

    def answer(question: str) -> Iterator[Answer]:
        if question == "资金从哪里来？":
            gate.wait(60)
        yield wence.grounded()

    wence.script = answer  # type: ignore[assignment]
    with serve_in_thread(wence) as address:
        visit = Visit(browser, address, DESK)
        page = visit.page
        page.get_by_role("button", name="评测", exact=True).click()
        visit.expect(page.locator("#wence-lists")).to_contain_text("还没有运行过")
        page.set_input_files("#wence-sets", question_set)
        page.get_by_role("button", name="运行 客服题集.jsonl").click()
        job = page.locator("#wence-running .wence-job")
        visit.expect(job).to_contain_text("1 / 2")
        page.get_by_role("button", name="问答", exact=True).click()
        visit.expect(visit.ask("买到假货赔多少？").locator(".wence-cite")).to_have_count(3)
        # Another visit, after this page was closed, finds it going on.
        visit.close()
        visit = Visit(browser, f"{address}#evaluation", DESK)
        job = visit.page.locator("#wence-running .wence-job")
        visit.expect(job).to_contain_text("1 / 2")
        with visit.page.expect_response(re.compile("/run/predict")):  # so that it comes before the answer is let go on
            job.get_by_role("button", name="取消").click()
        gate.set()
        visit.expect(visit.page.locator("#wence-running .wence-error")).to_contain_text("已取消")
        visit.expect(visit.page.locator("#wence-lists")).to_contain_text("还没有运行过")
        visit.close()

"""The settings in a real Chromium: seen, tried, kept, and fixed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from index.store import open_index
from rag import Wence
from rag.settings import Settings, load_settings
from tests.index.fakes import LAW, SETTINGS, BigramEncoder, fill_home, write_file
from tests.servers import FakeEndpoint, list_models, serve, stream
from tests.ui.fakes import serve_in_thread
from tests.ui.visit import DESK, MARKS, PHONE, Visit

pytestmark = MARKS


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wence:
    """A home of one law, opened."""
    monkeypatch.chdir(tmp_path)
    law = write_file(tmp_path / "shipped" / "甲法.md", LAW)
    monkeypatch.setattr("index.ingest.shipped_documents", lambda: law.parent)
    for where in ("rag.wence", "index.ingest", "ui.views.settings"):
        monkeypatch.setattr(f"{where}.open_encoder", lambda one: BigramEncoder(name=one.encoder or "bigrams"))
    fill_home(tmp_path / "home", law)
    index = open_index(tmp_path / "home", SETTINGS, encoder=BigramEncoder())
    return Wence(index, Settings(home=tmp_path / "home"))


@pytest.fixture
def home_address(served: Wence) -> Iterator[str]:
    with serve_in_thread(served) as address:
        yield address


def answer(handler: BaseHTTPRequestHandler, endpoint: FakeEndpoint) -> None:
    (list_models("qwen") if handler.path.endswith("/models") else stream("由国务院制定。"))(handler, endpoint)


def test_an_endpoint_is_tried_then_kept_and_the_chat_says_so(browser: Any, home_address: str, served: Wence) -> None:
    visit = Visit(browser, home_address, DESK)
    page = visit.page
    page.get_by_role("button", name="设置", exact=True).click()
    visit.expect(page.locator("#wence-settings-state")).to_contain_text("1 份文件，2 条")
    visit.expect(page.get_by_label("接口地址")).to_be_hidden()
    page.get_by_label("连接大模型接口").check()
    page.get_by_label("接口地址").fill("这里")
    page.get_by_label("接口地址").press("Enter")
    visit.expect(page.locator("#wence-llm-line").get_by_role("alert")).to_contain_text("http://")
    with serve(answer) as endpoint:
        page.get_by_label("接口地址").fill(endpoint.base_url)
        page.get_by_label("模型名").fill("qwen")
        page.get_by_label("密钥", exact=True).fill("sk-secret")
        page.get_by_role("button", name="试一试").click()
        visit.expect(page.locator("#wence-llm-line")).to_contain_text("由国务院制定。")
        # What is typed stays until it is kept.
        visit.expect(page.get_by_label("密钥", exact=True)).to_have_value("sk-secret")
        visit.expect(page.locator("#wence-settings-state")).to_contain_text("没有连接")
        page.locator("#wence-llm").get_by_role("button", name="保存").click()
        visit.expect(page.locator("#wence-llm-line")).to_contain_text("已保存，立即生效")
        visit.expect(page.locator("#wence-settings-state")).to_contain_text("qwen，可以使用")
        visit.expect(page.get_by_label("密钥", exact=True)).to_have_value("")
        visit.expect(page.get_by_label("密钥", exact=True)).to_have_attribute("placeholder", "已设置，留空则不变")
        page.get_by_role("button", name="问答", exact=True).click()
        visit.expect(page.locator("#wence-state")).to_contain_text("已连接大模型 qwen")
    assert "sk-secret" not in page.content()
    assert load_settings(home=served.settings.home).llm.base_url == endpoint.base_url
    visit.close()


def test_strictness_is_kept_and_the_question_that_is_asked_next_is_held_to_it(
    browser: Any, home_address: str, served: Wence
) -> None:
    visit = Visit(browser, f"{home_address}/#settings", DESK)
    page = visit.page
    page.get_by_label("严格").check()
    page.locator("#wence-strictness").get_by_role("button", name="保存").click()
    visit.expect(page.locator("#wence-strictness-line")).to_contain_text("已保存")
    assert load_settings(home=served.settings.home).answer.strictness == "strict"
    page.get_by_text("English").click()
    visit.expect(page.locator("#wence-strictness")).to_contain_text("How sure it must be")
    visit.expect(page.get_by_label("Strict")).to_be_checked()
    page.get_by_role("button", name="Ask", exact=True).first.click()
    visit.ask("经营者应当怎样？")
    visit.close()


def test_another_encoder_is_offered_with_its_cost_and_the_index_built_anew(
    browser: Any, home_address: str, served: Wence, tmp_path: Path
) -> None:
    (tmp_path / "模型").mkdir()
    visit = Visit(browser, f"{home_address}/#settings", DESK)
    page = visit.page
    page.locator("#wence-encoder-folder").check()
    page.locator("#wence-setting-encoder-folder").fill(str(tmp_path / "模型"))
    page.locator("#wence-models").get_by_role("button", name="保存").click()
    visit.expect(page.locator("#wence-models-line")).to_contain_text("至多约 1 分钟")
    page.get_by_role("button", name="不换了").click()
    visit.expect(page.locator("#wence-models-line")).to_have_text("")
    page.locator("#wence-models").get_by_role("button", name="保存").click()
    page.get_by_role("button", name="开始重建").click()
    visit.expect(page.locator("#wence-models-line")).to_contain_text("2 条，立即生效")
    visit.expect(page.locator("#wence-settings-state")).to_contain_text(str(tmp_path / "模型"))
    visit.close()


def test_what_the_environment_fixes_is_shut_and_says_by_what(
    browser: Any, served: Wence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENCE_ANSWER__STRICTNESS", "lenient")
    served.settings = load_settings(home=served.settings.home)
    with serve_in_thread(served) as address:
        visit = Visit(browser, f"{address}/#settings", DESK)
        visit.expect(visit.page.get_by_label("宽松")).to_be_checked()
        visit.expect(visit.page.get_by_label("严格")).to_be_disabled()
        visit.expect(visit.page.locator("#wence-strictness")).to_contain_text("由 WENCE_ANSWER__STRICTNESS 固定")
        visit.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_cut_off(browser: Any, home_address: str, scheme: str) -> None:
    visit = Visit(browser, f"{home_address}/#settings", PHONE, scheme)
    visit.page.get_by_label("连接大模型接口").check()
    visit.page.locator("#wence-encoder-folder").check()
    visit.expect(visit.page.locator("#wence-models")).to_be_visible()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    visit.close()

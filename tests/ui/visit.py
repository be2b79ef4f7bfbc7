"""A page opened in a real Chromium: the one on the path, or the file named by CHROMIUM."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PICTURES = Path(__file__).parents[2] / "docs"
SCREENSHOT = os.environ.get("WENCE_SCREENSHOT", "")
"""Whether the pictures of the README are taken again."""
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
QUOTE = "增加赔偿的金额为消费者购买商品的价款或者接受服务的费用的三倍"

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: install it, or name its file in CHROMIUM"),
    # Gradio's queue counts its events with a pandas call that pandas 3 deprecates.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]
"""What every module of browser tests is marked with."""


PATIENCE_MS = 20_000
"""How long what must come is waited for: a busy machine is slow, and that is no failure."""


class Visit:
    """A page opened on an address, which remembers every request and every error."""

    def __init__(self, browser: Any, address: str, viewport: dict[str, int], scheme: str = "light") -> None:
        self.context = browser.new_context(viewport=viewport, color_scheme=scheme, locale="zh-CN")
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(address)
        self.page.wait_for_selector("#wence-state .wence-line", state="attached")

    def ask(self, question: str) -> Any:
        """Ask, and return the finished reply: when the answer is there, the button asks again."""
        before = self.page.locator("article.wence-reply").count()
        self.page.fill("#wence-question textarea", question)
        replies = self.page.locator("article.wence-reply")
        for _ in range(20):  # the page takes no question while it ends the one before
            self.page.press("#wence-question textarea", "Enter")
            try:
                self.expect(replies).not_to_have_count(before, timeout=1_000)
                break
            except AssertionError:
                continue
        reply = self.page.locator("article.wence-reply").nth(before)
        reply.locator(".wence-answer, .wence-error").first.wait_for()
        self.page.locator("#wence-question button.submit-button").wait_for()
        return reply

    def expect(self, locator: Any) -> Any:
        from playwright.sync_api import expect

        expect.set_options(timeout=PATIENCE_MS)
        return expect(locator)

    def close(self) -> None:
        assert not self.errors
        local = re.compile(r"^(http://127\.0\.0\.1:\d+/|data:|blob:)")
        assert [url for url in self.requests if not local.match(url)] == []
        self.context.close()

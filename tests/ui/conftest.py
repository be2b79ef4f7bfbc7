"""Fixtures of the browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.ui.fakes import FakeWence, serve_in_thread
from tests.ui.visit import ARGUMENTS, CHROMIUM, DESK, PHONE, Visit


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def wence() -> FakeWence:
    return FakeWence()


@pytest.fixture(scope="module")
def address(wence: FakeWence) -> Iterator[str]:
    with serve_in_thread(wence) as address:
        yield address


@pytest.fixture
def desk(browser: Any, address: str) -> Iterator[Visit]:
    visit = Visit(browser, address, DESK)
    yield visit
    visit.close()


@pytest.fixture
def phone(browser: Any, address: str) -> Iterator[Visit]:
    visit = Visit(browser, address, PHONE)
    yield visit
    visit.close()

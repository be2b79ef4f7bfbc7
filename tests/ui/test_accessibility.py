"""What axe-core finds of the page: nothing serious, in any view, on a desk and on a phone, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rag import Wence
from tests.ui.fakes import serve_in_thread
from tests.ui.visit import DESK, MARKS, PHONE, Visit

pytestmark = MARKS


def find_violations(page: Any) -> list[str]:
    """Return the serious and critical findings, a line each with the places."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def see_welcome(visit: Visit) -> None:
    visit.page.locator(".wence-welcome").wait_for()


def see_answer(visit: Visit) -> None:
    reply = visit.ask("草稿")
    reply.locator(".wence-removed summary").click()
    reply.locator(".wence-rate summary").click()
    reply.locator(".wence-cite").first.click()
    visit.page.locator("#wence-clause-label").wait_for()


def see_abstention(visit: Visit) -> None:
    visit.ask("今天天气怎样？")


def see_documents(visit: Visit) -> None:
    visit.page.locator('button[name="wence-view"][value="documents"]').click()
    visit.page.locator(".wence-documents").first.wait_for()
    visit.page.fill("#wence-find", "赔偿")
    visit.page.locator("ul.wence-found").wait_for()


def see_contents(visit: Visit) -> None:
    see_documents(visit)
    visit.page.locator('.wence-documents button[value="contents"]').first.click()
    visit.page.locator(".wence-contents").wait_for()


def see_evaluation(visit: Visit) -> None:
    visit.page.locator('button[name="wence-view"][value="evaluation"]').click()
    visit.page.locator("#wence-evaluation h2, #wence-evaluation h3").first.wait_for()


def see_settings(visit: Visit) -> None:
    visit.page.locator('button[name="wence-view"][value="settings"]').click()
    visit.page.locator("#wence-settings h2").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("see", [see_welcome, see_answer, see_abstention, see_documents, see_contents, see_evaluation])
def test_axe_finds_nothing_serious(
    browser: Any, address: str, see: Callable[[Visit], None], viewport: dict[str, int], scheme: str
) -> None:
    visit = Visit(browser, address, viewport, scheme)
    see(visit)
    assert find_violations(visit.page) == []
    visit.close()


@pytest.mark.parametrize(("viewport", "scheme"), [(DESK, "dark"), (PHONE, "light")], ids=["desk", "phone"])
def test_axe_finds_nothing_serious_in_the_settings(
    browser: Any, shipped_wence: Wence, viewport: dict[str, int], scheme: str
) -> None:
    with serve_in_thread(shipped_wence) as address:
        visit = Visit(browser, address, viewport, scheme)
        see_settings(visit)
        assert find_violations(visit.page) == []
        visit.close()

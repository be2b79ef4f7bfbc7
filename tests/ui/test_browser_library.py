"""The documents in a real Chromium: a folder of laws dropped in, read, asked, compared and taken out.

With WENCE_SCREENSHOT=1 docs/versions.png is taken again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Wence
from tests.ui.fakes import EVIL, serve_in_thread
from tests.ui.visit import DESK, MARKS, PHONE, PICTURES, SCREENSHOT, Visit

pytestmark = MARKS

LAW = (
    "滨江{name}管理办法\n第一章　总则\n第一条　为了规范{name}，制定本办法。\n第二章　管理\n"
    "第二条　设立{name}的，应当在三十日内报区商务局备案。\n第三条　未备案的，由区商务局处五百元罚款。\n"
)


@pytest.fixture(scope="module")
def home(shipped_wence: Wence, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wence]:
    home = tmp_path_factory.mktemp("library") / "home"
    shutil.copytree(shipped_wence.settings.home, home)
    yield shipped_wence.reopen(shipped_wence.settings.model_copy(update={"home": home}))


@pytest.fixture(scope="module")
def address(home: Wence) -> Iterator[str]:
    with serve_in_thread(home) as address:
        yield address


def go_to_documents(visit: Visit) -> Any:
    visit.page.get_by_role("button", name="文件", exact=True).click()
    documents = visit.page.locator(".wence-documents")
    documents.first.wait_for()
    return documents


def write_laws(folder: Path, *names: str) -> list[str]:
    paths = [folder / f"{name}办法.md" for name in names]
    for path, name in zip(paths, names, strict=True):
        path.write_text(LAW.format(name=name), encoding="utf-8")
    return [str(path) for path in paths]


def drop(visit: Visit, path: Path) -> None:
    """Drop a file or a folder on the place for it, as a person's file manager would."""
    box = visit.page.locator("#wence-dropping .wence-drop").bounding_box()
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2, "data": data}
    client = visit.context.new_cdp_session(visit.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        client.send("Input.dispatchDragEvent", {"type": kind, **place})


def test_a_folder_is_dropped_with_the_folders_inside_it(desk: Visit, tmp_path: Path) -> None:
    go_to_documents(desk)
    inner = tmp_path / "法规" / "地方"
    inner.mkdir(parents=True)
    write_laws(inner.parent, "码头", "渡口")
    write_laws(inner, "集市")
    (inner / "说明.exe").write_bytes(b"MZ")  # beside the documents, and no concern of the reader's
    drop(desk, inner.parent)
    preview = desk.page.locator(".wence-preview")
    for name in ("码头", "渡口", "集市"):
        desk.expect(preview).to_contain_text(f"滨江{name}管理办法")
    desk.expect(desk.page.locator(".wence-sent").first).to_have_text("")
    desk.expect(desk.page.locator(".wence-decide input")).to_have_value("法规")
    desk.page.locator(".wence-decide").get_by_role("button", name="不加入").click()
    desk.expect(preview).to_have_count(0)


def test_laws_are_dropped_read_added_asked_and_taken_out(desk: Visit, tmp_path: Path) -> None:
    go_to_documents(desk)
    bad = tmp_path / f"坏{EVIL.replace('/', '')}.pdf"
    bad.write_bytes(b"no PDF")
    wrong = tmp_path / "程序.exe"
    wrong.write_bytes(b"MZ")
    desk.page.set_input_files("#wence-files", [*write_laws(tmp_path, "夜市", "早市"), str(bad), str(wrong)])
    preview = desk.page.locator(".wence-preview")
    desk.expect(preview).to_contain_text("滨江夜市管理办法")
    desk.expect(preview).to_contain_text("3 条会被引用")
    desk.expect(preview.locator(".wence-error")).to_have_count(1)
    desk.expect(desk.page.locator(".wence-sent").first).to_contain_text("程序.exe")
    preview.locator("summary").first.click()
    desk.expect(preview.get_by_text("为了规范夜市").first).to_be_visible()
    desk.page.locator(".wence-decide input").fill("滨江的规定")
    desk.page.get_by_role("button", name="加入这 2 份文件").click()
    desk.expect(desk.page.locator(".wence-done")).to_contain_text("加入 2 份")
    desk.expect(desk.page.locator(".wence-library h3").filter(has_text="滨江的规定")).to_be_visible()
    desk.page.reload()  # the page loaded anew knows what was added since the server began
    row = desk.page.locator(".wence-documents li").filter(has_text="滨江夜市管理办法")
    row.get_by_role("button", name="只问这份文件").click()
    desk.expect(desk.page.locator("#wence-question textarea")).to_be_visible()
    reply = desk.ask("夜市没有备案罚多少？")
    desk.expect(reply.locator(".wence-sources")).to_contain_text("《滨江夜市管理办法》第三条")
    go_to_documents(desk)
    desk.page.once("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name="移除").click()
    desk.expect(desk.page.locator(".wence-done")).to_contain_text("移除 1 份")
    desk.expect(row).to_have_count(0)
    # The conversation still has its evidence.
    desk.page.get_by_role("button", name="问答", exact=True).click()
    reply.locator(".wence-cite").first.click()
    desk.expect(desk.page.locator(".wence-evidence")).to_contain_text("这是当时的条文")
    desk.expect(desk.page.locator(".wence-evidence mark")).to_contain_text("五百元罚款")
    assert desk.page.evaluate("window.pwned") is None


def test_a_document_is_read_by_its_contents_and_searched(desk: Visit) -> None:
    go_to_documents(desk)
    desk.page.get_by_label("效力级别").select_option("行政法规")
    desk.expect(desk.page.get_by_text("中华人民共和国产品质量法", exact=True)).to_have_count(0)
    desk.page.get_by_label("效力级别").select_option("")
    desk.page.get_by_role("button", name="中华人民共和国产品质量法", exact=True).click()
    desk.expect(desk.page.locator(".wence-contents")).to_contain_text("第五章")
    desk.page.locator("#wence-find").click()
    desk.page.keyboard.type("以次充好")
    desk.expect(desk.page.locator(".wence-found mark").first).to_have_text("以次充好")
    desk.expect(desk.page.locator("#wence-find")).to_be_focused()
    desk.page.locator("ul.wence-found button").first.click()
    desk.expect(desk.page.locator(".wence-evidence mark").first).to_have_text("以次充好")
    desk.page.get_by_role("button", name="返回全部文件").click()
    desk.expect(desk.page.locator(".wence-documents").first).to_be_visible()


def test_two_versions_stand_side_by_side(desk: Visit) -> None:
    go_to_documents(desk)
    row = desk.page.locator(".wence-documents li").filter(has_text="农产品质量安全法").first
    row.get_by_role("button", name="版对照").click()
    shown = desk.page.locator("#wence-shown")
    desk.expect(shown).to_contain_text("新增")
    desk.expect(shown.locator("ins").first).to_be_visible()
    desk.expect(shown.locator("del").first).to_be_visible()
    shown.locator('button[name="wence-clause"]').first.click()
    desk.expect(desk.page.locator("#wence-clause-label")).to_contain_text("第一条")
    if SCREENSHOT:
        desk.page.screenshot(path=PICTURES / "versions.png")


def test_a_phone_shows_the_documents_in_one_column(phone: Visit) -> None:
    go_to_documents(phone)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone.page.get_by_role("button", name="中华人民共和国标准化法", exact=True).click()
    phone.page.locator(".wence-contents .wence-open").nth(2).click()
    phone.expect(phone.page.locator("#wence-clause-label")).to_be_in_viewport()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_view_has_an_address_of_its_own(browser: Any, address: str) -> None:
    visit = Visit(browser, f"{address}/#documents", DESK)
    visit.expect(visit.page.locator(".wence-documents").first).to_be_visible()
    visit.page.get_by_text("English").click()
    visit.expect(visit.page.get_by_role("button", name="Documents")).to_have_attribute("aria-current", "page")
    visit.expect(visit.page.get_by_text("Drop files or a folder here")).to_be_visible()
    visit.expect(visit.page.get_by_role("button", name="Ask this document").first).to_be_visible()
    visit.close()

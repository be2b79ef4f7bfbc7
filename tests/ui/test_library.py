"""The view of the documents on a small real home: dropped, previewed, added, searched, compared, taken out."""

from __future__ import annotations

import gc
import shutil
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.errors import IndexDamaged
from rag import Wence
from tests.ui.fakes import EVIL
from ui.home import OpenHome
from ui.jobs import Job
from ui.page import Page
from ui.rendering.library import Wanted
from ui.views.library import LibraryView, Place

BATCH = "0123456789abcdef"
LAW = "试验办法\n（2020年1月1日公布）\n第一条　为了保护{who}，制定本办法。\n第二条　{what}由试验部门在三十日内办理。\n"


@pytest.fixture
def library(shipped_wence: Wence, tmp_path: Path) -> Iterator[LibraryView]:
    shutil.copytree(shipped_wence.settings.home, tmp_path / "home")
    settings = shipped_wence.settings.model_copy(update={"home": tmp_path / "home"})
    home = OpenHome(shipped_wence.reopen(settings))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Gradio's own event loops
        page = Page(home)
        gc.collect()
    yield page.library
    home.close()


def choose(**data: Any) -> Any:
    return SimpleNamespace(_data=data)


def drop(library: LibraryView, **files: str) -> str:
    folder = library.home.folder / "uploads" / BATCH
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / f"{name}.md").write_text(content, encoding="utf-8")
    return list(library.preview("zh", choose(batch=BATCH)))[-1]


def add(library: LibraryView, collection: str = "试验") -> list[Any]:
    return list(library.act_on_work(Place(), "zh", choose(do="add", batch=BATCH, collection=collection)))[-1]


def show(library: LibraryView, place: Place = Place(), **data: Any) -> tuple[str, Place]:  # noqa: B008
    shown = list(library.act_on_shown(place, "zh", choose(**data)))[-1]
    return str(shown[1]), shown[2]


def test_what_is_dropped_is_shown_before_it_is_added(library: LibraryView) -> None:
    before = library.home.wence.describe().documents
    shown = drop(library, 办法=LAW.format(who=EVIL, what="甲"), 空="\n")
    assert "试验办法" in shown
    assert "2 条会被引用" in shown
    assert "加入这 1 份文件" in shown
    assert "<script>" not in shown
    assert library.home.wence.describe().documents == before
    done = add(library)
    assert "加入 1 份" in done[0]
    assert library.home.wence.describe().documents == before + 1
    answer = library.home.wence.ask("甲由谁办理？", documents=["试验办法"])
    assert [one.clause_id for one in answer.citations] == ["办法#二"]
    assert not (library.home.folder / "uploads" / BATCH).exists()


def test_the_same_name_in_the_same_collection_replaces(library: LibraryView) -> None:
    drop(library, 办法=LAW.format(who="甲", what="甲"))
    add(library)
    drop(library, 办法=LAW.format(who="乙", what="乙"))
    assert "更新 1 份" in add(library)[0]
    assert "乙" in library.home.wence.index.parsed["办法"].document.text


def test_what_is_given_up_is_gone(library: LibraryView) -> None:
    drop(library, 办法=LAW.format(who="甲", what="甲"))
    assert list(library.act_on_work(Place(), "zh", choose(do="drop", batch=BATCH)))[-1][0] == ""
    assert not (library.home.folder / "uploads" / BATCH).exists()


def test_cancelled_nothing_has_changed_and_it_can_be_added_again(
    library: LibraryView, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = library.home.wence.describe().documents
    drop(library, 办法=LAW.format(who="甲", what="甲"))
    from ui import jobs

    with monkeypatch.context() as patch:
        patch.setattr(jobs.Job, "_tell", _cancel_at_once)
        shown = add(library)[0]
    assert "已取消" in shown
    assert "加入这 1 份文件" in shown
    assert library.home.wence.describe().documents == before
    assert "加入 1 份" in add(library)[0]


def test_what_another_page_reads_is_not_cancelled_and_what_was_read_long_ago_is_forgotten(library: LibraryView) -> None:
    end = threading.Event()
    jobs = {name: Job("preview", lambda progress: end.wait(20)) for name in ("mine", "others")}
    library.home.previews.update(jobs)
    library.home.job = Job("write", lambda progress: end.wait(20))
    library.cancel(choose(batch="mine"))
    assert [one.cancelling for one in (*jobs.values(), library.home.job)] == [True, False, False]
    library.cancel(choose(do="cancel", batch=""))
    assert [one.cancelling for one in (*jobs.values(), library.home.job)] == [True, False, True]
    end.set()
    for one in (*jobs.values(), library.home.job):
        list(one.watch())
    for number in range(12):
        library.home.previews[str(number)] = jobs["mine"]
    drop(library, 办法=LAW.format(who="甲", what="甲"))
    assert list(library.home.previews) == ["5", "6", "7", "8", "9", "10", "11", BATCH]


def test_while_other_work_goes_on_what_was_dropped_stays(library: LibraryView) -> None:
    drop(library, 办法=LAW.format(who="甲", what="甲"))
    end = threading.Event()
    library.home.job = Job("write", lambda progress: end.wait(20))
    shown = add(library)[0]
    assert "正在处理别的文件" in shown
    assert "加入这 1 份文件" in shown
    assert list((library.home.folder / "uploads" / BATCH).iterdir())
    removed = list(library.act_on_shown(Place(), "zh", choose(do="remove", id="食品安全法(2021-04-29)")))
    assert "正在处理别的文件" in removed[-1][0]
    end.set()
    for _ in library.home.job.watch():
        pass
    assert "加入 1 份" in add(library)[0]


def test_an_index_that_has_changed_is_opened_once_and_one_that_cannot_be_is_tried_once(
    library: LibraryView, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, opened = library.home, []

    def refuse(*_: object) -> Wence:
        opened.append(1)
        raise IndexDamaged("damaged")

    before = home.wence
    monkeypatch.setattr(Wence, "reopen", refuse)
    monkeypatch.setattr("ui.home.find_generation", lambda _: home.folder / "index" / "g-other")
    home.refresh()
    home.refresh()
    assert opened == [1]
    assert home.wence is before


def _cancel_at_once(job: Any, what: str, done: int, total: int) -> None:
    from ui.jobs import JobCancelled

    raise JobCancelled


def test_a_document_is_taken_out(library: LibraryView) -> None:
    before = library.home.wence.describe().documents
    shown = list(library.act_on_shown(Place(), "zh", choose(do="remove", id="食品安全法(2021-04-29)")))[-1]
    assert "移除 1 份" in shown[0]
    assert library.home.wence.describe().documents == before - 1
    assert "食品安全法" not in shown[1]


def test_the_list_is_filtered(library: LibraryView) -> None:
    html, place = show(library, do="filter", level="行政法规")
    assert place.wanted == Wanted(level="行政法规")
    assert "认证认可条例" in html
    assert ">中华人民共和国产品质量法<" not in html
    html, place = show(library, place, do="filter", force="out")
    assert place.wanted == Wanted(level="行政法规", force="out")
    assert "已有新版本" in html
    html, _ = show(library, place, do="filter", collection="没有的")
    assert "没有找到" in html
    html, _ = show(library, do="filter", words="三倍")
    assert "<mark>三倍</mark>" in html


def test_a_document_is_read_by_its_contents_and_searched(library: LibraryView) -> None:
    html, place = show(library, do="contents", id="产品质量法(2018-12-29)")
    assert "第五章" in html
    assert "第四十条" in html
    html, place = show(library, place, do="find", id=place.id, words=EVIL)
    assert "<script>" not in html
    html, place = show(library, place, do="find", id=place.id, words="以次充好")
    assert "<mark>以次充好</mark>" in html
    html, place = show(library, place, do="list")
    assert place == Place()


def test_two_versions_stand_side_by_side_the_older_first(library: LibraryView) -> None:
    ids = ["认证认可条例(2020-11-29)", "认证认可条例(2023-07-20)"]
    shown = [show(library, do="compare", id=one, other=other)[0] for one, other in (ids, ids[::-1])]
    assert shown[0] == shown[1]
    assert shown[0].index("2020-11-29") < shown[0].index("2023-07-20")


def test_whatever_is_sent_is_no_error(library: LibraryView) -> None:
    for data in (
        {},
        {"do": "contents", "id": "../x"},
        {"do": "compare", "id": "x", "other": "y"},
        {"do": "remove", "id": "x"},
    ):
        assert "份文件" in show(library, **data)[0]
    assert "no such upload" in list(library.preview("zh", choose(batch="../..")))[-1]
    assert "no such upload" in list(library.act_on_work(Place(), "zh", choose(do="add", batch="x")))[-1][0]
    assert list(library.preview("zh", choose(batch="f" * 16))) == [""]

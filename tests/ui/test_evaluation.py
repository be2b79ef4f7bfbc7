"""The view of the evaluation: question sets kept, run, read, compared, and their questions opened in the chat."""

from __future__ import annotations

import gc
import json
import threading
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import gradio as gr
import httpx
import pytest

import ui.records.runs
from rag.model import Answer, Turn
from tests.ui.fakes import EVIL, FakeWence, serve_in_thread
from ui.home import OpenHome
from ui.page import Page
from ui.records.conversations import Rating
from ui.records.runs import find_run, list_run_folders, list_set_files
from ui.records.uploads import find_batch
from ui.views.chat import Talk
from ui.views.evaluation import EvaluationView, Reading

GOLD = {
    "id": "假货",
    "type": "fact",
    "question": "买到假货赔多少？",
    "documents": ["消保法", "质量意见"],
    "clauses": ["消保法#五十五"],
    "also": ["质量意见#二十三"],
    "evidence": ["增加赔偿的金额不足五百元的，为五百元"],
}
MISSED = {
    "id": "财政",
    "type": "follow_up",
    "question": "那资金呢？",
    "documents": ["质量意见"],
    "clauses": ["二十四"],
    "history": [
        {"role": "user", "content": "政策讲什么？"},
        {"role": "assistant", "content": "讲质量。"},
    ],
}
START = Reading()
BATCH = "0123456789abcdef"


@pytest.fixture(autouse=True)
def no_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ui.records.runs, "_CHECKOUT", tmp_path / "installed")


def build(wence: Any) -> EvaluationView:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Gradio's own event loops
        view = Page(OpenHome(wence)).evaluation
        gc.collect()
    return view


def say(**data: Any) -> Any:
    return SimpleNamespace(_data=data)


def write_set(view: EvaluationView, *rows: dict[str, Any], name: str = "题集.jsonl") -> Path:
    path = view.home.folder / "sets" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def run_set(view: EvaluationView, set_id: str = "uploaded/题集.jsonl") -> list[list[Any]]:
    return list(view.act(Reading(), "zh", say(do="run", set=set_id)))


def read(view: EvaluationView, **data: str) -> str:
    return str(list(view.act(Reading(), "zh", say(do="read", **data)))[-1][2])


def see(view: EvaluationView, reading: Reading = START) -> list[Any]:
    """What is shown first when the view is opened."""
    return next(view.open(reading, "zh", say(view="evaluation")))


def name_run(view: EvaluationView) -> str:
    (folder,) = list_run_folders(view.home.folder)
    return folder.name


def test_a_set_that_can_be_read_is_kept_and_a_broken_one_is_one_line() -> None:
    view = build(FakeWence())
    folder = find_batch(view.home.folder, BATCH)
    folder.mkdir(parents=True)
    (folder / "好.jsonl").write_text(json.dumps(GOLD), encoding="utf-8")
    (folder / "坏.jsonl").write_text(json.dumps(GOLD) + '\n{"id": "b"}\n', encoding="utf-8")
    lines, lists = view.keep_sets("zh", say(batch=BATCH))
    assert "坏.jsonl, line 2: &#x27;type&#x27; is missing" in lines
    assert str(view.home.folder) not in lines
    assert [file.path.name for file in list_set_files(view.home.folder)] == ["好.jsonl"]
    assert "好.jsonl" in lists
    assert "1 题" in lists
    assert not folder.exists()
    assert "no such upload" in view.keep_sets("zh", say(batch="../.."))[0]


def test_a_set_about_documents_that_are_not_here_says_so_and_cannot_be_run() -> None:
    view = build(FakeWence())
    write_set(view, GOLD | {"documents": ["没有的法"], "clauses": ["没有的法#一"], "also": []})
    step = see(view)
    assert "题集.jsonl, line 1:" in step[1]
    assert 'value="run"' not in step[1]


def test_a_run_is_shown_as_it_goes_and_stands_first_in_the_list() -> None:
    view = build(FakeWence())
    write_set(view, GOLD, MISSED)
    steps = run_set(view)
    assert "<progress" in steps[0][0]
    assert "运行完毕：1 / 2 题全对" in steps[-1][0]
    assert "1 / 2 题全对" in steps[-1][1]
    assert steps[-1][2] == steps[-1][3] == gr.skip()
    names = sorted(path.name for path in find_run(view.home.folder, name_run(view)).iterdir())
    assert names == ["answers.jsonl", "report.html", "report.json", "report.md"]


def test_what_failed_is_shown_with_what_was_cited_and_what_should_have_been() -> None:
    view = build(FakeWence())
    write_set(view, GOLD | {"clauses": ["消保法#五十六"]}, MISSED, GOLD | {"id": "对"})
    run_set(view)
    shown = read(view, run=name_run(view))
    assert shown.count("<li>") == 2
    assert "《中华人民共和国消费者权益保护法》第五十五条 " in shown
    assert "错引" in shown
    assert "漏引" in shown
    assert "没有引用" in shown
    assert "有误的题（2）" in shown


def test_a_failed_question_is_asked_in_the_chat_of_its_documents_and_after_its_turns() -> None:
    wence = FakeWence()
    view = build(wence)
    write_set(view, GOLD, MISSED)
    run_set(view)
    steps = list(view.ask("zh", say(run=name_run(view), id="财政")))
    question, documents, history = wence.asked[-1]
    assert (question, documents) == ("那资金呢？", ("质量意见",))
    assert history == (Turn("user", "政策讲什么？"), Turn("assistant", "讲质量。"))
    first = steps[0]
    assert "政策讲什么？" in first[0]
    assert "出自题集" in first[0]
    scope = view.show_scope(steps[-1][4])
    assert scope[0]["value"] == ["质量意见"]
    assert len(scope) == len(view.chat.scope.inputs)
    # A conversation of its own, which holds what was asked now.
    (kept,) = view.home.conversations.list_conversations()
    assert (kept.name, kept.questions) == ("那资金呢？", 1)


def test_a_question_that_is_not_there_is_one_line_in_the_chat() -> None:
    view = build(FakeWence())
    for data in ({"run": "..", "id": "x"}, {}):
        (step,) = view.ask("zh", say(**data))
        assert "no such run" in step[2]
        assert len(step) == len(view.chat.shown)


def test_the_report_stands_in_a_frame_that_runs_nothing() -> None:
    view = build(FakeWence())
    write_set(view, MISSED | {"question": EVIL, "id": "e"})
    run_set(view)
    shown = read(view, run=name_run(view), part="report")
    frame = shown[shown.index("<iframe") :]
    assert 'sandbox=""' in frame
    assert "&lt;!doctype html&gt;" in frame
    assert "href=&quot;#" not in frame
    assert "<script" not in shown


def test_two_runs_are_compared_with_the_one_before() -> None:
    wence = FakeWence()
    view = build(wence)
    write_set(view, GOLD, MISSED)
    run_set(view)
    before = name_run(view)
    assert "没有别的运行可以对比" in read(view, run=before, part="compare")
    wence.script = lambda question: [Answer("没有。", reason="no_support")]
    run_set(view)
    (after,) = {folder.name for folder in list_run_folders(view.home.folder)} - {before}
    shown = read(view, run=after, part="compare")
    assert f'<option value="{before}" selected>' in shown
    assert "全对的由 1 题变为 0 题：新增 0，失去 1（McNemar 精确检验 p = 1.000，可能只是偶然）" in shown
    assert "不再全对" in shown
    assert "买到假货赔多少？" in shown
    back = read(view, run=before, part="compare", before=after)
    assert "现在全对" in back


def test_a_run_that_is_cancelled_leaves_nothing() -> None:
    began, gate = threading.Event(), threading.Event()

    def answer(question: str) -> Sequence[Answer]:
        began.set()
        gate.wait(30)
        return [Answer("没有。", reason="no_support")]

    view = build(FakeWence(script=answer))
    write_set(view, GOLD, MISSED)
    steps = view.act(Reading(), "zh", say(do="run", set="uploaded/题集.jsonl"))
    assert "<progress" in next(steps)[0]
    assert began.wait(30)
    view.cancel()
    gate.set()
    assert "已取消" in list(steps)[-1][0]
    assert list((view.home.folder / "runs").iterdir()) == []


def test_a_run_goes_on_without_its_page_is_shown_in_another_and_only_one_goes_at_a_time() -> None:
    gate = threading.Event()

    def answer(question: str) -> Iterator[Answer]:
        gate.wait(30)
        yield Answer("没有。", reason="no_support")

    view = build(FakeWence(script=answer))  # type: ignore[arg-type]
    write_set(view, MISSED)
    first = view.act(Reading(), "zh", say(do="run", set="uploaded/题集.jsonl"))
    next(first)
    first.close()
    second = view.act(Reading(), "zh", say(do="run", set="uploaded/题集.jsonl"))
    assert "有一份题集正在运行" in next(second)[0]
    second.close()
    opened = view.open(Reading(), "zh", say(view="evaluation"))
    next(opened)
    assert "<progress" in next(opened)[0]
    gate.set()
    assert "运行完毕" in list(opened)[-1][0]
    # Whoever comes later sees that it is over, until something else is done.
    assert "运行完毕" in list(view.open(Reading(), "zh", say(view="evaluation")))[-1][0]
    read(view, run=name_run(view))
    assert len(list(view.open(Reading(), "zh", say(view="evaluation")))) == 1


def test_another_view_is_not_this_ones_business() -> None:
    (step,) = build(FakeWence()).open(Reading(), "zh", say(view="documents"))
    assert step == [gr.skip()] * 4


def test_ratings_are_a_set_that_can_be_run() -> None:
    wence = FakeWence()
    view = build(wence)
    assert "读者的评价" not in see(view)[1]
    asked = list(view.chat.answer_question("买到假货怎么赔？", [], [], "", "", "", Talk(), "zh"))[-1][4]
    view.home.conversations.rate(asked.exchanges[0].key, Rating("up"))
    assert "读者的评价" in see(view)[1]
    assert "1 / 1 题全对" in run_set(view, "ratings/ratings.jsonl")[-1][0]
    assert (find_run(view.home.folder, name_run(view)) / "ratings.jsonl").is_file()


def test_sets_and_runs_are_deleted_by_names_that_are_there_alone() -> None:
    view = build(FakeWence())
    path = write_set(view, GOLD)
    run_set(view)
    for data in (
        {"do": "delete-run", "run": ".."},
        {"do": "delete-run", "run": f"../runs/{name_run(view)}"},
        {"do": "delete-set", "set": "uploaded/../题集.jsonl"},
        {"do": "delete-set", "set": "ratings/ratings.jsonl"},
        {"do": "run", "set": "uploaded/没有.jsonl"},
        {"do": "read", "run": "没有"},
    ):
        (step,) = view.act(Reading(), "zh", say(**data))
        assert "wence-error" in step[0]
    assert path.exists()
    list(view.act(Reading(), "zh", say(do="delete-set", set="uploaded/题集.jsonl")))
    assert not path.exists()
    reading = Reading(name_run(view))
    *_, last = view.act(reading, "zh", say(do="delete-run", run=reading.run))
    assert list_run_folders(view.home.folder) == []
    assert last[2:] == ["", Reading()]
    # Another page that still reads it is led back to the lists.
    assert see(view, reading)[2:] == ["", Reading()]


def test_a_run_whose_report_cannot_be_read_is_listed_and_can_be_deleted() -> None:
    view = build(FakeWence())
    write_set(view, GOLD)
    run_set(view)
    (find_run(view.home.folder, name_run(view)) / "report.json").write_text("{}", encoding="utf-8")
    step = see(view, Reading(name_run(view)))
    assert "report.json: not a report" in step[1]
    assert 'value="delete-run"' in step[1]
    assert step[2] == ""


def test_what_a_set_holds_stays_text() -> None:
    view = build(FakeWence())
    write_set(view, MISSED | {"question": EVIL, "id": EVIL, "type": EVIL, "history": []})
    run_set(view)
    shown = read(view, run=name_run(view))
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown


def test_the_view_is_shown_in_english() -> None:
    view = build(FakeWence())
    write_set(view, GOLD, MISSED)
    run_set(view)
    dropping, _, lists, shown = view.relabel(Reading(name_run(view)), "en")
    assert "Drop question sets here" in dropping
    assert "1 of 2 right" in lists
    assert "Open in the chat" in shown
    assert "Citation recall micro" in shown


def test_files_of_runs_are_sent_by_names_that_are_there_alone_and_sets_are_taken_by_suffix() -> None:
    wence = FakeWence()
    view = build(wence)
    write_set(view, GOLD)
    run_set(view)
    name = quote(name_run(view))
    with serve_in_thread(wence) as address, httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        answers = client.get(f"/page/runs/{name}/answers.jsonl")
        assert json.loads(answers.text)["id"] == "假货"
        assert answers.headers["content-disposition"].startswith("attachment")
        for path in ("%2e%2e/report.html", f"..%2Fruns%2F{name}/report.html", f"{name}/report.json", "x/report.html"):
            assert client.get(f"/page/runs/{path}").status_code in (404, 422)
        assert client.put(f"/page/uploads/sets/{BATCH}/a.csv", content=b"id").json() == {"name": "a.csv"}
        refused = client.put(f"/page/uploads/sets/{BATCH}/a.docx", content=b"x")
        assert refused.status_code == 400
        assert refused.json() == {"error": "a.docx: not a file that is read here; save it as .jsonl, .csv or .xlsx"}

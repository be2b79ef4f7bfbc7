"""The settings' handlers: what is shown, kept, applied and refused, step by step."""

from __future__ import annotations

import gc
import stat
import sys
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.errors import EncoderError
from index.settings import IndexSettings
from index.store import open_index
from rag import Wence
from rag.settings import Settings, load_settings
from rag.settings_file import HOME_FILE, keep_settings
from tests.index.fakes import LAW, SETTINGS, BigramEncoder, fill_home, write_file
from tests.servers import FakeEndpoint, Reply, find_closed_port, list_models, refuse, send, serve, stream
from tests.ui.fakes import EVIL
from ui.home import OpenHome
from ui.page import Page
from ui.settings.trial import TRIED
from ui.views.settings import SettingsView


def open_encoder(settings: IndexSettings) -> BigramEncoder:
    """The shipped encoder is named bigrams, any other as its folder."""
    if "坏" in settings.encoder:
        raise EncoderError(f"the encoder {settings.encoder} cannot be loaded from this machine")
    return BigramEncoder(name=settings.encoder or "bigrams", salt=settings.encoder)


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenHome:
    """A home of one law, opened; the encoders are made of hashes."""
    monkeypatch.chdir(tmp_path)
    law = write_file(tmp_path / "shipped" / "甲法.md", LAW)
    monkeypatch.setattr("index.ingest.shipped_documents", lambda: law.parent)
    for where in ("rag.wence", "index.ingest", "ui.views.settings"):
        monkeypatch.setattr(f"{where}.open_encoder", open_encoder)
    home = tmp_path / "home"
    fill_home(home, law)
    index = open_index(home, SETTINGS, encoder=BigramEncoder())
    return OpenHome(Wence(index, Settings(home=home)))


@pytest.fixture
def view(opened: OpenHome) -> SettingsView:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Gradio's own event loops
        page = Page(opened)
        gc.collect()
    return page.settings


def choose(**data: Any) -> Any:
    return SimpleNamespace(_data=data, **data)


def show(view: SettingsView, steps: Iterator[dict[Any, Any]]) -> dict[str, str]:
    """Return what stands where once all is done, by the component's name."""
    names = {component: name for name, component in vars(view).items() if hasattr(component, "elem_id")}
    names[view.chat.state] = "chat"
    shown: dict[str, str] = {}
    for step in steps:
        shown |= {names[component]: value for component, value in step.items() if component in names}
    return shown


def answer_as_endpoint(*pieces: str, models: tuple[str, ...] = ("qwen", "glm")) -> Reply:
    """Reply to both requests that a trial makes."""

    def reply(handler: BaseHTTPRequestHandler, endpoint: FakeEndpoint) -> None:
        (list_models(*models) if handler.path.endswith("/models") else stream(*pieces))(handler, endpoint)

    return reply


def name_endpoint(url: str, **more: str) -> Any:
    return choose(do="save", writer="endpoint", base_url=url, **more)


# what is shown -------------------------------------------------------------------------


def test_the_state_of_things_stands_above_the_forms(view: SettingsView, opened: OpenHome) -> None:
    shown = show(view, view.open("zh", choose(view="settings")))
    assert "1 份文件，2 条" in shown["state"]
    assert "格式 3" in shown["state"]
    assert str(opened.folder) in shown["state"]
    assert "没有连接，答案直接引用原文" in shown["state"]
    assert (
        'id="wence-writer-none" name="writer" value="none" aria-describedby="wence-writer-none-cost" checked'
        in shown["llm"]
    )
    assert 'value="balanced" aria-describedby="wence-strictness-balanced-cost" checked' in shown["strictness"]
    assert shown["strictness"].count("在本项目的试题上") == 3
    assert "未连接大模型" in shown["chat"]


def test_going_to_another_view_changes_nothing(view: SettingsView) -> None:
    (step,) = view.open("zh", choose(view="ask"))
    assert [value["__type__"] for value in step.values()] == ["update"]


def test_another_language_is_shown_only_where_the_view_was_seen(view: SettingsView) -> None:
    assert set(view.relabel(False, "en")) == {""}
    shown = "".join(view.relabel(True, "en"))
    assert "The state of things" in shown
    assert "没有" not in shown


def test_what_the_settings_hold_is_escaped(view: SettingsView, opened: OpenHome) -> None:
    keep_settings(opened.folder, {"llm.base_url": f"http://a/{EVIL}", "llm.model": EVIL, "index.reranker": EVIL})
    monkey = load_settings(home=opened.folder)
    opened.wence.settings = opened.wence.settings.model_copy(update={"llm": monkey.llm, "index": monkey.index})
    shown = "".join(view.relabel(True, "zh"))
    assert "<script>" not in shown
    assert "<img" not in shown


# the LLM -------------------------------------------------------------------------------


def test_an_endpoint_is_kept_and_answers_from_then_on(view: SettingsView, opened: OpenHome) -> None:
    with serve(list_models("qwen")) as endpoint:
        shown = show(view, view.act_on_llm("zh", name_endpoint(endpoint.base_url, model="qwen", api_key="sk-1")))
    assert "已保存，立即生效" in shown["llm_line"]
    assert "qwen，可以使用" in shown["state"]
    assert "已连接大模型 qwen" in shown["chat"]
    assert opened.wence.settings.llm.base_url == endpoint.base_url
    kept = load_settings(home=opened.folder).llm
    assert (kept.base_url, kept.model, kept.api_key.get_secret_value()) == (endpoint.base_url, "qwen", "sk-1")
    if sys.platform != "win32":
        assert stat.S_IMODE((opened.folder / HOME_FILE).stat().st_mode) == 0o600


def test_a_key_is_never_shown_and_left_empty_stays(view: SettingsView, opened: OpenHome) -> None:
    url = f"http://127.0.0.1:{find_closed_port()}/v1"
    first = show(view, view.act_on_llm("zh", name_endpoint(url, api_key="sk-secret")))
    second = show(view, view.act_on_llm("zh", name_endpoint(url, model="m", api_key="")))
    assert "sk-secret" not in "".join((*first.values(), *second.values(), *view.relabel(True, "zh")))
    assert "已设置，留空则不变" in second["llm"]
    assert opened.wence.settings.llm.api_key.get_secret_value() == "sk-secret"
    shown = show(view, view.act_on_llm("zh", name_endpoint(url, model="m", forget_key="1")))
    assert "没有设置" in shown["llm"]
    assert "api_key" not in (opened.folder / HOME_FILE).read_text("utf-8")


def test_a_key_does_not_go_to_another_address(view: SettingsView, opened: OpenHome) -> None:
    with serve(answer_as_endpoint("好。")) as one, serve(answer_as_endpoint("好。")) as other:
        list(view.act_on_llm("zh", name_endpoint(one.base_url, api_key="sk-secret")))
        list(view.act_on_llm("zh", choose(do="try", writer="endpoint", base_url=other.base_url)))
        assert all("sk-secret" not in headers.get("authorization", "") for _, headers, _ in other.requests)
        list(view.act_on_llm("zh", choose(do="try", writer="endpoint", base_url=one.base_url)))
        assert one.requests[-1][1]["authorization"] == "Bearer sk-secret"
        list(view.act_on_llm("zh", name_endpoint(other.base_url)))
    assert opened.wence.settings.llm.api_key.get_secret_value() == ""


def test_trying_says_what_is_there_and_keeps_nothing(view: SettingsView, opened: OpenHome) -> None:
    with serve(answer_as_endpoint("由国务院", f"制定{EVIL}", "。还有")) as endpoint:
        event = choose(do="try", writer="endpoint", base_url=endpoint.base_url, model="other")
        steps = list(view.act_on_llm("zh", event))
    line = show(view, iter(steps))["llm_line"]
    assert "可以使用" in line
    assert "那里的模型：qwen、glm" in line
    assert "列表里没有“other”" in line
    assert "由国务院制定&lt;script&gt;" in line
    assert TRIED in line
    assert any("正在连接" in step[view.llm_line] or "正在等它写" in step[view.llm_line] for step in steps)
    assert endpoint.requests[-1][2]["max_tokens"] == 64
    assert opened.wence.settings.llm.base_url == ""
    assert not (opened.folder / HOME_FILE).exists()


@pytest.mark.parametrize("reply", [refuse(401), refuse(500), stream("说到一半", finish=None, done=False)])
def test_an_endpoint_that_does_not_work_gets_one_line(view: SettingsView, reply: Reply) -> None:
    with serve(reply) as endpoint:
        event = choose(do="try", writer="endpoint", base_url=endpoint.base_url)
        line = show(view, view.act_on_llm("zh", event))["llm_line"]
    assert line.startswith('<div class="wence-line wence-error" role="alert">没有试成：')
    assert line.count("<") == 2


def test_an_endpoint_that_is_not_there_gets_one_line(view: SettingsView) -> None:
    event = choose(do="try", writer="endpoint", base_url=f"http://127.0.0.1:{find_closed_port()}/v1")
    assert "没有试成：连不上 http://127.0.0.1" in show(view, view.act_on_llm("zh", event))["llm_line"]


def test_a_trial_is_cancelled_at_once(view: SettingsView) -> None:
    def wait(handler: BaseHTTPRequestHandler, endpoint: FakeEndpoint) -> None:
        endpoint.closing.wait(30)
        send(handler, 200, b"{}")

    with serve(wait) as endpoint:
        steps = view.act_on_llm("zh", choose(do="try", writer="endpoint", base_url=endpoint.base_url))
        next(steps)
        view.cancel()
        assert "已取消" in show(view, steps)["llm_line"]


@pytest.mark.parametrize("do", ["save", "try"])
def test_what_cannot_be_is_one_line_and_nothing_else_changes(view: SettingsView, opened: OpenHome, do: str) -> None:
    shown = show(view, view.act_on_llm("zh", choose(do=do, writer="gguf", gguf="/nowhere/<b>.gguf")))
    assert "没有这个文件：/nowhere/&lt;b&gt;.gguf" in shown["llm_line"]
    assert list(shown) == ["llm_line"]
    assert not (opened.folder / HOME_FILE).exists()


def test_a_gguf_file_goes_before_an_endpoint_which_is_kept(
    view: SettingsView, opened: OpenHome, tmp_path: Path
) -> None:
    file = tmp_path / "小 模型.gguf"
    file.write_bytes(b"GGUF")
    list(view.act_on_llm("zh", name_endpoint("http://127.0.0.1:1/v1", model="m")))
    list(view.act_on_llm("zh", choose(do="save", writer="gguf", gguf=f'"{file}"')))
    assert (opened.wence.settings.llm.gguf, opened.wence.settings.llm.model) == (str(file), "m")
    list(view.act_on_llm("zh", choose(do="save", writer="none")))
    assert load_settings(home=opened.folder).llm == opened.wence.settings.llm == type(opened.wence.settings.llm)()


def test_without_the_component_a_gguf_file_needs_the_command_is_said(
    view: SettingsView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.views.settings.find_spec", lambda _: None)
    assert "-m pip install xllamacpp" in "".join(view.relabel(True, "zh"))


def test_what_the_environment_fixes_says_so_and_cannot_be_changed(
    view: SettingsView, opened: OpenHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENCE_LLM__BASE_URL", "http://127.0.0.1:1/v1")
    opened.wence.settings = load_settings(home=opened.folder)
    shown = "".join(view.relabel(True, "zh"))
    assert "由 WENCE_LLM__BASE_URL 固定" in shown
    assert 'name="base_url" value="http://127.0.0.1:1/v1" placeholder="" autocomplete="off" spellcheck="false"' in shown
    for event in (choose(do="save", writer="none"), name_endpoint("http://127.0.0.1:2/v1")):
        assert "由 WENCE_LLM__BASE_URL 固定" in show(view, view.act_on_llm("zh", event))["llm_line"]
    # A field that is shut is not sent; what else is typed is kept.
    assert "已保存" in show(view, view.act_on_llm("zh", choose(do="save", writer="endpoint", model="m")))["llm_line"]
    assert opened.wence.settings.llm.base_url == "http://127.0.0.1:1/v1"


# strictness ----------------------------------------------------------------------------


def test_another_strictness_applies_at_once_and_is_kept(view: SettingsView, opened: OpenHome) -> None:
    shown = show(view, view.act_on_strictness("zh", choose(do="save", strictness="strict")))
    assert "已保存" in shown["strictness_line"]
    assert opened.wence.settings.answer.strictness == "strict"
    assert load_settings(home=opened.folder).answer.strictness == "strict"
    again = show(view, view.act_on_strictness("zh", choose(do="save", strictness="strict")))
    assert "没有改动" in again["strictness_line"]
    assert "没有这个选项" in show(view, view.act_on_strictness("zh", choose(strictness="harsh")))["strictness_line"]


def test_what_cannot_be_kept_is_not_applied(
    view: SettingsView, opened: OpenHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    shown = show(view, view.act_on_strictness("zh", choose(do="save", strictness="lenient")))
    assert "没有保存，仍用原来的设置" in shown["strictness_line"]
    assert opened.wence.settings.answer.strictness == "balanced"


# encoder and reranker ------------------------------------------------------------------


def test_no_reranker_is_kept_without_building_anything(view: SettingsView, opened: OpenHome) -> None:
    built = opened.wence.index.manifest.built
    shown = show(view, view.act_on_models("zh", choose(do="save", encoder="shipped", reranker="none")))
    assert "已保存" in shown["models_line"]
    assert opened.wence.settings.index.reranker == "none"
    assert opened.wence.index.hybrid.reranker is None
    assert opened.wence.index.manifest.built == built


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "模型 <b>").mkdir()
    return tmp_path / "模型 <b>"


def test_another_encoder_is_first_measured_then_the_index_built_anew(
    view: SettingsView, opened: OpenHome, model: Path
) -> None:
    asked = choose(do="save", encoder="folder", encoder_folder=str(model), reranker="none")
    offer = show(view, view.act_on_models("zh", asked))["models_line"]
    assert "2 条" in offer
    assert "至多约 1 分钟" in offer
    assert "模型 &lt;b&gt;" in offer
    assert opened.wence.settings.index.encoder == ""
    assert not (opened.folder / HOME_FILE).exists()
    given = {"encoder": "folder", "encoder_folder": str(model), "reranker": "none"}
    shown = show(view, view.act_on_rebuild("zh", choose(do="rebuild", **given)))
    assert "2 条，立即生效" in shown["models_line"]
    assert opened.wence.index.manifest.encoder == str(model)
    assert load_settings(home=opened.folder).index == IndexSettings(encoder=str(model), reranker="none")
    assert opened.wence.ask("经营者应当怎样？").status


def test_a_rebuild_that_is_left_or_cancelled_changes_nothing(view: SettingsView, opened: OpenHome, model: Path) -> None:
    before = opened.wence
    assert show(view, view.act_on_rebuild("zh", choose(do="leave")))["models_line"] == ""
    event = choose(do="rebuild", encoder="folder", encoder_folder=str(model))
    steps = view.act_on_rebuild("zh", event)
    next(steps)
    view.cancel()
    shown = show(view, steps)
    job = opened.job
    assert job is not None
    for _ in job.watch():
        pass
    # Cancelled before its last step it changes nothing; after it, it is done.
    if job.result is None:
        assert "已取消" in shown["models_line"]
        assert opened.wence is before
        assert not (opened.folder / HOME_FILE).exists()


def test_an_encoder_that_cannot_be_loaded_leaves_all_as_it_was(
    view: SettingsView, opened: OpenHome, tmp_path: Path
) -> None:
    (tmp_path / "坏").mkdir()
    event = choose(do="save", encoder="folder", encoder_folder=str(tmp_path / "坏"))
    assert "cannot be loaded" in show(view, view.act_on_models("zh", event))["models_line"]
    assert opened.wence.settings.index.encoder == ""


def test_a_model_that_cannot_be_is_one_line(view: SettingsView) -> None:
    event = choose(do="rebuild", encoder="folder", encoder_folder="/nowhere")
    assert "没有这个文件夹" in show(view, view.act_on_models("zh", event))["models_line"]
    assert "没有这个文件夹" in show(view, view.act_on_rebuild("zh", event))["models_line"]

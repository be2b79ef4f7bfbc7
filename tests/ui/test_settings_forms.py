"""What is typed into the settings: read as changes, or refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import SettingsError
from rag.settings import Settings, change_settings
from ui.settings.forms import read_llm, read_models, read_strictness

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
CHOICES = st.sampled_from(["none", "endpoint", "gguf", "shipped", "folder", "strict", "lenient"])
NAMES = ("writer", "base_url", "model", "api_key", "gguf", "strictness", "encoder", "encoder_folder", "reranker")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    given = Settings(home=tmp_path)
    return change_settings(given, {"llm.base_url": "http://c/v1", "llm.model": "m", "llm.api_key": "sk-1"})


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ({"writer": "endpoint", "base_url": ""}, "要以 http://"),
        ({"writer": "endpoint", "base_url": "file:" + "///etc/passwd"}, "要以 http://"),
        ({"writer": "endpoint", "base_url": "http://a:b@c/v1"}, "不要写用户名"),
        ({"writer": "endpoint", "base_url": "http://[c/v1"}, "要以 http://"),
        ({"writer": "endpoint", "base_url": "http://c:99999/v1"}, "要以 http://"),
        ({"writer": "endpoint", "base_url": "http://c d/v1"}, "要以 http://"),
        ({"writer": "endpoint", "base_url": ["http://c"]}, "要以 http://"),
        ({"writer": "endpoint", "api_key": "密钥"}, "密钥只能是"),
        ({"writer": "endpoint", "model": "x" * 5_000}, "太长"),
        ({"writer": "endpoint", "model": "a\x00b"}, "不能显示"),
        ({"writer": "endpoint", "model": "a\ud83db"}, "不能显示"),
        ({"writer": "endpoint", "model": "a\u202eb"}, "不能显示"),
        ({"writer": "gguf", "gguf": ""}, "完整路径"),
        ({"writer": "gguf", "gguf": "model.gguf"}, "完整路径"),
        ({"writer": "gguf", "gguf": "~nobody-of-that-name/model.gguf"}, "完整路径"),
        ({"writer": "gguf", "gguf": "/nowhere/model.gguf"}, "没有这个文件"),
        ({"writer": "~"}, "没有这个选项"),
        ({"writer": ["none", "gguf"]}, "没有这个选项"),
    ],
)
def test_an_llm_that_cannot_be_is_one_line(settings: Settings, data: Any, line: str) -> None:
    with pytest.raises(SettingsError, match=line) as error:
        read_llm(data, settings, {}, "zh")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ({"encoder": "folder", "encoder_folder": "BAAI/bge-m3"}, "完整路径"),
        ({"encoder": "folder", "encoder_folder": "/nowhere"}, "没有这个文件夹"),
        ({"encoder": "none"}, "没有这个选项"),
        ({"reranker": {"a": 1}}, "没有这个选项"),
        ({"reranker": "folder", "reranker_folder": ""}, "完整路径"),
    ],
)
def test_a_model_that_cannot_be_is_one_line(settings: Settings, data: Any, line: str) -> None:
    with pytest.raises(SettingsError, match=line):
        read_models(data, settings, {}, "zh")


def test_a_key_stays_with_its_address_alone(settings: Settings) -> None:
    same, other = ({"writer": "endpoint", "base_url": url} for url in ("http://c/other", "http://d/v1"))
    assert read_llm(same, settings, {}, "zh") == {"llm.base_url": "http://c/other"}
    assert read_llm(other, settings, {}, "zh") == {"llm.base_url": "http://d/v1", "llm.api_key": ""}
    assert read_llm(other | {"api_key": "sk-2"}, settings, {}, "zh")["llm.api_key"] == "sk-2"
    assert read_llm(other | {"base_url": "https://c/v1"}, settings, {}, "zh")["llm.api_key"] == ""
    assert read_llm(same | {"forget_key": "1"}, settings, {}, "zh")["llm.api_key"] == ""


def test_without_an_llm_nothing_of_the_endpoint_stays(settings: Settings) -> None:
    changes = read_llm({"writer": "none"}, settings, {}, "zh")
    assert changes == {"llm.base_url": "", "llm.model": "", "llm.api_key": ""}


def test_what_was_set_by_hand_stays_though_no_such_folder_is_here(settings: Settings) -> None:
    set_by_hand = change_settings(settings, {"index.reranker": "BAAI/bge-reranker-v2-m3"})
    data = {"encoder": "shipped", "reranker": "folder", "reranker_folder": "BAAI/bge-reranker-v2-m3"}
    assert read_models(data, set_by_hand, {}, "zh") == {}


def test_what_is_fixed_is_named_with_what_fixes_it_and_else_left_alone(settings: Settings) -> None:
    fixed = {"llm.base_url": "WENCE_LLM__BASE_URL", "answer.strictness": "wence.toml"}
    with pytest.raises(SettingsError, match="WENCE_LLM__BASE_URL"):
        read_llm({"writer": "none"}, settings, fixed, "zh")
    with pytest.raises(SettingsError, match=r"wence\.toml"):
        read_strictness({"strictness": "strict"}, settings, fixed, "zh")
    assert read_llm({"writer": "endpoint", "model": "n"}, settings, fixed, "zh") == {"llm.model": "n"}
    fixed = {"llm.api_key": "WENCE_LLM__API_KEY"}
    assert read_llm({"writer": "endpoint", "base_url": "http://d/v1"}, settings, fixed, "zh") == {
        "llm.base_url": "http://d/v1"
    }


@given(st.dictionaries(st.sampled_from(NAMES), CHOICES | ANYTHING))
def test_whatever_is_sent_is_read_or_refused(data: dict[str, Any]) -> None:
    settings = Settings(home=Path("/nowhere"))
    for read in (read_llm, read_strictness, read_models):
        try:
            changes = read(data, settings, {}, "zh")
        except SettingsError:
            continue
        change_settings(settings, changes)

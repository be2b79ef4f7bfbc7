from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import SettingsError
from rag.settings import list_variables, load_settings


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wence.toml").write_text('[llm]\nmodel = "a"\nbase_url = "http://127.0.0.1:1/v1"\n', "utf-8")
    monkeypatch.setenv("WENCE_LLM__MODEL", "b")
    settings = load_settings()
    assert (settings.llm.model, settings.llm.base_url) == ("b", "http://127.0.0.1:1/v1")


def test_an_argument_wins_over_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENCE_HOME", "/nowhere")
    assert load_settings(home=tmp_path).home == tmp_path


@pytest.mark.parametrize(
    "text", ["[llm]\nmodle = 1\n", "surprise = 1\n", "not toml", "[answer]\npassages = 'x'\n", "\x00"]
)
def test_a_wrong_file_is_one_clear_line(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wence.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["WENCE_LLM__MODLE", "WENCE_HOMES", "WENCE_INDEX__"])
def test_an_unknown_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_a_key_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENCE_LLM__API_KEY", "sk-secret")
    assert "sk-secret" not in repr(load_settings())


def test_every_variable_says_what_it_sets() -> None:
    assert all(list_variables().values())

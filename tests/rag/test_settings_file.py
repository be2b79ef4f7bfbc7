from __future__ import annotations

import stat
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import SettingsError
from rag.settings import change_settings, list_fixed, load_settings
from rag.settings_file import HOME_FILE, format_scalar, format_toml, keep_settings, read_settings_file

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
SCALARS = TEXTS | st.integers(-(2**62), 2**62) | st.booleans() | st.floats(allow_nan=False)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home named by the environment, and another working folder."""
    (tmp_path / "home").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("WENCE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


# the order -----------------------------------------------------------------------------


def test_arguments_environment_working_folder_and_home_win_in_this_order(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / HOME_FILE).write_text('[llm]\nmodel = "d"\nbase_url = "d"\ngguf = "d"\ncontext_tokens = 900\n', "utf-8")
    Path("wence.toml").write_text('[llm]\nmodel = "c"\nbase_url = "c"\n', "utf-8")
    monkeypatch.setenv("WENCE_LLM__MODEL", "b")
    llm = load_settings().llm
    assert (llm.model, llm.base_url, llm.gguf, llm.context_tokens) == ("b", "c", "d", 900)
    llm = load_settings(llm={"model": "a"}).llm
    assert (llm.model, llm.base_url) == ("a", "c")


def test_the_home_is_the_one_that_an_argument_or_the_working_folder_names(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    keep_settings(other, {"llm.model": "other"})
    keep_settings(home, {"llm.model": "home"})
    assert load_settings(home=other).llm.model == "other"
    assert load_settings(home=str(other)).llm.model == "other"
    Path("wence.toml").write_text(f"home = '{other}'\n", "utf-8")
    assert load_settings().llm.model == "home"
    monkeypatch.delenv("WENCE_HOME")
    assert load_settings().llm.model == "other"


@pytest.mark.parametrize("text", ["[llm]\nmodle = 1\n", "surprise = 1\n", "llm = 3\n", "[answer]\npassages = 'x'\n"])
def test_what_a_homes_file_says_wrongly_is_told_of_with_the_file(home: Path, text: str) -> None:
    (home / HOME_FILE).write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=HOME_FILE) as error:
        load_settings()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", [b"not toml", b"\x00", b"\xff\xfe", b"a = " + b"[" * 100_000])
def test_a_homes_file_that_is_not_toml_is_named(home: Path, text: bytes) -> None:
    (home / HOME_FILE).write_bytes(text)
    with pytest.raises(SettingsError, match=r"settings\.toml is not valid TOML"):
        load_settings()


def test_a_homes_file_cannot_name_another_home(home: Path) -> None:
    (home / HOME_FILE).write_text("home = '/elsewhere'\n", "utf-8")
    with pytest.raises(SettingsError, match="take that line out"):
        load_settings()


def test_a_wrong_value_is_told_of_with_what_sets_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_settings(home, {"answer.strictness": "lenient"})
    Path("wence.toml").write_text('[answer]\nstrictness = "harsh"\n', "utf-8")
    with pytest.raises(SettingsError, match=r"answer\.strictness.*\(in wence\.toml\)"):
        load_settings()
    monkeypatch.setenv("WENCE_ANSWER__STRICTNESS", "hard")
    with pytest.raises(SettingsError, match=r"\(in WENCE_ANSWER__STRICTNESS\)"):
        load_settings()


def test_what_the_environment_and_the_working_folder_set_is_fixed_and_says_by_what(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_settings(home, {"llm.gguf": "x"})
    Path("wence.toml").write_text('[llm]\nmodel = "c"\nbase_url = "c"\n', "utf-8")
    monkeypatch.setenv("WENCE_LLM__MODEL", "b")
    assert list_fixed() == {"home": "WENCE_HOME", "llm.model": "WENCE_LLM__MODEL", "llm.base_url": "wence.toml"}


# changes -------------------------------------------------------------------------------


def test_a_change_leaves_all_else_and_nothing_is_the_default(home: Path) -> None:
    before = change_settings(load_settings(), {"llm.model": "m", "llm.base_url": "http://127.0.0.1:1/v1"})
    after = change_settings(before, {"llm.model": "", "llm.api_key": "sk-1", "answer.strictness": "strict"})
    assert (after.llm.model, after.llm.base_url, after.answer.strictness) == ("", before.llm.base_url, "strict")
    assert after.llm.api_key.get_secret_value() == "sk-1"
    assert before.llm.model == "m"
    with pytest.raises(SettingsError, match="strictness"):
        change_settings(before, {"answer.strictness": "harsh"})


# writing -------------------------------------------------------------------------------


def test_what_is_kept_is_read_again_and_what_else_stands_there_stays(home: Path) -> None:
    (home / HOME_FILE).write_text("[answer]\npassages = 6\n[llm]\ntimeout_seconds = 2.5\nmodel = 'old'\n", "utf-8")
    keep_settings(home, {"llm.model": "", "llm.gguf": 'C:\\模型\\"大".gguf', "answer.strictness": "strict"})
    settings = load_settings()
    assert (settings.answer.passages, settings.answer.strictness) == (6, "strict")
    assert (settings.llm.timeout_seconds, settings.llm.model, settings.llm.gguf) == (2.5, "", 'C:\\模型\\"大".gguf')


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_file_is_its_owners_alone_whatever_was_there_before(home: Path) -> None:
    for name in (HOME_FILE, f"{HOME_FILE}.new"):
        (home / name).write_text("", "utf-8")
        (home / name).chmod(0o666)
    keep_settings(home, {"llm.api_key": "sk-secret"})
    assert stat.S_IMODE((home / HOME_FILE).stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == [HOME_FILE]


def test_a_write_that_fails_leaves_the_file_before(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_settings(home, {"llm.model": "before"})

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(SettingsError, match="could not be written"):
        keep_settings(home, {"llm.model": "after"})
    assert load_settings().llm.model == "before"
    assert [path.name for path in home.iterdir()] == [HOME_FILE]


def test_half_a_character_is_refused_and_nothing_written(home: Path) -> None:
    with pytest.raises(SettingsError, match="could not be written"):
        keep_settings(home, {"llm.model": "\ud83d"})
    assert list(home.iterdir()) == []


def test_a_file_that_cannot_be_read_is_not_written_over(home: Path) -> None:
    (home / HOME_FILE).write_text("not toml", "utf-8")
    with pytest.raises(SettingsError, match="not valid TOML"):
        keep_settings(home, {"llm.model": "m"})
    assert (home / HOME_FILE).read_text("utf-8") == "not toml"


def test_a_new_home_is_made_to_keep_them_in(tmp_path: Path) -> None:
    keep_settings(tmp_path / "a" / "b", {"llm.model": "m"})
    assert read_settings_file(tmp_path / "a" / "b" / HOME_FILE) == {"llm": {"model": "m"}}


@given(SCALARS)
def test_any_scalar_is_read_again_as_it_was(value: str | int | float | bool) -> None:
    read = tomllib.loads(f"x = {format_scalar(value)}")["x"]
    assert (read, type(read)) == (value, type(value))


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, SCALARS, min_size=1), max_size=3))
def test_any_sections_are_read_again_as_they_were(values: dict[str, dict[str, str | int | float | bool]]) -> None:
    assert tomllib.loads(format_toml(values)) == values


def test_settings_are_not_written_by_reading_them(home: Path) -> None:
    load_settings()
    assert list(home.iterdir()) == []

"""All settings: the environment (prefix ``WENCE_``, nested with ``__``), ``wence.toml``, the home's ``settings.toml``.

The environment wins over ``wence.toml`` in the working folder, and both win over the file in
the home, where the page keeps what is set there. An unknown key in any is an error that names it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from corpus.errors import SettingsError
from corpus.settings import CorpusSettings
from index.settings import IndexSettings
from rag.settings_file import HOME_FILE, read_settings_file

PREFIX = "WENCE_"
FILE_NAME = "wence.toml"

Strictness = Literal["strict", "balanced", "lenient"]


class LLMSettings(BaseModel):
    """The LLM that writes answers; with neither ``base_url`` nor ``gguf`` set, answers are extractive."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field("", description="OpenAI-compatible endpoint, such as http://127.0.0.1:8080/v1")
    model: str = Field("", description="the model's name at that endpoint")
    api_key: SecretStr = Field(SecretStr(""), description="the endpoint's key, where it wants one")
    gguf: str = Field("", description="a GGUF file run in-process instead of an endpoint (extra: gguf)")
    timeout_seconds: float = Field(60.0, gt=0, le=3_600, description="longest wait for the next piece of an answer")
    answer_max_tokens: int = Field(400, ge=16, le=8_000, description="longest answer asked of the model")
    context_tokens: int = Field(4_096, ge=512, le=1_000_000, description="the model's context window")


class AnswerSettings(BaseModel):
    """How answers are made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    passages: int = Field(4, ge=1, le=50, description="clauses given to the answerer")
    question_max_characters: int = Field(2_000, ge=10, le=20_000, description="longer questions are refused")
    strictness: Strictness = Field("balanced", description="how sure it must be to answer: strict, balanced, lenient")


class Settings(BaseSettings):
    """Everything a person may set; see ``load_settings``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    home: Path = Field(default_factory=lambda: default_home(), description="the folder that holds all that is written")
    corpus: CorpusSettings = CorpusSettings()
    index: IndexSettings = IndexSettings()
    llm: LLMSettings = LLMSettings()
    answer: AnswerSettings = AnswerSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the working folder's file, then that of the home they name."""
        home = _find_home(init_settings())
        kept = read_settings_file(home / HOME_FILE)
        if "home" in kept:
            raise SettingsError(f"{home / HOME_FILE} sets home, in which it stands: take that line out")
        here = read_settings_file(Path(FILE_NAME))
        files = (InitSettingsSource(settings_cls, values) for values in (here, kept))
        return init_settings, env_settings, *files


def _find_home(given: Mapping[str, Any]) -> Path:
    """Return the home that the arguments name, the environment, or the file in the working folder; else the default."""
    environment = {name.upper(): value for name, value in os.environ.items()}
    named = given.get("home", environment.get(variable_name(("home",))))
    if named is None:
        named = read_settings_file(Path(FILE_NAME)).get("home")
    return Path(named) if isinstance(named, str | Path) else default_home()


def default_home() -> Path:
    """Return the user's data folder for Wence, by the habit of the platform."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "wence"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "wence"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "wence"


def load_settings(**given: Any) -> Settings:
    """Read the settings; ``given`` wins over the environment and the files.

    Raises
    ------
    SettingsError
        A key is unknown, a value does not fit, or a file is not TOML.
    """
    try:
        _refuse_unknown_variables(os.environ)
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"][:2])
        section = key.partition(".")[0]
        known = list_fixed() | ({key: "as given"} if section in given else {})
        where = known.get(key) or known.get(section) or _find_home(given) / HOME_FILE
        raise SettingsError(f"setting {key}: {first['msg']} (in {where}); README.md lists the settings") from error


def change_settings(settings: Settings, changes: Mapping[str, str]) -> Settings:
    """Return the settings with other values for these keys (``llm.model``); "" is the default.

    Raises
    ------
    SettingsError
        A value does not fit.
    """
    sections: dict[str, dict[str, Any]] = {}
    for key, value in changes.items():
        section, _, name = key.partition(".")
        values = sections.setdefault(section, dict(getattr(settings, section)))
        values.pop(name)
        if value:
            values[name] = value
    try:
        changed = {name: type(getattr(settings, name)).model_validate(values) for name, values in sections.items()}
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"setting {first['loc'][0]}: {first['msg']}; README.md lists the settings") from error
    return settings.model_copy(update=changed)


def list_fixed() -> dict[str, str]:
    """Return what a home's file cannot set: by key (``llm.model``), the variable or the file that sets it."""
    fixed: dict[str, str] = {}
    for section, inner in read_settings_file(Path(FILE_NAME)).items():
        keys = [f"{section}.{name}" for name in inner] if isinstance(inner, Mapping) else [section]
        fixed |= dict.fromkeys(keys, FILE_NAME)
    names = {name.upper(): name for name in os.environ}
    variables = {variable_name(tuple(key.split("."))): key for key in _list_keys()}
    return fixed | {key: names[variable] for variable, key in variables.items() if variable in names}


def variable_name(path: tuple[int | str, ...]) -> str:
    """Return the environment variable of a setting: ``("llm", "model")`` gives ``WENCE_LLM__MODEL``."""
    return PREFIX + "__".join(str(part) for part in path).upper()


def list_variables() -> dict[str, str]:
    """Return every environment variable that Wence reads, with what it sets."""
    return {variable_name(tuple(key.split("."))): text for key, text in _list_keys().items()}


def _list_keys() -> dict[str, str]:
    """Return every key, such as ``llm.model``, with what it sets."""
    found: dict[str, str] = {}
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            for inner, inner_field in section.model_fields.items():
                found[f"{name}.{inner}"] = inner_field.description or ""
        else:
            found[name] = field.description or ""
    return found


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    # pydantic-settings forbids unknown keys in the file but silently ignores them in the environment.
    known = set(list_variables())
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsError(f"unknown setting {name} in the environment; known: {', '.join(sorted(known))}")

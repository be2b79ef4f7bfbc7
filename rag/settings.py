"""All settings, from the environment (prefix ``WENCE_``, nested with ``__``) and ``wence.toml``.

The environment wins over the file. An unknown key in either is an error that names it.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from corpus.errors import SettingsError
from corpus.settings import CorpusSettings
from index.settings import IndexSettings

PREFIX = "WENCE_"
FILE_NAME = "wence.toml"


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


class Settings(BaseSettings):
    """Everything a person may set; see ``load_settings``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", toml_file=FILE_NAME, extra="forbid", frozen=True
    )

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
        """Arguments first, then the environment, then ``wence.toml`` in the working folder."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def default_home() -> Path:
    """Return the user's data folder for Wence, by the habit of the platform."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "wence"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "wence"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "wence"


def load_settings(**given: Any) -> Settings:
    """Read the settings; ``given`` wins over the environment and the file.

    Raises
    ------
    SettingsError
        A key is unknown, a value does not fit, or ``wence.toml`` is not TOML.
    """
    try:
        _refuse_unknown_variables(os.environ)
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"setting {key}: {first['msg']} (in {FILE_NAME}, or as {variable_name(first['loc'])}); "
            "README.md lists the settings"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE_NAME} is not valid TOML: {error}; mend or remove it") from error


def variable_name(path: tuple[int | str, ...]) -> str:
    """Return the environment variable of a setting: ``("llm", "model")`` gives ``WENCE_LLM__MODEL``."""
    return PREFIX + "__".join(str(part) for part in path).upper()


def list_variables() -> dict[str, str]:
    """Return every environment variable that Wence reads, with what it sets."""
    found: dict[str, str] = {}
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            for inner, inner_field in section.model_fields.items():
                found[variable_name((name, inner))] = inner_field.description or ""
        else:
            found[variable_name((name,))] = field.description or ""
    return found


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    # pydantic-settings forbids unknown keys in the file but silently ignores them in the environment.
    known = set(list_variables())
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsError(f"unknown setting {name} in the environment; known: {', '.join(sorted(known))}")

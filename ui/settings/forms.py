"""What a reader typed into the settings, read as changes; what cannot be is one clear line.

A form is data from a page: every value is text, of any length and holding anything. What is
typed is compared and kept, and a path is looked for; nothing is opened here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from corpus.errors import SettingsError
from index.reranker import NONE
from rag.settings import LLMSettings, Settings, Strictness
from ui.text import Language, say

Writer = Literal["none", "endpoint", "gguf"]

LENGTH_MAX = 1_000
MODEL_FIELDS = ("encoder", "encoder_folder", "reranker", "reranker_folder")
"""The fields of the form for the encoder and the reranker."""


def find_writer(settings: LLMSettings) -> Writer:
    """Return what writes the answers: a GGUF file goes before an endpoint."""
    return "gguf" if settings.gguf else "endpoint" if settings.base_url else "none"


def read_llm(
    data: Mapping[str, Any], settings: Settings, fixed: Mapping[str, str], language: Language
) -> dict[str, str]:
    """Return what is to change of the LLM.

    A key belongs to the address that it was given for: with another address it is dropped,
    unless a new one is typed.

    Raises
    ------
    SettingsError
        Something is missing, is not what it should be, or is fixed elsewhere.
    """
    now = settings.llm
    writer = data.get("writer", find_writer(now))
    if writer not in get_args(Writer):
        raise SettingsError(say("setting_unknown", language))
    wanted = {"llm.gguf": "", "llm.base_url": now.base_url, "llm.model": now.model}
    key = now.api_key.get_secret_value()
    if writer == "endpoint":
        wanted["llm.base_url"] = _read_address(_read_text(data, "base_url", now.base_url, language), language)
        wanted["llm.model"] = _read_text(data, "model", now.model, language)
        typed = _read_key(data, language)
        kept = "" if data.get("forget_key") or not _is_same_place(wanted["llm.base_url"], now.base_url) else key
        wanted["llm.api_key"] = typed or kept
    elif writer == "gguf":
        wanted["llm.gguf"] = _read_path(data, "gguf", now.gguf, language)
        if wanted["llm.gguf"] != now.gguf and not Path(wanted["llm.gguf"]).is_file():
            raise SettingsError(say("setting_no_file", language).format(path=wanted["llm.gguf"]))
    else:
        wanted |= {"llm.base_url": "", "llm.model": "", "llm.api_key": ""}
    if "llm.api_key" in fixed:
        wanted.pop("llm.api_key", None)
    before = {"llm.gguf": now.gguf, "llm.base_url": now.base_url, "llm.model": now.model, "llm.api_key": key}
    return _take_changes(wanted, before, fixed, language)


def read_strictness(
    data: Mapping[str, Any], settings: Settings, fixed: Mapping[str, str], language: Language
) -> dict[str, str]:
    """Return what is to change of the strictness; raises as ``read_llm``."""
    wanted = str(data.get("strictness", settings.answer.strictness))
    if wanted not in get_args(Strictness):
        raise SettingsError(say("setting_unknown", language))
    return _take_changes(
        {"answer.strictness": wanted}, {"answer.strictness": settings.answer.strictness}, fixed, language
    )


def read_models(
    data: Mapping[str, Any], settings: Settings, fixed: Mapping[str, str], language: Language
) -> dict[str, str]:
    """Return what is to change of the encoder and the reranker; raises as ``read_llm``."""
    before = {"index.encoder": settings.index.encoder, "index.reranker": settings.index.reranker}
    wanted = dict(before)
    for name in ("encoder", "reranker"):
        now, chosen = before[f"index.{name}"], data.get(name)
        if chosen == "shipped":
            wanted[f"index.{name}"] = ""
        elif chosen == NONE and name == "reranker":
            wanted[f"index.{name}"] = NONE
        elif chosen == "folder":
            path = _read_path(data, f"{name}_folder", now, language)
            if path != now and not Path(path).is_dir():
                raise SettingsError(say("setting_no_folder", language).format(path=path))
            wanted[f"index.{name}"] = path
        elif chosen is not None:
            raise SettingsError(say("setting_unknown", language))
    return _take_changes(wanted, before, fixed, language)


def _take_changes(
    wanted: Mapping[str, str], before: Mapping[str, str], fixed: Mapping[str, str], language: Language
) -> dict[str, str]:
    changes = {key: value for key, value in wanted.items() if value != before[key]}
    for key in changes:
        if key in fixed:
            raise SettingsError(say("setting_fixed", language).format(by=fixed[key]))
    return changes


def _read_text(data: Mapping[str, Any], name: str, now: str, language: Language) -> str:
    """Return what a field holds, what is set where it was not sent: a field that is fixed is not."""
    text = str(data.get(name, now)).strip()
    if len(text) > LENGTH_MAX or not text.isprintable():
        raise SettingsError(say("setting_unreadable", language))
    return text


def _read_key(data: Mapping[str, Any], language: Language) -> str:
    key = _read_text(data, "api_key", "", language)
    if not key.isascii():
        raise SettingsError(say("setting_key", language))
    return key


def _read_address(text: str, language: Language) -> str:
    try:
        parts = urlsplit(text)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        raise SettingsError(say("setting_address", language)) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_one or " " in text:
        raise SettingsError(say("setting_address", language))
    if parts.username is not None or parts.password is not None:
        raise SettingsError(say("setting_address_key", language))
    return text


def _read_path(data: Mapping[str, Any], name: str, now: str, language: Language) -> str:
    text = _read_text(data, name, now, language).strip('"')
    if text == now and now:
        return now
    try:
        path = Path(text).expanduser()
    except RuntimeError:  # ~ of nobody
        path = Path(text)
    if not text or not path.is_absolute():
        raise SettingsError(say("setting_path", language))
    return str(path)


def _is_same_place(one: str, other: str) -> bool:
    a, b = urlsplit(one), urlsplit(other)
    return (a.scheme, a.netloc.lower()) == (b.scheme, b.netloc.lower())

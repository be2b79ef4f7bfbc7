"""The settings as HTML: the state of things, and a form for each group with what every choice costs."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import get_args

from index.reranker import NONE
from index.settings import IndexSettings
from rag.llm import LLMState
from rag.settings import LLMSettings, Strictness
from ui.rendering.answers import escape_text, escape_value
from ui.rendering.forms import render_choice, render_field, wrap_form, wrap_group
from ui.settings.forms import Writer, find_writer
from ui.settings.overview import Overview
from ui.settings.trial import TRIED, Trial
from ui.text import Language, say

LISTED_MODELS = 8
"""How many models of an endpoint are named at most."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a strictness costs on ``eval/sets/shipped_tune.jsonl``; ``recall`` of clauses in per cent."""

    must: int
    abstained: int
    may: int
    missed: int
    recall: int


# Measured on 2026-11-29: WENCE_ANSWER__STRICTNESS=… wence eval run eval/sets/shipped_tune.jsonl, in eight bits.
MEASURED: Mapping[Strictness, Measured] = {
    "strict": Measured(32, 30, 182, 13, 77),
    "balanced": Measured(32, 27, 182, 4, 82),
    "lenient": Measured(32, 26, 182, 1, 83),
}


def render_state(overview: Overview, llm: LLMState | None, language: Language) -> str:
    """Return the state of things at a glance; ``llm`` is None while it is being looked at."""
    shipped = overview.encoder.startswith("wence-")
    encoder = say("state_encoder_shipped", language).format(name=overview.encoder) if shipped else overview.encoder
    disk = {"home": name_size(overview.home_bytes), "index": name_size(overview.index_bytes)}
    facts = (
        ("state_holds", _fill("state_holds_value", language, documents=overview.documents, clauses=overview.clauses)),
        ("state_llm", name_llm_state(llm, language)),
        ("state_index", _fill("state_index_value", language, built=overview.built, format=overview.format)),
        ("state_encoder", encoder),
        ("state_disk", say("state_disk_value", language).format(**disk)),
        ("state_home", str(overview.home)),
        ("state_version", overview.version),
    )
    rows = "".join(
        f"<div><dt>{escape(say(label, language))}</dt><dd>{escape_text(value)}</dd></div>" for label, value in facts
    )
    return wrap_group("settings_state", f'<dl class="wence-state">{rows}</dl>', language)


def name_llm_state(llm: LLMState | None, language: Language) -> str:
    """Return in words whether the LLM can be reached."""
    if llm is None:
        return say("state_llm_checking", language)
    if llm.kind == "none":
        return say("state_llm_none", language)
    return say("state_llm_reachable" if llm.reachable else "state_llm_unreachable", language).format(name=llm.name)


def render_llm(
    settings: LLMSettings, fixed: Mapping[str, str], language: Language, *, runs_gguf: bool, saved: int = 0
) -> str:
    """Return the form for what writes the answers; the key that is set never stands in it."""
    barred = _find_barred(settings, fixed)
    missing = ""
    if not runs_gguf:
        command = f'"{sys.executable}" -m pip install xllamacpp'
        missing = (
            f'<p class="wence-note">{escape(say("gguf_missing", language))} <code>{escape_text(command)}</code></p>'
        )
    key_is_set = bool(settings.api_key.get_secret_value())
    key = render_field(
        *("api_key", "", "llm_key", "llm_key_hint", fixed.get("llm.api_key"), language),
        type="password",
        placeholder=say("llm_key_set" if key_is_set else "llm_key_unset", language),
    )
    if key_is_set and "llm.api_key" not in fixed:
        key += (
            f'<label class="wence-tick"><input type="checkbox" name="forget_key" value="1"> '
            f"{escape(say('llm_key_forget', language))}</label>"
        )
    address, model = (
        render_field(name, value, label, hint, fixed.get(f"llm.{name}"), language)
        for name, value, label, hint in (
            ("base_url", settings.base_url, "llm_address", "llm_address_hint"),
            ("model", settings.model, "llm_model", "llm_model_hint"),
        )
    )
    file = render_field("gguf", settings.gguf, "gguf_path", "gguf_path_hint", fixed.get("llm.gguf"), language)
    fields = {"none": "", "endpoint": address + model + key, "gguf": missing + file}
    choices = "".join(
        render_choice(
            *("writer", writer, f"writer_{writer}", say(f"writer_{writer}_cost", language), language),
            chosen=writer == find_writer(settings),
            inside=fields[writer],
            barred_by=barred.get(writer, ""),
        )
        for writer in get_args(Writer)
    )
    tried = (
        f'<button type="submit" class="wence-button" value="try" title="{escape_value(say("try_hint", language))}">'
        f"{escape(say('try', language))}</button>"
    )
    about = f'<p class="wence-caption">{escape(say("set_writer_about", language))}</p>'
    form = wrap_form(choices, language, more=tried, saved=saved)
    return wrap_group("set_writer", about + form, language)


def _find_barred(settings: LLMSettings, fixed: Mapping[str, str]) -> dict[Writer, str]:
    """Return the choices that cannot be had, with what sees to that."""
    barred: dict[Writer, str] = {}
    if by := fixed.get("llm.base_url"):
        barred["none" if settings.base_url else "endpoint"] = by
    if by := fixed.get("llm.gguf"):
        barred |= {"none": by, "endpoint": by} if settings.gguf else {"gguf": by}
    return barred


def render_trial(trial: Trial, settings: LLMSettings, language: Language) -> str:
    """Return what came of trying an LLM: whether it writes, how soon, and which models there are."""
    works = say("try_works_loaded" if settings.gguf else "try_works", language).format(
        seconds=f"{trial.first_seconds:.1f}"
    )
    lines = [
        say("try_asked", language).format(question=TRIED),
        say("try_wrote", language).format(answer=trial.answer),
    ]
    warned = ""
    if settings.base_url and not settings.gguf:
        lines.append(_name_models(trial, language))
        if trial.models and settings.model and settings.model not in trial.models:
            warned = say("try_not_listed", language).format(name=settings.model)
    listed = "".join(f"<li>{escape_text(line)}</li>" for line in lines)
    note = f'<p class="wence-note">{escape_text(warned)}</p>' if warned else ""
    return (
        f'<div class="wence-done wence-tried" role="status"><p>{escape(works)}</p>{note}'
        f'<ul class="wence-caption">{listed}</ul></div>'
    )


def _name_models(trial: Trial, language: Language) -> str:
    if not trial.models:
        return say("try_models_none", language)
    names = "、".join(trial.models[:LISTED_MODELS]) if language == "zh" else ", ".join(trial.models[:LISTED_MODELS])
    if len(trial.models) > LISTED_MODELS:
        names = say("try_models_more", language).format(names=names, count=len(trial.models))
    return say("try_models", language).format(names=names)


def render_strictness(strictness: Strictness, fixed: Mapping[str, str], language: Language, *, saved: int = 0) -> str:
    """Return the form for how sure it must be to answer, with what was measured of each choice."""
    by = fixed.get("answer.strictness", "")
    choices = ""
    for one in get_args(Strictness):
        measured = MEASURED[one]
        cost = say("strictness_cost", language).format(
            must=measured.must,
            abstained=measured.abstained,
            may=measured.may,
            missed=measured.missed,
            recall=measured.recall,
        )
        chosen, barred_by = one == strictness, "" if one == strictness else by
        choices += render_choice(
            *("strictness", one, f"strictness_{one}", cost, language), chosen=chosen, barred_by=barred_by
        )
    about = escape(say("set_strictness_about", language))
    return wrap_group(
        "set_strictness",
        f'<p class="wence-caption">{about}</p>{wrap_form(choices, language, saved=saved)}',
        language,
    )


def render_models(
    settings: IndexSettings, clauses: int, fixed: Mapping[str, str], language: Language, *, saved: int = 0
) -> str:
    """Return the form for the encoder and the reranker."""
    encoders = _render_model("encoder", settings.encoder, ("shipped", "folder"), clauses, fixed, language)
    rerankers = _render_model("reranker", settings.reranker, ("shipped", NONE, "folder"), clauses, fixed, language)
    about = f'<p class="wence-caption">{escape(say("set_models_about", language))}</p>'
    return wrap_group("set_models", about + wrap_form(encoders + rerankers, language, saved=saved), language)


def _render_model(
    name: str, value: str, kinds: tuple[str, ...], clauses: int, fixed: Mapping[str, str], language: Language
) -> str:
    by = fixed.get(f"index.{name}", "")
    now = {"": "shipped", NONE: NONE}.get(value, "folder")
    choices = ""
    for kind in kinds:
        inside = ""
        if kind == "folder":
            folder = value if now == "folder" else ""
            inside = render_field(f"{name}_folder", folder, "model_folder_hint", "", by, language)
        cost = _fill(f"{name}_{kind}_cost", language, clauses=clauses)
        choices += render_choice(
            *(name, kind, f"model_{kind}", cost, language),
            chosen=kind == now,
            inside=inside,
            barred_by="" if kind == now else by,
        )
    about = f'<p class="wence-caption">{escape(say("reranker_about", language))}</p>' if name == "reranker" else ""
    return f"<fieldset><legend>{escape(say(f'model_{name}', language))}</legend>{about}{choices}</fieldset>"


def render_rebuild(seconds: float, clauses: int, given: Mapping[str, str], language: Language) -> str:
    """Return what a changed encoder needs and how long that takes at most, with buttons to do it or not.

    ``given`` is the form as it was sent, and is sent again.
    """
    line = _fill("rebuild_needed", language, clauses=clauses, minutes=name_time(seconds, language))
    data = "".join(f' data-{name}="{escape_value(value)}"' for name, value in given.items())
    return (
        f'<div class="wence-preview"><p>{escape_text(line)}</p><div class="wence-decide">'
        f'<button type="button" class="wence-button wence-primary" name="wence-do" value="rebuild"{data}>'
        f"{escape(say('rebuild', language))}</button>"
        f'<button type="button" class="wence-button" name="wence-do" value="leave">'
        f"{escape(say('rebuild_not', language))}</button></div></div>"
    )


def render_saved(text: str) -> str:
    """Return the line that says what was done."""
    return f'<p class="wence-line wence-done" role="status">{escape_text(text)}</p>'


def name_size(size: int) -> str:
    """Return bytes as people say them."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}" if size < 100 * factor else f"{size / factor:,.0f} {unit}"
    return f"{math.ceil(size / 1e3)} KB"


def name_time(seconds: float, language: Language) -> str:
    """Return a time as people say it, rounded up."""
    if seconds <= 60:
        return say("less_than_a_minute", language)
    if seconds < 5_400:
        return say("minutes", language).format(count=math.ceil(seconds / 60))
    return say("hours", language).format(count=f"{math.ceil(seconds / 360) / 10:g}")


def _fill(key: str, language: Language, **values: object) -> str:
    grouped = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
    return say(key, language).format(**grouped)

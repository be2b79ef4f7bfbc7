"""The view of the settings: its layout and its events. What it shows is made in ``ui.rendering.settings``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any

import gradio as gr

from corpus.errors import SettingsError, WenceError
from index.encoder import FEW_TEXTS, open_encoder
from index.ingest import rebuild_index
from index.model import Progress
from index.report import IngestReport
from index.reranker import open_reranker
from rag.settings import LLMSettings, change_settings, list_fixed
from rag.settings_file import keep_settings
from ui.events import SETTLED, read_data, read_static
from ui.home import OpenHome
from ui.jobs import Job
from ui.rendering.answers import render_line
from ui.rendering.library import render_job
from ui.rendering.settings import (
    render_llm,
    render_models,
    render_rebuild,
    render_saved,
    render_state,
    render_strictness,
    render_trial,
)
from ui.settings.forms import MODEL_FIELDS, find_writer, read_llm, read_models, read_strictness
from ui.settings.overview import take_overview
from ui.settings.trial import Trial, try_llm
from ui.text import Language, say
from ui.views.chat import ChatView, describe_state

if TYPE_CHECKING:
    from index.model import Encoder
    from rag.llm import LLMState

SAMPLE = 16
"""How many passages are encoded to tell how long all of them take."""

Steps = Iterator[dict[Any, Any]]


class SettingsView:
    """The components of the view of the settings and the handlers of their events.

    Each group is a form, and a line below it that tells what is being done and what came of it.
    """

    def __init__(self, home: OpenHome, chat: ChatView) -> None:
        self.home = home
        self.chat = chat
        self._job: Job | None = None
        self._saved: Counter[str] = Counter()
        self._llm: LLMState | None = None

    def lay_out(self) -> None:
        """Lay out the view beside the others; it is filled when a reader goes to it."""
        self.seen = gr.State(False)
        with gr.Column(elem_id="wence-settings"):
            self.state = gr.HTML("", elem_id="wence-settings-state", apply_default_css=False, js_on_load=None)
            self.llm, self.llm_line = _make_panel("wence-llm"), _make_panel("wence-llm-line")
            self.strictness = _make_panel("wence-strictness")
            self.strictness_line = _make_panel("wence-strictness-line")
            self.models = _make_panel("wence-models")
            self.models_line = _make_panel("wence-models-line")

    def connect(self, language: gr.Radio, head: gr.HTML) -> None:
        """Connect the events; ``language`` holds the language of the page, ``head`` tells where a reader goes."""
        outputs = [*self.labelled, self.chat.state, self.seen]
        several: dict[str, Any] = {**SETTLED, "trigger_mode": "multiple", "concurrency_limit": None}
        language.change(self.relabel, [self.seen, language], self.labelled, **SETTLED)
        head.select(self.open, [language], outputs, **several)
        self.llm.select(self.act_on_llm, [language], outputs, **several)
        self.strictness.select(self.act_on_strictness, [language], outputs, **several)
        self.models.select(self.act_on_models, [language], outputs, **several)
        self.models_line.select(self.act_on_rebuild, [language], outputs, **several)
        for line in (self.llm_line, self.strictness_line, self.models_line):
            line.clear(self.cancel, [], [], queue=False, **SETTLED)

    # events -----------------------------------------------------------------------------

    def open(self, language: Language, event: gr.EventData) -> Steps:
        """Show the settings as they are now where a reader goes to them, then whether the LLM can be reached."""
        if read_data(event).get("view") != "settings":
            yield {self.state: gr.skip()}  # of a generator that yields nothing, Gradio empties the outputs
            return
        self.home.refresh()
        yield self._render(language) | {self.seen: True}
        yield self._render_state(language)
        job = self.home.job
        if job is not None and job.kind == "rebuild" and not job.ended:
            yield from self._follow_rebuild(job, language)

    def act_on_llm(self, language: Language, event: gr.EventData) -> Steps:
        """Try the LLM that is typed in, or keep it."""
        data = read_data(event)
        try:
            changes = read_llm(data, self.home.wence.settings, list_fixed(), language)
            tried = change_settings(self.home.wence.settings, changes).llm
        except SettingsError as error:
            yield {self.llm_line: render_line(str(error), kind="error")}
            return
        if data.get("do") == "try":
            yield from self._try(tried, language)
        else:
            yield from self._save(changes, self.llm_line, language)

    def act_on_strictness(self, language: Language, event: gr.EventData) -> Steps:
        """Keep another strictness."""
        try:
            changes = read_strictness(read_data(event), self.home.wence.settings, list_fixed(), language)
        except SettingsError as error:
            yield {self.strictness_line: render_line(str(error), kind="error")}
            return
        yield from self._save(changes, self.strictness_line, language)

    def act_on_models(self, language: Language, event: gr.EventData) -> Steps:
        """Keep another reranker; for another encoder, say first what building the index anew takes."""
        data = read_data(event)
        try:
            changes = read_models(data, self.home.wence.settings, list_fixed(), language)
        except SettingsError as error:
            yield {self.models_line: render_line(str(error), kind="error")}
            return
        if "index.encoder" not in changes:
            yield from self._save(changes, self.models_line, language)
            return
        job = Job("settings", lambda progress: self._look_ahead(changes, progress))
        yield from self._follow(job, self.models_line, language)
        if job.result is not None:
            clauses = self.home.wence.index.manifest.clauses
            given = {name: str(data[name]) for name in MODEL_FIELDS if name in data}
            yield {self.models_line: render_rebuild(job.result, clauses, given, language)}

    def act_on_rebuild(self, language: Language, event: gr.EventData) -> Steps:
        """Build the index anew with the encoder that was looked at, or leave it."""
        data = read_data(event)
        if data.get("do") != "rebuild":
            yield {self.models_line: ""}
            return
        try:
            changes = read_models(data, self.home.wence.settings, list_fixed(), language)
        except SettingsError as error:
            yield {self.models_line: render_line(str(error), kind="error")}
            return
        if self.home.job is not None and not self.home.job.ended:
            yield {self.models_line: render_line(say("job_busy", language), kind="error")}
            return
        self.home.job = Job("rebuild", lambda progress: self._rebuild(changes, progress))
        yield from self._follow_rebuild(self.home.job, language)

    def cancel(self) -> None:
        """Cancel what goes on."""
        for job in (self._job, self.home.job):
            if job is not None and job.kind in ("settings", "rebuild"):
                job.cancel()

    def relabel(self, seen: bool, language: Language) -> list[Any]:
        """Return what the view shows in the language, in the order of ``labelled``; nothing before it was seen."""
        shown = self._render(language) if seen else {}
        return [shown.get(component, "") for component in self.labelled]

    @property
    def labelled(self) -> list[Any]:
        """The components that ``relabel`` returns values for."""
        return [
            self.state, self.llm, self.llm_line, self.strictness, self.strictness_line, self.models, self.models_line
        ]  # fmt: skip

    # work -------------------------------------------------------------------------------

    def _try(self, settings: LLMSettings, language: Language) -> Steps:
        if find_writer(settings) == "none":
            yield {self.llm_line: render_saved(say("try_nothing", language))}
            return
        job = Job("settings", lambda progress: try_llm(settings, progress, language))
        yield from self._follow(job, self.llm_line, language, failed="try_failed")
        if isinstance(job.result, Trial):
            yield {self.llm_line: render_trial(job.result, settings, language)}

    def _save(self, changes: Mapping[str, str], line: gr.HTML, language: Language) -> Steps:
        if not changes:
            yield {line: render_saved(say("setting_same", language))}
            return
        job = Job("settings", lambda progress: self._apply(changes, progress))
        yield from self._follow(job, line, language, failed="setting_not_saved")
        if job.result is not None:
            yield self._render(language) | {line: render_saved(say("setting_saved", language))}
            yield self._render_state(language)

    def _apply(self, changes: Mapping[str, str], progress: Progress) -> bool:
        """Answer by the settings changed so, then keep them; where they cannot be kept, answer as before."""
        progress("open", 0, 0)
        before = self.home.wence.settings
        self.home.reopen(change_settings(before, changes))
        try:
            keep_settings(self.home.folder, changes)
        except SettingsError:
            self.home.reopen(before)
            raise
        self._count(changes)
        return True

    def _look_ahead(self, changes: Mapping[str, str], progress: Progress) -> float:
        """Load the models that the changes name; return how many seconds encoding all with them takes at most."""
        progress("load", 0, 0)
        settings = change_settings(self.home.wence.settings, changes)
        open_reranker(settings.index)
        encoder = open_encoder(settings.index)
        progress("encode", 0, 0)
        index = self.home.wence.index
        texts = [chunk.text for chunk in islice(index.chunks.values(), SAMPLE)]
        return _measure(encoder, texts) * (index.manifest.chunks + index.manifest.sentences)

    def _rebuild(self, changes: Mapping[str, str], progress: Progress) -> IngestReport:
        """Build the index anew, keep the settings that it needs, and answer from it."""
        progress("load", 0, 0)
        settings = change_settings(self.home.wence.settings, changes)
        encoder, limits = open_encoder(settings.index), settings.corpus
        report = rebuild_index(self.home.folder, settings.index, limits=limits, encoder=encoder, progress=progress)
        keep_settings(self.home.folder, changes)
        self.home.reopen(change_settings(self.home.wence.settings, changes))  # others may have changed meanwhile
        self._count(changes)
        return report

    def _count(self, changes: Mapping[str, str]) -> None:
        """Note which forms are to be shown anew, and that another LLM may be there."""
        self._saved.update({key.partition(".")[0] for key in changes})
        self._llm = None

    def _follow(self, job: Job, line: gr.HTML, language: Language, *, failed: str = "setting_not_saved") -> Steps:
        """Show how far a job is; where it fails, one line."""
        self._job = job
        for _ in job.watch():
            if job.cancelling:
                break  # it ends at its next step; the reader need not wait for that
            yield {line: render_job(job, language)}
        if job.error:
            yield {line: render_line(say(failed, language).format(error=job.error), kind="error")}
        elif job.result is None:
            yield {line: render_line(say("job_cancelled", language), kind="error")}

    def _follow_rebuild(self, job: Job, language: Language) -> Steps:
        yield from self._follow(job, self.models_line, language)
        if isinstance(job.result, IngestReport):
            done = say("rebuild_done", language).format(clauses=f"{job.result.clauses:,}")
            yield self._render(language) | {self.models_line: render_saved(done)}
            yield self._render_state(language)

    # values to show ---------------------------------------------------------------------

    def _render(self, language: Language) -> dict[Any, Any]:
        settings, fixed, saved = self.home.wence.settings, list_fixed(), self._saved
        clauses = self.home.wence.index.manifest.clauses
        runs_gguf = find_spec("xllamacpp") is not None
        return {
            self.state: render_state(take_overview(self.home), self._llm, language),
            self.llm: render_llm(settings.llm, fixed, language, runs_gguf=runs_gguf, saved=saved["llm"]),
            self.strictness: render_strictness(settings.answer.strictness, fixed, language, saved=saved["answer"]),
            self.models: render_models(settings.index, clauses, fixed, language, saved=saved["index"]),
        }

    def _render_state(self, language: Language) -> dict[Any, Any]:
        """Return the state of things, here and in the chat, once the LLM has been asked whether it is there."""
        try:
            state = self.home.wence.describe()
        except WenceError as error:
            return {self.state: render_line(str(error), kind="error")}
        self._llm = state.llm
        return {
            self.state: render_state(take_overview(self.home), self._llm, language),
            self.chat.state: render_line(describe_state(state, language), kind="state"),
        }


def _make_panel(id: str) -> gr.HTML:
    scripts = f"{read_static('panel.js')}\n{read_static('settings.js')}"
    return gr.HTML("", elem_id=id, apply_default_css=False, js_on_load=scripts)


def _measure(encoder: Encoder, texts: list[str]) -> float:
    """Return the seconds that a passage takes to encode."""
    if not texts:
        return 0.0
    encoder.encode(texts[: FEW_TEXTS + 1], kind="passage")  # what is made ready at the first call does not count
    begun = time.perf_counter()
    encoder.encode(texts, kind="passage")
    return (time.perf_counter() - begun) / len(texts)

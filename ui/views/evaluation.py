"""The view of the evaluation: its layout and its events. What it shows is made in ``ui.rendering.evaluation``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import gradio as gr

from corpus.errors import NotFound, WenceError
from index.model import Progress
from rag.model import Answer, Turn
from rag.snapshot import take_snapshot
from ui.commands.evaluation import compare_folders, count_questions, list_runs, read_questions, run_in_page
from ui.events import SETTLED, read_data, read_static
from ui.home import OpenHome
from ui.jobs import Job
from ui.records.conversations import Exchange
from ui.records.ratings import write_ratings
from ui.records.runs import (
    RATINGS,
    Asked,
    ListedSet,
    Run,
    SetFile,
    delete_run,
    delete_set,
    find_run,
    find_set,
    keep_set,
    list_set_files,
    read_page,
    write_run,
)
from ui.records.uploads import drop_batch, list_files
from ui.rendering.answers import render_line
from ui.rendering.evaluation import (
    Part,
    render_choice,
    render_done,
    render_failing,
    render_lists,
    render_no_other,
    render_report_frame,
    render_run,
    render_run_comparison,
    render_set_dropping,
)
from ui.rendering.library import render_job
from ui.text import Language, say
from ui.views.chat import ChatView, Talk
from ui.views.collections import list_choices

NO_FILTER: tuple[list[str], str, str, str] = ([], "", "", "")
"""What ``ui.views.scope.read_filter`` takes where nothing is filtered: a question set names documents alone."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader reads: a ``part`` of a ``run`` ("": the lists), compared with ``before`` ("": the one before)."""

    run: str = ""
    part: Part = "failing"
    before: str = ""


class EvaluationView:
    """The components of the view of the evaluation and the handlers of their events."""

    def __init__(self, home: OpenHome, chat: ChatView) -> None:
        self.home = home
        self.chat = chat

    def lay_out(self) -> None:
        """Lay out the view where the page is being built."""
        self.reading = gr.State(Reading())
        with gr.Column(elem_id="wence-evaluation"):
            self.dropping = gr.HTML(
                render_set_dropping("zh"),
                elem_id="wence-set-dropping",
                apply_default_css=False,
                js_on_load=read_static("uploads.js"),
            )
            panel: dict[str, Any] = {"apply_default_css": False, "js_on_load": read_static("panel.js")}
            self.work = gr.HTML("", elem_id="wence-running", **panel)
            self.lists = gr.HTML("", elem_id="wence-lists", **panel)
            self.shown = gr.HTML("", elem_id="wence-run", **panel)

    def connect(self, language: gr.Radio, head: gr.HTML) -> None:
        """Connect the events; ``language`` holds the language of the page, ``head`` tells where a reader goes."""
        language.change(self.relabel, [self.reading, language], self.labelled, **SETTLED)
        outputs = [self.work, self.lists, self.shown, self.reading]
        several: dict[str, Any] = {**SETTLED, "trigger_mode": "multiple", "concurrency_limit": None}
        head.select(self.open, [self.reading, language], outputs, **several)
        self.dropping.upload(self.keep_sets, [language], [self.work, self.lists], **several)
        for panel in (self.work, self.lists, self.shown):
            panel.select(self.act, [self.reading, language], outputs, **several)
        self.work.clear(self.cancel, [], [], queue=False, **SETTLED)
        asking = self.shown.edit(self.ask, [language], self.chat.shown, cancels=self.chat.asking, **SETTLED)
        # Not with each step of the answer: a dropdown that is told twice in one moment shows nothing.
        asking.then(self.show_scope, [self.chat.talk], self.chat.scope.inputs, **SETTLED)
        for end in (self.chat.question.stop, self.chat.clear.click, self.chat.list.edit):
            end(None, cancels=[asking], **SETTLED)

    # events -----------------------------------------------------------------------------

    def open(self, reading: Reading, language: Language, event: gr.EventData) -> Iterator[list[Any]]:
        """Show the view where a reader goes to it, and the run that goes on or has ended, whichever page began it."""
        if read_data(event).get("view") != "evaluation":
            yield [gr.skip()] * 4  # of a generator that yields nothing, Gradio empties the outputs
            return
        self.home.refresh()
        try:
            shown = self._render_run(reading, language)
        except WenceError:  # deleted meanwhile, in another page
            reading, shown = Reading(), ""
        yield [self._render_work(language), self._render_lists(language), shown, reading]
        if self.home.evaluation is not None and not self.home.evaluation.ended:
            yield from self._follow(self.home.evaluation, language)

    def keep_sets(self, language: Language, event: gr.EventData) -> list[Any]:
        """Keep the question sets of a batch that can be read, and say what is wrong with the others."""
        batch = str(read_data(event).get("batch", ""))
        wrong = []
        try:
            for file in list_files(self.home.folder, batch):
                try:
                    count_questions(file)
                except WenceError as error:
                    wrong.append(str(error))
                else:
                    keep_set(self.home.folder, file)
            drop_batch(self.home.folder, batch)
        except WenceError as error:
            wrong.append(str(error))
        lines = "".join(render_line(line, kind="error") for line in wrong)
        return [lines or self._render_work(language), self._render_lists(language)]

    def act(self, reading: Reading, language: Language, event: gr.EventData) -> Iterator[list[Any]]:
        """Run a set, read a run or a part of it, go back to the lists, delete a set or a run."""
        data = read_data(event)
        what, run, set_id = data.get("do"), str(data.get("run", "")), str(data.get("set", ""))
        if self.home.evaluation is not None and self.home.evaluation.ended:
            self.home.evaluation = None  # it was shown
        try:
            if what == "run":
                yield from self._start(set_id, language)
                return
            if what == "delete-set":
                delete_set(self.home.folder, set_id)
            elif what == "delete-run":
                delete_run(self.home.folder, run)
            reading = _read_place(data) if what == "read" else Reading()
            shown = self._render_run(reading, language)
        except WenceError as error:
            yield [render_line(str(error), kind="error"), self._render_lists(language), gr.skip(), gr.skip()]
            return
        yield [self._render_work(language), self._render_lists(language), shown, reading]

    def cancel(self) -> None:
        """Cancel the run that goes on."""
        if self.home.evaluation is not None:
            self.home.evaluation.cancel()

    def ask(self, language: Language, event: gr.EventData) -> Iterator[list[Any]]:
        """Ask a question of a run in the chat, of the documents and after the turns that its set names."""
        data = read_data(event)
        try:
            asked = self._find_asked(str(data.get("run", "")), str(data.get("id", "")))
        except WenceError as error:
            line = render_line(str(error), kind="error")
            yield [line if one is self.chat.alert else gr.skip() for one in self.chat.shown]
            return
        talk = Talk("", self._recall(asked.history, language))
        yield from self.chat.answer_question(asked.question, list(asked.documents), *NO_FILTER, talk, language)

    def show_scope(self, talk: Talk) -> list[Any]:
        """Show of which documents the last question was asked; the next is asked of them too."""
        catalog = self.home.wence.catalog
        asked = talk.exchanges[-1].documents if talk.exchanges else ()
        return [gr.update(choices=list_choices(catalog), value=[id for id in asked if id in catalog]), *NO_FILTER]

    def relabel(self, reading: Reading, language: Language) -> list[Any]:
        """Return what the view shows in the language, in the order of ``labelled``."""
        try:
            shown = self._render_run(reading, language)
        except WenceError as error:
            shown = render_line(str(error), kind="error")
        return [render_set_dropping(language), self._render_work(language), self._render_lists(language), shown]

    @property
    def labelled(self) -> list[Any]:
        """The components that ``relabel`` returns values for."""
        return [self.dropping, self.work, self.lists, self.shown]

    # work -------------------------------------------------------------------------------

    def _start(self, set_id: str, language: Language) -> Iterator[list[Any]]:
        """Run a set, showing how far it is, and then how it went."""
        skip = gr.skip()
        if self.home.evaluation is not None:
            yield [render_line(say("evaluation_busy", language), kind="error"), skip, skip, skip]
            yield from self._follow(self.home.evaluation, language)
            return
        file = find_set(self.home.folder, set_id)
        self.home.refresh()
        self.home.evaluation = Job("evaluate", lambda progress: self._run(file, progress))
        yield from self._follow(self.home.evaluation, language)

    def _follow(self, job: Job, language: Language) -> Iterator[list[Any]]:
        # What the reader reads meanwhile is left alone.
        skip = gr.skip()
        for _ in job.watch():
            yield [render_job(job, language), skip, skip, skip]
        yield [self._render_end(job, language), self._render_lists(language), skip, skip]

    def _run(self, file: SetFile, progress: Progress) -> str:
        """Run a set and return the name of the run."""
        with write_run(self.home.folder, file.path.name) as (folder, name):
            path = file.path
            if file.origin == "ratings":
                path = folder / RATINGS
                path.write_text(self._write_ratings(), encoding="utf-8")
            command = f"wence eval run {file.path} --out {name}"
            run_in_page(path, folder, wence=self.home.wence, command=command, progress=progress)
        return name

    def _write_ratings(self) -> str:
        return write_ratings(self.home.conversations.list_rated(), self.home.wence)

    # values to show ---------------------------------------------------------------------

    def _list_sets(self) -> list[ListedSet]:
        catalog, listed = self.home.wence.catalog, []
        for file in list_set_files(self.home.folder):
            try:
                listed.append(ListedSet(file, count_questions(file.path, catalog)))
            except WenceError as error:
                if file.origin == "uploaded":  # the project's own that ask of other documents are of no use here
                    listed.append(ListedSet(file, error=str(error)))
        try:
            rated = len(self._write_ratings().splitlines())
        except WenceError:
            rated = 0
        return [*listed, *([ListedSet(SetFile(Path(RATINGS), "ratings"), rated)] if rated else [])]

    def _render_lists(self, language: Language) -> str:
        return render_lists(self._list_sets(), list_runs(self.home.folder), language)

    def _render_work(self, language: Language) -> str:
        job = self.home.evaluation
        if job is None:
            return ""
        return self._render_end(job, language) if job.ended else render_job(job, language)

    def _render_end(self, job: Job, language: Language) -> str:
        if job.error or job.cancelled:
            return render_line(job.error or say("job_cancelled", language), kind="error")
        done = [run for run in list_runs(self.home.folder) if run.name == job.result]
        return render_done(done[0], language) if done else ""

    def _render_run(self, reading: Reading, language: Language) -> str:
        if not reading.run:
            return ""
        folder, runs = find_run(self.home.folder, reading.run), list_runs(self.home.folder)
        run = next(one for one in runs if one.name == reading.run)
        if run.error:
            raise WenceError(run.error)
        failing = [one for one in read_questions(folder) if not one.right]
        if reading.part == "report":
            content = render_report_frame(read_page(folder), language)
        elif reading.part == "compare":
            content = self._render_comparison(run, runs, reading.before, language)
        else:
            content = render_failing(failing, run.name, self.home.wence.index, language)
        return render_run(run, reading.part, len(failing), content, language)

    def _render_comparison(self, run: Run, runs: Sequence[Run], before: str, language: Language) -> str:
        others = [one for one in runs if one.name != run.name and not one.error]
        # Those of the same set come first, and of these the one that was run just before.
        earlier = (run.date, run.name)
        others.sort(key=lambda one: (one.question_set != run.question_set, (one.date, one.name) > earlier))
        chosen = next((one for one in others if one.name == before), others[0] if others else None)
        if chosen is None:
            return render_no_other(language)
        folders = (find_run(self.home.folder, one.name) for one in (chosen, run))
        comparison = compare_folders(*folders)
        compared = render_run_comparison(comparison, run.name, self.home.wence.index, language)
        return render_choice(run.name, others, chosen.name, language) + compared

    def _find_asked(self, run: str, id: str) -> Asked:
        for asked in read_questions(find_run(self.home.folder, run)):
            if asked.id == id:
                return asked
        raise NotFound(f"the run has no question {id}: load the page anew")

    def _recall(self, history: Sequence[Turn], language: Language) -> tuple[Exchange, ...]:
        """Return the turns before a question as exchanges; a turn without its answer, or question, is left out."""
        wence, notice = self.home.wence, say("asked_earlier", language)
        return tuple(
            Exchange(
                asked.content,
                take_snapshot(Answer(answered.content, status="grounded", notice=notice), wence.index, wence.catalog),
                done=True,
            )
            for asked, answered in pairwise(history)
            if (asked.role, answered.role) == ("user", "assistant")
        )


def _read_place(data: dict[str, Any]) -> Reading:
    part: Part = next((one for one in get_args(Part) if one == data.get("part")), "failing")
    return Reading(str(data.get("run", "")), part, str(data.get("before", "")))

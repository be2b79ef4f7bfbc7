"""The view of the documents: its layout and its events. What it shows is made in ``ui.rendering.library``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr

from corpus.batch import FileResult, parse_files, unpack_archives
from corpus.compare import compare_documents
from corpus.errors import WenceError
from corpus.find_words import Range, find_words
from corpus.model import Clause
from index.ingest import ingest_documents, remove_documents
from index.model import Progress
from index.report import IngestReport
from ui.events import SETTLED, read_data, read_static
from ui.home import OpenHome
from ui.jobs import Job
from ui.records.uploads import drop_batch, list_files, move_into_library
from ui.rendering.answers import render_line, render_no_evidence
from ui.rendering.library import (
    SHOWN_CLAUSES,
    Wanted,
    render_contents,
    render_dropping,
    render_found,
    render_job,
    render_library,
    render_preview,
    render_report,
    render_versions,
)
from ui.rendering.versions import render_comparison
from ui.text import Language, say
from ui.views.chat import ChatView
from ui.views.collections import list_choices, name_collection

EVERYTHING = Wanted()
PREVIEWS_KEPT = 8
"""Batches that were read and neither added nor given up; of those before, the files are there still."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: in the list (``wanted``), in document ``id`` (``words`` searched for), or beside ``other``."""

    wanted: Wanted = EVERYTHING
    id: str = ""
    other: str = ""
    words: str = ""


Previewed = tuple[list[FileResult], list[tuple[str, str]], str]
"""What was read, what could not be, and the name of the folder that was dropped."""


class LibraryView:
    """The components of the view of the documents and the handlers of their events."""

    def __init__(self, home: OpenHome, chat: ChatView) -> None:
        self.home = home
        self.chat = chat

    def lay_out(self) -> None:
        """Lay out the view in the row that is being built, beside the evidence."""
        self.place = gr.State(Place())
        with gr.Column(scale=12, min_width=340, elem_id="wence-library"):
            self.dropping = gr.HTML(
                render_dropping("zh"),
                elem_id="wence-dropping",
                apply_default_css=False,
                js_on_load=read_static("uploads.js"),
            )
            self.work = gr.HTML("", elem_id="wence-work", apply_default_css=False, js_on_load=read_static("panel.js"))
            self.shown = gr.HTML("", elem_id="wence-shown", apply_default_css=False, js_on_load=read_static("panel.js"))

    def connect(self, language: gr.Radio, head: gr.HTML) -> None:
        """Connect the events; ``language`` holds the language of the page, ``head`` tells where a reader goes."""
        language.change(self.relabel, [self.place, language], self.labelled, **SETTLED)
        outputs = [
            self.work,
            self.shown,
            self.place,
            self.chat.scope.documents,
            self.chat.state,
            self.chat.panel.shown,
        ]
        several: dict[str, Any] = {**SETTLED, "trigger_mode": "multiple", "concurrency_limit": None}
        head.select(self.open, [self.place, language], outputs, **several)
        self.dropping.upload(self.preview, [language], [self.work], **several)
        self.work.select(self.act_on_work, [self.place, language], outputs, **several)
        self.work.clear(self.cancel, [], [], queue=False, **SETTLED)
        self.shown.select(self.act_on_shown, [self.place, language], outputs, **several)
        self.shown.edit(self.choose_document, [language], [self.chat.scope.documents], queue=False, **SETTLED)

    # events -----------------------------------------------------------------------------

    def open(self, place: Place, language: Language, event: gr.EventData) -> Iterator[list[Any]]:
        """Show the view as it is now where a reader goes to it, and the work that goes on, whichever page began it."""
        if read_data(event).get("view") != "documents":
            yield self._skip(6)  # of a generator that yields nothing, Gradio empties the outputs
            return
        self.home.refresh()
        yield ["", self._render(place, language), place, *self._skip(3)]
        if self.home.job is not None and not self.home.job.ended:
            yield from self._follow(self.home.job, place, language)

    def preview(self, language: Language, event: gr.EventData) -> Iterator[str]:
        """Read the files of a batch and show what they hold; nothing is added yet."""
        batch, folder = (str(read_data(event).get(name, "")) for name in ("batch", "folder"))
        try:
            files = list_files(self.home.folder, batch)
        except WenceError as error:
            yield render_line(str(error), kind="error")
            return
        if not files:
            yield ""
            return
        job = Job("preview", lambda progress: self._parse(files, folder, progress))
        read = [old for old, one in self.home.previews.items() if one.ended]
        for old in read[: max(0, len(read) - PREVIEWS_KEPT + 1)]:
            del self.home.previews[old]
        self.home.previews[batch] = job
        for _ in job.watch():
            yield render_job(job, language, batch=batch)
        yield self._render_preview(job, batch, language)

    def act_on_work(self, place: Place, language: Language, event: gr.EventData) -> Iterator[list[Any]]:
        """Add the files that were previewed, or give them up."""
        data = read_data(event)
        what, batch = data.get("do"), str(data.get("batch", ""))
        try:
            files = list_files(self.home.folder, batch)
            if what == "add" and files:
                collection = str(data.get("collection", ""))
                job = self._start(lambda progress: self._add(files, collection, progress))
                if job is not None:
                    yield from self._follow(job, place, language)
                if job is None or job.result is None:  # the files are there still, to be added later
                    yield [self._render_not_added(job, batch, language), *self._skip(5)]
                    return
            drop_batch(self.home.folder, batch)
            self.home.previews.pop(batch, None)
        except WenceError as error:
            yield [render_line(str(error), kind="error"), *self._skip(5)]
            return
        if what == "drop":
            yield ["", *self._skip(5)]

    def cancel(self, event: gr.EventData) -> None:
        """Cancel the reading of a batch, or without one the work on the index."""
        batch = str(read_data(event).get("batch", ""))
        job = self.home.previews.get(batch) if batch else self.home.job
        if job is not None:
            job.cancel()

    def act_on_shown(self, place: Place, language: Language, event: gr.EventData) -> Iterator[list[Any]]:
        """Filter the list, open a document, search in it, compare two versions, or take a document out."""
        data = read_data(event)
        what, id = data.get("do"), str(data.get("id", ""))
        if what == "remove" and id in self.home.wence.catalog:
            job = self._start(lambda progress: self._remove(id, progress))
            if job is None:
                yield [render_line(say("job_busy", language), kind="error"), *self._skip(5)]
            else:
                yield from self._follow(job, Place(place.wanted), language)
            return
        if what == "filter":
            known = {field.name for field in fields(Wanted)}
            place = Place(replace(place.wanted, **{key: str(value) for key, value in data.items() if key in known}))
        elif what == "find":
            place = replace(place, id=id, words=str(data.get("words", "")))
        elif what in ("contents", "compare"):
            place = Place(place.wanted, id, str(data.get("other", "")))
        else:
            place = Place(place.wanted)
        yield [gr.skip(), self._render(place, language), place, *self._skip(3)]

    def choose_document(self, language: Language, event: gr.EventData) -> Any:
        """Choose a document for the next question."""
        id = str(read_data(event).get("id", ""))
        catalog = self.home.wence.catalog
        return gr.update(choices=list_choices(catalog), value=[id]) if id in catalog else gr.skip()

    def relabel(self, place: Place, language: Language) -> list[Any]:
        """Return what the view shows in the language, in the order of ``labelled``."""
        return [render_dropping(language), "", self._render(place, language)]

    @property
    def labelled(self) -> list[Any]:
        """The components that ``relabel`` returns values for."""
        return [self.dropping, self.work, self.shown]

    # work -------------------------------------------------------------------------------

    def _start(self, work: Callable[[Progress], IngestReport]) -> Job | None:
        """Begin what changes the index, None where such work goes on already."""
        if self.home.job is not None and not self.home.job.ended:
            return None
        self.home.job = Job("write", work)
        return self.home.job

    def _follow(self, job: Job, place: Place, language: Language) -> Iterator[list[Any]]:
        for _ in job.watch():
            yield [render_job(job, language), *self._skip(5)]
        if job.error or job.cancelled:
            yield [render_line(job.error or say("job_cancelled", language), kind="error"), *self._skip(5)]
            return
        work = render_report(job.result, language) if isinstance(job.result, IngestReport) else ""
        choices = gr.update(choices=list_choices(self.home.wence.catalog), value=[])
        # A clause that was opened before may have changed with its document.
        empty, state = render_no_evidence(language), self.chat.show_state(language)
        yield [work, self._render(place, language), place, choices, state, empty]

    def _parse(self, files: list[Path], folder: str, progress: Progress) -> Previewed:
        limits = self.home.wence.settings.corpus
        with TemporaryDirectory(prefix="wence-") as unpacked:
            found, failed = unpack_archives(files, Path(unpacked), limits)
            progress("parse", 0, len(found))
            tell: Callable[[int], None] = lambda done: progress("parse", done, len(found))  # noqa: E731
            return list(parse_files(found, limits, progress=tell)), failed, folder

    def _add(self, files: list[Path], collection: str, progress: Progress) -> IngestReport:
        settings = self.home.wence.settings
        moved = move_into_library(self.home.folder, files, collection)
        try:
            report = ingest_documents(self.home.folder, moved, settings.index, **self._how(progress))
        except BaseException:
            for old, new in zip(files, moved, strict=True):
                new.replace(old)  # so that they can be added again
            raise
        for path in moved:
            path.unlink(missing_ok=True)  # the index has its own copy
        self.home.reopen()
        return report

    def _remove(self, id: str, progress: Progress) -> IngestReport:
        settings = self.home.wence.settings
        report = remove_documents(self.home.folder, [id], settings.index, **self._how(progress))
        self.home.reopen()
        return report

    def _how(self, progress: Progress) -> dict[str, Any]:
        return {"limits": self.home.wence.settings.corpus, "encoder": self.home.encoder, "progress": progress}

    # values to show ---------------------------------------------------------------------

    def _skip(self, count: int) -> list[Any]:
        return [gr.skip()] * count

    def _render(self, place: Place, language: Language) -> str:
        index, catalog = self.home.wence.index, self.home.wence.catalog
        if place.id in catalog and place.other in catalog:
            pair = sorted((place.id, place.other), key=lambda id: catalog.resolve(id).published or date.min)
            old, new = (index.parsed[id] for id in pair)
            return render_versions(render_comparison(compare_documents(old, new), old, new, language), language)
        if place.id in catalog:
            parsed = index.parsed[place.id]
            others = [one for one in catalog.versions(place.id) if one.id != place.id]
            found = list(find_words(parsed, place.words))
            shown = render_found(found, index.parsed, language) if place.words.strip() else ""
            return render_contents(parsed, others, place.words, shown, language)
        documents = catalog.documents
        collections = {one.id: name_collection(one) for one in documents}
        counts = Counter(id.rpartition("#")[0] for id in index.clauses)  # no document is read for it
        shown = ""
        if place.wanted.words.strip():
            shown = render_found(self._find_everywhere(place.wanted.words), index.parsed, language)
        return render_library(catalog, collections, counts, place.wanted, shown, language, today=date.today())

    def _find_everywhere(self, words: str) -> list[tuple[Clause, tuple[Range, ...]]]:
        found: list[tuple[Clause, tuple[Range, ...]]] = []
        for parsed in self.home.wence.index.parsed.values():
            found += find_words(parsed, words)
            if len(found) > SHOWN_CLAUSES:
                break
        return found

    def _render_preview(self, job: Job, batch: str, language: Language) -> str:
        if job.error or job.cancelled:
            return render_line(job.error or say("job_cancelled", language), kind="error")
        results, failed, folder = job.result
        collections = sorted({name_collection(one) for one in self.home.wence.catalog.documents})
        return render_preview(results, failed, collections, batch, language, collection=folder)

    def _render_not_added(self, job: Job | None, batch: str, language: Language) -> str:
        reason = say("job_busy", language) if job is None else job.error or say("job_cancelled", language)
        preview = self.home.previews.get(batch)
        shown = self._render_preview(preview, batch, language) if preview is not None and preview.ended else ""
        return render_line(reason, kind="error") + shown

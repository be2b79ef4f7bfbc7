"""The documents as HTML: the list, one as a table of contents, what was dropped, and work that is going on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby

from corpus.batch import FileResult
from corpus.catalog import Catalog
from corpus.find_words import Range
from corpus.gaps import find_gaps, name_gap
from corpus.load import SUFFIXES
from corpus.metadata.levels import LEVELS
from corpus.model import Clause, Document, ParsedDocument
from corpus.versions import Superseded
from index.report import IngestReport
from ui.jobs import Job
from ui.rendering.answers import escape_text, escape_value, name_clause, write_reference
from ui.text import Language, say

SHOWN_CLAUSES = 200
"""How many clauses of a dropped file, and places of words, are listed at most."""
EXCERPT = 40
"""How many characters are shown on either side of words that were found."""

_STEPS = {
    "parse": "step_read",
    "encode": "step_encode",
    "chunks": "step_chunks",
    "sentences": "step_sentences",
    "ask": "step_ask",
    "reach": "step_reach",
    "load": "step_load",
    "write": "step_write",
    "open": "step_open",
}
_CAUSES = {
    "later version": "cause_later",
    "another copy": "cause_copy",
    "repealed": "cause_repealed",
    "draft": "cause_draft",
    "not yet in force": "cause_not_yet",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants to see of the documents: words searched for, a level, a collection, a state of force."""

    words: str = ""
    level: str = ""
    collection: str = ""
    force: str = ""


def render_library(
    catalog: Catalog,
    collections: Mapping[str, str],
    counts: Mapping[str, int],
    wanted: Wanted,
    found: str,
    language: Language,
    *,
    today: date,
) -> str:
    """Return the list of documents that ``wanted`` leaves, by collection, with what can be done with each.

    ``collections`` and ``counts`` give each document's collection and number of clauses, by
    id; ``found`` is HTML of the places of the words searched for.
    """
    superseded = {one.document_id: one for one in catalog.superseded(today)}
    kept = [one for one in catalog.documents if _is_wanted(one, collections[one.id], one.id in superseded, wanted)]
    groups = []
    by_collection = sorted(kept, key=lambda one: (collections[one.id], one.title, one.published or date.min))
    for name, group in groupby(by_collection, key=lambda one: collections[one.id]):
        rows = "".join(_render_row(one, counts[one.id], superseded.get(one.id), catalog, language) for one in group)
        groups.append(f'<h3>{escape_text(name)}</h3><ul class="wence-documents">{rows}</ul>')
    nothing = "" if groups else f'<p class="wence-empty">{escape(say("none_found", language))}</p>'
    shown = escape(say("documents_shown", language).format(count=f"{len(kept):,}", total=f"{len(catalog):,}"))
    return (
        f'<section class="wence-library" aria-label="{escape(say("view_documents", language))}">'
        f"{_render_filters(sorted(set(collections.values())), wanted, language)}{found}"
        f'<p class="wence-caption" role="status">{shown}</p>{"".join(groups)}{nothing}</section>'
    )


def _is_wanted(document: Document, collection: str, is_superseded: bool, wanted: Wanted) -> bool:
    return (
        (not wanted.level or document.level == wanted.level)
        and (not wanted.collection or collection == wanted.collection)
        and (not wanted.force or (wanted.force == "in") != is_superseded)
    )


def _render_filters(collections: Sequence[str], wanted: Wanted, language: Language) -> str:
    words = escape(say("search_documents", language))
    force = [("in", say("force_in", language)), ("out", say("force_out", language))]
    chosen = (
        ("collection", "collection", [(name, name) for name in collections], wanted.collection),
        ("level", "level", [(level, level) for level in LEVELS], wanted.level),
        ("force", "force", force, wanted.force),
    )
    selects = "".join(
        f'<label>{escape(say(label, language))} <select class="wence-field" name="{name}" data-do="filter">'
        f'<option value="">{escape(say("all", language))}</option>'
        + "".join(
            f'<option value="{escape_value(value)}"{" selected" if value == now else ""}>{escape_text(shown)}</option>'
            for value, shown in options
        )
        + "</select></label>"
        for name, label, options, now in chosen
    )
    return (
        f'<div class="wence-filters"><input type="search" id="wence-find" class="wence-field" name="words" '
        f'data-do="filter" value="{escape_value(wanted.words)}" placeholder="{words}" aria-label="{words}" '
        f'autocomplete="off">{selects}</div>'
    )


def _render_row(
    document: Document, clauses: int, superseded: Superseded | None, catalog: Catalog, language: Language
) -> str:
    id, title = escape_value(document.id), escape_text(document.title)
    facts = [document.level, document.issuer, document.doc_number, str(document.published or "")]
    facts.append(say("clauses_count", language).format(count=f"{clauses:,}"))
    badge = ""
    if superseded is not None:
        badge = f'<span class="wence-badge wence-repealed">{escape(say(_CAUSES[superseded.cause], language))}</span>'
    others = [one for one in catalog.versions(document.id) if one.id != document.id]
    compare = "".join(
        f'<button type="button" class="wence-action" name="wence-do" value="compare" data-id="{id}" '
        f'data-other="{escape_value(other.id)}">'
        f"{escape_text(say('compare_with', language).format(version=name_version(other)))}</button>"
        for other in others
    )
    confirm = escape_value(say("confirm_remove", language).format(name=document.title))
    return (
        f'<li><button type="button" class="wence-open" name="wence-do" value="contents" data-id="{id}">'
        f"<span>{title}</span></button>{badge}"
        f'<p class="wence-caption">{" · ".join(escape_text(fact) for fact in facts if fact)}</p>'
        f'<div class="wence-actions">'
        f'<button type="button" class="wence-action" name="wence-do" value="ask" data-event="edit" '
        f'data-view="ask" data-id="{id}">'
        f"{escape(say('ask_document', language))}</button>{compare}"
        f'<button type="button" class="wence-action wence-danger" name="wence-do" value="remove" data-id="{id}" '
        f'data-confirm="{confirm}">{escape(say("remove", language))}</button></div></li>'
    )


def name_version(document: Document) -> str:
    """Return what tells a version from others of its title: its date of publication, else its id."""
    return document.published.isoformat() if document.published else document.id


def render_contents(
    parsed: ParsedDocument, others: Sequence[Document], words: str, found: str, language: Language
) -> str:
    """Return a document as a table of contents with a field to search it, each clause opened by a click.

    ``others`` are its other versions, to compare with.
    """
    document = parsed.document
    id, label = escape_value(document.id), escape(say("search_in_document", language))
    compare = "".join(
        f'<button type="button" class="wence-button" name="wence-do" value="compare" data-id="{id}" '
        f'data-other="{escape_value(other.id)}">'
        f"{escape_text(say('compare_with', language).format(version=name_version(other)))}</button>"
        for other in others
    )
    gaps = "".join(f"<li>{escape_text(name_gap(gap))}</li>" for gap in find_gaps(parsed))
    missing = f'<p class="wence-caption">{escape(say("gaps", language))}</p><ul>{gaps}</ul>' if gaps else ""
    return (
        f'<section class="wence-library" aria-label="{escape(say("contents", language))}">{_render_back(language)}'
        f'<h2 id="wence-contents" tabindex="-1">{escape_text(document.title)}</h2>'
        f'<div class="wence-filters"><input type="search" id="wence-find" class="wence-field" name="words" '
        f'data-do="find" data-id="{id}" value="{escape_value(words)}" placeholder="{label}" aria-label="{label}" '
        f'autocomplete="off">{compare}</div>{found}{missing}'
        f'<ol class="wence-contents">{"".join(_render_outline(parsed, language))}</ol></section>'
    )


def _render_outline(parsed: ParsedDocument, language: Language) -> Iterable[str]:
    above: tuple[str, ...] = ()
    for clause in parsed.clauses:
        for depth, heading in enumerate(clause.path):
            if above[: depth + 1] != clause.path[: depth + 1]:
                yield f'<li class="wence-part" style="--depth: {depth}">{escape_text(heading)}</li>'
        above = clause.path
        label = clause.label or say("preamble", language)
        words = clause.heading or _shorten(clause.text.removeprefix(clause.label))
        yield (
            f'<li style="--depth: {len(clause.path)}"><button type="button" class="wence-open" name="wence-clause" '
            f'value="{escape_value(write_reference(clause.id))}"><span class="wence-label">{escape_text(label)}</span> '
            f'<span class="wence-heading">{escape_text(words)}</span></button></li>'
        )


def render_found(
    found: Sequence[tuple[Clause, Sequence[Range]]], parsed: Mapping[str, ParsedDocument], language: Language
) -> str:
    """Return the clauses that hold the words searched for, each with the words in their surroundings."""
    if not found:
        return f'<p class="wence-empty" role="status">{escape(say("none_found", language))}</p>'
    titles = _Titles(parsed, {clause.id: clause for clause, _ in found})
    rows = []
    for clause, places in found[:SHOWN_CLAUSES]:
        first, last = places[0]
        start, end = max(clause.start, first - EXCERPT), min(clause.end, last + EXCERPT)
        text = clause.text
        before, inside, after = (
            _one_line(text[left - clause.start : right - clause.start])
            for left, right in ((start, first), (first, last), (last, end))
        )
        rows.append(
            f'<li><button type="button" class="wence-open" name="wence-clause" '
            f'value="{escape_value(write_reference(clause.id, places))}">'
            f"<span>{escape_text(name_clause(clause, titles, language))}</span></button>"
            f'<p class="wence-caption">{"…" if start > clause.start else ""}{before}<mark>{inside}</mark>{after}'
            f"{'…' if end < clause.end else ''}</p></li>"
        )
    more = say("found_more" if len(found) > SHOWN_CLAUSES else "found", language)
    counted = more.format(count=f"{min(len(found), SHOWN_CLAUSES):,}")
    return f'<p class="wence-caption" role="status">{escape(counted)}</p><ul class="wence-found">{"".join(rows)}</ul>'


@dataclass(frozen=True, slots=True)
class _Titles:
    """The library of ``ui.rendering.answers`` for naming clauses."""

    parsed: Mapping[str, ParsedDocument]
    clauses: Mapping[str, Clause]


def render_dropping(
    language: Language,
    *,
    id: str = "wence-files",
    label: str = "drop_files",
    suffixes: Sequence[str] = SUFFIXES,
    to: str = "page/uploads",
) -> str:
    """Return a place to drop files of these ``suffixes`` on; ``static/uploads.js`` sends them to the path ``to``."""
    texts = f' data-to="{to}"' + "".join(
        f' data-{name}="{escape_value(say(key, language))}"'
        for name, key in (("sending", "upload_sending"), ("failed", "upload_failed"), ("refused", "upload_refused"))
    )
    return (
        f'<div class="wence-drop"{texts}><label for="{id}">{escape(say(label, language))}</label>'
        f'<input type="file" id="{id}" multiple accept="{",".join(suffixes)}">'
        f'<p class="wence-caption">{escape(say("drop_formats", language).format(formats=" ".join(suffixes)))}</p>'
        f'<p class="wence-sent" role="status"></p></div>'
    )


def render_job(job: Job, language: Language, *, batch: str = "") -> str:
    """Return how far the work is, with a button to cancel it; ``batch`` is that of the files which are read."""
    what = say(_STEPS.get(job.what, "step_other"), language)
    share = f' value="{job.done}" max="{job.total}"' if job.total else ""
    counted = f" {job.done:,} / {job.total:,}" if job.total else ""
    return (
        f'<div class="wence-job" role="status"><p>{escape(what)}{counted}</p>'
        f'<progress{share} aria-label="{escape(what)}"></progress>'
        f'<button type="button" id="wence-cancel-{escape_value(job.kind)}" class="wence-button" name="wence-do" '
        f'value="cancel" data-event="clear" data-batch="{escape_value(batch)}">'
        f"{escape(say('cancel', language))}</button></div>"
    )


def render_preview(
    results: Sequence[FileResult],
    failed: Sequence[tuple[str, str]],
    collections: Sequence[str],
    batch: str,
    language: Language,
    *,
    collection: str = "",
) -> str:
    """Return what the files that were dropped hold, their clauses and what would be left out, before they are added.

    ``collection`` is the one that is proposed.
    """
    parts, readable = [], 0
    for result in results:
        if result.error:
            parts.append(_render_failure(result.error))
        for parsed in result.documents.values():
            readable += bool(parsed.clauses)
            parts.append(_render_parsed(parsed, language))
    parts += [_render_failure(line) for _, line in failed]
    data = f'data-batch="{escape_value(batch)}"'
    options = "".join(f'<option value="{escape_value(name)}">' for name in collections)
    name = escape(say("collection", language))
    add = (
        f'<form data-do="add" {data}><label>{name} <input class="wence-field" name="collection" '
        f'list="wence-collections" maxlength="40" value="{escape_value(collection[:40])}" '
        f'placeholder="{escape(say("collection_default", language))}"></label>'
        f'<datalist id="wence-collections">{options}</datalist>'
        f'<button type="submit" class="wence-button wence-primary">'
        f"{escape(say('add_documents', language).format(count=readable))}</button></form>"
        if readable
        else ""
    )
    return (
        f'<section class="wence-preview" aria-label="{escape(say("preview", language))}">'
        f'<h3>{escape(say("preview", language))}</h3>{"".join(parts)}<div class="wence-decide">{add}'
        f'<button type="button" class="wence-button" name="wence-do" value="drop" {data}>'
        f"{escape(say('give_up', language))}</button></div></section>"
    )


def _render_failure(line: str) -> str:
    return f'<p class="wence-line wence-error">{escape_text(line)}</p>'


def _render_parsed(parsed: ParsedDocument, language: Language) -> str:
    document = parsed.document
    clauses = "".join(
        f"<li><strong>{escape_text(clause.label or say('preamble', language))}</strong> "
        f"{escape_text(_shorten(clause.text.removeprefix(clause.label)))}</li>"
        for clause in parsed.clauses[:SHOWN_CLAUSES]
    )
    removed = [span for span in parsed.spans if span.kind == "removed" and document.text[span.start : span.end].strip()]
    gone = "".join(
        f"<li>{escape_text(_shorten(document.text[span.start : span.end]))} "
        f"<small>{escape_text(span.reason)}</small></li>"
        for span in removed[:SHOWN_CLAUSES]
    )
    notes = [*parsed.notes, *(say("gap", language).format(gap=name_gap(gap)) for gap in find_gaps(parsed))]
    if parsed.damaged:
        notes.append(say("damaged_count", language).format(count=len(parsed.damaged)))
    if not parsed.clauses:
        notes.append(say("no_clauses", language))
    told = "".join(f'<p class="wence-note">{escape_text(note)}</p>' for note in notes)
    facts = [document.level, document.issuer, document.doc_number, str(document.published or "")]
    cited = say("preview_clauses", language).format(count=f"{len(parsed.clauses):,}")
    left_out = say("preview_removed", language).format(count=f"{len(removed):,}")
    return (
        f"<article><h4>{escape_text(document.title)}</h4>"
        f'<p class="wence-caption">{" · ".join(escape_text(fact) for fact in facts if fact)}</p>'
        f"{_fold(cited, f'<ol>{clauses}</ol>') if clauses else ''}"
        f"{_fold(left_out, f'<ul>{gone}</ul>') if gone else ''}{told}</article>"
    )


def _fold(summary: str, content: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def render_report(report: IngestReport, language: Language) -> str:
    """Return what an ingestion or a removal did."""
    done = [
        say(key, language).format(count=f"{len(ids):,}")
        for key, ids in (
            ("report_added", report.added),
            ("report_replaced", report.replaced),
            ("report_unchanged", (*report.unchanged, *report.duplicates)),
            ("report_removed", report.removed),
        )
        if ids and (key != "report_unchanged" or not report.changes)
    ]
    whole = say("report_whole", language).format(documents=f"{report.documents:,}", clauses=f"{report.clauses:,}")
    failed = "".join(_render_failure(line) for _, line in report.failed)
    return f'<p class="wence-line wence-done" role="status">{escape(" ".join([*done, whole]))}</p>{failed}'


def _render_back(language: Language) -> str:
    return (
        f'<button type="button" class="wence-step" name="wence-do" value="list">'
        f"{escape(say('back_to_documents', language))}</button>"
    )


def render_versions(comparison: str, language: Language) -> str:
    """Return a comparison of two versions (``ui.rendering.versions``) with the way back."""
    return f'<section class="wence-library">{_render_back(language)}{comparison}</section>'


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT * 2 else f"{line[: EXCERPT * 2 - 1]}…"


def _one_line(text: str) -> str:
    return escape_text(" ".join(text.split()))

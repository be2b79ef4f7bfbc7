"""The evaluation as HTML: question sets, runs, and one run with what failed in it, its report and a comparison."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Literal
from urllib.parse import quote

from ui.records.runs import ANSWERS_NAME, PAGE_NAME, SET_SUFFIXES, Asked, FigureChange, ListedSet, Run, RunComparison
from ui.rendering.answers import Library, escape_text, escape_value, name_clause
from ui.rendering.library import render_dropping
from ui.text import Language, say

Part = Literal["failing", "compare", "report"]

_INNER_LINK = re.compile(r'(<a) href="#[^"]*"')
_PARTS: dict[Part, str] = {"failing": "part_failing", "compare": "part_compare", "report": "part_report"}
_ORIGINS = {"uploaded": "set_uploaded", "shipped": "set_shipped", "ratings": "set_ratings"}
_STATUSES = {"grounded": "answered", "partial": "partial", "abstained": "abstained"}
_DOWNLOADS = ((PAGE_NAME, "download_report"), (ANSWERS_NAME, "download_answers"))


def render_set_dropping(language: Language) -> str:
    """Return the place to drop question sets on, below what they are for."""
    drop = render_dropping(language, id="wence-sets", label="drop_sets", suffixes=SET_SUFFIXES, to="page/uploads/sets")
    return f'<p class="wence-about">{escape(say("evaluation_welcome", language))}</p>{drop}'


def render_lists(sets: Sequence[ListedSet], runs: Sequence[Run], language: Language) -> str:
    """Return the question sets that can be run, and the runs, the last first."""
    listed = "".join(_render_set(one, language) for one in sets)
    done = "".join(_render_listed_run(run, language) for run in runs)
    return (
        f'<section aria-label="{escape(say("view_evaluation", language))}">'
        f"<h2>{escape(say('sets', language))}</h2>{_render_rows(listed, 'no_sets', language)}"
        f"<h2>{escape(say('runs', language))}</h2>{_render_rows(done, 'no_runs', language)}</section>"
    )


def _render_rows(rows: str, empty: str, language: Language) -> str:
    return f'<ul class="wence-rows">{rows}</ul>' if rows else _render_empty(empty, language)


def _render_empty(label: str, language: Language) -> str:
    return f'<p class="wence-empty">{escape(say(label, language))}</p>'


def _render_set(listed: ListedSet, language: Language) -> str:
    file, data = listed.file, f'data-set="{escape_value(listed.file.id)}"'
    origin = say(_ORIGINS[file.origin], language)
    name = origin if file.origin == "ratings" else file.path.name
    facts = [] if listed.error else [say("questions_count", language).format(count=f"{listed.questions:,}")]
    facts += [] if file.origin == "ratings" else [origin]
    run = _render_button("run", "run_set", data, name, language, style="wence-button")
    buttons = "" if listed.error else run
    if file.origin == "uploaded":
        buttons += _render_delete("delete-set", name, data, language)
    error = f'<p class="wence-line wence-error">{escape_text(listed.error)}</p>' if listed.error else ""
    return (
        f'<li><div class="wence-row"><p><span class="wence-name">{escape_text(name)}</span> '
        f'<span class="wence-caption">{escape(" · ".join(facts))}</span></p>{buttons}</div>{error}</li>'
    )


def _render_listed_run(run: Run, language: Language) -> str:
    data = f'data-run="{escape_value(run.name)}"'
    name = f"{run.question_set} {_show_date(run)}".strip() or run.name
    delete = _render_delete("delete-run", name, data, language)
    if run.error:
        return (
            f'<li><div class="wence-row"><p><span class="wence-name">{escape_text(run.name)}</span></p>{delete}</div>'
            f'<p class="wence-line wence-error">{escape_text(run.error)}</p></li>'
        )
    read = _render_button("read", "read_run", data, name, language, style="wence-button")
    glance = "".join(
        f"<span>{escape_text(_name_measure(one.name, one.label, language))} <b>{escape(one.value)}</b></span>"
        for one in run.figures
    )
    return (
        f'<li><div class="wence-row"><p><span class="wence-name">{escape_text(run.question_set)}</span> '
        f'<span class="wence-caption">{escape_text(_show_date(run))}</span></p>{read}{delete}</div>'
        f'<p class="wence-glance"><span><b>{escape(_show_right(run, language))}</b></span>{glance}</p></li>'
    )


def render_done(run: Run, language: Language) -> str:
    """Return the line that says that a run is over, with a button to read it."""
    line = say("run_done", language).format(name=run.question_set, right=run.right, count=run.questions)
    read = _render_button(
        "read", "read_run", f'data-run="{escape_value(run.name)}"', run.question_set, language, style="wence-button"
    )
    return f'<div class="wence-done wence-row" role="status"><p>{escape_text(line)}</p>{read}</div>'


def render_run(run: Run, part: Part, failing: int, content: str, language: Language) -> str:
    """Return one run: its figures, its downloads, and ``content``, the HTML of the part that is shown."""
    name = escape_value(run.name)
    tiles = "".join(
        f"<div><dt>{escape_text(_name_measure(one.name, one.label, language))}</dt><dd><b>{escape(one.value)}</b> "
        f"<small>{escape(one.interval)}</small></dd></div>"
        for one in run.figures
    )
    chosen = ' aria-current="true"'
    parts = "".join(
        f'<button type="button" name="wence-do" value="read" data-run="{name}" data-part="{one}"'
        f"{chosen if one == part else ''}>{escape(say(label, language).format(count=failing))}</button>"
        for one, label in _PARTS.items()
    )
    downloads = "".join(
        f'<a class="wence-download" href="page/runs/{quote(run.name, safe="")}/{file}" download>'
        f"{escape(say(label, language))}</a>"
        for file, label in _DOWNLOADS
    )
    return (
        f'<section class="wence-run" aria-labelledby="wence-run-name">'
        f'<button type="button" class="wence-step" name="wence-do" value="list">'
        f"{escape(say('back_to_runs', language))}</button>"
        f'<h2 id="wence-run-name">{escape_text(run.question_set)}</h2>'
        f'<p class="wence-caption">{escape_text(_show_date(run))}</p>'
        f'<dl class="wence-tiles"><div><dt>{escape(say("exact_questions", language))}</dt>'
        f"<dd><b>{run.right} / {run.questions}</b></dd></div>{tiles}</dl>"
        f'<div class="wence-row wence-parts"><nav aria-label="{escape(say("run_parts", language))}">{parts}</nav>'
        f"{downloads}</div>{content}</section>"
    )


def render_failing(
    asked: Sequence[Asked], run: str, library: Library, language: Language, *, changes: Sequence[str] = ()
) -> str:
    """Return questions with what was cited and what should have been, each to be opened in the chat.

    ``run`` is the name of the run that they are of; ``changes`` HTML to stand first in each.
    """
    if not asked:
        return _render_empty("none_failing", language)
    rows = "".join(
        f"<li>{change}{_render_asked(one, run, library, language)}</li>"
        for one, change in zip(asked, changes or [""] * len(asked), strict=True)
    )
    return f'<ol class="wence-failing">{rows}</ol>'


def _render_asked(asked: Asked, run: str, library: Library, language: Language) -> str:
    cited = [_render_clause(id, id in asked.wrong, "asked_wrong", library, language) for id in asked.cited]
    wanted = [_render_clause(id, id in asked.missing, "asked_missing", library, language) for id in asked.expected]
    nothing, abstain = escape(say("asked_nothing", language)), escape(say("asked_abstain", language))
    facts = [
        ("asked_cited", "<br>".join(cited) or nothing),
        ("asked_expected", abstain if asked.must_abstain else "<br>".join(wanted)),
        ("asked_evidence", "<br>".join(escape_text(words) for words in asked.missing_evidence)),
        ("asked_error", "<br>".join(escape_text(line) for line in (*asked.violations, asked.error) if line)),
    ]
    shown = "".join(
        f"<div><dt>{escape(say(key, language))}</dt><dd>{value}</dd></div>" for key, value in facts if value
    )
    status = say(_STATUSES.get(asked.status, "answered"), language)
    opened = _render_button(
        "ask",
        "open_in_chat",
        f'data-event="edit" data-view="ask" data-run="{escape_value(run)}" data-id="{escape_value(asked.id)}"',
        asked.question,
        language,
        style="wence-button",
    )
    return (
        f"<h3>{escape_text(asked.question)}</h3>"
        f'<p class="wence-caption">{escape_text(f"{asked.id} · {asked.type} · {status}")}</p>'
        f'<dl class="wence-asked">{shown}</dl>{opened}'
    )


def _render_clause(id: str, at_fault: bool, fault: str, library: Library, language: Language) -> str:
    clause = library.clauses.get(id)
    name = escape_text(name_clause(clause, library, language) if clause else id)
    if not at_fault:
        return name
    return f'<span class="wence-fault">{name} <span class="wence-kind">{escape(say(fault, language))}</span></span>'


def render_report_frame(report: str, language: Language) -> str:
    """Return a report, a whole HTML page, in a frame that runs nothing and reaches nothing."""
    title = escape(say("part_report", language))
    # What a frame without an address calls a place in itself would be one in the page, which it may not load.
    report = _INNER_LINK.sub(r"\1", report)
    return f'<iframe class="wence-report" sandbox="" title="{title}" srcdoc="{escape_value(report)}"></iframe>'


def render_choice(run: str, others: Sequence[Run], before: str, language: Language) -> str:
    """Return the field that chooses which run ``run`` is compared with."""
    options = "".join(
        f'<option value="{escape_value(one.name)}"{" selected" if one.name == before else ""}>'
        f"{escape_text(f'{one.question_set} · {_show_date(one)} · {_show_right(one, language)}')}</option>"
        for one in others
    )
    return (
        f'<div class="wence-filters"><label>{escape(say("compare_to", language))} <select id="wence-before" '
        f'class="wence-field" name="before" data-do="read" data-part="compare" data-run="{escape_value(run)}">'
        f"{options}</select></label></div>"
    )


def render_no_other(language: Language) -> str:
    """Return what stands where there is no run to compare with."""
    return _render_empty("compare_alone", language)


def render_run_comparison(comparison: RunComparison, run: str, library: Library, language: Language) -> str:
    """Return two runs side by side: what is tested, the figures, and the questions that went otherwise."""
    before, after = comparison.right
    tested = say("compare_right", language).format(
        count=comparison.paired,
        before=before,
        after=after,
        won=comparison.won,
        lost=comparison.lost,
        p=f"{comparison.p:.3f}",
        verdict=say("compare_significant" if comparison.significant else "compare_chance", language),
    )
    mixed = say("compare_mixed", language).format(count=comparison.alone) if comparison.alone else ""
    heads = ("compare_measure", "compare_before", "compare_after", "compare_difference")
    rows = "".join(_render_change(one, language) for one in comparison.figures)
    columns = "".join(f'<th scope="col">{escape(say(key, language))}</th>' for key in heads)
    changed = [new for _, new in comparison.changed]
    turns = [_render_turn(old, new, library, language) for old, new in comparison.changed]
    questions = _render_empty("compare_unchanged", language)
    if changed:
        questions = render_failing(changed, run, library, language, changes=turns)
    counted = say("compare_changed", language).format(count=len(changed))
    return (
        f"<p>{escape(tested)}</p>"
        + (f'<p class="wence-note">{escape(mixed)}</p>' if mixed else "")
        + f'<table class="wence-figures"><thead><tr>{columns}<th scope="col">p</th></tr></thead><tbody>{rows}</tbody>'
        f'</table><p class="wence-caption">{escape(say("compare_tested", language))}</p>'
        f"<h3>{escape(counted)}</h3>{questions}"
    )


def _render_change(change: FigureChange, language: Language) -> str:
    heads = [say(key, language) for key in ("compare_before", "compare_after", "compare_difference")]
    p = "" if change.p is None else f"{change.p:.3f}{'*' if change.significant else ''}"
    cells = zip([*heads, "p"], (change.before, change.after, change.difference, p), strict=True)
    values = "".join(f'<td data-label="{escape(head)}">{escape(value)}</td>' for head, value in cells)
    # What chance may have done is not coloured as if it meant something.
    style = f' class="wence-{change.verdict}"' if change.significant else ""
    name = escape_text(_name_measure(change.name, change.label, language))
    return f'<tr{style}><th scope="row">{name}</th>{values}</tr>'


def _render_turn(before: Asked, after: Asked, library: Library, language: Language) -> str:
    key, style = ("now_right", "wence-better") if after.right else ("still_wrong", "")
    if before.right and not after.right:
        key, style = "now_wrong", "wence-worse"
    cited = "、".join(
        escape_text(name_clause(library.clauses[id], library, language) if id in library.clauses else id)
        for id in before.cited
    )
    status = escape(say(_STATUSES.get(before.status, "answered"), language))
    return (
        f'<p><span class="wence-kind {style}">{escape(say(key, language))}</span> <span class="wence-caption">'
        f"{escape(say('compare_before', language))}: {status}{' · ' if cited else ''}{cited}</span></p>"
    )


def _render_button(what: str, label: str, data: str, named: str, language: Language, *, style: str) -> str:
    # Said aloud, one of many alike is told from the others by what it is of.
    words = escape(say(label, language))
    return (
        f'<button type="button" class="{style}" name="wence-do" value="{what}" {data} '
        f'aria-label="{words} {escape_value(named)}">{words}</button>'
    )


def _render_delete(what: str, name: str, data: str, language: Language) -> str:
    confirm = escape_value(say("confirm_delete", language).format(name=name))
    return _render_button(
        what, "delete", f'{data} data-confirm="{confirm}"', name, language, style="wence-action wence-danger"
    )


def _name_measure(name: str, label: str, language: Language) -> str:
    return label if language == "zh" else name.replace("_", " ").capitalize()


def _show_right(run: Run, language: Language) -> str:
    return say("run_right", language).format(right=run.right, count=run.questions)


def _show_date(run: Run) -> str:
    return run.date[:16].replace("T", " ")

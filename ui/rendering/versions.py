"""Two versions of a document side by side as HTML; every text from data is escaped as in ``ui.rendering.answers``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise
from typing import Final, Literal

from corpus.compare import ClausePair, PairKind, words_start
from corpus.model import Clause, ParsedDocument
from ui.rendering.answers import Range, escape_text, escape_value, write_reference
from ui.text import Language, say

KINDS: Final[Mapping[PairKind, str]] = {
    "changed": "version_changed",
    "renumbered_and_changed": "version_renumbered_and_changed",
    "added": "version_added",
    "deleted": "version_deleted",
    "renumbered": "version_renumbered",
    "same": "version_same",
}
"""The labels of what became of a clause, in the order in which they are counted above the clauses."""

_FOLDED = frozenset({"same", "renumbered"})
_LINE = re.compile(r"[^\r\n]+")


@dataclass(frozen=True, slots=True)
class _Side:
    """A column: its document, what its changed words stand in, and the keys of its labels."""

    parsed: ParsedDocument
    tag: Literal["del", "ins"]
    name: str
    missing: str


def render_comparison(pairs: Sequence[ClausePair], old: ParsedDocument, new: ParsedDocument, language: Language) -> str:
    """Return a comparison: how many clauses changed and how, then the clauses, the old version's to the left.

    ``pairs`` are those of ``compare_documents``. Deleted words stand in ``<del>``,
    inserted ones in ``<ins>``; runs of clauses whose words stayed are folded. On narrow
    screens the columns go one below the other, so the roles of the table are spelt out:
    browsers drop those of rows and cells that are laid out anew.
    """
    left = _Side(old, "del", "version_old", "version_not_in_old")
    right = _Side(new, "ins", "version_new", "version_not_in_new")
    rows = []
    for folded, run in groupby(pairs, key=lambda pair: pair.kind in _FOLDED):
        listed = list(run)
        rows += (
            [_render_run(listed, right, language)]
            if folded
            else [_render_row(pair, left, right, language) for pair in listed]
        )
    name = escape(say("versions", language))
    differs = any(pair.kind != "same" for pair in pairs)
    note = "" if differs else f'<p class="wence-caption">{escape(say("version_no_change", language))}</p>'
    return (
        f'<section class="wence-versions" aria-label="{name}">{_render_counts(pairs, language)}{note}'
        f'<table role="table" aria-label="{name}"><thead role="rowgroup"><tr role="row">'
        f'<th scope="col" role="columnheader">{escape(say("version_change", language))}</th>'
        f"{_render_head(left, language)}{_render_head(right, language)}"
        f'</tr></thead><tbody role="rowgroup">{"".join(rows)}</tbody></table></section>'
    )


def _render_counts(pairs: Sequence[ClausePair], language: Language) -> str:
    counts = Counter(pair.kind for pair in pairs)
    items = "".join(f"<li>{_render_badge(kind, language, count=counts[kind])}</li>" for kind in KINDS if counts[kind])
    return f'<ul class="wence-counts">{items}</ul>'


def _render_badge(kind: PairKind, language: Language, *, count: int = 0) -> str:
    words = say(KINDS[kind], language)
    if count:
        words = say("version_count", language).format(kind=words, count=count)
    return f'<span class="wence-kind wence-{kind.replace("_", "-")}">{escape(words)}</span>'


def _render_head(side: _Side, language: Language) -> str:
    document = side.parsed.document
    day = f"（{document.published.isoformat()}）" if document.published else ""
    return (
        f'<th scope="col" role="columnheader">{escape(say(side.name, language))}'
        f" <span>{escape_text(f'《{document.title or document.id}》{day}')}</span></th>"
    )


def _render_run(run: Sequence[ClausePair], side: _Side, language: Language) -> str:
    renumbered = sum(pair.kind == "renumbered" for pair in run)
    key = "version_run_renumbered" if renumbered else "version_run"
    summary = escape(say(key, language).format(count=len(run), renumbered=renumbered))
    items = "".join(f"<li>{_render_kept(pair, side, language)}</li>" for pair in run)
    return (
        '<tr role="row" class="wence-run"><td role="cell" colspan="3">'
        f"<details><summary>{summary}</summary><ul>{items}</ul></details></td></tr>"
    )


def _render_kept(pair: ClausePair, side: _Side, language: Language) -> str:
    """Return a clause whose words stayed: both numbers where it has another one now, and its words once."""
    if pair.old is None or pair.new is None:
        return ""
    names = _render_opener(pair.new, language)
    if pair.kind == "renumbered":
        names = f"{_render_opener(pair.old, language)} → {names} {_render_badge(pair.kind, language)}"
    return f"{names}{_render_words(pair.new, (), side, language)}"


def _render_row(pair: ClausePair, left: _Side, right: _Side, language: Language) -> str:
    before = [(change.old_start, change.old_end) for change in pair.changes]
    after = [(change.new_start, change.new_end) for change in pair.changes]
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{_render_badge(pair.kind, language)}</th>'
        f"{_render_cell(pair.old, before, left, language)}{_render_cell(pair.new, after, right, language)}</tr>"
    )


def _render_cell(clause: Clause | None, changed: Sequence[Range], side: _Side, language: Language) -> str:
    name = f'data-version="{escape_value(say(side.name, language))}"'
    if clause is None:
        return f'<td role="cell" class="wence-none" {name}>{escape(say(side.missing, language))}</td>'
    # Without a partner all of it was added or deleted.
    ranges = changed or [(clause.start + words_start(clause), clause.end)]
    words = _render_words(clause, ranges, side, language)
    return f'<td role="cell" {name}>{_render_opener(clause, language)}{words}</td>'


def _render_opener(clause: Clause, language: Language) -> str:
    name = clause.label or say("preamble", language)
    return (
        f'<button type="button" class="wence-link" name="wence-clause" '
        f'value="{escape_value(write_reference(clause.id))}" '
        f'title="{escape_value(say("open_clause", language).format(clause=name))}">{escape_text(name)}</button>'
    )


def _render_words(clause: Clause, changed: Sequence[Range], side: _Side, language: Language) -> str:
    """Return the words behind a clause's label, a paragraph for each line, the changed ones marked, damage shown."""
    damaged = [
        (span.start, span.end) for span in side.parsed.damaged if span.start < clause.end and span.end > clause.start
    ]
    lines = []
    for line in _LINE.finditer(clause.text, words_start(clause)):
        if line.group().strip():
            stretch = (clause.start + line.start(), clause.start + line.end())
            lines.append(f"<p>{''.join(_render_stretches(clause, stretch, changed, damaged, side.tag, language))}</p>")
    return f'<div class="wence-words" lang="zh">{"".join(lines)}</div>'


def _render_stretches(
    clause: Clause,
    stretch: Range,
    changed: Sequence[Range],
    damaged: Sequence[Range],
    tag: str,
    language: Language,
) -> Iterator[str]:
    start, end = stretch
    edges = sorted({start, end, *(edge for pair in (*changed, *damaged) for edge in pair if start < edge < end)})
    for left, right in pairwise(edges):
        words = escape_text(clause.text[left - clause.start : right - clause.start])
        if any(first <= left and right <= last for first, last in damaged):
            title = escape(say("damaged", language))
            words = f'<span class="wence-damaged" role="group" title="{title}" aria-label="{title}">{words}</span>'
        if any(first <= left and right <= last for first, last in changed):
            words = f"<{tag}>{words}</{tag}>"
        yield words

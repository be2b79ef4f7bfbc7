"""Answers, clauses and states as HTML: pure functions; every text from data is escaped here.

Gradio shows this HTML as it is (its own chatbot, which sanitises, strips ``aria-*`` and
reads the markup out to screen readers), so nothing but ``escape_text`` and
``escape_value`` lets data in. Buttons that open a clause are
``<button name="wence-clause" value="REFERENCE">``; ``write_reference`` and
``read_reference`` are the two ends of that string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from html import escape
from itertools import pairwise
from pathlib import PurePath
from types import MappingProxyType
from typing import Protocol

from corpus.model import Clause, Document, ParsedDocument
from corpus.references.targets import Target
from rag.model import Answer
from ui.rendering.pieces import split_answer
from ui.text import Language, say

Range = tuple[int, int]
"""A half-open stretch of a document's text, in code points."""

NO_LINKS: Mapping[Range, str] = MappingProxyType({})

_RANGES = re.compile(r"\d{1,9}-\d{1,9}(?:,\d{1,9}-\d{1,9})*")
_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_LINE = re.compile(r"[^\r\n]+")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Library(Protocol):
    """What rendering reads of an index."""

    @property
    def parsed(self) -> Mapping[str, ParsedDocument]:
        """The documents by id."""

    @property
    def clauses(self) -> Mapping[str, Clause]:
        """The clauses by id."""


def write_reference(clause_id: str, ranges: Iterable[Range] = ()) -> str:
    """Return a clause and the ranges to highlight as one string: ``doc#五|12-30,45-60``."""
    return f"{clause_id}|{','.join(f'{start}-{end}' for start, end in ranges)}"


def read_reference(text: str) -> tuple[str, tuple[Range, ...]]:
    """Return the clause id and ranges of a reference; ranges that are not well formed are left out."""
    clause_id, _, tail = text.rpartition("|")
    if not _RANGES.fullmatch(tail):
        return clause_id, ()
    pairs = (part.split("-") for part in tail.split(","))
    return clause_id, tuple((int(start), int(end)) for start, end in pairs)


def escape_text(text: str) -> str:
    """Return the text escaped for HTML, on one line: line breaks become ``<br>``."""
    return "<br>".join(escape(_mend(line)) for line in _BREAK.split(text))


def escape_value(text: str) -> str:
    """Return the text escaped for an attribute, on one line."""
    return escape(_mend(text)).replace("\r", "&#13;").replace("\n", "&#10;")


def _mend(text: str) -> str:
    # A file name that is not UTF-8 holds lone surrogates, which no response can carry; and what
    # turns the direction of writing would show words in another order than they stand in.
    return _TURNS.sub("\ufffd", text.encode("utf-8", "replace").decode("utf-8"))


def name_clause(clause: Clause, library: Library, language: Language) -> str:
    """Return how a person names the clause: 《title》label; versions that share a title with their date or id."""
    parsed = library.parsed.get(clause.document_id)
    title = parsed.document.title if parsed else clause.document_id
    version = ""
    if parsed and sum(other.document.title == title for other in library.parsed.values()) > 1:
        published = parsed.document.published
        version = f"（{published.isoformat() if published else clause.document_id}）"
    return f"《{title}》{version}{clause.label or say('preamble', language)}"


def render_welcome(examples: Sequence[str], language: Language) -> str:
    """Return what stands in an empty conversation: what Wence does, and questions to try."""
    buttons = "".join(
        f'<li><button type="button" class="wence-example" name="wence-example" value="{escape_value(question)}">'
        f"{escape_text(question)}</button></li>"
        for question in examples
    )
    listed = f'<p class="wence-caption">{escape(say("examples", language))}</p><ul>{buttons}</ul>' if buttons else ""
    return (
        f'<div class="wence-welcome"><h2>{escape(say("welcome", language))}</h2>'
        f"<p>{escape(say('welcome_more', language))}</p>{listed}</div>"
    )


def render_suggestions(questions: Sequence[str], language: Language) -> str:
    """Return questions to ask next, each a button; "" where there are none."""
    buttons = "".join(
        f'<li><button type="button" class="wence-suggestion" name="wence-do" value="ask" '
        f'data-question="{escape_value(question)}">{escape_text(question)}</button></li>'
        for question in questions
    )
    label = escape(say("suggestions", language))
    return f'<ul class="wence-suggestions" aria-label="{label}">{buttons}</ul>' if buttons else ""


def render_question(question: str, language: Language) -> str:
    """Return a question as the reader wrote it."""
    name = escape(say("question", language))
    return f'<article class="wence-question" aria-label="{name}"><div>{escape_text(question)}</div></article>'


def render_reply(content: str, language: Language, *, position: int) -> str:
    """Return a reply around ``content``, HTML made by the functions below; ``position`` in the conversation, from 0.

    What is opened in it is opened as the answer of that exchange had it.
    """
    name = escape(say("answer", language))
    return f'<article class="wence-reply" data-exchange="{position}" aria-label="{name}">{content}</article>'


def render_actions(question: str, copied: str, language: Language, *, more: str = "") -> str:
    """Return what a reader can do with an exchange: copy ``copied`` (where there is any), ask again, edit.

    ``more`` is HTML to stand after these. ``static/chat.js`` acts on the buttons by their names.
    """
    done = escape_value(say("copied", language))
    actions = [("wence-example", "ask_again", question, ""), ("wence-edit", "edit", question, "")]
    if copied:
        actions.insert(0, ("wence-copy", "copy", copied, f' data-done="{done}"'))
    buttons = "".join(
        f'<button type="button" class="wence-action" name="{name}" value="{escape_value(value)}"{more}>'
        f"{escape(say(key, language))}</button>"
        for name, key, value, more in actions
    )
    return f'<div class="wence-actions">{buttons}{more}</div>'


def render_line(text: str, *, kind: str) -> str:
    """Return one line of the page's own: ``kind`` is ``pending``, ``state`` or ``error``."""
    role = "alert" if kind == "error" else "status"
    return f'<div class="wence-line wence-{kind}" role="{role}">{escape_text(text)}</div>'


def render_answer(answer: Answer, library: Library, language: Language) -> str:
    """Return an answer: its words with citation buttons, then what stands below them."""
    parts = [
        _render_badge(answer, language),
        f'<div class="wence-text">{_render_words(answer, library, language)}</div>',
        _render_sources(answer, library, language),
        _render_related(answer, library, language),
        _render_removed(answer, language),
        f'<p class="wence-notice">{escape_text(answer.notice)}</p>' if answer.notice else "",
    ]
    return f'<div class="wence-answer">{"".join(parts)}</div>'


def _render_badge(answer: Answer, language: Language) -> str:
    if answer.status == "grounded":
        return ""
    key = "ambiguous" if answer.reason == "ambiguous" else "partial" if answer.status == "partial" else "abstained"
    return f'<p class="wence-badge wence-{escape(answer.status)}">{escape(say(key, language))}</p>'


def _render_words(answer: Answer, library: Library, language: Language) -> str:
    """Return the words with Wence's own [n], and no others, as buttons."""
    shown = []
    for piece in split_answer(answer):
        words = escape_text(piece.text)
        if piece.origin is not None:
            kind = "wence-quoted" if piece.origin == "extract" else "wence-written"
            words = f'<span class="{kind}">{words}</span>'
        shown.append(words)
        shown += [_render_marker(answer, position, library, language) for position in piece.citations]
    return "".join(shown).strip()


def _render_marker(answer: Answer, position: int, library: Library, language: Language) -> str:
    if not 0 <= position < len(answer.citations):
        return ""
    citation = answer.citations[position]
    clause = library.clauses.get(citation.clause_id)
    if clause is None:
        return ""
    name = say("cite", language).format(number=position + 1, clause=name_clause(clause, library, language))
    reference = write_reference(clause.id, [(citation.start, citation.end)])
    return (
        f'<button type="button" class="wence-cite" name="wence-clause" value="{escape_value(reference)}" '
        f'title="{escape_value(name)}" aria-label="{escape_value(name)}">{position + 1}</button>'
    )


def _render_sources(answer: Answer, library: Library, language: Language) -> str:
    by_clause: dict[str, list[int]] = {}
    for position, citation in enumerate(answer.citations):
        by_clause.setdefault(citation.clause_id, []).append(position)
    rows = []
    for clause_id, positions in by_clause.items():
        if (clause := library.clauses.get(clause_id)) is None:
            continue
        ranges = [(answer.citations[position].start, answer.citations[position].end) for position in positions]
        numbers = "".join(f'<span class="wence-number">{position + 1}</span>' for position in positions)
        rows.append(f"<li>{_render_opener(clause, ranges, library, language, before=numbers)}</li>")
    if not rows:
        return ""
    return (
        f'<div class="wence-sources"><p class="wence-caption">{escape(say("sources", language))}</p>'
        f"<ul>{''.join(rows)}</ul></div>"
    )


def _render_related(answer: Answer, library: Library, language: Language) -> str:
    clauses = [library.clauses[clause_id] for clause_id in answer.related if clause_id in library.clauses]
    if not clauses:
        return ""
    rows = "".join(f"<li>{_render_opener(clause, [], library, language)}</li>" for clause in clauses)
    caption = escape(say("related", language))
    return f'<div class="wence-related"><p class="wence-caption">{caption}</p><ul>{rows}</ul></div>'


def _render_removed(answer: Answer, language: Language) -> str:
    if not answer.removed:
        return ""
    rows = "".join(
        f"<li>{escape_text(removal.text)} <small>{escape_text(removal.reason)}</small></li>"
        for removal in answer.removed
    )
    summary = escape(say("removed", language).format(count=len(answer.removed)))
    return f'<details class="wence-removed"><summary>{summary}</summary><ul>{rows}</ul></details>'


def _render_opener(
    clause: Clause, ranges: Sequence[Range], library: Library, language: Language, *, before: str = ""
) -> str:
    name = name_clause(clause, library, language)
    heading = f' <span class="wence-heading">{escape_text(clause.heading)}</span>' if clause.heading else ""
    action = escape_value(say("open_clause", language).format(clause=name))
    return (
        f'<button type="button" class="wence-open" name="wence-clause" '
        f'value="{escape_value(write_reference(clause.id, ranges))}" title="{action}">'
        f"{before}<span>{escape_text(name)}{heading}</span></button>"
    )


def render_no_evidence(language: Language) -> str:
    """Return the evidence panel before a citation was chosen."""
    return (
        f'<section class="wence-evidence" aria-label="{escape(say("evidence", language))}">'
        f'<p class="wence-empty">{escape(say("evidence_hint", language))}</p></section>'
    )


def link_targets(targets: Iterable[Target]) -> dict[Range, str]:
    """Return the stretches of a document that refer to clauses that are here, each with the reference to open."""
    return {
        (target.reference.start, target.reference.end): write_reference(
            target.clause_ids[0], [(target.start, target.end)] if target.start < target.end else ()
        )
        for target in targets
        if target.clause_ids
    }


def render_clause(
    clause: Clause,
    library: Library,
    language: Language,
    *,
    ranges: Sequence[Range] = (),
    links: Mapping[Range, str] = NO_LINKS,
    today: date,
    past: bool = False,
) -> str:
    """Return the evidence panel: the clause whole, ``ranges`` marked, damage shown, its document above it.

    ``ranges``, the damaged spans and ``links`` (stretches with the reference that each opens)
    are offsets in the document's text; what lies outside the clause is left out. ``today``
    decides whether the document is still in force. ``past``: the clause is no longer there
    in these words, which is said, and no other is offered beside it.
    """
    parsed = library.parsed[clause.document_id]
    document = parsed.document
    damaged = [(span.start, span.end) for span in parsed.damaged if span.start < clause.end and span.end > clause.start]
    trail = "".join(f"<li>{escape_text(part)}</li>" for part in clause.path)
    label = f"<span>{escape_text(clause.label or say('preamble', language))}</span>"
    heading = f' <span class="wence-heading">{escape_text(clause.heading)}</span>' if clause.heading else ""
    note = f'<p class="wence-note">{escape(say("damaged_note", language))}</p>' if damaged else ""
    then = f'<p class="wence-badge wence-repealed">{escape(say("as_it_was", language))}</p>' if past else ""
    return (
        f'<section class="wence-evidence" aria-label="{escape(say("evidence", language))}" '
        f'data-reference="{escape_value(write_reference(clause.id, ranges))}">'
        f'<header><p class="wence-title">{escape_text(document.title)}</p>{_render_force(document, language, today)}'
        f'{then}<ol class="wence-path">{trail}</ol>'
        f'<h2 id="wence-clause-label" tabindex="-1">{label}{heading}</h2></header>'
        f'<div class="wence-words" lang="zh">{_render_lines(clause, ranges, damaged, links, language)}</div>{note}'
        f"{'' if past else _render_neighbours(parsed, clause, language)}{_render_facts(document, language)}</section>"
    )


def _render_force(document: Document, language: Language, today: date) -> str:
    # Nothing is said of a document in force: that no repeal is known is not a promise that there was none.
    if document.repealed and document.repealed <= today:
        words = say("repealed", language).format(date=document.repealed.isoformat())
    elif document.effective and document.effective > today:
        words = say("not_yet", language).format(date=document.effective.isoformat())
    else:
        return ""
    return f'<p class="wence-badge wence-repealed">{escape(words)}</p>'


def _render_facts(document: Document, language: Language) -> str:
    # An amended law keeps the day on which its first version came into force.
    amended = document.published and document.effective and document.effective < document.published
    facts = (
        ("issuer", document.issuer),
        ("doc_number", document.doc_number),
        ("published", document.published.isoformat() if document.published else ""),
        ("first_effective" if amended else "effective", document.effective.isoformat() if document.effective else ""),
        ("source", PurePath(document.source).name),
    )
    rows = "".join(
        f"<div><dt>{escape(say(key, language))}</dt><dd>{escape_text(value)}</dd></div>"
        for key, value in facts
        if value
    )
    return f'<dl class="wence-facts">{rows}</dl>'


def _render_neighbours(parsed: ParsedDocument, clause: Clause, language: Language) -> str:
    ids = [other.id for other in parsed.clauses]
    at = ids.index(clause.id) if clause.id in ids else -1
    buttons = []
    for key, position in (("previous", at - 1), ("next", at + 1)):
        if at < 0 or not 0 <= position < len(ids):
            continue
        other = parsed.clauses[position]
        name = f"{say(key, language)} {other.label or say('preamble', language)}"
        buttons.append(
            f'<button type="button" class="wence-step wence-{key}" name="wence-clause" '
            f'value="{escape_value(write_reference(other.id))}">{escape_text(name)}</button>'
        )
    back = f'<button type="button" class="wence-step wence-back">{escape(say("back", language))}</button>'
    return f'<nav class="wence-neighbours">{"".join(buttons)}{back}</nav>'


def _render_lines(
    clause: Clause, ranges: Sequence[Range], damaged: Sequence[Range], links: Mapping[Range, str], language: Language
) -> str:
    lines = []
    for line in _LINE.finditer(clause.text):
        start, end = clause.start + line.start(), clause.start + line.end()
        touched = any(first < end and start < last for first, last in (*ranges, *damaged))
        # A line that only repeats the label and heading shown above it is left out, unless it is quoted.
        if line.group().strip() and (touched or _squeeze(line.group()) != _squeeze(clause.label + clause.heading)):
            pieces = _render_stretches(clause, start, end, ranges, damaged, links, language)
            lines.append(f"<p>{''.join(pieces)}</p>")
    return "".join(lines)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _render_stretches(
    clause: Clause,
    start: int,
    end: int,
    ranges: Sequence[Range],
    damaged: Sequence[Range],
    links: Mapping[Range, str],
    language: Language,
) -> Iterator[str]:
    edges = sorted({start, end, *(edge for pair in (*ranges, *damaged, *links) for edge in pair if start < edge < end)})
    for left, right in pairwise(edges):
        words = escape_text(clause.text[left - clause.start : right - clause.start])
        if any(first <= left and right <= last for first, last in damaged):
            title = escape(say("damaged", language))
            words = f'<span class="wence-damaged" role="group" title="{title}" aria-label="{title}">{words}</span>'
        opened = next((opens for (first, last), opens in links.items() if first <= left and right <= last), "")
        if opened:
            words = (
                f'<button type="button" class="wence-link" name="wence-clause" value="{escape_value(opened)}">'
                f"{words}</button>"
            )
        if any(first <= left and right <= last for first, last in ranges):
            words = f'<mark title="{escape(say("quoted", language))}">{words}</mark>'
        yield words
